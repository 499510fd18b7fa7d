#include "core/service/export_scan.h"

#include "core/service/lookup.h"

namespace bankctl {
namespace {

constexpr std::size_t k_accounts_remembered = 4'096;

bool is_on(const std::optional<Leg>& leg, Seq account) { return leg && leg->account == account; }

}  // namespace

void scan_matching(port::Snapshot& snapshot, const ExportFilter& filter,
                   const std::function<void(const JournalEntry&)>& visit) {
    Seq account;
    if (filter.account) account = find_account(snapshot, *filter.account).value_or_throw().number;
    const auto matches = [&](const JournalEntry& entry) {
        if (filter.is_empty()) return true;
        return is_transaction(entry.kind) &&
               (!account || is_on(entry.debit, account) || is_on(entry.credit, account)) &&
               (!filter.since || entry.effective_at >= filter.since) &&
               (!filter.until || entry.effective_at < filter.until);
    };
    snapshot.scan_entries(Seq{}, [&](const JournalEntry& entry) {
        if (matches(entry)) visit(entry);
        return true;
    });
}

const Account& AccountLookup::operator()(Seq number) {
    if (const auto found = recent_.find(number); found != recent_.end()) return found->second;
    if (recent_.size() >= k_accounts_remembered) {
        older_ = std::move(recent_);
        recent_.clear();
    }
    const auto old = older_.find(number);
    Account account = old != older_.end() ? old->second : require(snapshot_.account(number), "an account");
    return recent_.emplace(number, std::move(account)).first->second;
}

const Account& AccountLookup::operator()(const std::optional<Leg>& leg) {
    return (*this)(require(leg, "an entry's leg").account);
}

}  // namespace bankctl
