#include "core/service/export_scan.h"

#include "core/service/queries.h"

namespace bankctl {

void scan_matching(port::Snapshot& snapshot, const ExportFilter& filter,
                   const std::function<void(const JournalEntry&)>& visit) {
    const std::int64_t head = snapshot.head().seq.value;
    const auto visit_and_go_on = [&](const JournalEntry& entry) {
        if (filter.progress) filter.progress(entry.seq.value, head);
        visit(entry);
        return true;
    };
    if (filter.is_empty()) return snapshot.scan_entries(Seq{}, visit_and_go_on);
    TransactionFilter transactions;
    transactions.account = filter.account;
    transactions.since = filter.since;
    transactions.until = filter.until;
    static_cast<void>(list_transactions(snapshot, transactions, visit_and_go_on).value_or_throw());
}

}  // namespace bankctl
