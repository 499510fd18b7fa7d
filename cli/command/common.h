// What commands share: options that mean the same everywhere, parsing them, and doing one write.
#pragma once

#include <functional>
#include <utility>

#include "cli/command.h"
#include "cli/context.h"
#include "cli/document.h"
#include "core/service/posting.h"

namespace bankctl::cli {

inline constexpr Option k_key_option{"key", "KEY",
                                     "names this effect for ever: repeating the request answers with the first result"};
inline constexpr Option k_memo_option{"memo", "TEXT", "a note of at most 4096 bytes"};
inline constexpr Option k_at_option{"at", "TIME",
                                    "when it takes effect: RFC 3339 or a date, not in the future (default: now)"};
inline constexpr Option k_counter_option{"counter", "@ACCOUNT",
                                         "the bank's own account on the other side (default: @cash.CURRENCY)"};
inline constexpr Option k_if_version_option{"if-version", "N", "only if the account is still at this version"};
inline constexpr Option k_dry_run_option{"dry-run", "", "do everything but keep nothing"};
inline constexpr Option k_limit_option{"limit", "N", "at most N rows (default: all)"};
inline constexpr Option k_after_option{"after", "CURSOR", "go on after the \"next\" of an earlier page"};

inline constexpr Positional k_account_positional{"ACCOUNT", "the account's id"};
inline constexpr Positional k_amount_positional{"AMOUNT", "in major units, like 12.34"};
inline constexpr Positional k_seq_positional{"SEQ", "the transaction's number"};

inline constexpr std::int64_t k_limit_max = 1'000'000'000;

/// Parses the option or positional `name` if it is there; a value that does not fit ends the command.
template <class Parse>
auto optional_argument(const Arguments& arguments, std::string_view name, Parse parse)
    -> std::optional<decltype(parse(std::string_view{}).value_or_throw())> {
    const std::optional<std::string> text = arguments.value(name);
    if (!text) return std::nullopt;
    return parse(*text).value_or_throw();
}

template <class Parse>
auto required_argument(const Arguments& arguments, std::string_view name, Parse parse) {
    return parse(arguments.required(name)).value_or_throw();
}

Result<std::int64_t> parse_version(std::string_view text);
Result<std::int64_t> parse_limit(std::string_view text);
Result<std::string> parse_memo(std::string_view text);
/// A field of a customer: no control characters but what text may hold, at most k_name_bytes_max.
Result<std::string> parse_name(std::string_view text);

/// Does one write in a transaction of its own and returns the document that `describe` makes of it, seen in that
/// transaction; throws the refusal.
Json write_once(Context& context, bool is_dry_run, const std::function<Result<Posted>(Posting&)>& work,
                const std::function<Json(port::Snapshot&, const Posted&, WriteFlags)>& describe);

/// The same for what is done with the books themselves.
Json write_books_once(Context& context, bool is_dry_run, const std::function<Result<Posted>(Books&)>& work,
                      const std::function<Json(port::Snapshot&, const Posted&, WriteFlags)>& describe);

/// The plan of a transaction verb: posts the request, as --dry-run in `arguments` says, and prints the transaction.
std::function<void(Context&)> posting_plan(const TransactionRequest& request, const Arguments& arguments);

/// The members of a request that all transaction verbs take from the same options.
TransactionRequest transaction_request(EntryKind kind, const Arguments& arguments);

/// Runs a change of an account and prints the account.
void change_account_and_print(Context& context, const std::function<Result<Posted>(Posting&)>& work,
                              const AccountId& id, bool is_dry_run);

}  // namespace bankctl::cli
