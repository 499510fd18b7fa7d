// What the exports share: the entries that a filter lets through, in the journal's order or by date.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/service/account_lookup.h"
#include "core/service/export.h"

namespace bankctl {

inline constexpr std::int64_t k_day_us = 86'400'000'000;

/// Calls `visit` for each transaction that matches, ascending; with an empty filter for every entry of the journal.
void scan_matching(port::Snapshot& snapshot, const ExportFilter& filter,
                   const std::function<void(const JournalEntry&)>& visit);

/// One account's part in a transaction that moved money.
struct DatedLeg {
    const Account& account;
    std::int64_t change_minor = 0;  ///< as its balance changed: negative for the debited account
    /// After the transaction, in the order that DatedWalk visits. Only without a filter: else its start is unknown.
    std::optional<std::int64_t> balance_minor;
};

struct DatedTransaction {
    const JournalEntry& entry;
    Timestamp date;  ///< 00:00 UTC of the day that it is effective on
    DatedLeg debit;
    DatedLeg credit;
};

/// The transactions that moved money, by UTC effective date and then by seq: the only order in which a tool that
/// checks balances by date and one that checks them by place in a file see the same. It takes 16 bytes of memory for
/// each transaction. A customer's effective times never go back, so the journal's own balances hold in this order too;
/// those of the bank's own accounts, whose times may, are summed anew by `add_by_date`.
class DatedWalk {
public:
    /// Throws like export_ndjson.
    DatedWalk(port::Snapshot& snapshot, const ExportFilter& filter);

    /// Visits the accounts that the transactions name, in the order they were opened; without a filter every account,
    /// by id.
    void scan_accounts(const port::Visitor<Account>& visit);
    /// Throws like add_by_date.
    void scan(const std::function<void(const DatedTransaction&)>& visit);

private:
    struct Place {
        std::int64_t day;
        Seq seq;
        auto operator<=>(const Place&) const = default;
    };
    DatedLeg leg(const std::optional<Leg>& leg, std::int64_t change_minor);

    port::Snapshot& snapshot_;
    bool is_whole_;
    std::function<void(std::int64_t, std::int64_t)> progress_;
    std::vector<Place> places_;
    std::set<Seq> named_;  // with a filter only
    AccountLookup accounts_;
    std::map<Seq, std::int64_t> internal_balances_minor_;
};

/// A memo on one line, without control or bidirectional characters.
std::string one_line(std::string_view memo);

/// `12.30 USD`.
std::string amount_text(const Account& account, std::int64_t minor);

}  // namespace bankctl
