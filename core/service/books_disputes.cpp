// The books' part about disputes and loans: their rows, the policies they were decided by, and what there is to tell.
#include <algorithm>

#include "core/service/books.h"
#include "core/service/dispute_details.h"
#include "core/service/loan_details.h"

namespace bankctl {
namespace {

Failure altered(const std::string& what, Seq seq) {
    return Failure(Error(ErrorCode::integrity_violation, what).with("seq", seq.value));
}

}  // namespace

std::optional<Dispute> Books::dispute(Seq number) {
    if (const Dispute* found = disputes_.find(number)) return *found;
    std::optional<Dispute> stored = storage_->dispute(number);
    if (stored) disputes_.load(number, *stored);
    return stored;
}

std::optional<Seq> Books::open_dispute(Seq transaction) {
    std::optional<Seq> found;
    disputes_.each_change([&](const Dispute& row, const Dispute*) {
        if (row.transaction == transaction && is_open(row.status)) found = row.number;
    });
    if (found) return found;
    found = storage_->open_dispute(transaction);
    return found && is_open(require(dispute(*found), "a dispute").status) ? found : std::nullopt;
}

std::vector<Dispute> Books::disputes_of(Seq customer, std::int64_t limit) {
    return storage_->disputes_of(customer, limit);
}

std::vector<Account> Books::accounts_of(Seq customer) {
    std::vector<Account> accounts = storage_->accounts_of(customer);
    for (Account& account : accounts) {
        if (const Account* staged = accounts_.find(account.number)) account = *staged;
    }
    return accounts;
}

std::optional<Loan> Books::loan(Seq number) {
    if (const Loan* found = loans_.find(number)) return *found;
    std::optional<Loan> stored = storage_->loan(number);
    if (stored) loans_.load(number, *stored);
    return stored;
}

std::optional<StoredPolicy> Books::policy(const std::string& sha256) {
    if (const StoredPolicy* found = policies_.find(sha256)) return *found;
    std::optional<StoredPolicy> stored = storage_->policy(sha256);
    if (stored) policies_.load(sha256, *stored);
    return stored;
}

std::optional<Notification> Books::notification(const NotificationId& id) {
    if (const Notification* found = notifications_.find(id)) return *found;
    std::optional<Notification> stored = storage_->notification(id);
    if (stored) notifications_.load(id, *stored);
    return stored;
}

void Books::store_policy(const JournalEntry& entry) {
    const PolicyDetail stored = policy_from_detail(entry.detail.value_or(""));
    if (policy(stored.sha256)) throw altered("an entry stores a policy that the bank has", entry.seq);
    policies_.put(stored.sha256, {entry.seq, stored.sha256});
}

/// The detail has the whole state, so only that it goes on from the state before is left to see.
void Books::change_dispute(const JournalEntry& entry) {
    const DisputeDetail detail = detail_of_dispute(entry);
    Dispute state = detail.state;
    state.version = 1;
    if (!detail.filing) {
        const std::optional<Dispute> before = dispute(entry.of);
        if (!before || before->last != detail.previous || before->status != detail.from)
            throw altered("an entry does not go on from the dispute that it changes", entry.seq);
        state.version = before->version + 1;
    }
    disputes_.put(state.number, state);
    for (const Notification& row : notifications_of(entry, state.number, detail.messages))
        notifications_.put(row.id, row);
}

/// As of a dispute.
void Books::change_loan(const JournalEntry& entry) {
    const LoanDetail detail = detail_of_loan(entry);
    Loan state = detail.state;
    state.version = 1;
    if (!detail.application) {
        const std::optional<Loan> before = loan(entry.of);
        if (!before || before->last != detail.previous || before->status != detail.from)
            throw altered("an entry does not go on from the loan that it changes", entry.seq);
        state.version = before->version + 1;
    }
    loans_.put(state.number, state);
    for (const Notification& row : notifications_of(entry, state.number, detail.messages))
        notifications_.put(row.id, row);
}

void Books::change_notification(const JournalEntry& entry) {
    const std::string detail = entry.detail.value_or("");
    const NotificationId id{entry.of, ordinal_of_attempt(detail)};
    const std::optional<Notification> before = notification(id);
    if (!before) throw altered("an entry delivers a notification that does not exist", entry.seq);
    notifications_.put(id, notification_from_attempt(detail, *before));
}

void Books::collect_case_rows(port::Changes& changes) const {
    disputes_.each_change([&](const Dispute& now, const Dispute* stored) {
        changes.disputes.push_back({now, stored ? stored->version : 0});
    });
    loans_.each_change([&](const Loan& now, const Loan* stored) {
        changes.loans.push_back({now, stored ? stored->version : 0});
    });
    policies_.each_change([&](const StoredPolicy& now, const StoredPolicy*) { changes.policies.push_back(now); });
    notifications_.each_change([&](const Notification& now, const Notification* stored) {
        changes.notifications.push_back({now, stored ? stored->version : 0});
    });
    std::ranges::sort(changes.disputes, {}, [](const auto& change) { return change.row.number; });
    std::ranges::sort(changes.loans, {}, [](const auto& change) { return change.row.number; });
    std::ranges::sort(changes.policies, {}, &StoredPolicy::number);
    std::ranges::sort(changes.notifications, {}, [](const auto& change) { return change.row.id; });
}

}  // namespace bankctl
