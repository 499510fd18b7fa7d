// How well scores tell bad loans from good ones, and probabilities from what came true.
#pragma once

#include <cstdint>
#include <vector>

namespace bankctl::score {

/// The probability that a bad loan has a greater value than a good one, ties counted half (Mann-Whitney). 0.5 without
/// both kinds. Values must grow with risk.
double auc(const std::vector<double>& values, const std::vector<std::uint8_t>& outcomes);

/// The greatest distance between the distributions of bad and good loans over the values (Kolmogorov-Smirnov).
double kolmogorov_smirnov(const std::vector<double>& values, const std::vector<std::uint8_t>& outcomes);

/// The mean squared distance of probabilities from outcomes (Brier, Monthly Weather Review 78, 1950).
double brier(const std::vector<double>& probabilities, const std::vector<std::uint8_t>& outcomes);

/// Rows in order of probability, cut into ten parts of equal size; rows of equal probability stay together.
struct CalibrationPart {
    double rows = 0;
    double expected = 0;  ///< the sum of their probabilities
    double bad = 0;
};
std::vector<CalibrationPart> calibration_parts(const std::vector<double>& probabilities,
                                               const std::vector<std::uint8_t>& outcomes);

/// Expected calibration error: over those parts, the mean distance between the mean probability and the share of bad
/// ones, by rows.
double calibration_error(const std::vector<double>& probabilities, const std::vector<std::uint8_t>& outcomes);

/// If every loan with at least some value were refused: the shares of the good and of the bad ones that would be.
struct RocPoint {
    double good_share = 0;
    double bad_share = 0;
};
/// From (0, 0) to (1, 1), at most about `points_max` of them. Empty without both kinds. Values must grow with risk.
std::vector<RocPoint> roc_curve(const std::vector<double>& values, const std::vector<std::uint8_t>& outcomes,
                                std::size_t points_max);

/// Population stability index, the sum of (p - q) ln(p / q) over the parts. Counts of rows; an empty part counts half a
/// row, so that the index is finite. 0 where a side has no rows.
double stability_index(const std::vector<double>& expected, const std::vector<double>& actual);

/// The values closest to these, by the weighted sum of squares, that never fall (pool adjacent violators: Ayer and
/// others, Annals of Mathematical Statistics 26, 1955). Weights are above 0.
std::vector<double> closest_rising(const std::vector<double>& values, const std::vector<double>& weights);

/// Rows of equal value, in ascending order of values.
struct ValueRun {
    double value = 0;
    double good = 0;
    double bad = 0;
};
std::vector<ValueRun> value_runs(const std::vector<double>& values, const std::vector<std::uint8_t>& outcomes);

}  // namespace bankctl::score
