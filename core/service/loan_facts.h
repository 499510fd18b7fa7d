// What the books know of somebody who applies for a loan: the inside-bank facts of a decision, read from the ledger.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/score/application.h"
#include "core/service/books.h"

namespace bankctl {

/// A fact of an application as the ledger has it; without a value the ledger cannot tell.
struct LedgerFact {
    LoanFact fact{};
    std::optional<std::int64_t> value;

    bool operator==(const LedgerFact&) const = default;
};

/// What an application states of the bank's own and the ledger says otherwise.
struct LoanContradiction {
    LoanFact fact{};
    std::int64_t stated = 0;
    std::optional<std::int64_t> ledger;

    bool operator==(const LoanContradiction&) const = default;
};

/// The facts of `customer` as of `now`. A day is one in UTC, and windows of days end before the day of `now`:
///   tenure_months         whole months since the customer was added or an account had its first transaction,
///   account_frozen        whether any of the customer's accounts is frozen,
/// and of the accounts in `currency`, closed ones too, taken together; not known if there is none:
///   average_balance_6m    the mean of the balances at the ends of the last 180 days, rounded down,
///   overdraft_days_180    at how many of these ends an account was below zero,
///   salary_months_6       in how many of the last six spans of 30 days credits from outside, less what was reversed of
///                         them, came to at least half of `net_monthly_minor`,
///   returned_payments_12m how many credits from outside were reversed, in part or whole, in the 365 days before `now`.
/// Credits from outside are those that bring no loan and no dispute's money: filing a dispute changes none of these.
std::vector<LedgerFact> read_ledger_facts(Books& books, const Customer& customer, const Currency& currency,
                                          std::int64_t net_monthly_minor, Timestamp now);

/// What `values` state otherwise.
std::vector<LoanContradiction> contradictions_of(const LoanValues& values, std::span<const LedgerFact> facts);
/// The ledger's facts in place of what was stated.
void put_ledger_facts(std::span<const LedgerFact> facts, LoanValues& values);

/// The name of a fact without its section: `tenure_months`.
std::string_view short_name(LoanFact fact);
/// The one of the ledger's facts that has this name.
std::optional<LoanFact> ledger_fact(std::string_view name);

}  // namespace bankctl
