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
    std::int64_t capacity = 0;                           ///< 0: the adapter's own
    std::function<std::int64_t()> clock;                 ///< nanoseconds
    std::function<void(const char* place)> fault_point;  ///< called where a process may be killed
};

using Maker = std::function<std::unique_ptr<port::Limiter>(const Making&)>;

}  // namespace bankctl::limiter_test
