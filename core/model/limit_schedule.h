// When a request is admitted: the rules of the two algorithms as pure functions over words of time, which a limiter
// keeps wherever it likes. All times are nanoseconds of one clock that never goes back. A word never decreases, so of
// two copies of it the greater one is right.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "core/model/limit_policy.h"

namespace bankctl {

/// The first moment at which a request would be admitted, not before now, and the word to keep if it is.
struct LimitSlot {
    std::int64_t begins_ns = 0;
    std::int64_t word_ns = 0;
};

/// What a policy would still admit, counted from now.
struct LimitStanding {
    std::int64_t remaining = 0;   ///< requests admitted at once
    std::int64_t next_in_ns = 0;  ///< until one is; 0: now
    std::int64_t full_in_ns = 0;  ///< until `burst` are
};

/// The token bucket as a generic cell rate algorithm (ITU-T I.371, virtual scheduling): the word is the theoretical
/// arrival time, at which the bucket is full again. Each request moves it on by the emission interval; it is admitted
/// from `burst` − 1 intervals before it.
inline LimitSlot token_bucket_slot(const LimitPolicy& policy, std::int64_t word_ns, std::int64_t now_ns) {
    const std::int64_t interval_ns = emission_interval_ns(policy);
    const std::int64_t tolerance_ns = (policy.burst - 1) * interval_ns;
    return {std::max(now_ns, word_ns - tolerance_ns), std::max(now_ns, word_ns) + interval_ns};
}

inline LimitStanding token_bucket_standing(const LimitPolicy& policy, std::int64_t word_ns, std::int64_t now_ns) {
    const std::int64_t interval_ns = emission_interval_ns(policy);
    const std::int64_t owed_ns = std::max<std::int64_t>(word_ns - now_ns, 0);
    const std::int64_t tokens_owed = (owed_ns + interval_ns - 1) / interval_ns;
    return {std::max<std::int64_t>(policy.burst - tokens_owed, 0),
            std::max<std::int64_t>(owed_ns - (policy.burst - 1) * interval_ns, 0), owed_ns};
}

/// The sliding-window log: one cell for each request of the rate, whose word is the time at which the request that took
/// it has left the window. A request takes the cell that is free first. So two requests of one cell are a window apart,
/// and no window has more requests than there are cells.
inline LimitSlot sliding_window_slot(const LimitPolicy& policy, std::int64_t cell_ns, std::int64_t now_ns) {
    const std::int64_t begins_ns = std::max(now_ns, cell_ns);
    return {begins_ns, begins_ns + period_ns(policy)};
}

/// `cells_ns` are all cells of the policy, in any order.
inline LimitStanding sliding_window_standing(std::span<const std::int64_t> cells_ns, std::int64_t now_ns) {
    const auto [first, last] = std::ranges::minmax(cells_ns);
    const std::int64_t free = std::ranges::count_if(cells_ns, [&](std::int64_t cell_ns) { return cell_ns <= now_ns; });
    return {free, std::max<std::int64_t>(first - now_ns, 0), std::max<std::int64_t>(last - now_ns, 0)};
}

/// The word of somebody who may have taken all that they are allowed at `since_ns`.
inline std::int64_t word_when_exhausted(const LimitPolicy& policy, std::int64_t since_ns) {
    if (policy.algorithm == LimitAlgorithm::sliding_window) return since_ns + period_ns(policy);
    return since_ns + policy.burst * emission_interval_ns(policy);
}

}  // namespace bankctl
