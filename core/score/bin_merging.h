// Joining many small bins into few, so that what a scorecard says of each is as little different as can be.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace bankctl::score {

/// A small bin: its effect in log odds, and how much it counts (the curvature of its log loss).
struct SmallBin {
    double effect = 0;
    double weight = 0;
    std::size_t rows = 0;
};

struct MergingLimits {
    std::size_t bins_max = 12;
    std::size_t rows_min = 1;  ///< of a joined bin; where all rows are fewer, one bin has them
    double bin_penalty = 0.5;  ///< a bin must save so much of the weighted squared error
};

/// The ends (one past the last) of consecutive runs of `bins` that minimise the sum over all bins of weight times
/// (effect - weighted mean of its run)^2, plus `bin_penalty` for each run, by dynamic programming over all divisions.
/// Of equal ones the one with fewer bins. Empty for no bins.
std::vector<std::size_t> merge_bins(std::span<const SmallBin> bins, const MergingLimits& limits);

}  // namespace bankctl::score
