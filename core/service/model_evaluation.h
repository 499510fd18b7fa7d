// How well a model of disputes does on labelled texts.
#pragma once

#include <functional>
#include <istream>
#include <optional>

#include "core/classify/classifier.h"
#include "core/classify/evaluation.h"
#include "core/service/labelled_texts.h"

namespace bankctl {

struct ModelEvaluation {
    /// By labels: the likeliest intent is compared, or the category where all labels are categories.
    classify::Figures labels;
    std::optional<classify::Figures> mapped;  ///< by the labels' categories; only where each of them has one
    std::int64_t count = 0;                   ///< texts that were read
    std::int64_t skipped = 0;                 ///< of them left out of `labels`: the model does not know their label
    std::int64_t taken_for_dispute = 0;       ///< texts whose category is another than not_a_dispute
};

/// Reads a CSV as read_labelled_rows does. With a map each label must have a category, else `invalid_csv`. `report` is
/// told after each text how many were read; it may be empty.
Result<ModelEvaluation> evaluate_model(const classify::Classifier& classifier, std::istream& input,
                                       const LabelledColumns& columns, const std::optional<LabelMap>& map,
                                       const std::function<void(std::int64_t)>& report);

}  // namespace bankctl
