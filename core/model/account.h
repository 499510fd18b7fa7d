// Current state: what the journal, read from its beginning, makes of customers, accounts, holds and reversals.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/model/currency.h"

namespace bankctl {

/// A customer's row. `number` is the seq of the journal entry that added it.
struct Customer {
    Seq number;
    CustomerId id;
    std::string name;
    std::optional<std::string> email;
    std::optional<std::string> phone;
    std::int64_t version = 1;  ///< incremented by every change

    bool operator==(const Customer&) const = default;
};

enum class AccountStatus { open = 0, frozen = 1, closed = 2 };
std::string_view name(AccountStatus status);

/// An account with its balance. `number` is the seq of the journal entry that opened it.
///
/// Every entry that touches the account increments `version` and becomes the account's newest leg; `last`, `jump` and
/// `effective_at` repeat what that newest leg says, so that the next entry is linked without reading it.
struct Account {
    Seq number;
    AccountId id;
    Seq customer;  ///< none for the bank's own accounts
    Currency currency;
    std::int64_t overdraft_minor = 0;  ///< ≥ 0: how far below zero the balance may go
    AccountStatus status = AccountStatus::open;
    std::int64_t version = 0;
    std::int64_t balance_minor = 0;  ///< credits − debits
    std::int64_t held_minor = 0;     ///< sum of the holds that are pending as of `effective_at`
    Seq last;
    Seq jump;
    std::optional<Timestamp> effective_at;  ///< none before the first transaction

    bool operator==(const Account&) const = default;
};

enum class HoldStatus { pending = 0, captured = 1, released = 2, expired = 3 };
std::string_view name(HoldStatus status);

/// A hold. `seq` is the transaction that placed it; `resolved_by` the entry that captured or released it, or the first
/// entry on the account that found it expired.
struct Hold {
    Seq seq;
    Seq account;
    std::int64_t amount_minor = 0;
    std::optional<Timestamp> expires_at;
    HoldStatus status = HoldStatus::pending;
    Seq resolved_by;

    bool operator==(const Hold&) const = default;
};

/// One reversal of transaction `of`. `total_minor` is what has been reversed of it up to and with this one; the
/// storage holds total_minor ≤ limit_minor, the transaction's own amount, as a constraint.
struct Reversal {
    Seq of;
    Seq seq;
    std::int64_t total_minor = 0;
    std::int64_t limit_minor = 0;

    bool operator==(const Reversal&) const = default;
};

}  // namespace bankctl
