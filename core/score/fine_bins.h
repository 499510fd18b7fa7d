// The first, fine division of a column: many small bins, which boosting moves and merging then joins.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/score/boosting.h"
#include "core/score/credit_table.h"

namespace bankctl::score {

inline constexpr std::size_t k_ordered_bins_max = 100;
inline constexpr std::size_t k_levels_max = 120;
inline constexpr std::size_t k_special_codes_max = 16;
inline constexpr std::size_t k_level_rows_min = 10;  ///< categories with fewer rows are taken together

/// Which bin of a column means what. First the ordered bins of numbers, then missing, then special codes, then the
/// categories, then the bin of all categories that are too rare; each only where training has rows for it.
struct FineBins {
    std::vector<double> lowest;  ///< of each ordered bin the least and the greatest value seen
    std::vector<double> highest;
    bool has_missing = false;
    std::vector<double> specials;
    std::vector<std::string> levels;
    bool has_rare_levels = false;

    std::size_t ordered() const { return highest.size(); }
    std::size_t missing_bin() const { return ordered(); }
    std::size_t special_bin(std::size_t index) const { return ordered() + (has_missing ? 1 : 0) + index; }
    std::size_t level_bin(std::size_t index) const { return special_bin(specials.size()) + index; }
    std::size_t rare_bin() const { return level_bin(levels.size()); }
    std::size_t size() const { return rare_bin() + (has_rare_levels ? 1 : 0); }
};

struct FineColumn {
    FineBins bins;
    BinnedFeature feature;  ///< its trend is still free
};

/// Divides a column. Numbers fall into at most k_ordered_bins_max bins of about equally many rows; those equal to one
/// of `special_codes` have bins of their own.
FineColumn divide(const Column& column, std::span<const double> special_codes);

/// The shortest decimal that is at least `low` and less than `high`: a border that people can read.
std::string border_between(double low, double high);

}  // namespace bankctl::score
