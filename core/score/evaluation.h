// How well a scorecard judges past loans that it was not trained on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/score/credit_table.h"
#include "core/score/metrics.h"
#include "core/score/policy.h"

namespace bankctl::score {

/// Loans with scores from `low` to `high`, inclusive; an end that is absent is open.
struct ScoreBand {
    std::optional<std::int64_t> low;
    std::optional<std::int64_t> high;
    std::int64_t rows = 0;
    std::int64_t bad = 0;
    double expected_bad = 0;               ///< the sum of their probabilities of default
    std::optional<double> training_share;  ///< of the rows of training
};

/// Rows with one value of the column by which groups are compared, and how many of them would be approved.
struct GroupResult {
    std::string value;  ///< empty where missing
    std::int64_t rows = 0;
    std::int64_t approved = 0;
    /// The approval rate divided by the highest of all groups (the four-fifths rule of 29 CFR 1607.4(D) looks at values
    /// below 0.8); nothing where no group has approvals.
    std::optional<double> impact_ratio;
};

struct CharacteristicStability {
    std::string id;
    double psi = 0;
};

struct Evaluation {
    std::int64_t rows = 0;
    std::int64_t bad = 0;
    double auc = 0;
    double auc_unrounded = 0;  ///< by the points before they were rounded
    double ks = 0;
    double brier = 0;
    double ece = 0;
    std::optional<double> psi;  ///< of the scores against training; nothing for a card that was not trained
    std::vector<ScoreBand> bands;
    std::vector<CharacteristicStability> stability;
    std::vector<GroupResult> groups;  ///< most rows first
    std::vector<RocPoint> roc;
    std::vector<CalibrationPart> calibration;
};

inline constexpr std::size_t k_groups_max = 100;

/// Judges the policy's card by the table. With `group`, a column of the table that the card does not use, compares its
/// values: `unknown_field` if there is none, `usage` if the card uses it or it has more than k_groups_max values.
Result<Evaluation> evaluate(const LoanPolicy& policy, const CreditTable& table,
                            const std::optional<std::string>& group);

/// Loans, and how many of them went bad.
struct LoanCount {
    std::int64_t rows = 0;
    std::int64_t bad = 0;
};

/// Which loans two policies would approve, each by its own card and passing score.
struct Agreement {
    LoanCount both;
    LoanCount only_champion;
    LoanCount only_challenger;
    LoanCount neither;
};

/// Compares by the table. `unknown_field` where a card asks for what is no column of it.
Result<Agreement> compare(const LoanPolicy& champion, const LoanPolicy& challenger, const CreditTable& table);

}  // namespace bankctl::score
