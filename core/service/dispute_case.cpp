#include "core/service/dispute_case.h"

namespace bankctl {

std::vector<Deadline> deadlines_of(const DisputeFiling& filing, const Dispute& state) {
    ClockFacts clocks = filing.clocks;
    clocks.category = state.category;
    clocks.acknowledged_at = state.acknowledged_at;
    clocks.provisional_credit_at = state.credited_at;
    clocks.credit_told_at = state.credited_at;
    clocks.decided_at = state.decided_at;
    clocks.result_told_at = state.decided_at;
    clocks.is_upheld = state.outcome && *state.outcome != DisputeOutcome::rejected;
    if (clocks.is_upheld) clocks.corrected_at = state.decided_at;  // the refund is posted in the same transaction
    std::vector<Deadline> deadlines = legal_deadlines(clocks, BusinessCalendar(filing.holidays));
    deadlines.push_back(
        team_target(state.priority, state.filed_at, state.paused_us, state.paused_since, state.decided_at.has_value()));
    sort_deadlines(deadlines);
    return deadlines;
}

void settle_due(const DisputeFiling& filing, Dispute& state) {
    state.due_at = is_open(state.status) ? due_of(deadlines_of(filing, state)) : std::nullopt;
}

}  // namespace bankctl
