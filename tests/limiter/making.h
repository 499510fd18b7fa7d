// How the campaigns make the limiter that they try: the real one, or one that is wrong on purpose.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/port/limiter.h"

namespace bankctl::limiter_test {

struct Making {
    std::string database_path;
    std::uint32_t capacity = 0;                          ///< 0: the adapter's own
    std::function<std::int64_t()> clock;                 ///< nanoseconds
    std::function<void(const char* place)> fault_point;  ///< called where a process may be killed; none if it is empty
};

using Maker = std::function<std::unique_ptr<port::Limiter>(const Making&)>;

/// The limiter in shared memory. All that a process has open use the clock and the fault point that came last.
std::unique_ptr<port::Limiter> shared_memory_limiter(const Making& making);

/// A database for it to stand beside: what it looks at is only who may use the file.
void make_database(const std::string& path);

}  // namespace bankctl::limiter_test
