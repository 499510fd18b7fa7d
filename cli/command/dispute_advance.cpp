// bankctl dispute advance: move a dispute on in its workflow.
#include "cli/command/all.h"
#include "cli/command/dispute.h"

namespace bankctl::cli {
namespace {

constexpr std::string_view k_statuses[] = {
    "received",      "classified",      "triage",      "routed",  "investigating", "awaiting_customer", "chargeback",
    "representment", "pre_arbitration", "arbitration", "decided", "closed",        "reopened",          "withdrawn"};
constexpr Positional k_positionals[] = {k_dispute_positional,
                                        {.name = "STATUS", .summary = "the status it gets", .choices = k_statuses}};
constexpr Option k_options[] = {k_keep_credit_option, k_note_option, k_if_dispute_version_option, k_key_option,
                                k_dry_run_option};
constexpr Example k_examples[] = {{"bankctl dispute advance DSP-44 investigating", "take a case up"},
                                  {"bankctl dispute advance DSP-45 awaiting_customer --note \"receipt?\"",
                                   "wait for the customer: the team's target pauses, the law's clocks do not"}};
constexpr ErrorCode k_errors[] = {ErrorCode::dispute_not_found,  ErrorCode::illegal_transition,
                                  ErrorCode::already_exists,     ErrorCode::missing_argument,
                                  ErrorCode::insufficient_funds, ErrorCode::account_frozen,
                                  ErrorCode::account_closed,     ErrorCode::version_conflict,
                                  ErrorCode::invalid_text,       ErrorCode::idempotency_key_mismatch};

std::function<void(Context&)> plan(const Arguments& arguments) {
    AdvanceDispute step = dispute_step<AdvanceDispute>(arguments);
    step.to = *dispute_status(arguments.required("STATUS"));
    step.keeps_credit = arguments.has("keep-credit");
    check_kept_credit(step.keeps_credit, step.note).value_or_throw();
    return step_plan(arguments, step, &Disputes::advance);
}

}  // namespace

const Command k_dispute_advance{
    .noun = "dispute",
    .verb = "advance",
    .summary = "Move a dispute on in its workflow",
    .description =
        "Moves the case to the status, if the workflow allows it: bankctl help dispute-workflow shows from where to "
        "where. A case is decided by bankctl dispute resolve, not by this. Waiting for the customer asks them for the "
        "evidence and pauses the team's target. Withdrawing takes a provisional credit back, or leaves it standing "
        "with "
        "--keep-credit; what was decided before the case was reopened stands again.",
    .positionals = k_positionals,
    .options = k_options,
    .document = &k_dispute_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan};

}  // namespace bankctl::cli
