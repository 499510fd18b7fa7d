// A limiter in shared memory, of the simplest kind, that is wrong in one way: what the campaigns must find. Without a
// fault it is right as long as its table has room for every user that it ever meets.
#pragma once

#include <cstddef>

#include "tests/limiter/making.h"

namespace bankctl::limiter_test {

enum class Fault {
    none,
    naive_eviction,         ///< a new user gets the place of one whose bucket is full again, while others may be at it
    lost_update,            ///< a charge is read and written instead of compared and swapped
    interval_rounded_down,  ///< a token comes a fraction of a nanosecond early
    burst_of_one_more,
    window_too_short,  ///< forgets a request when 99 of 100 of the window have passed
};

/// Limiters that share one table of this many users. Make it before the processes that use it.
Maker wrong_limiter(Fault fault, std::size_t users_max);

}  // namespace bankctl::limiter_test
