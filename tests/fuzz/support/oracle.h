// The rules of the contract with scripts a second time, written apart from the code that keeps them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/money.h"

namespace bankctl::fuzz {

/// `(0|[1-9][0-9]*)(\.[0-9]+)?`
bool is_decimal(std::string_view text);

/// True if the number that the digits make is greater than `limit`.
bool is_beyond(std::string_view digits, std::int64_t limit);

/// The digits of a decimal number without the point and without leading zeros, padded to `decimals`; empty where it has
/// more decimals than that.
std::string minor_digits(std::string_view decimal, int decimals);

/// True if `text` is a decimal number that fits into `amount`, and says the same.
bool is_amount_of(const Amount& amount, std::string_view text);

/// `[A-Za-z0-9][A-Za-z0-9._:-]{0,63}`
bool is_id(std::string_view text);

/// 1 to 255 printable ASCII characters.
bool is_key(std::string_view text);

/// True if a terminal would obey part of it: C0, DEL, and in UTF-8 C1 and the marks of bidirectional text.
bool has_control_character(std::string_view text);

/// The first currency of each number of decimals, which is all of a currency that an amount depends on.
const std::vector<Currency>& telling_currencies();

}  // namespace bankctl::fuzz
