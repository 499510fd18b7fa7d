// Whether a path may be used as a database: checked before SQLite opens it, by path only, for closing any descriptor
// on a database file drops the locks that the process holds on it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/result.h"

namespace bankctl::sqlite {

/// "BKCT" in SQLite's header at offset 68.
inline constexpr std::int64_t k_application_id = 0x424B4354;

/// ok if `path` is a bank: a regular file of this user (or of a group of this process, mode 0660) with one link, closed
/// to others, on a local file system, with our application id, and its companion files (-wal, -shm, -gate) are as safe.
/// Else `not_initialized`, `not_a_bank`, `unsafe_file` or `network_file_system`. Writes nothing.
Status check_database_file(const std::string& path);

/// Whose a database is, as its file says.
struct Tenure {
    std::int64_t owner_uid = 0;
    bool is_shared = false;  ///< with a group, by its mode
};

/// Of the file at `path`, if it is safe to use and begins as a bank does: for what comes before the database is opened.
std::optional<Tenure> tenure_of_database(const std::string& path);

// The parts of check_database_file.

/// Owner, mode and links of the database: `not_initialized` or `unsafe_file`.
Status check_file(const std::string& path);
/// The same of its companions, as far as there are any: `unsafe_file`.
Status check_companions(const std::string& path);
/// ok if `path` lies on a local file system; else `network_file_system`, or `storage_unavailable` where there is none.
Status check_file_system(const std::string& path);
/// ok if the file begins as a bank does; else `not_a_bank`, or `storage_unavailable` where it cannot be read.
Status check_header(const std::string& path);

/// ok if a new database may be created at `path`; else `already_exists`, `unsafe_file` (see check_no_log_beside),
/// `network_file_system` or `storage_unavailable`.
Status check_new_database(const std::string& path);

/// ok unless a log that holds something waits beside `path`: SQLite would replay it into whatever database comes to lie
/// there, and it may hold the last postings of the one that is gone, so it is neither used nor removed: `unsafe_file`.
Status check_no_log_beside(const std::string& path);

}  // namespace bankctl::sqlite
