// The limiter in memory that all processes of one machine share: a file beside the database, PATH-limit-…, that each of
// them maps. Nothing in it needs a repair, whoever is killed when, and nobody waits for anybody.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/port/limiter.h"

namespace bankctl::shm {

/// Nanoseconds of CLOCK_BOOTTIME: it never goes back, goes on while the machine sleeps, and has nothing to do with the
/// time of day.
std::int64_t boot_time_ns();

/// Where a process may be killed or stopped by a test.
enum class Place {
    entry_claimed,
    entry_found,
    cell_charged,
    table_cleared,
    compaction_begun,
    entry_moved,
    file_written,
    file_named
};

struct Options {
    std::string database_path;
    std::uint32_t capacity = 0;  ///< of a file that is made: entries in each of its tables, a power of two; 0: 4,096
    std::int64_t (*now_ns)() = boot_time_ns;
    void (*reached)(Place) = nullptr;  ///< called by tests' wish at each of the places
};

/// The limiter of the bank at this path, made if it is the first to be asked since the machine was started. Throws
/// Failure with `limiter_unavailable`.
///
/// A file that is made begins with full buckets, unless there was one since the machine was started: then everybody may
/// have taken all that they are allowed, so removing the file gains nothing. Who holds one that was removed goes over
/// to the one that others use, at the next 64th admission at the latest.
std::unique_ptr<port::Limiter> open_limiter(const Options& options);

}  // namespace bankctl::shm
