// Exporting the journal: as lines that an import reads, and in the forms that accounting tools check and read.
//
// Without a filter every form holds all that moved money, so that the amounts of an account sum to its balance. With
// one: only the transactions that match. A filter's account that does not exist is Failure with `account_not_found`,
// before anything is written. A balance of the bank's own account may, summed by date, pass the limit of amounts;
// beyond ±(2^63 − 1) minor units it is Failure with `balance_overflow`.
//
// Amounts have the sign that they have in a balance, credits − debits. Where balances are asserted, without a filter
// only, the transactions are in the order of their UTC effective date, then seq; that takes 16 bytes of memory for
// each.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "core/port/ledger.h"

namespace bankctl {

/// Which transactions to export, and who is told how far that is. Times are effective times, `since` inclusive, `until`
/// exclusive.
struct ExportFilter {
    std::optional<AccountId> account;
    std::optional<Timestamp> since;
    std::optional<Timestamp> until;
    std::function<void(std::int64_t done, std::int64_t total)> progress = {};  ///< at each entry that is read

    bool is_empty() const { return !account && !since && !until; }
};

/// Receives the export piece by piece; each piece is one or more whole lines.
using Sink = std::function<void(std::string_view)>;

/// Lines for `transaction import`. Without a filter: the whole journal, such that importing it into an empty bank gives
/// equal books, with the same numbers.
void export_ndjson(port::Snapshot& snapshot, const ExportFilter& filter, const Sink& sink);

/// A journal for hledger and ledger. Every posting asserts the balance after it, so that `hledger check` (by date) and
/// `ledger` (by place in the file) both prove the books. Of a memo the first 1000 characters.
void export_hledger(port::Snapshot& snapshot, const ExportFilter& filter, const Sink& sink);

/// A journal for beancount, version 2 or 3. Each account that a day touches has a balance directive on the next day,
/// without tolerance. Accounts are called `Assets:Customer-ID` and the bank's own `Equity:Bank-ID`, where `-` in the id
/// is `--`, `.` is `-d`, `_` is `-u` and `:` is `-c`; the id itself is the metadata `id` of the account's `open`.
void export_beancount(port::Snapshot& snapshot, const ExportFilter& filter, const Sink& sink);

/// RFC 4180 with a header: seq, date (UTC), effective_at, kind, amount (positive), currency, debit_account,
/// debit_balance, credit_account, credit_balance (both after the transaction; empty with a filter), memo. What a
/// spreadsheet would run gets an apostrophe in front, the bank's own accounts too. schema/export/hledger.csv.rules
/// makes hledger assert both balances.
void export_csv(port::Snapshot& snapshot, const ExportFilter& filter, const Sink& sink);

/// OFX 2.2: one statement for each account, by id; with a filter's account, of that one alone. LEDGERBAL is the balance
/// before `until`, or now. FITID is the seq, NAME the first 32 characters of the other account's id, MEMO the first 255
/// of the memo, of both without what XML 1.0 forbids. ACCTID is the id; of one with more than 22 characters, which is
/// all that OFX allows, the first 5, `~` and the first 16 hexadecimal digits of the id's SHA-256.
void export_ofx(port::Snapshot& snapshot, const ExportFilter& filter, const Sink& sink);

}  // namespace bankctl
