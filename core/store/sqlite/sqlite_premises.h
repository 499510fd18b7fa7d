// What doctor can tell of an SQLite bank without opening it: its files, folder, disk, log and gate.
#pragma once

#include <memory>

#include "core/port/premises.h"
#include "core/store/sqlite/sqlite_ledger.h"

namespace bankctl::sqlite {

/// The premises of the bank at `options.path`, be there one or not.
std::unique_ptr<port::Premises> open_premises(const Options& options);

}  // namespace bankctl::sqlite
