#include "core/model/notification_schedule.h"

#include <algorithm>

namespace bankctl {

std::optional<Timestamp> next_attempt(std::int64_t attempts, Timestamp now) {
    constexpr std::int64_t k_us_per_minute = 60'000'000;
    constexpr std::int64_t k_minutes_max = 6 * 60;
    if (attempts >= k_delivery_attempts_max) return std::nullopt;
    const std::int64_t minutes = std::min(std::int64_t{1} << (attempts - 1), k_minutes_max);
    return Timestamp{now.us + minutes * k_us_per_minute};
}

}  // namespace bankctl
