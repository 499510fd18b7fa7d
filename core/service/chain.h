// Walking one account's own chain of legs, newest first, without an index: step by step or by jumps.
#pragma once

#include <optional>
#include <utility>

#include "core/port/ledger.h"

namespace bankctl {

/// The entry at `seq`, which a leg of `newer` points to. Links only lead back, so a walk always ends. `Source` is a
/// snapshot, or the books while they are being written.
template <class Source>
JournalEntry follow_chain(Source& source, Seq seq, const JournalEntry& newer) {
    if (seq >= newer.seq) {
        throw Failure(Error(ErrorCode::integrity_violation, "an account's chain does not lead back")
                          .with("seq", newer.seq.value));
    }
    return require(source.entry(seq), "an entry that an account's chain leads to");
}

/// The newest entry on the account for which `is_old_enough` holds, in O(log n) steps. The predicate must be monotone:
/// once true, it is true of every older entry of the account.
template <class Source, class Predicate>
std::optional<JournalEntry> newest_entry_where(Source& source, const Account& account, Predicate is_old_enough) {
    JournalEntry entry = require(source.entry(account.last), "an account's newest entry");
    while (!is_old_enough(entry)) {
        const Leg leg = leg_on(entry, account.number);
        if (leg.version == 1) return std::nullopt;
        JournalEntry ancestor = follow_chain(source, leg.jump, entry);
        // An ancestor that is old enough may be older than needed: then only one step is safe.
        if (is_old_enough(ancestor) && leg.previous != leg.jump) ancestor = follow_chain(source, leg.previous, entry);
        entry = std::move(ancestor);
    }
    return entry;
}

/// Visits the account's entries of versions `first` to `last`, ascending; memory is bounded by a fixed chunk.
void scan_versions(port::Snapshot& snapshot, const Account& account, std::int64_t first, std::int64_t last,
                   const port::Visitor<JournalEntry>& visit);

}  // namespace bankctl
