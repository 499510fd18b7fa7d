#include "core/service/dispute_statistics.h"

namespace bankctl {
namespace {

constexpr std::int64_t k_us_per_day = 86'400'000'000;
constexpr std::size_t k_month_characters = 7;

void count(DisputeCounts& counts, const Dispute& dispute, bool is_overdue) {
    ++counts.filed;
    if (is_open(dispute.status)) ++counts.open;
    if (is_overdue) ++counts.overdue;
    if (dispute.outcome) ++counts.outcomes[static_cast<std::size_t>(*dispute.outcome)];
    if (dispute.outcome && dispute.was_late) ++counts.late;
    if (dispute.category != dispute.category_filed) ++counts.corrected;
}

std::size_t age_class(std::int64_t days) {
    std::size_t found = 0;
    while (found + 1 < k_age_days.size() && days >= k_age_days[found + 1]) ++found;
    return found;
}

}  // namespace

DisputeStatistics count_disputes(port::Snapshot& snapshot, const DisputeStatisticsFilter& filter, Timestamp now) {
    DisputeStatistics statistics;
    snapshot.scan_disputes({}, [&](const Dispute& dispute) {
        if (filter.since && dispute.filed_at < *filter.since) return true;
        if (filter.until && dispute.filed_at >= *filter.until) return true;
        const bool is_overdue = is_open(dispute.status) && dispute.due_at && *dispute.due_at < now;
        count(statistics.all, dispute, is_overdue);
        count(statistics.by_category[dispute.category], dispute, is_overdue);
        count(statistics.by_priority[dispute.priority], dispute, is_overdue);
        count(statistics.by_team[dispute.team], dispute, is_overdue);
        ++statistics.by_status[dispute.status];
        if (is_open(dispute.status)) {
            const std::int64_t days = (now.us - dispute.filed_at.us) / k_us_per_day;
            ++statistics.open_by_age[age_class(days)];
        }
        if (dispute.outcome && dispute.decided_at)
            statistics.us_to_decision_sum += dispute.decided_at->us - dispute.filed_at.us;
        ModelMonth& month = statistics.months[format_date(dispute.filed_at).substr(0, k_month_characters)];
        ++month.filed;
        if (dispute.category != dispute.category_filed) ++month.corrected;
        month.confidence_bp_sum += dispute.confidence_bp;
        return true;
    });
    return statistics;
}

}  // namespace bankctl
