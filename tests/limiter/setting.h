// How long the campaigns are: scripts/limiter_campaign sets it.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>

namespace bankctl::limiter_test {

/// The number in a variable of the environment, BANKCTL_LIMITER_…
inline std::int64_t setting(const char* variable, std::int64_t otherwise) {
    const char* const text = std::getenv(variable);
    return text != nullptr ? std::stoll(text) : otherwise;
}

}  // namespace bankctl::limiter_test
