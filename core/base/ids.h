// Names and numbers that must not be mistaken for one another, each with its syntax.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace bankctl {

/// A place in the bank's journal: 1, 2, 3 … without gaps. 0 stands for "none".
struct Seq {
    std::int64_t value = 0;
    auto operator<=>(const Seq&) const = default;
    explicit operator bool() const { return value != 0; }
};

/// A text of one kind. `Tag` keeps customers, accounts and keys apart.
template <class Tag>
struct Name {
    std::string text;
    auto operator<=>(const Name&) const = default;
};

using CustomerId = Name<struct CustomerTag>;
using AccountId = Name<struct AccountTag>;
using IdempotencyKey = Name<struct KeyTag>;

/// Customers are named `[A-Za-z0-9][A-Za-z0-9._:-]{0,63}`; else `invalid_id`.
Result<CustomerId> parse_customer_id(std::string_view text);

/// A customer's account, named like a customer; the bank's own `@…` accounts are `invalid_id` here.
Result<AccountId> parse_account_id(std::string_view text);

/// One of the bank's own accounts: `@` and an id.
Result<AccountId> parse_internal_account_id(std::string_view text);

/// Either of the two: for commands that only read.
Result<AccountId> parse_any_account_id(std::string_view text);

/// True of the bank's own accounts, which have no customer and no floor.
bool is_internal(const AccountId& id);

/// 1 to 255 printable ASCII characters, no control characters; else `invalid_key`.
Result<IdempotencyKey> parse_key(std::string_view text);

/// A whole number in plain digits within [low, high]; else `invalid_number` that names `what`.
Result<std::int64_t> parse_number(std::string_view text, std::int64_t low, std::int64_t high, std::string_view what);

/// A transaction's number as the user writes it: plain digits, at least 1; else `invalid_number`.
Result<Seq> parse_seq(std::string_view text);

}  // namespace bankctl

template <>
struct std::hash<bankctl::Seq> {
    std::size_t operator()(bankctl::Seq seq) const noexcept { return std::hash<std::int64_t>{}(seq.value); }
};
template <class Tag>
struct std::hash<bankctl::Name<Tag>> {
    std::size_t operator()(const bankctl::Name<Tag>& name) const noexcept {
        return std::hash<std::string>{}(name.text);
    }
};
