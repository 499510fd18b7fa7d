// bankctl dispute assign: give a dispute to a team or a person.
#include "cli/command/all.h"
#include "cli/command/dispute.h"
#include "core/base/text.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {k_dispute_positional};
constexpr Option k_options[] = {{"team", "TEAM", "who works on it: one of the policy's teams"},
                                {"assignee", "USER", "who of them; an empty one takes it away"},
                                k_note_option,
                                k_policy_option,
                                k_if_dispute_version_option,
                                k_key_option,
                                k_dry_run_option};
constexpr Example k_examples[] = {
    {"bankctl dispute assign DSP-44 --team fraud --assignee bob", "to somebody"},
    {"bankctl dispute assign DSP-44 --team cards --if-version 1", "only if nobody has touched it"}};
constexpr ErrorCode k_errors[] = {ErrorCode::dispute_not_found, ErrorCode::illegal_transition,
                                  ErrorCode::missing_argument,  ErrorCode::version_conflict,
                                  ErrorCode::invalid_text,      ErrorCode::invalid_policy,
                                  ErrorCode::unreadable_input,  ErrorCode::idempotency_key_mismatch};

constexpr std::size_t k_team_bytes_max = 64;

Result<std::string> parse_team(std::string_view text) {
    if (text.empty()) return Error(ErrorCode::usage, "--team needs a name");
    return parse_text(text, k_team_bytes_max, "the team's name");
}

Result<std::string> parse_assignee(std::string_view text) {
    return parse_text(text, k_user_bytes_max, "the assignee's name");
}

std::function<void(Context&)> plan(const Arguments& arguments) {
    AssignDispute step = dispute_step<AssignDispute>(arguments);
    step.team = optional_argument(arguments, "team", parse_team);
    step.assignee = optional_argument(arguments, "assignee", parse_assignee);
    if (!step.team && !step.assignee)
        throw Failure(Error(ErrorCode::missing_argument, "nothing to assign to", "give --team or --assignee"));
    return [step, is_dry_run = arguments.has("dry-run")](Context& context) {
        const DisputeSetup setup(context);
        const auto work = [&](Disputes& disputes) { return disputes.assign(step, *setup.rules().policy); };
        print_dispute(context, write_dispute(context, is_dry_run, work, step.dispute));
    };
}

}  // namespace

const Command k_dispute_assign{.noun = "dispute",
                               .verb = "assign",
                               .summary = "Give a dispute to a team or a person",
                               .description =
                                   "Gives the case to a team, a person or both, and tells the team. A case in triage "
                                   "is routed by that: somebody has looked at it.",
                               .positionals = k_positionals,
                               .options = k_options,
                               .document = &k_dispute_document,
                               .examples = k_examples,
                               .errors = k_errors,
                               .plan = plan};

}  // namespace bankctl::cli
