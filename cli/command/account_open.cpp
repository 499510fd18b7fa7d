// bankctl account open: opens an account for a customer.
#include "cli/command/all.h"
#include "cli/command/common.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {{"ID", "the new account's id"}};
constexpr Option k_options[] = {
    {"customer", "CUSTOMER", "whose account it is", true},
    {"currency", "CODE", "ISO 4217, like USD", true},
    {"overdraft", "AMOUNT", "how far the balance may go below zero (default: 0)"},
    {"opening-balance", "AMOUNT", "posted as its first transaction, of kind opening"},
    {"counter", "@ACCOUNT", "where the opening balance comes from (default: @cash.CURRENCY)"},
    {"at", "TIME", "when the opening balance takes effect (default: now)"},
    k_key_option,
    k_dry_run_option};
constexpr Example k_examples[] = {
    {"bankctl account open alice-savings --customer c1 --currency USD", "an empty account"},
    {"bankctl account open carol --customer c2 --currency USD --opening-balance 250", "with its first transaction"}};
constexpr ErrorCode k_errors[] = {ErrorCode::already_exists,           ErrorCode::customer_not_found,
                                  ErrorCode::unknown_currency,         ErrorCode::amount_precision,
                                  ErrorCode::balance_overflow,         ErrorCode::currency_mismatch,
                                  ErrorCode::idempotency_key_mismatch, ErrorCode::invalid_time};

std::function<void(Context&)> plan(const Arguments& arguments) {
    OpenAccount request;
    request.id = required_argument(arguments, "ID", parse_account_id);
    request.customer = required_argument(arguments, "customer", parse_customer_id);
    request.currency = required_argument(arguments, "currency", find_currency);
    request.overdraft = optional_argument(arguments, "overdraft", Amount::parse_or_zero);
    request.opening_balance = optional_argument(arguments, "opening-balance", Amount::parse);
    request.counter = optional_argument(arguments, "counter", parse_internal_account_id);
    request.at = optional_argument(arguments, "at", parse_time);
    request.key = optional_argument(arguments, "key", parse_key);
    const bool is_dry_run = arguments.has("dry-run");
    if (!request.opening_balance && (request.counter || request.at)) {
        throw Failure(
            Error(ErrorCode::usage, "--counter and --at are about the opening balance", "give --opening-balance too"));
    }
    return [request, is_dry_run](Context& context) {
        change_account_and_print(
            context, [&](Posting& posting) { return posting.open_account(request); }, request.id, is_dry_run);
    };
}

}  // namespace

const Command k_account_open{
    .noun = "account",
    .verb = "open",
    .summary = "Open an account for a customer",
    .description =
        "Opens an account. Its currency and overdraft are fixed. With --opening-balance the first transaction is "
        "posted in the same step.",
    .positionals = k_positionals,
    .options = k_options,
    .document = &k_account_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan};

}  // namespace bankctl::cli
