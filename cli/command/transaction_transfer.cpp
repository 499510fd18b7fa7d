// bankctl transaction transfer: money goes from one account to another.
#include "cli/command/all.h"
#include "cli/command/common.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {
    {"FROM", "the account that is debited"}, {"TO", "the account that is credited"}, k_amount_positional};
constexpr Option k_options[] = {k_memo_option, k_at_option, k_key_option, k_if_version_option, k_dry_run_option};
constexpr Example k_examples[] = {
    {"bankctl transaction transfer alice bob 12.34 --key inv-17", "once, however often it is sent"},
    {"bankctl transaction transfer alice bob 12.34 --if-version 7", "only if alice is as last read"}};
constexpr ErrorCode k_errors[] = {ErrorCode::account_not_found, ErrorCode::account_frozen,
                                  ErrorCode::account_closed,    ErrorCode::amount_precision,
                                  ErrorCode::amount_too_large,  ErrorCode::balance_overflow,
                                  ErrorCode::version_conflict,  ErrorCode::idempotency_key_mismatch,
                                  ErrorCode::invalid_time,      ErrorCode::insufficient_funds,
                                  ErrorCode::same_account,      ErrorCode::currency_mismatch};

std::function<void(Context&)> plan(const Arguments& arguments) {
    TransactionRequest request = transaction_request(EntryKind::transfer, arguments);
    request.account = required_argument(arguments, "FROM", parse_account_id);
    request.to = required_argument(arguments, "TO", parse_account_id);
    if (const Status different = check_different_accounts(request); !different) throw Failure(different.error());
    return posting_plan(request, arguments);
}

}  // namespace

const Command k_transaction_transfer{
    .noun = "transaction",
    .verb = "transfer",
    .summary = "Transfer between two accounts",
    .description =
        "Posts AMOUNT from FROM to TO, two customers' accounts of one currency. --if-version speaks of FROM.",
    .positionals = k_positionals,
    .options = k_options,
    .document = &k_transaction_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan};

}  // namespace bankctl::cli
