// A model averaged over runs on parts of the rows, and what the rows left out of each run tell: how many rounds are
// best and how far the model is to be trusted.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/score/boosting.h"

namespace bankctl::score {

struct AveragingOptions {
    std::size_t folds = 5;
    std::size_t repeats = 1;
    std::uint64_t seed = 1;
    BoostingOptions boosting;
};

struct AveragedModel {
    double intercept = 0;
    Effects effects;         ///< each feature's with mean 0 over the rows
    std::size_t rounds = 0;  ///< after which the mean loss of the rows left out is least
    double loss_aside = 0;   ///< that loss: the mean negative log likelihood
    /// What each feature contributes: the variance of its effect over the rows.
    std::vector<double> worth;
    /// Of each row by the runs that left it out.
    std::vector<double> log_odds_aside;
};

/// Divides the rows into folds, as many bad ones in each as can be, `repeats` times, and learns from all folds but one
/// each time. Equal seeds give equal models. `each_round` is called after each round of each run.
AveragedModel average_runs(const BinnedRows& rows, const AveragingOptions& options,
                           const std::function<void()>& each_round);

/// The a + b·x by which log odds x fit outcomes best: what rows left out of training tell of a model that says too much
/// or too little. b is kept within 0.5 to 2.
struct Calibration {
    double intercept = 0;
    double slope = 1;
};
Calibration calibrate(const std::vector<double>& log_odds, const std::vector<std::uint8_t>& outcomes);

}  // namespace bankctl::score
