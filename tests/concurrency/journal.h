// The journal as it is in the end, read through the library, and what a transaction's document must say of it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/model/account.h"
#include "core/model/journal.h"
#include "tests/support/document.h"

namespace bankctl::concurrency_test {

struct Journal {
    std::vector<JournalEntry> entries;          ///< the first has seq 1
    std::map<Seq, Account> accounts;            ///< by number
    std::map<std::string, std::int64_t> keyed;  ///< which entry carries a key, by key_of

    std::int64_t length() const { return static_cast<std::int64_t>(entries.size()); }
    const JournalEntry& entry(std::int64_t seq) const { return entries.at(static_cast<std::size_t>(seq - 1)); }
    const std::string& account_id(const Leg& leg) const { return accounts.at(leg.account).id.text; }
    /// The entry's idempotency key. Those that freeze and unfreeze accounts have none; their kind, account and version
    /// stand for it, as from `change_key`.
    std::optional<std::string> key_of(const JournalEntry& entry) const;
    /// `12.34` of an account's currency.
    test::Json money(const Account& account, std::int64_t minor) const;
    /// The document of a transaction, without what changes later: `reversed_by`, `hold_status`.
    test::Json document(const JournalEntry& entry) const;
};

std::string change_key(std::string_view kind, const std::string& account, std::int64_t version);

Journal read_journal(const std::string& database);

}  // namespace bankctl::concurrency_test
