// bankctl transaction debit: money goes out of an account.
#include "cli/command/all.h"
#include "cli/command/common.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {k_account_positional, k_amount_positional};
constexpr Option k_options[] = {k_counter_option, k_memo_option,       k_at_option,
                                k_key_option,     k_if_version_option, k_dry_run_option};
constexpr Example k_examples[] = {{"bankctl transaction debit alice 20.00 --memo 'cash desk'", "money out"},
                                  {"bankctl transaction debit alice 20.00 --dry-run; echo $?", "would it be refused?"}};
constexpr ErrorCode k_errors[] = {
    ErrorCode::account_not_found,  ErrorCode::account_frozen,           ErrorCode::account_closed,
    ErrorCode::amount_precision,   ErrorCode::amount_too_large,         ErrorCode::balance_overflow,
    ErrorCode::version_conflict,   ErrorCode::idempotency_key_mismatch, ErrorCode::invalid_time,
    ErrorCode::insufficient_funds, ErrorCode::currency_mismatch};

std::function<void(Context&)> plan(const Arguments& arguments) {
    return posting_plan(transaction_request(EntryKind::debit, arguments), arguments);
}

}  // namespace

const Command k_transaction_debit{
    .noun = "transaction",
    .verb = "debit",
    .summary = "Debit an account",
    .description =
        "Posts AMOUNT from ACCOUNT to one of the bank's own accounts, if ACCOUNT's available balance covers it.",
    .positionals = k_positionals,
    .options = k_options,
    .document = &k_transaction_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan};

}  // namespace bankctl::cli
