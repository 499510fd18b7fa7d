// Processes that a test forks and sees to their end.
#pragma once

#include <sys/types.h>

#include <array>
#include <functional>

namespace bankctl::limiter_test {

/// What a child threw, for its parent to read: lies in shared memory.
using Problem = std::array<char, 400>;

/// Forks a process that does `work` and ends, with 1 if it threw. It never outlives its parent.
pid_t start_child(const std::function<void()>& work, Problem& problem);

}  // namespace bankctl::limiter_test
