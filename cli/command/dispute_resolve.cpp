// bankctl dispute resolve: decide a dispute.
#include "cli/command/all.h"
#include "cli/command/dispute.h"

namespace bankctl::cli {
namespace {

constexpr std::string_view k_outcomes[] = {"upheld", "partial", "rejected"};
constexpr Positional k_positionals[] = {k_dispute_positional,
                                        {.name = "OUTCOME", .summary = "what was decided", .choices = k_outcomes}};
constexpr Option k_options[] = {
    {"refund", "AMOUNT", "what the customer gets in all (upheld: by default the disputed amount; partial: required)"},
    k_keep_credit_option,
    k_credited_account_option,
    k_note_option,
    k_if_dispute_version_option,
    k_key_option,
    k_dry_run_option};
constexpr Example k_examples[] = {
    {"bankctl dispute resolve DSP-45 upheld --key resolve-45", "in full"},
    {"bankctl dispute resolve DSP-46 partial --refund 5.00 --note \"half came\"", "in part"},
    {"bankctl dispute resolve DSP-45 rejected --note \"paid with chip and PIN\"", "not at all"},
    {"bankctl dispute resolve DSP-46 rejected --keep-credit --note \"spent\"", "not at all, but the money is gone"}};
constexpr ErrorCode k_errors[] = {
    ErrorCode::dispute_not_found,  ErrorCode::illegal_transition,      ErrorCode::four_eyes_required,
    ErrorCode::exceeds_reversible, ErrorCode::missing_argument,        ErrorCode::account_not_found,
    ErrorCode::wrong_customer,     ErrorCode::currency_mismatch,       ErrorCode::insufficient_funds,
    ErrorCode::account_frozen,     ErrorCode::account_closed,          ErrorCode::version_conflict,
    ErrorCode::invalid_text,       ErrorCode::idempotency_key_mismatch};

std::function<void(Context&)> plan(const Arguments& arguments) {
    ResolveDispute step = dispute_step<ResolveDispute>(arguments);
    step.outcome = *dispute_outcome(arguments.required("OUTCOME"));
    step.refund = optional_argument(arguments, "refund", Amount::parse);
    step.keeps_credit = arguments.has("keep-credit");
    check_kept_credit(step.keeps_credit, step.note).value_or_throw();
    step.account = optional_argument(arguments, "account", parse_account_id);
    if (step.outcome == DisputeOutcome::partial && !step.refund)
        throw Failure(Error(ErrorCode::missing_argument, "--refund is missing", "say what the customer gets")
                          .with("argument", std::string("--refund")));
    if (step.outcome == DisputeOutcome::rejected && (step.refund || step.account))
        throw Failure(Error(ErrorCode::usage, "a rejected dispute has no refund", "leave out --refund and --account"));
    return [step, is_dry_run = arguments.has("dry-run")](Context& context) {
        ResolveDispute request = step;
        request.people_are_uids = context.tenure() && context.tenure()->is_shared;
        const auto work = [&](Disputes& disputes) { return disputes.resolve(request); };
        print_dispute(context, write_dispute(context, is_dry_run, work, request.dispute));
    };
}

}  // namespace

const Command k_dispute_resolve{
    .noun = "dispute",
    .verb = "resolve",
    .summary = "Decide a dispute",
    .description =
        "Decides the case and settles its money in the same transaction. A provisional credit that stands becomes "
        "final up to the refund: only the difference is posted, as a further credit or a reversal; a rejection takes "
        "it back. Where the customer has spent it or closed the account, --keep-credit decides all the same and leaves "
        "it standing. The customer is told of the decision. Where the policy asks for four eyes, whoever took the case "
        "into investigating may not decide it.",
    .positionals = k_positionals,
    .options = k_options,
    .document = &k_dispute_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan};

}  // namespace bankctl::cli
