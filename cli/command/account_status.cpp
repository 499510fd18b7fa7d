// bankctl account freeze, unfreeze and close: changes of an account's status.
#include "cli/command/all.h"
#include "cli/command/common.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {{"ID", "the account's id"}};
constexpr Option k_options[] = {k_if_version_option, k_dry_run_option};
constexpr Example k_freeze_examples[] = {
    {"bankctl account freeze alice", "nothing is posted to alice until she is unfrozen"}};
constexpr Example k_unfreeze_examples[] = {{"bankctl account unfreeze mallory", "back to normal"}};
constexpr Example k_close_examples[] = {{"bankctl account close old", "for good; the balance must be zero"}};
constexpr ErrorCode k_errors[] = {ErrorCode::account_not_found, ErrorCode::account_closed,
                                  ErrorCode::illegal_transition, ErrorCode::version_conflict};
constexpr ErrorCode k_close_errors[] = {ErrorCode::account_not_found, ErrorCode::account_closed,
                                        ErrorCode::account_frozen,    ErrorCode::balance_not_zero,
                                        ErrorCode::holds_pending,     ErrorCode::version_conflict};

std::function<void(Context&)> plan_change(EntryKind kind, const Arguments& arguments) {
    ChangeAccount request;
    request.kind = kind;
    request.id = required_argument(arguments, "ID", parse_account_id);
    request.if_version = optional_argument(arguments, "if-version", parse_version);
    const bool is_dry_run = arguments.has("dry-run");
    return [request, is_dry_run](Context& context) {
        change_account_and_print(
            context, [&](Posting& posting) { return posting.change_account(request); }, request.id, is_dry_run);
    };
}

}  // namespace

const Command k_account_freeze{
    .noun = "account",
    .verb = "freeze",
    .summary = "Freeze an account",
    .description = "From now on every transaction that touches the account is refused, credits and releases too.",
    .positionals = k_positionals,
    .options = k_options,
    .document = &k_account_document,
    .examples = k_freeze_examples,
    .errors = k_errors,
    .plan = [](const Arguments& arguments) { return plan_change(EntryKind::account_frozen, arguments); }};

const Command k_account_unfreeze{
    .noun = "account",
    .verb = "unfreeze",
    .summary = "Unfreeze an account",
    .description = "Ends what bankctl account freeze began.",
    .positionals = k_positionals,
    .options = k_options,
    .document = &k_account_document,
    .examples = k_unfreeze_examples,
    .errors = k_errors,
    .plan = [](const Arguments& arguments) { return plan_change(EntryKind::account_unfrozen, arguments); }};

const Command k_account_close{
    .noun = "account",
    .verb = "close",
    .summary = "Close an account for good",
    .description =
        "Closes an open account with a zero balance and no pending holds. Its history stays; its id is never used "
        "again.",
    .positionals = k_positionals,
    .options = k_options,
    .document = &k_account_document,
    .examples = k_close_examples,
    .errors = k_close_errors,
    .plan = [](const Arguments& arguments) { return plan_change(EntryKind::account_closed, arguments); }};

}  // namespace bankctl::cli
