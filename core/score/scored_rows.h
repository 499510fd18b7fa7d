// Rows of a table of past loans as a scorecard sees them.
#pragma once

#include <cstdint>
#include <vector>

#include "core/score/credit_table.h"
#include "core/score/scorecard.h"

namespace bankctl::score {

struct ScoredRows {
    std::vector<std::int64_t> scores;
    std::vector<double> unrounded;                  ///< the score before points were rounded
    std::vector<std::vector<std::uint32_t>> slots;  ///< of each characteristic the slot of each row
};

/// Bins of a characteristic in one row of numbers: its bins or categories, its special codes, other, missing.
std::size_t slot_count(const Characteristic& characteristic);

/// The points of each slot.
std::vector<std::int64_t> slot_points(const Characteristic& characteristic);

/// `unknown_field` where the card asks for what is no column of the table.
Result<ScoredRows> score_rows(const Scorecard& card, const CreditTable& table);

}  // namespace bankctl::score
