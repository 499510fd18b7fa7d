// How many things of several kinds happened in each slot of time, in bounded memory however long it goes on.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace bankctl {

struct SlotCounts {
    std::chrono::milliseconds slot{1};  ///< the width of a slot: 1, 2 or 5 times a power of ten
    std::vector<std::vector<std::int64_t>>
        by_kind;  ///< of each kind as many slots, from the beginning to the last count
};

class TimeSlots {
public:
    explicit TimeSlots(std::size_t kinds) : by_kind_(kinds) {}

    /// `time` since the beginning is at least 0; times may come in any order.
    void count(std::size_t kind, std::chrono::nanoseconds time);
    /// In the narrowest slots of which `slots_max`, at least 1, are enough.
    SlotCounts counts(std::size_t slots_max) const;

private:
    std::vector<std::vector<std::int64_t>> by_kind_;  // grown to the same length
    std::chrono::nanoseconds slot_ = std::chrono::milliseconds(1);
};

}  // namespace bankctl
