// What the books say, in the shape that users ask for: balances now and at a time, transactions with the names of
// their accounts, pages of either.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/clock.h"
#include "core/model/money.h"
#include "core/port/ledger.h"
#include "core/service/account_lookup.h"
#include "core/service/lookup.h"

namespace bankctl {

struct BalanceView {
    Account account;
    std::int64_t held_minor = 0;       ///< of holds that have not expired by now
    std::int64_t available_minor = 0;  ///< balance − held + overdraft
};

/// The account's balance as of `now`.
BalanceView balance_now(port::Snapshot& snapshot, const Account& account, Timestamp now);

/// The account's version and balance after all that was effective at or before `time`. A customer's account is searched
/// in O(log n) steps; the bank's own accounts, whose effective times may go back, are walked.
struct PastBalance {
    std::int64_t version = 0;
    std::int64_t balance_minor = 0;
};
/// What summing by date as in `add_by_date` throws, it throws too.
PastBalance balance_at(port::Snapshot& snapshot, const Account& account, Timestamp time);

/// balance + change, for a balance of the bank's own account that is summed in the order of effective times: the limit
/// of k_minor_max is kept in the journal's order only, so the sum may pass it. Beyond ±(2^63 − 1): Failure with
/// `balance_overflow`.
std::int64_t add_by_date(std::int64_t balance_minor, std::int64_t change_minor);

struct TransactionView {
    JournalEntry entry;
    Currency currency;
    std::optional<AccountId> debit_account;
    std::optional<AccountId> credit_account;
    std::vector<Seq> reversed_by;
    std::optional<HoldStatus> hold_status;  ///< of holds, as of now
};

/// Describes entries of one snapshot.
class Describer {
public:
    Describer(port::Snapshot& snapshot, Timestamp now) : snapshot_(snapshot), now_(now), account_(snapshot) {}
    TransactionView describe(const JournalEntry& entry);

private:
    port::Snapshot& snapshot_;
    Timestamp now_;
    AccountLookup account_;
};

struct TransactionFilter {
    std::optional<AccountId> account;
    std::optional<Timestamp> since;  ///< effective at or after
    std::optional<Timestamp> until;  ///< effective before
    std::optional<EntryKind> kind;
    std::optional<std::int64_t> limit;
    Seq after;
};

/// Visits the transactions that match, ascending by seq. Returns the seq to go on after, where the limit left some;
/// or `account_not_found`.
Result<std::optional<Seq>> list_transactions(port::Snapshot& snapshot, const TransactionFilter& filter,
                                             const port::Visitor<JournalEntry>& visit);

/// The limits that are set, ascending by number.
std::vector<LimitRule> all_limit_rules(port::Snapshot& snapshot);

}  // namespace bankctl
