// A limiter of any adapter, on a clock that the test sets.
#pragma once

#include <cstdint>
#include <memory>
#include <ostream>

#include "core/port/limiter.h"
#include "tests/support/temp_directory.h"

namespace bankctl::test {

enum class LimiterAdapter { memory, shared_memory };
std::ostream& operator<<(std::ostream& out, LimiterAdapter adapter);

/// Nanoseconds that limiters made here see as now; begins long after the machine was started.
std::int64_t& limiter_now_ns();
inline constexpr std::int64_t k_second_ns = 1'000'000'000;

/// A limiter that nobody has asked yet; one of shared memory lies in `directory`.
std::unique_ptr<port::Limiter> make_limiter(LimiterAdapter adapter, const TempDirectory& directory);

}  // namespace bankctl::test
