#include "core/service/queries.h"

#include "core/service/chain.h"

namespace bankctl {
namespace {

bool is_effective_by(const JournalEntry& entry, Timestamp time) {
    return !entry.effective_at || *entry.effective_at <= time;
}

bool matches(const JournalEntry& entry, const TransactionFilter& filter) {
    if (!is_transaction(entry.kind)) return false;
    if (filter.kind && entry.kind != *filter.kind) return false;
    if (filter.since && *entry.effective_at < *filter.since) return false;
    return !filter.until || *entry.effective_at < *filter.until;
}

/// The versions of a customer's account that can match, found by jumps; the bank's own accounts, whose times are not in
/// order, are narrowed by the cursor alone.
struct Versions {
    std::int64_t first = 1;
    std::int64_t last = 0;
};

Versions versions_in_range(port::Snapshot& snapshot, const Account& account, const TransactionFilter& filter) {
    const bool is_ordered = !is_internal(account.id);
    Versions range{1, account.version};
    const auto before = newest_entry_where(snapshot, account, [&](const JournalEntry& entry) {
        const bool is_early =
            is_ordered && filter.since && (!entry.effective_at || *entry.effective_at < *filter.since);
        return entry.seq <= filter.after || is_early;
    });
    if (before) range.first = leg_on(*before, account.number).version + 1;
    if (is_ordered && filter.until) {
        const auto newest = newest_entry_where(snapshot, account, [&](const JournalEntry& entry) {
            return !entry.effective_at || *entry.effective_at < *filter.until;
        });
        range.last = newest ? leg_on(*newest, account.number).version : 0;
    }
    return range;
}

}  // namespace

BalanceView balance_now(port::Snapshot& snapshot, const Account& account, Timestamp now) {
    BalanceView view{account, account.held_minor, 0};
    if (account.held_minor > 0) {
        for (const Hold& hold : snapshot.expiring_holds(account.number)) {
            if (*hold.expires_at <= now) view.held_minor -= hold.amount_minor;
        }
    }
    view.available_minor = account.balance_minor - view.held_minor + account.overdraft_minor;
    return view;
}

PastBalance balance_at(port::Snapshot& snapshot, const Account& account, Timestamp time) {
    if (!is_internal(account.id)) {
        const auto entry =
            newest_entry_where(snapshot, account, [&](const JournalEntry& e) { return is_effective_by(e, time); });
        const Leg leg = leg_on(require(entry, "the entry that opened an account"), account.number);
        return {leg.version, leg.balance_minor};
    }
    PastBalance past{1, 0};
    scan_versions(snapshot, account, 1, account.version, [&](const JournalEntry& entry) {
        if (!is_effective_by(entry, time)) return true;
        const Leg leg = leg_on(entry, account.number);
        past.version = leg.version;
        if (!moves_money(entry.kind)) return true;
        const bool is_credited = entry.credit && entry.credit->account == account.number;
        past.balance_minor = add_by_date(past.balance_minor, is_credited ? entry.amount_minor : -entry.amount_minor);
        return true;
    });
    return past;
}

std::int64_t add_by_date(std::int64_t balance_minor, std::int64_t change_minor) {
    std::int64_t sum = 0;
    if (__builtin_add_overflow(balance_minor, change_minor, &sum) || sum == INT64_MIN) {
        throw Failure(Error(ErrorCode::balance_overflow,
                            "a balance of the bank's own account, summed by date, would pass 2^63 − 1 minor units",
                            "use several internal accounts, with --counter"));
    }
    return sum;
}

TransactionView Describer::describe(const JournalEntry& entry) {
    TransactionView view;
    view.entry = entry;
    if (entry.debit) {
        view.currency = account_(entry.debit->account).currency;
        view.debit_account = account_(entry.debit->account).id;
    }
    if (entry.credit) view.credit_account = account_(entry.credit->account).id;
    for (const Reversal& reversal : snapshot_.reversals(entry.seq)) view.reversed_by.push_back(reversal.seq);
    if (entry.kind == EntryKind::hold) {
        const Hold hold = require(snapshot_.hold(entry.seq), "a hold");
        const bool is_overdue = hold.status == HoldStatus::pending && hold.expires_at && *hold.expires_at <= now_;
        view.hold_status = is_overdue ? HoldStatus::expired : hold.status;
    }
    return view;
}

Result<std::optional<Seq>> list_transactions(port::Snapshot& snapshot, const TransactionFilter& filter,
                                             const port::Visitor<JournalEntry>& visit) {
    std::int64_t visited = 0;
    Seq newest;
    std::optional<Seq> next;
    const auto visit_match = [&](const JournalEntry& entry) {
        if (!matches(entry, filter)) return true;
        if (filter.limit && visited == *filter.limit) {
            next = newest;
            return false;
        }
        ++visited;
        newest = entry.seq;
        return visit(entry);
    };
    if (filter.account) {
        BANKCTL_TRY(account, find_account(snapshot, *filter.account));
        const Versions range = versions_in_range(snapshot, account, filter);
        scan_versions(snapshot, account, range.first, range.last, visit_match);
    } else {
        snapshot.scan_entries(filter.after, visit_match);
    }
    return next;
}

std::vector<LimitRule> all_limit_rules(port::Snapshot& snapshot) {
    std::vector<LimitRule> rules;
    snapshot.scan_limit_rules([&](const LimitRule& rule) {
        if (rule.policy) rules.push_back(rule);
        return true;
    });
    return rules;
}

}  // namespace bankctl
