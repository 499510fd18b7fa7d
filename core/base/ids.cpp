#include "core/base/ids.h"

#include <algorithm>
#include <charconv>

#include "core/base/text.h"

namespace bankctl {
namespace {

constexpr std::size_t k_id_length_max = 64;
constexpr std::size_t k_key_length_max = 255;

bool is_alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

bool is_id(std::string_view text) {
    return !text.empty() && text.size() <= k_id_length_max && is_alphanumeric(text.front()) &&
           std::ranges::all_of(
               text, [](char c) { return is_alphanumeric(c) || c == '.' || c == '_' || c == ':' || c == '-'; });
}

Error bad_id(std::string_view text, std::string_view what) {
    return Error(ErrorCode::invalid_id, in_quotes(text) + " is not " + std::string(what),
                 "use 1 to 64 of A-Z a-z 0-9 . _ : - and begin with a letter or digit")
        .with("id", printable(text.substr(0, 64)));
}

}  // namespace

Result<CustomerId> parse_customer_id(std::string_view text) {
    if (!is_id(text)) return bad_id(text, "a customer id");
    return CustomerId{std::string(text)};
}

Result<AccountId> parse_account_id(std::string_view text) {
    if (!is_id(text))
        return bad_id(text, text.starts_with('@') ? "a customer's account: the bank's own are named by --counter only"
                                                  : "an account id");
    return AccountId{std::string(text)};
}

Result<AccountId> parse_internal_account_id(std::string_view text) {
    if (!text.starts_with('@') || !is_id(text.substr(1)))
        return bad_id(text, "one of the bank's own accounts, like @cash.USD");
    return AccountId{std::string(text)};
}

Result<AccountId> parse_any_account_id(std::string_view text) {
    return text.starts_with('@') ? parse_internal_account_id(text) : parse_account_id(text);
}

bool is_internal(const AccountId& id) { return id.text.starts_with('@'); }

Result<IdempotencyKey> parse_key(std::string_view text) {
    const bool fits = !text.empty() && text.size() <= k_key_length_max &&
                      std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
    if (!fits)
        return Error(ErrorCode::invalid_key, in_quotes(text) + " is not an idempotency key",
                     "use 1 to 255 printable ASCII characters");
    return IdempotencyKey{std::string(text)};
}

Result<std::int64_t> parse_number(std::string_view text, std::int64_t low, std::int64_t high, std::string_view what) {
    std::int64_t value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool plain = !text.empty() && text.front() != '-' && (text.front() != '0' || text.size() == 1);
    if (!plain || failure != std::errc{} || end != text.data() + text.size() || value < low || value > high) {
        return Error(ErrorCode::invalid_number, std::string(what) + " must be a whole number from " +
                                                    std::to_string(low) + " to " + std::to_string(high) + ", not " +
                                                    in_quotes(text));
    }
    return value;
}

Result<Seq> parse_seq(std::string_view text) {
    BANKCTL_TRY(value, parse_number(text, 1, INT64_MAX, "a transaction's number"));
    return Seq{value};
}

}  // namespace bankctl
