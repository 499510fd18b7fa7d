// Exporting the journal: as lines that an import reads, and for plain-text accounting.
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
    std::function<void(std::int64_t seq, std::int64_t head)> progress = {};  ///< at each entry that is read

    bool is_empty() const { return !account && !since && !until; }
};

/// Receives the export piece by piece; each piece is one or more whole lines.
using Sink = std::function<void(std::string_view)>;

/// Lines for `transaction import`. Without a filter: the whole journal, such that importing it into an empty bank gives
/// equal books, with the same numbers. With one: only the transactions that match. A filter's account that does not
/// exist is Failure with `account_not_found`.
void export_ndjson(port::Snapshot& snapshot, const ExportFilter& filter, const Sink& sink);

/// A journal for hledger and ledger of the transactions that moved money, dated by the UTC date they are effective on.
/// Amounts have the sign that they have in a balance, credits − debits. Without a filter every posting to a customer's
/// account asserts the balance after it, so that `hledger check` proves the books; the bank's own accounts assert
/// none, because their effective dates may go back. Fails like export_ndjson.
void export_hledger(port::Snapshot& snapshot, const ExportFilter& filter, const Sink& sink);

}  // namespace bankctl
