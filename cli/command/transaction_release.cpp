// bankctl transaction release: a hold ends without a debit.
#include "cli/command/all.h"
#include "cli/command/common.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {k_seq_positional};
constexpr Option k_options[] = {k_memo_option, k_at_option, k_key_option, k_if_version_option, k_dry_run_option};
constexpr Example k_examples[] = {{"bankctl transaction release 42", "the amount is available again"}};
constexpr ErrorCode k_errors[] = {ErrorCode::transaction_not_found, ErrorCode::hold_not_pending,
                                  ErrorCode::hold_expired,          ErrorCode::account_frozen,
                                  ErrorCode::version_conflict,      ErrorCode::idempotency_key_mismatch};

std::function<void(Context&)> plan(const Arguments& arguments) {
    return posting_plan(transaction_request(EntryKind::release, arguments), arguments);
}

}  // namespace

const Command k_transaction_release{.noun = "transaction",
                                    .verb = "release",
                                    .summary = "Release a hold",
                                    .description = "Ends hold SEQ; its amount is available again.",
                                    .positionals = k_positionals,
                                    .options = k_options,
                                    .document = &k_transaction_document,
                                    .examples = k_examples,
                                    .errors = k_errors,
                                    .plan = plan};

}  // namespace bankctl::cli
