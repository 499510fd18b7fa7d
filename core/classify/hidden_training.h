// Fits a network with one hidden layer to examples: what linear layers cannot say, that features count together.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/classify/linear_training.h"

namespace bankctl::classify {

/// A hidden unit is the sum of its inputs and its bias, or 0 where that is negative; a score is the sum of the hidden
/// units, each times its weight, and a bias.
struct HiddenLayer {
    std::size_t units = 0;
    Matrix inputs;   ///< of every bucket, the weights for all units; in the last row the units' biases
    Matrix outputs;  ///< of every unit, the weights for all columns; in the last row the columns' biases
};

struct HiddenOptions {
    std::size_t buckets = 0;
    std::size_t columns = 0;
    std::size_t units = 64;
    int passes = 20;
    std::uint64_t seed = 1;
    std::function<void()> report;  ///< called after each pass; may be empty
};

/// Stochastic gradient descent on the cross-entropy with a step of its own for every weight (Duchi, Hazan and Singer,
/// "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization", JMLR 12, 2011). Against learning by
/// heart, inputs and units are left out at random (Srivastava et al., "Dropout", JMLR 15, 2014), and a small part of
/// each label is spread over all (Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", CVPR
/// 2016). The same input gives the same bits.
HiddenLayer fit_hidden(std::span<const Example> examples, const HiddenOptions& options);

/// Adds `share` times what the layer says of an example to `scores`.
void add_hidden_scores(const HiddenLayer& layer, const Example& example, float share, std::vector<float>& scores);

}  // namespace bankctl::classify
