// The document of a trained policy, and what it remembers of its training.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/score/card_training.h"
#include "core/score/scored_rows.h"

namespace bankctl::score {

struct TrainingRecord {
    const TrainingOptions& options;
    std::int64_t passing_score = 0;
    std::size_t rounds = 0;
    double auc_aside = 0;  ///< on the rows that each run left out
};

/// The policy as JSON: the card, bands, texts of reasons, and under scorecard.training how it came about and how the
/// rows of training were distributed.
std::string trained_policy_text(const Scorecard& card, const TrainingRecord& record, const ScoredRows& rows,
                                const std::vector<std::uint8_t>& outcomes);

/// How the rows of training were distributed over scores: ranges that end at `ends`, the last without an end.
struct ScoreDistribution {
    std::vector<std::int64_t> ends;
    std::vector<double> rows;
};
/// What the training of a policy remembers; nothing of an expert's, or where it has another shape.
std::optional<ScoreDistribution> training_distribution(const Scorecard& card);
/// The rows of training in each slot of each characteristic; empty as above.
std::vector<std::vector<double>> training_slots(const Scorecard& card);

/// The place of a score among ranges with these ends.
std::size_t range_of(const std::vector<std::int64_t>& ends, std::int64_t score);

}  // namespace bankctl::score
