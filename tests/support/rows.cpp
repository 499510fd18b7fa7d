#include "tests/support/rows.h"

#include <algorithm>

namespace bankctl::test {
namespace {

template <class Row>
port::Visitor<Row> into(std::vector<Row>& rows) {
    return [&rows](const Row& row) {
        rows.push_back(row);
        return true;
    };
}

}  // namespace

Rows all_rows(port::Snapshot& snapshot) {
    Rows rows;
    snapshot.scan_entries(Seq{}, into(rows.entries));
    snapshot.scan_accounts(AccountId{}, into(rows.accounts));
    snapshot.scan_customers(CustomerId{}, into(rows.customers));
    snapshot.scan_holds(into(rows.holds));
    snapshot.scan_reversals(into(rows.reversals));
    snapshot.scan_limit_rules(into(rows.limit_rules));
    for (const Account& account : rows.accounts)
        std::ranges::for_each(snapshot.expiring_holds(account.number), into(rows.expiring));
    for (const JournalEntry& entry : rows.entries)
        rows.keyed.push_back(entry.key ? snapshot.keyed(IdempotencyKey{*entry.key}) : std::nullopt);
    rows.keys = snapshot.count_keys();
    return rows;
}

Rows all_rows_of(port::Ledger& ledger) {
    Rows rows;
    ledger.read([&](port::Snapshot& snapshot) { rows = all_rows(snapshot); });
    return rows;
}

Rows without_circumstances(Rows rows) {
    if (!rows.entries.empty()) rows.entries.erase(rows.entries.begin());
    for (JournalEntry& entry : rows.entries) {
        entry.posted_at = {};
        entry.user.clear();
        entry.uid = 0;
        entry.hash = {};
    }
    return rows;
}

}  // namespace bankctl::test
