// What the commands about disputes share.
#pragma once

#include "cli/command/common.h"
#include "cli/dispute_document.h"
#include "cli/dispute_input.h"
#include "core/classify/classifier.h"
#include "core/service/disputes.h"

namespace bankctl::cli {

inline constexpr Positional k_dispute_positional{"ID", "the dispute's id, like DSP-42"};
inline constexpr Option k_policy_option{"policy", "FILE",
                                        "the policy that decides, or embedded (default: the setting dispute-policy)"};
inline constexpr Option k_model_option{"model", "FILE",
                                       "the classifier's model, or embedded (default: the setting dispute-model)"};
inline constexpr Option k_classifier_option{
    "classifier", "COMMAND", "asks this program first, or none (default: the setting dispute-classifier)"};
inline constexpr Option k_jurisdiction_option{.name = "jurisdiction",
                                              .value = "LAW",
                                              .summary = "whose law sets the clocks (default: the setting, us)",
                                              .choices = k_jurisdictions};
inline constexpr Option k_holidays_option{
    "holidays", "FILE", "days without business beside weekends, or none (default: the setting holidays)"};
inline constexpr Option k_note_option{"note", "TEXT", "a note of at most 4096 bytes, kept in the case's history"};
inline constexpr Option k_if_dispute_version_option{"if-version", "N", "only if the case is still at this version"};
inline constexpr Option k_keep_credit_option{"keep-credit", "",
                                             "takes no money back, though it cannot stay for good; needs --note"};
inline constexpr Option k_credited_account_option{
    "account", "ACCOUNT",
    "the customer's account (default: that of the disputed transaction, else their only one in the currency)"};

/// What the settings say that disputes are decided by, read once.
class DisputeSetup {
public:
    /// Reads the policy and the holidays that the settings name: `unreadable_input`, `invalid_policy`, `invalid_time`.
    explicit DisputeSetup(const Context& context);
    DisputeSetup(const DisputeSetup&) = delete;
    DisputeSetup& operator=(const DisputeSetup&) = delete;

    const DisputeRules& rules() const { return rules_; }

private:
    std::optional<DisputePolicy> own_policy_;
    DisputeRules rules_;
};

/// The model that the settings name: `unreadable_input`, `invalid_model`.
classify::Classifier open_classifier(const Context& context);

/// What the external classifier, if there is one, else the model says of the dispute's text.
Classification classify_dispute(const Context& context, const classify::Classifier& classifier,
                                const FileDispute& dispute);

/// Does one step in a transaction of its own and returns the case's document as it stands after it.
Json write_dispute(Context& context, bool is_dry_run, const std::function<Result<Posted>(Disputes&)>& step,
                   std::optional<Seq> number = {});

/// ID, --note, --if-version and --key of a step.
template <class Step>
Step dispute_step(const Arguments& arguments) {
    Step step;
    step.dispute = required_argument(arguments, "ID", parse_dispute_id);
    step.note = optional_argument(arguments, "note", parse_note);
    step.if_version = optional_argument(arguments, "if-version", parse_version);
    step.key = optional_argument(arguments, "key", parse_key);
    return step;
}

/// The plan of a step: does `method` with `step` and prints the case.
template <class Step>
std::function<void(Context&)> step_plan(const Arguments& arguments, const Step& step,
                                        Result<Posted> (Disputes::*method)(const Step&)) {
    const bool is_dry_run = arguments.has("dry-run");
    return [step, method, is_dry_run](Context& context) {
        const auto work = [&](Disputes& disputes) { return (disputes.*method)(step); };
        print_dispute(context, write_dispute(context, is_dry_run, work, step.dispute));
    };
}

/// Prints a case: for people as one reads it, unless fields were chosen.
void print_dispute(Context& context, const Json& dispute);

}  // namespace bankctl::cli
