// The ledger over SQLite in WAL mode. Reads see one snapshot and never wait for a writer; writes pass the gate one at a
// time and are durable (synchronous=FULL) when `transact` returns.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/port/ledger.h"

namespace bankctl::sqlite {

struct Options {
    std::string path;
    std::int64_t wait_ms = 5000;   ///< how long a write waits for its turn before it is `busy`
    bool (*gives_up)() = nullptr;  ///< asked when a signal comes meanwhile: true ends the wait with `interrupted`
};

/// A ledger over the database at `path`, which is checked and opened on first use. One of an older schema is upgraded
/// then, by reading it too, inside the gate.
std::unique_ptr<port::Ledger> open_ledger(const Options& options);

/// Creates the database: builds it beside `path` under another name, lets `fill` write the first entries, and gives it
/// its name in one step. Killed at any point, it leaves no database or a whole one. An existing file is
/// `already_exists`.
void create_ledger(const Options& options, const std::function<void(port::Ledger&)>& fill);

/// Until what it returns is gone, this process alone carries notifications out of the bank. Waits and throws as a write
/// does that waits for its turn.
std::shared_ptr<void> take_delivery_turn(const Options& options);

/// `SQLite 3.40.1, schema 1`: the engine that is linked in and the schema that this executable knows.
std::string storage_version();

}  // namespace bankctl::sqlite
