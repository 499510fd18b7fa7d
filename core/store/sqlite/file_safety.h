// Whether a path may be used as a database: checked before SQLite opens it, by path only, for closing any descriptor
// on a database file drops the locks that the process holds on it.
#pragma once

#include <string>

#include "core/base/result.h"

namespace bankctl::sqlite {

/// "BKCT" in SQLite's header at offset 68.
inline constexpr std::int64_t k_application_id = 0x424B4354;

/// ok if `path` is a bank: a regular file of this user (or of a group of this process, mode 0660) with one link, closed
/// to others, on a local file system, with our application id, and its companion files (-wal, -shm, -gate) are as safe.
/// Else `not_initialized`, `not_a_bank`, `unsafe_file` or `network_file_system`. Writes nothing.
Status check_database_file(const std::string& path);

/// ok if a new database may be created at `path`; else `already_exists`, `network_file_system` or
/// `storage_unavailable`.
Status check_new_database(const std::string& path);

}  // namespace bankctl::sqlite
