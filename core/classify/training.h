// From labelled texts to a model.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "core/base/result.h"
#include "core/classify/model.h"

namespace bankctl::classify {

struct LabelledText {
    std::string text;
    std::string label;  ///< the intent
    DisputeCategory category{};
};

struct TrainingOptions {
    std::uint64_t seed = 1;
    /// Told how much is done, from 0 to 1, now and then; may be empty.
    std::function<void(double share)> report;
};

/// A model of the texts' labels as intents, without a card. The same texts in the same order and the same seed give the
/// same model. `invalid_csv` where there are fewer than two labels, too many, or too few texts to calibrate with, or
/// one label has two categories.
Result<ModelContents> train(std::span<const LabelledText> texts, const TrainingOptions& options);

}  // namespace bankctl::classify
