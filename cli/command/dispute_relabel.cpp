// bankctl dispute relabel: corrects what a case is about.
#include "cli/command/all.h"
#include "cli/command/dispute.h"
#include "cli/suggest.h"
#include "core/base/text.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {k_dispute_positional,
                                        {"CATEGORY", "what it is about, such as duplicate_charge"}};
constexpr Option k_options[] = {
    k_note_option, k_policy_option, k_jurisdiction_option, k_holidays_option, k_if_dispute_version_option,
    k_key_option,  k_dry_run_option};
constexpr Example k_examples[] = {{"bankctl dispute relabel DSP-44 duplicate_charge",
                                   "the case gets the team, clocks and advice of its new category"}};
constexpr ErrorCode k_errors[] = {ErrorCode::dispute_not_found,       ErrorCode::illegal_transition,
                                  ErrorCode::version_conflict,        ErrorCode::invalid_text,
                                  ErrorCode::invalid_policy,          ErrorCode::unreadable_input,
                                  ErrorCode::idempotency_key_mismatch};

Result<DisputeCategory> parse_category(std::string_view text) {
    if (const std::optional<DisputeCategory> category = dispute_category(text)) return *category;
    std::string list;
    for (const std::string_view known : k_dispute_category_names)
        list += (list.empty() ? "" : ", ") + std::string(known);
    return Error(ErrorCode::usage, in_quotes(text) + " is no category",
                 suggestion(text, k_dispute_category_names, "one of " + list));
}

std::function<void(Context&)> plan(const Arguments& arguments) {
    RelabelDispute step = dispute_step<RelabelDispute>(arguments);
    step.category = required_argument(arguments, "CATEGORY", parse_category);
    const bool is_dry_run = arguments.has("dry-run");
    return [step, is_dry_run](Context& context) {
        const DisputeSetup setup(context);
        const auto work = [&](Disputes& disputes) { return disputes.relabel(step, setup.rules()); };
        print_dispute(context, write_dispute(context, is_dry_run, work, step.dispute));
    };
}

}  // namespace

const Command k_dispute_relabel{
    .noun = "dispute",
    .verb = "relabel",
    .summary = "Correct what a dispute is about",
    .description =
        "Gives the case the category that a person has found, and decides it anew by the policy: team, priority, "
        "clocks and advice. A case in work goes to the team of its new category, unless somebody has assigned it to a "
        "team "
        "by hand. What the classifier had said stays in the journal, and bankctl dispute stats counts how "
        "often it was corrected.",
    .positionals = k_positionals,
    .options = k_options,
    .document = &k_dispute_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan};

}  // namespace bankctl::cli
