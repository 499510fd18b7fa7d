// The schema: SQL files embedded in the executable, applied in the order of their numbers, each in one transaction.
#pragma once

#include <optional>
#include <string>

#include "core/port/ledger.h"
#include "core/store/sqlite/connection.h"

namespace bankctl::sqlite {

/// The schema version of this executable: the number of its files.
std::int64_t newest_schema_version();

/// Whether `migrate` upgrades a database of this older schema; 0 is none that ever was.
bool can_be_migrated(std::int64_t version);

/// The schema version in the header of a file that is ours and safe. What the log holds of it is not looked at.
std::optional<std::int64_t> schema_version_in(const std::string& path);

/// Applies the files up to `version` that the database does not have. Killed at any point, it leaves the database with
/// all of a file's effects or none. The caller holds the gate or owns the file alone.
void migrate(Connection& connection, std::int64_t version = newest_schema_version());

/// False of a database that has the schema of this executable, true of one that can be migrated to it; throws Failure
/// with `newer_schema` or `older_schema` for any other.
bool needs_migration(Connection& connection);

/// Throws Failure with `newer_schema` or `older_schema` unless the database has exactly the schema of this executable.
void require_current_schema(Connection& connection);

/// Compares the recorded migrations and every object of the schema with what the embedded files make.
port::Check check_schema(Connection& connection);

}  // namespace bankctl::sqlite
