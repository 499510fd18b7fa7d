// What the exports share: the entries that a filter lets through.
#pragma once

#include <functional>

#include "core/service/account_lookup.h"
#include "core/service/export.h"

namespace bankctl {

/// Calls `visit` for each transaction that matches, ascending; with an empty filter for every entry of the journal.
void scan_matching(port::Snapshot& snapshot, const ExportFilter& filter,
                   const std::function<void(const JournalEntry&)>& visit);

}  // namespace bankctl
