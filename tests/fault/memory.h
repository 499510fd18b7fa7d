// Memory that runs out: operator new and SQLite's allocations fail when a test says so. They are replaced for this
// whole executable.
#pragma once

#include <cstdint>

namespace bankctl::fault_test {

enum class Scarcity { once, from_then_on };

/// Makes the `number`-th allocation from here fail, counted from 1, or all from that one on.
void make_memory_scarce(std::int64_t number, Scarcity scarcity);

/// Lets every allocation succeed again; returns whether one has failed.
bool end_scarcity();

}  // namespace bankctl::fault_test
