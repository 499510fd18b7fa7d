// Steps on files that are durable, or that fail with errno's reason.
#pragma once

#include <sys/stat.h>

#include <string>

#include "core/base/result.h"

namespace bankctl::sqlite {

inline constexpr mode_t k_private_mode = 0600;

/// Throws the refusal as a Failure.
void require(const Status& status);

/// `storage_unavailable`: "cannot WHAT 'PATH': " and the reason in errno.
Failure cannot(const std::string& what, const std::string& path);

/// The directory that `path` lies in; "." where it names none.
std::string directory_of(const std::string& path);

/// Gives the file `from` the name `to` in the same directory, durably. What has that name is replaced, or else is
/// `already_exists`; `outcome_unknown` where it is done but may not survive a loss of power.
void rename_durably(const std::string& from, const std::string& to, bool is_replacing);

/// Removes what SQLite keeps beside a database of this path (-wal, -shm, -journal), for one that nobody has open: all
/// of it is in the database, or must not get there.
void remove_companions(const std::string& path);

/// The mode of the database at `path`, which its gate takes too; private where there is none.
mode_t mode_of_database(const std::string& path);

}  // namespace bankctl::sqlite
