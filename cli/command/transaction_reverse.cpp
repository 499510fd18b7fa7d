// bankctl transaction reverse: a transaction is undone by its opposite.
#include "cli/command/all.h"
#include "cli/command/common.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {k_seq_positional,
                                        {"AMOUNT", "at most what is left to reverse (default: all of it)", false}};
constexpr Option k_options[] = {{"reason", "TEXT", "kept as the reversal's memo"},
                                k_at_option,
                                k_key_option,
                                k_if_version_option,
                                k_dry_run_option};
constexpr Example k_examples[] = {{"bankctl transaction reverse 41 --reason 'posted twice'", "undo a transfer"},
                                  {"bankctl transaction reverse 41 5.00", "give part of it back"}};
constexpr ErrorCode k_errors[] = {ErrorCode::transaction_not_found, ErrorCode::not_reversible,
                                  ErrorCode::already_reversed,      ErrorCode::exceeds_reversible,
                                  ErrorCode::insufficient_funds,    ErrorCode::account_frozen,
                                  ErrorCode::account_closed,        ErrorCode::balance_overflow,
                                  ErrorCode::version_conflict,      ErrorCode::idempotency_key_mismatch};

std::function<void(Context&)> plan(const Arguments& arguments) {
    TransactionRequest request = transaction_request(EntryKind::reversal, arguments);
    request.memo = optional_argument(arguments, "reason", parse_memo);
    return posting_plan(request, arguments);
}

}  // namespace

const Command k_transaction_reverse{
    .noun = "transaction",
    .verb = "reverse",
    .summary = "Reverse a transaction, whole or in part",
    .description =
        "Posts the opposite of transaction SEQ, linked to it. Credits, debits, transfers and captures can be reversed, "
        "up to their amount in all; the account that gives the money back must have it.",
    .positionals = k_positionals,
    .options = k_options,
    .document = &k_transaction_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan};

}  // namespace bankctl::cli
