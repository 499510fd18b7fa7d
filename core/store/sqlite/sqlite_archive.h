// Backups and restores of an SQLite bank.
//
// A backup is SQLite's online backup in one step, so it reads one snapshot of the write-ahead log while writers go on.
// It becomes a file of its own beside its place, under another name, and gets its place by a rename.
//
// A restore over an existing bank is not a rename. The log, its index and the gate belong to the path, while processes
// that have the bank open keep the file behind it: after a rename a waiting writer would put pages of the old bank into
// a log that readers of the new one replay. Instead the copy's pages are written into the live database by SQLite's
// online backup with the live database as its destination, inside the writer gate: one transaction of the log. A
// process that is killed leaves it uncommitted or committed; a reader keeps its snapshot; a waiting writer sees the new
// pages when its turn comes, and its statements are prepared anew because the schema's version has moved on. It needs a
// file that SQLite can open: a bank whose header is damaged is for its owner to move away.
//
// Where there is no bank, the copy is renamed to its place without replacing anything, inside the gate. A log without a
// database is refused, an empty one and the index removed: a process that still has a removed bank open shares
// neither with the new one, and its next write finds that its file has moved.
#pragma once

#include <memory>

#include "core/port/archive.h"
#include "core/store/sqlite/sqlite_ledger.h"

namespace bankctl::sqlite {

/// The archive of the bank at `options.path`.
std::unique_ptr<port::Archive> open_archive(const Options& options);

}  // namespace bankctl::sqlite
