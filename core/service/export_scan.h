// What the exports share: the entries that a filter lets through, and the accounts that they name.
#pragma once

#include <functional>
#include <string>
#include <unordered_map>

#include "core/service/export.h"

namespace bankctl {

/// Calls `visit` for each transaction that matches, ascending; with an empty filter for every entry of the journal.
void scan_matching(port::Snapshot& snapshot, const ExportFilter& filter,
                   const std::function<void(const JournalEntry&)>& visit);

/// Looks accounts up by number and remembers the last few thousand. Only what never changes may be read from them.
class AccountLookup {
public:
    explicit AccountLookup(port::Snapshot& snapshot) : snapshot_(snapshot) {}
    /// Valid for the next few thousand calls.
    const Account& operator()(Seq number);
    const Account& operator()(const std::optional<Leg>& leg);

private:
    port::Snapshot& snapshot_;
    std::unordered_map<Seq, Account> recent_;
    std::unordered_map<Seq, Account> older_;
};

}  // namespace bankctl
