// Importing: applies a stream of requests, many to a transaction, each through the same rules as a command.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "core/port/ledger.h"
#include "core/service/import_line.h"

namespace bankctl {

struct ImportOptions {
    bool atomic = false;                    ///< all lines or none, in one transaction
    bool keep_going = false;                ///< refuse a group that fails and go on; without effect if `atomic`
    bool dry_run = false;                   ///< do all in one transaction, then roll it back
    std::int64_t lines_per_commit = 2'000;  ///< at most; other writers get their turn after each
};

/// What an import did. lines = applied + replayed + refused, unless an `atomic` import failed: then nothing was applied
/// or replayed.
struct ImportReport {
    std::int64_t lines = 0;     ///< that were read and are not blank
    std::int64_t applied = 0;   ///< that had an effect
    std::int64_t replayed = 0;  ///< that an earlier request with their key had done
    std::int64_t refused = 0;   ///< that failed, or shared a group with one that did
    Seq first_seq;              ///< of the entries that were written; none of a dry run
    Seq last_seq;
    std::int64_t elapsed_ms = 0;
    port::Head head;             ///< of the journal after the import
    std::optional<Error> error;  ///< why it stopped, or `lines_rejected`
    std::int64_t error_line = 0;
};

/// When lines may be applied: in their turn, or now, at the expense of what the user imports next.
enum class Charging { in_turn, ahead };

struct ImportWatch {
    /// Receives each line that was refused and passed over, after the transaction it was read in was committed.
    std::function<void(const ImportLine& line, const Error& error)> reject;
    /// Hears from time to time how many lines were read.
    std::function<void(std::int64_t lines)> progress;
    /// Called with the number of lines that are to be decided next. It returns when they may be applied; what it throws
    /// ends the import like input that fails. While other writers wait for this import it must not wait in turn: the
    /// lines are then charged ahead.
    std::function<void(std::int64_t lines, Charging charging)> pace;
};

/// Imports all lines. Unless the options say otherwise the first line that fails ends the import: its group is not
/// applied, what came before is committed, and `report.error` is the line's error with `line` in its details.
///
/// Storage that fails throws Failure as long as nothing has been committed, and is `report.error` from then on; so is
/// input that fails while it is read.
ImportReport run_import(port::Ledger& ledger, Clock& clock, const Actor& actor, LineReader& reader,
                        const ImportOptions& options, const ImportWatch& watch = {});

}  // namespace bankctl
