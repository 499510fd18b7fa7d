// Figures about all disputes: volumes, ages, what is late, outcomes, and whether the model still knows what it sees.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/port/ledger.h"

namespace bankctl {

struct DisputeStatisticsFilter {
    std::optional<Timestamp> since;  ///< filed at or after
    std::optional<Timestamp> until;  ///< filed before
};

/// Cases that something has in common. Open: neither closed nor withdrawn; overdue: open, and what is due first is
/// past.
struct DisputeCounts {
    std::int64_t filed = 0;
    std::int64_t open = 0;
    std::int64_t overdue = 0;
    std::array<std::int64_t, 3> outcomes{};  ///< by DisputeOutcome
    std::int64_t late = 0;                   ///< decided after something was due
    std::int64_t corrected = 0;              ///< a person gave another category than the classifier

    std::int64_t decided() const { return outcomes[0] + outcomes[1] + outcomes[2]; }
};

/// What the classifier did in a month.
struct ModelMonth {
    std::int64_t filed = 0;
    std::int64_t corrected = 0;
    std::int64_t confidence_bp_sum = 0;
};

/// The first day of each class of age; the last class has no end.
inline constexpr std::array<std::int64_t, 6> k_age_days{0, 1, 3, 10, 45, 90};

struct DisputeStatistics {
    DisputeCounts all;
    std::map<DisputeCategory, DisputeCounts> by_category;
    std::map<DisputeStatus, std::int64_t> by_status;
    std::map<int, DisputeCounts> by_priority;
    std::map<std::string, DisputeCounts> by_team;
    std::array<std::int64_t, k_age_days.size()> open_by_age{};
    std::int64_t us_to_decision_sum = 0;       ///< of decided cases, from filed to decided
    std::map<std::string, ModelMonth> months;  ///< by the month of filing, like 2026-01
};

/// One pass over the disputes; memory grows with teams and months only.
DisputeStatistics count_disputes(port::Snapshot& snapshot, const DisputeStatisticsFilter& filter, Timestamp now);

}  // namespace bankctl
