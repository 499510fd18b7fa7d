// From texts to a network: which features count how much, the fit, its calibration, and its weights as small integers.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/classify/hidden_training.h"
#include "core/classify/linear_training.h"
#include "core/classify/model.h"

namespace bankctl::classify {

/// How a network is made.
struct Recipe {
    FeatureSpace space;
    double word_factor = 1;    ///< how much a word counts against a run of letters
    double support_cost = 1;   ///< C of the support vector machine
    double softmax_cost = 10;  ///< C of the logistic regression
    double support_share = 1;  ///< how much of the first is added to the second
    int passes = 20;
    std::size_t hidden = 64;  ///< units
    double hidden_share = 1;  ///< how much of what the units say is added to those two
    int hidden_passes = 20;
};

/// A text to fit to, or to calibrate with.
struct FittingText {
    const Words* words = nullptr;
    std::uint32_t column = 0;
    float weight = 1;
};

/// A network with its weights as they were fitted.
struct FittedNetwork {
    FeatureSpace space;
    std::vector<std::uint8_t> lengths;
    Matrix matrix;  ///< what features say directly; they have length 1 in each text
    HiddenLayer hidden;
    double hidden_share = 0;
    std::size_t columns = 0;
};

/// Deterministic. `report` is called after each pass over the texts and may be empty.
FittedNetwork fit_network(const Recipe& recipe, std::span<const FittingText> texts, std::size_t columns,
                          std::uint64_t seed, const std::function<void()>& report);

/// The factor on the scores that makes the probabilities of the texts' groups most likely; `group_of` says to which
/// group (category) a column belongs. The texts must not be among those that were fitted to.
double best_sharpness(const FittedNetwork& network, std::span<const FittingText> texts,
                      std::span<const std::uint32_t> group_of);

/// The network as it stands in a file, with its scores multiplied by `sharpness`.
NetworkContents compressed(const FittedNetwork& network, double sharpness);

}  // namespace bankctl::classify
