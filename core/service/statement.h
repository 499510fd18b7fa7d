// What moved money on one account in a period, from an opening balance to a closing one.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/port/ledger.h"

namespace bankctl {

/// An entry as one of the two accounts it moved money between sees it.
struct AccountMove {
    Seq other;                      ///< the number of the other account
    std::int64_t change_minor = 0;  ///< negative for the debited account
    std::int64_t balance_minor = 0;
};
/// Of an entry that moves money; throws Failure with `integrity_violation` if it has no leg on `account`.
AccountMove move_on(const JournalEntry& entry, Seq account);

/// When the account was opened, or the effective time of its earliest transaction if that lies before. The bank's own
/// accounts are walked for it.
Timestamp first_time(port::Snapshot& snapshot, const Account& account);

/// The balance after all that was effective before `time`.
std::int64_t balance_before(port::Snapshot& snapshot, const Account& account, Timestamp time);

struct StatementRequest {
    AccountId account;               ///< a customer's
    std::optional<Timestamp> since;  ///< effective at or after; default: first_time
    std::optional<Timestamp> until;  ///< effective before; default: now
};

struct StatementLine {
    JournalEntry entry;
    AccountId counterparty;
    std::int64_t amount_minor = 0;  ///< negative where the account was debited
    std::int64_t balance_minor = 0;
};

/// opening + credits − debits = closing, and so do the lines.
struct Statement {
    Account account;
    Customer customer;
    Timestamp since;
    Timestamp until;
    std::int64_t opening_minor = 0;
    std::int64_t closing_minor = 0;
    std::int64_t credits_minor = 0;  ///< ≥ 0
    std::int64_t debits_minor = 0;   ///< ≥ 0
    std::vector<StatementLine> lines;
};

/// `invalid_time` for a period that ends before it begins.
Status check_period(Timestamp since, Timestamp until);

/// The statement, or `account_not_found`; `invalid_time` for a period that ends before it begins; `balance_overflow`
/// if the credits or debits sum to more than an amount can be.
Result<Statement> account_statement(port::Snapshot& snapshot, const StatementRequest& request, Timestamp now);

}  // namespace bankctl
