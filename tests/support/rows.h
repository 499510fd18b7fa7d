// All that a bank holds, to compare two of them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/port/ledger.h"

namespace bankctl::test {

struct Rows {
    std::vector<JournalEntry> entries;
    std::vector<Account> accounts;
    std::vector<Customer> customers;
    std::vector<Hold> holds;
    std::vector<Reversal> reversals;
    std::vector<LimitRule> limit_rules;
    std::vector<Hold> expiring;
    std::vector<std::optional<Seq>> keyed;  ///< what each entry's key leads to, in the order of the entries
    std::int64_t keys = 0;

    bool operator==(const Rows&) const = default;
};

Rows all_rows(port::Snapshot& snapshot);
Rows all_rows_of(port::Ledger& ledger);

/// Without what an import into another bank cannot carry over: when and by whom entries were posted, their hashes, and
/// the bank's own first entry.
Rows without_circumstances(Rows rows);

}  // namespace bankctl::test
