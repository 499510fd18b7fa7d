// From texts to a layer: which features count how much, the fit, its calibration, and its weights as small integers.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/classify/linear_training.h"
#include "core/classify/model.h"

namespace bankctl::classify {

/// How a layer is made.
struct LayerRecipe {
    FeatureSpace space;
    double word_factor = 1;    ///< how much a word counts against a run of letters
    double support_cost = 1;   ///< C of the support vector machine
    double softmax_cost = 10;  ///< C of the logistic regression
    double support_share = 1;  ///< how much of the first is added to the second; 0: it is not fitted
    int passes = 20;
};

/// A text to fit to, or to calibrate with.
struct LayerText {
    const Words* words = nullptr;
    std::uint32_t column = 0;
    float weight = 1;
};

/// A layer with its weights as they were fitted.
struct FittedLayer {
    FeatureSpace space;
    std::vector<std::uint8_t> lengths;
    Matrix matrix;  ///< over features that have length 1 in each text
    std::size_t columns = 0;
};

/// Deterministic. `report` is called after each pass over the texts and may be empty.
FittedLayer fit_layer(const LayerRecipe& recipe, std::span<const LayerText> texts, std::size_t columns,
                      std::uint64_t seed, const std::function<void()>& report);

/// The factor on the scores that makes the probabilities of the texts' groups most likely; `group_of` says to which
/// group (category) a column belongs. The texts must not be among those that were fitted to.
double best_sharpness(const FittedLayer& layer, std::span<const LayerText> texts,
                      std::span<const std::uint32_t> group_of);

/// The layer as it stands in a file, with its scores multiplied by `sharpness`. `intents`: of each column.
LayerContents compressed(const FittedLayer& layer, double sharpness, std::vector<std::uint16_t> intents);

}  // namespace bankctl::classify
