#include "core/service/model_evaluation.h"

#include <algorithm>

#include "core/base/text.h"

namespace bankctl {
namespace {

/// What the model says of one text, by intents and by categories.
struct Judgement {
    std::string label;
    std::size_t intent = 0;
    double intent_confidence = 0;
    std::size_t category = 0;
    double category_confidence = 0;
};

Judgement judge(const classify::Model& model, LabelledRow row) {
    const std::vector<double> intents = classify::probabilities(model, classify::split_words(row.text));
    const std::vector<double> categories = classify::category_probabilities(model, intents);
    const auto category = std::ranges::max_element(categories);
    const auto index = static_cast<std::size_t>(category - categories.begin());
    const std::size_t intent = classify::best_intent(model, intents, static_cast<DisputeCategory>(index));
    return {std::move(row.label), intent, intents[intent], index, *category};
}

}  // namespace

Result<ModelEvaluation> evaluate_model(const classify::Classifier& classifier, std::istream& input,
                                       const LabelledColumns& columns, const std::optional<LabelMap>& map,
                                       const std::function<void(std::int64_t)>& report) {
    const classify::Model& model = classifier.model();
    std::vector<Judgement> judgements;
    bool are_categories = true;
    BANKCTL_CHECK(read_labelled_rows(input, columns, [&](LabelledRow row) -> Status {
        are_categories = are_categories && dispute_category(row.label);
        if (map && !category_of(*map, row.label))
            return Error(ErrorCode::invalid_csv, "line " + std::to_string(row.line) +
                                                     ": the map does not have the label " + in_quotes(row.label));
        judgements.push_back(judge(model, std::move(row)));
        if (report) report(static_cast<std::int64_t>(judgements.size()));
        return ok();
    }));
    if (judgements.empty()) return Error(ErrorCode::invalid_csv, "there are no texts to judge the model by");
    classify::Evaluation by_label;
    classify::Evaluation by_category;
    ModelEvaluation result;
    for (const Judgement& each : judgements) {
        const std::string_view category = k_dispute_category_names[each.category];
        if (are_categories)
            by_label.add(each.label, category, each.category_confidence);
        else if (std::ranges::find(model.intents, each.label, &classify::Intent::name) == model.intents.end())
            ++result.skipped;
        else
            by_label.add(each.label, model.intents[each.intent].name, each.intent_confidence);
        if (map) by_category.add(name(*category_of(*map, each.label)), category, each.category_confidence);
        if (category != name(DisputeCategory::not_a_dispute)) ++result.taken_for_dispute;
    }
    result.count = static_cast<std::int64_t>(judgements.size());
    result.labels = by_label.figures();
    if (map) result.mapped = by_category.figures();
    return result;
}

}  // namespace bankctl
