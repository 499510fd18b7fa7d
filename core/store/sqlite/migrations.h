// The schema: SQL files embedded in the executable, applied in the order of their numbers, each in one transaction.
#pragma once

#include <vector>

#include "core/port/ledger.h"
#include "core/store/sqlite/connection.h"

namespace bankctl::sqlite {

/// The schema version of this executable: the number of its files.
std::int64_t newest_schema_version();

/// Applies the files that the database does not have. The caller holds the gate or owns the file alone.
void migrate(Connection& connection);

/// Throws Failure with `newer_schema` or `older_schema` unless the database has exactly the schema of this executable.
void require_current_schema(Connection& connection);

/// Compares the recorded migrations and every object of the schema with what the embedded files make.
port::Check check_schema(Connection& connection);

}  // namespace bankctl::sqlite
