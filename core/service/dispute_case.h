// A dispute with everything that its entries say of it, read from a snapshot or from the books while they are written.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/model/dispute.h"
#include "core/model/journal.h"
#include "core/service/dispute_details.h"

namespace bankctl {

/// How many of a customer's disputes, the newest first, are looked at for what they say of a new one.
inline constexpr std::int64_t k_earlier_disputes_max = 256;

inline Error dispute_not_found(Seq number) {
    return Error(ErrorCode::dispute_not_found, "there is no dispute " + dispute_id(number))
        .with("dispute", dispute_id(number));
}

struct DisputeCase {
    Dispute state;
    DisputeFiling filing;
    DisputeDecision decision;  ///< the one in force
};

/// An entry about a dispute, and what it says.
struct DisputeStepEntry {
    JournalEntry entry;
    DisputeDetail detail;
};

/// The detail of entry `seq`, which the books hold unless they were altered.
template <class Source>
DisputeStepEntry dispute_step(Source& source, Seq seq) {
    JournalEntry entry = require(source.entry(seq), "an entry of a dispute");
    DisputeDetail detail = detail_of_dispute(entry);
    return {std::move(entry), std::move(detail)};
}

/// The case in `state`.
template <class Source>
DisputeCase case_of(Source& source, const Dispute& state) {
    DisputeDetail filed = dispute_step(source, state.number).detail;
    DisputeCase found{state, require(std::move(filed.filing), "a filing"), {}};
    found.decision = state.assessment == state.number
                         ? require(std::move(filed.decision), "a decision")
                         : require(dispute_step(source, state.assessment).detail.decision, "a decision");
    return found;
}

/// The entries about a case from `last` back to its filing, the newest first.
template <class Source>
std::vector<DisputeStepEntry> steps_back(Source& source, Seq last) {
    std::vector<DisputeStepEntry> steps;
    for (Seq at = last; at; at = steps.back().detail.previous) {
        steps.push_back(dispute_step(source, at));
        if (steps.back().detail.previous >= at)
            throw Failure(
                Error(ErrorCode::integrity_violation, "a dispute's entries are no chain").with("seq", at.value));
    }
    return steps;
}

/// The law's clocks and the bank's own target as they stand in this state, the earliest first. A message to the
/// customer counts as told from the step that wrote it on: it is in the outbox then, and cannot be lost.
std::vector<Deadline> deadlines_of(const DisputeFiling& filing, const Dispute& state);

/// Sets what follows from the rest of the state: when something is due.
void settle_due(const DisputeFiling& filing, Dispute& state);

}  // namespace bankctl
