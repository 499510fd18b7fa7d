#include "core/service/statement.h"

#include <algorithm>

#include "core/model/money.h"
#include "core/service/chain.h"
#include "core/service/queries.h"

namespace bankctl {
namespace {

/// A total that is not exact in every JSON reader is refused like a balance.
Status add_to_total(std::int64_t& total_minor, std::int64_t amount_minor) {
    const Result<std::int64_t> sum = add_within_limit(total_minor, amount_minor);
    if (!sum) {
        return Error(ErrorCode::balance_overflow, "the statement's total would pass 9007199254740991 minor units",
                     "ask for a shorter period");
    }
    total_minor = *sum;
    return ok();
}

}  // namespace

AccountMove move_on(const JournalEntry& entry, Seq account) {
    const Leg& leg = leg_on(entry, account);
    const bool is_credited = entry.credit && entry.credit->account == account;
    const Leg& other = require(is_credited ? entry.debit : entry.credit, "an entry's other leg");
    return {other.account, is_credited ? entry.amount_minor : -entry.amount_minor, leg.balance_minor};
}

Timestamp first_time(port::Snapshot& snapshot, const Account& account) {
    Timestamp first = require(snapshot.entry(account.number), "an account's first entry").posted_at;
    // A customer account's effective times never go back, so that the first there is, is the earliest; its status may
    // have changed before.
    scan_versions(snapshot, account, 1, account.version, [&](const JournalEntry& entry) {
        if (entry.effective_at) first = std::min(first, *entry.effective_at);
        return is_internal(account.id) || !entry.effective_at;
    });
    return first;
}

std::int64_t balance_before(port::Snapshot& snapshot, const Account& account, Timestamp time) {
    return balance_at(snapshot, account, Timestamp{time.us - 1}).balance_minor;
}

Status check_period(Timestamp since, Timestamp until) {
    if (since <= until) return ok();
    return Error(ErrorCode::invalid_time,
                 "the statement would end, at " + format_time(until) + ", before it begins, at " + format_time(since),
                 "give a --since before --until; they default to the account's opening and now");
}

Result<Statement> account_statement(port::Snapshot& snapshot, const StatementRequest& request, Timestamp now) {
    BANKCTL_TRY(account, find_account(snapshot, request.account));
    Statement statement;
    statement.account = account;
    statement.customer = require(snapshot.customer(account.customer), "an account's customer");
    statement.since = request.since.value_or(first_time(snapshot, account));
    // Even if the clock was set back since the last transaction, "until now" includes it.
    const Timestamp after_last{account.effective_at ? account.effective_at->us + 1 : now.us};
    statement.until = request.until.value_or(std::max(now, after_last));
    BANKCTL_CHECK(check_period(statement.since, statement.until));

    statement.opening_minor = balance_before(snapshot, account, statement.since);
    statement.closing_minor = balance_before(snapshot, account, statement.until);
    AccountLookup accounts(snapshot);
    Status total = ok();
    TransactionFilter filter;
    filter.account = account.id;
    filter.since = statement.since;
    filter.until = statement.until;
    BANKCTL_CHECK(list_transactions(snapshot, filter, [&](const JournalEntry& entry) {
        if (!moves_money(entry.kind)) return true;
        const AccountMove move = move_on(entry, account.number);
        statement.lines.push_back({entry, accounts(move.other).id, move.change_minor, move.balance_minor});
        total = move.change_minor < 0 ? add_to_total(statement.debits_minor, -move.change_minor)
                                      : add_to_total(statement.credits_minor, move.change_minor);
        return bool(total);
    }));
    BANKCTL_CHECK(total);
    if (statement.opening_minor + statement.credits_minor - statement.debits_minor != statement.closing_minor) {
        throw Failure(Error(ErrorCode::integrity_violation, "the account's transactions do not lead to its balance")
                          .with("account", account.id.text));
    }
    return statement;
}

}  // namespace bankctl
