// Training of a scorecard: from a table of past loans to a policy with a card of whole points.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/score/credit_table.h"

namespace bankctl::score {

struct TrainingOptions {
    std::size_t characteristics_max = 12;
    std::size_t bins_max =
        12;  ///< of a characteristic, with those of missing values and special codes; at least 2 have an order
    std::vector<double> special_codes;
    std::uint64_t seed = 1;
    std::string target;                 ///< for the record
    std::vector<std::string> left_out;  ///< for the record
};

inline constexpr std::size_t k_training_rows_min = 50;
inline constexpr std::size_t k_training_outcomes_min = 10;  ///< rows of each outcome

/// What was trained, and what it tells of itself.
struct TrainedPolicy {
    std::string json;  ///< ends with a line feed; equal bytes for equal tables and options
    std::size_t rows = 0;
    std::size_t bad = 0;
    std::size_t rounds = 0;
    std::vector<std::string> characteristics;
};

/// Trains a card. `invalid_csv` for fewer rows than the minima, and where no column tells anything of the outcome;
/// `prohibited_input` where a column has the name of something that no decision may rest on. `each_round` is called
/// often, with how many rounds were made so far.
Result<TrainedPolicy> train_card(const CreditTable& table, const TrainingOptions& options,
                                 const std::function<void(std::size_t)>& each_round);

}  // namespace bankctl::score
