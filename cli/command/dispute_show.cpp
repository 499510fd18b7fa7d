// bankctl dispute show: one case, as it stands now.
#include "cli/command/all.h"
#include "cli/command/dispute.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {k_dispute_positional};
constexpr Option k_options[] = {{"recompute", "", "decide again from what is stored, and compare"}, k_model_option};
constexpr Example k_examples[] = {
    {"bankctl dispute show DSP-44", "what, who, how urgent and why, what to do by when, and what was done"},
    {"bankctl dispute show DSP-44 --recompute --json | jq .data.recomputation",
     "whether the decision still follows from what is stored"}};
constexpr ErrorCode k_errors[] = {ErrorCode::dispute_not_found, ErrorCode::invalid_model, ErrorCode::unreadable_input};

std::function<void(Context&)> plan(const Arguments& arguments) {
    const Seq number = required_argument(arguments, "ID", parse_dispute_id);
    const bool recomputes = arguments.has("recompute");
    return [number, recomputes](Context& context) {
        std::optional<classify::Classifier> classifier;
        if (recomputes) classifier = open_classifier(context);
        Json data;
        context.ledger().read([&](port::Snapshot& snapshot) {
            data = dispute_json(view_dispute(snapshot, number).value_or_throw());
            if (!recomputes) return;
            const auto classify = [&](const std::string& text) { return classifier->classify(text); };
            data["recomputation"] = recomputation_json(recompute_dispute(snapshot, number, classify).value_or_throw());
        });
        print_dispute(context, data);
    };
}

}  // namespace

const Command k_dispute_show{
    .noun = "dispute",
    .verb = "show",
    .summary = "Show a dispute",
    .description =
        "Shows a case as of now: what it is about and why bankctl thinks so, priority and risk with the reasons, "
        "deadlines, recommended actions, money and history. --recompute decides the filing and every relabelling again "
        "from the text, facts, "
        "policy and clocks that the journal has, and says whether the same comes out; the text is classified again if "
        "the model at hand is the one of then.",
    .positionals = k_positionals,
    .options = k_options,
    .document = &k_dispute_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan};

}  // namespace bankctl::cli
