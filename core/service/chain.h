// Walking one account's own chain of legs, newest first, without an index: step by step or by jumps.
#pragma once

#include <functional>
#include <optional>

#include "core/port/ledger.h"

namespace bankctl {

/// The newest entry on the account for which `is_old_enough` holds, in O(log n) steps. The predicate must be monotone:
/// once true, it is true of every older entry of the account.
std::optional<JournalEntry> newest_entry_where(port::Snapshot& snapshot, const Account& account,
                                               const std::function<bool(const JournalEntry&)>& is_old_enough);

/// Visits the account's entries of versions `first` to `last`, ascending; memory is bounded by a fixed chunk.
void scan_versions(port::Snapshot& snapshot, const Account& account, std::int64_t first, std::int64_t last,
                   const port::Visitor<JournalEntry>& visit);

}  // namespace bankctl
