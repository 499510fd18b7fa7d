// Errors as values: every refusal is born with its code at the place that knows why, and carries it unchanged to
// the command line. The table in error.cpp is the only list of codes; help and the man page are made from it.
#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace bankctl {

/// What kind of failure a code belongs to; decides the exit code of the process.
// clang-format off
enum class ErrorKind { internal, invalid, not_found, refused, conflict, integrity, unavailable, outcome_unknown, retry_later, forbidden, interrupted };

enum class ErrorCode {
    internal_error,
    // invalid: the request itself is malformed; nothing was looked up.
    usage, unknown_command, unknown_option, missing_argument, unknown_field, unknown_topic, invalid_config,
    invalid_amount, amount_precision, amount_too_large, invalid_id, invalid_key, invalid_time, invalid_text, invalid_number,
    invalid_json, invalid_csv, invalid_rules, invalid_policy, prohibited_input, invalid_model, invalid_cursor, invalid_anchor, unknown_currency, same_account, unreadable_input, confirmation_required,
    // not_found
    customer_not_found, account_not_found, transaction_not_found, limit_not_found, dispute_not_found, loan_not_found, notification_not_found,
    // refused
    insufficient_funds, account_frozen, account_closed, balance_not_zero, holds_pending, balance_overflow, currency_mismatch,
    hold_not_pending, hold_expired, exceeds_hold, already_reversed, exceeds_reversible, not_reversible, illegal_transition, wrong_customer, lines_rejected,
    // conflict
    version_conflict, idempotency_key_mismatch, already_exists,
    // integrity
    integrity_violation,
    // unavailable
    not_initialized, not_a_bank, unsafe_file, network_file_system, newer_schema, older_schema, storage_unavailable, limiter_unavailable, output_failed,
    // outcome unknown
    outcome_unknown, applied_unreported,
    // retry later
    rate_limited, busy,
    // forbidden
    owner_only, four_eyes_required,
    interrupted,
};
// clang-format on

/// One row of the documented table of codes.
struct ErrorCodeInfo {
    ErrorCode code;
    std::string_view name;  ///< the stable snake_case word scripts match on
    ErrorKind kind;
    std::string_view cause;   ///< one sentence: when it happens
    std::string_view remedy;  ///< one sentence: what to do
};

/// All codes, in the order of their kinds.
std::span<const ErrorCodeInfo> error_codes();
const ErrorCodeInfo& info(ErrorCode code);
std::string_view name(ErrorKind kind);
/// What a kind says of the command that failed, in one sentence.
std::string_view meaning(ErrorKind kind);
/// The process's exit code for a kind, as documented in `bankctl help errors`.
int exit_code(ErrorKind kind);

/// A value in an error's details: what a script needs to act without parsing the message.
using Detail = std::variant<std::int64_t, std::string, bool, std::vector<std::string>>;

struct Error {
    ErrorCode code;
    std::string message;
    std::string hint;
    std::vector<std::pair<std::string, Detail>> details;
    std::optional<std::int64_t> retry_after_ms;

    Error(ErrorCode error_code, std::string error_message, std::string error_hint = {})
        : code(error_code), message(std::move(error_message)), hint(std::move(error_hint)) {}

    /// Adds a detail and returns the error, so that one expression can build and return it.
    Error with(std::string key, Detail value) && {
        details.emplace_back(std::move(key), std::move(value));
        return std::move(*this);
    }
};

/// Ends the whole command: storage that failed, input that cannot be read. Caught once, in the command-line runner.
class Failure : public std::exception {
public:
    explicit Failure(Error error) : error_(std::move(error)) {}
    const char* what() const noexcept override { return error_.message.c_str(); }
    const Error& error() const { return error_; }

private:
    Error error_;
};

}  // namespace bankctl
