#include "core/service/time_slots.h"

namespace bankctl {
namespace {

using std::chrono::nanoseconds;

/// While counting, slots are narrower than they will be shown; beyond this many, ten become one.
constexpr std::size_t k_slots_max = 1000;
constexpr std::size_t k_merged = 10;

std::vector<std::int64_t> merged(const std::vector<std::int64_t>& counts, std::size_t factor) {
    std::vector<std::int64_t> sums((counts.size() + factor - 1) / factor, 0);
    for (std::size_t i = 0; i < counts.size(); ++i) sums[i / factor] += counts[i];
    return sums;
}

}  // namespace

void TimeSlots::count(std::size_t kind, nanoseconds time) {
    while (time >= slot_ * k_slots_max) {
        for (auto& counts : by_kind_) counts = merged(counts, k_merged);
        slot_ *= k_merged;
    }
    const auto slot = static_cast<std::size_t>(time / slot_);
    if (slot >= by_kind_[kind].size()) {
        for (auto& counts : by_kind_) counts.resize(slot + 1, 0);
    }
    ++by_kind_[kind][slot];
}

SlotCounts TimeSlots::counts(std::size_t slots_max) const {
    const std::size_t used = by_kind_.empty() ? 0 : by_kind_.front().size();
    std::size_t factor = 1;
    for (std::size_t power = 1; (used + factor - 1) / factor > slots_max; power *= 10) {
        for (const std::size_t step : {2U, 5U, 10U}) {
            factor = power * step;
            if ((used + factor - 1) / factor <= slots_max) break;
        }
    }
    SlotCounts result;
    result.slot = std::chrono::duration_cast<std::chrono::milliseconds>(slot_ * factor);
    for (const auto& counts : by_kind_) result.by_kind.push_back(merged(counts, factor));
    return result;
}

}  // namespace bankctl
