// When an attempt to deliver a notification is repeated: pure, so that equal histories wait equally long.
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/clock.h"

namespace bankctl {

/// After so many failed attempts a notification is dead: nobody tries again unless told to.
inline constexpr std::int64_t k_delivery_attempts_max = 10;

/// When to try again once `attempts` (at least 1) have failed, the last of them at `now`: after a minute, then twice as
/// long each time, but never longer than six hours; none after the last. Nine waits are 8 h 31 min in all.
std::optional<Timestamp> next_attempt(std::int64_t attempts, Timestamp now);

}  // namespace bankctl
