// bankctl transaction capture: a hold becomes a debit.
#include "cli/command/all.h"
#include "cli/command/common.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {k_seq_positional,
                                        {"AMOUNT", "at most the held amount (default: all of it)", false}};
constexpr Option k_options[] = {k_counter_option, k_memo_option,       k_at_option,
                                k_key_option,     k_if_version_option, k_dry_run_option};
constexpr Example k_examples[] = {
    {"bankctl transaction capture 42 30.00", "take 30.00 of the hold; the rest is free again"}};
constexpr ErrorCode k_errors[] = {ErrorCode::transaction_not_found, ErrorCode::hold_not_pending,
                                  ErrorCode::hold_expired,          ErrorCode::exceeds_hold,
                                  ErrorCode::account_frozen,        ErrorCode::amount_precision,
                                  ErrorCode::version_conflict,      ErrorCode::idempotency_key_mismatch};

std::function<void(Context&)> plan(const Arguments& arguments) {
    return posting_plan(transaction_request(EntryKind::capture, arguments), arguments);
}

}  // namespace

const Command k_transaction_capture{
    .noun = "transaction",
    .verb = "capture",
    .summary = "Capture a hold, whole or in part",
    .description = "Debits what hold SEQ has set aside and ends the hold; what is not captured is free again.",
    .positionals = k_positionals,
    .options = k_options,
    .document = &k_transaction_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan};

}  // namespace bankctl::cli
