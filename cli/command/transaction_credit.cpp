// bankctl transaction credit: money comes into an account.
#include "cli/command/all.h"
#include "cli/command/common.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {k_account_positional, k_amount_positional};
constexpr Option k_options[] = {k_counter_option, k_memo_option,       k_at_option,
                                k_key_option,     k_if_version_option, k_dry_run_option};
constexpr Example k_examples[] = {
    {"bankctl transaction credit alice 100.00 --key pay-2026-01", "money in; sending it again changes nothing"},
    {"bankctl tx credit alice 5 --counter @fees.USD --memo 'fee refunded'", "from another account of the bank's own"}};
constexpr ErrorCode k_errors[] = {ErrorCode::account_not_found, ErrorCode::account_frozen,
                                  ErrorCode::account_closed,    ErrorCode::amount_precision,
                                  ErrorCode::amount_too_large,  ErrorCode::balance_overflow,
                                  ErrorCode::version_conflict,  ErrorCode::idempotency_key_mismatch,
                                  ErrorCode::invalid_time,      ErrorCode::currency_mismatch};

std::function<void(Context&)> plan(const Arguments& arguments) {
    return posting_plan(transaction_request(EntryKind::credit, arguments), arguments);
}

}  // namespace

const Command k_transaction_credit{.noun = "transaction",
                                   .verb = "credit",
                                   .summary = "Credit an account",
                                   .description = "Posts AMOUNT from one of the bank's own accounts to ACCOUNT.",
                                   .positionals = k_positionals,
                                   .options = k_options,
                                   .document = &k_transaction_document,
                                   .examples = k_examples,
                                   .errors = k_errors,
                                   .plan = plan};

}  // namespace bankctl::cli
