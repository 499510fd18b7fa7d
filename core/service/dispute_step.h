// What the parts of Disputes share: a step on its way.
#pragma once

#include <string>

#include "core/service/dispute_case.h"
#include "core/service/disputes.h"

namespace bankctl {

/// The case as the step leaves it, and the detail of the entry that it will be.
struct Disputes::Step {
    DisputeCase about;
    DisputeStatus from{};
    std::optional<Timestamp> due_before{};  ///< what was due before the step
    std::string customer{};
    DisputeDetail detail{};

    Dispute& state() { return about.state; }
    void tell(Message message) { detail.messages.push_back(std::move(message)); }
};

/// `idempotency_key_mismatch` that names the first of the request's words that differs from the original's.
Status compare_asked(Books& books, const JournalEntry& original, const Facts& asked, const Facts& was);

}  // namespace bankctl
