// The ledger in memory, for tests: the same promises as SQLite's, without a file and without waiting for a disk. One
// thread uses it.
#pragma once

#include <memory>

#include "core/port/ledger.h"

namespace bankctl::memory {

/// A ledger without entries. What SQLite refuses by a constraint is Failure with `integrity_violation` here too, and so
/// is an entry that does not continue the journal.
std::unique_ptr<port::Ledger> make_ledger();

}  // namespace bankctl::memory
