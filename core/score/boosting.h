// Additive models of a probability, learnt by cyclic Newton boosting: in every round each feature in turn takes one
// small step: a stump over its ordered bins and a shrunken Newton step for each bin that has no order. Where the
// ordered bins are few, as of codes and counts, each of them has such a step too, kept to the trend. (Friedman, "Greedy
// function approximation", Annals of Statistics 29, 2001; cyclic over features as in Lou, Caruana and Gehrke,
// "Intelligible models for classification and regression", KDD 2012.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace bankctl::score {

/// How the log odds of the event may move along a feature's ordered bins.
enum class Trend { free, rising, falling };

/// A feature of the rows to learn from: a bin for each row. Bins 0 to `ordered` - 1 have an order; those from there to
/// `bins` - 1 (missing, special codes, categories) have none.
struct BinnedFeature {
    std::vector<std::uint8_t> bin_of_row;
    std::size_t ordered = 0;
    std::size_t bins = 0;
    Trend trend = Trend::free;
};

/// What to learn from: features of equally many rows, and 1 for each row that had the event, else 0.
struct BinnedRows {
    std::vector<BinnedFeature> features;
    std::vector<std::uint8_t> outcomes;
};

/// The chosen rows, in that order.
BinnedRows select_rows(const BinnedRows& rows, std::span<const std::uint32_t> chosen);

struct BoostingOptions {
    double learning_rate = 0.1;
    double ridge = 1.0;              ///< added to the curvature on each side of a stump
    double loose_ridge = 10.0;       ///< the same for a bin that has a step of its own
    std::size_t loose_bins_max = 0;  ///< ordered bins, where they are no more, have steps of their own
    double gain_min = 0.0;           ///< a stump that gains less is not taken
    std::size_t leaf_rows_min = 10;
    std::size_t rounds_max = 300;
    std::size_t patience = 30;  ///< rounds without a better loss on the rows kept aside before it stops
};

/// Gradient and curvature of the log loss, summed over the rows of a bin.
struct BinSum {
    double gradient = 0;
    double curvature = 0;
    std::size_t rows = 0;
};

/// The best split of ordered bins into 0..`left_bins`-1 and the rest, and the Newton step of each side;
/// `left_bins` is 0 where no split keeps to the trend and gains more than `gain_min`.
struct Stump {
    std::size_t left_bins = 0;
    double left_step = 0;
    double right_step = 0;
    double gain = 0;
};
Stump best_stump(std::span<const BinSum> sums, Trend trend, const BoostingOptions& options);

/// Effects in log odds: one number for each bin of each feature.
using Effects = std::vector<std::vector<double>>;

/// What one visit adds to a feature: a stump over its ordered bins and a number for each bin after those, or a number
/// for each bin.
struct BoostingStep {
    Stump stump;
    std::vector<double> loose;
};

/// A model as the steps that led to it, so that a shorter one can be had from a longer.
struct BoostedModel {
    double intercept = 0;
    std::vector<std::vector<BoostingStep>> rounds;  ///< of each round a step for each feature
    /// Mean log loss on the rows kept aside, of the intercept alone and then after each round; empty without such rows.
    std::vector<double> losses_aside;

    /// The sum of the first `count` rounds, of fewer if there are fewer, for the features of `rows`.
    Effects effects_after(std::size_t count, const BinnedRows& rows) const;
};

/// Learns from `rows`; features are visited in the order given by `order`. Stops early by `aside`, if there is one.
/// `each_round` is called after each round.
BoostedModel boost(const BinnedRows& rows, const BinnedRows* aside, std::span<const std::size_t> order,
                   const BoostingOptions& options, const std::function<void()>& each_round);

/// Log odds of each row.
std::vector<double> log_odds(const BinnedRows& rows, double intercept, const Effects& effects);

/// The logistic function, computed the same on every machine; its relative error is below 1e-12.
double probability(double log_odds);

}  // namespace bankctl::score
