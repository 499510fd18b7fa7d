// A dispute as it comes in, from options or as a JSON document: the same names, the same checks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "core/service/disputes.h"

namespace bankctl::cli {

inline constexpr std::size_t k_merchant_bytes_max = 256;

/// The words of a customer: valid UTF-8 without NUL, 1 to k_dispute_text_bytes_max bytes that are not all blank; else
/// `invalid_text`.
Result<std::string> parse_dispute_text(std::string_view text);
/// One of the channels; else `usage`, which names them.
Result<PaymentChannel> parse_channel(std::string_view text);
/// A note of one who works on a case: `invalid_text`.
Result<std::string> parse_note(std::string_view text);
Result<std::string> parse_merchant(std::string_view text);

/// What --transaction, --amount, --currency, --merchant, --channel, --date, --fact, --evidence and --key say.
Result<FileDispute> dispute_from_options(const Arguments& arguments);

/// The dispute that a JSON object of at most 1 MiB describes. What is no such object is `invalid_json`; a member that
/// does not fit has the code of the option of its name. `key_otherwise` is the key where it names none.
Result<FileDispute> dispute_from_json(std::string_view json, const std::optional<IdempotencyKey>& key_otherwise);

}  // namespace bankctl::cli
