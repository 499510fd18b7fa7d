// Six ways to limit the requests of a user, as plain arithmetic over given times, so that they can be compared. Two of
// them are the rules that bankctl's own limiter applies: the token bucket and the sliding window.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "core/model/limit_policy.h"

namespace bankctl {

enum class LimitMethod {
    token_bucket,     ///< as a theoretical arrival time (GCRA): the limiter's token bucket
    sliding_window,   ///< a log of the last admissions: the limiter's sliding window
    token_counter,    ///< a token bucket that counts tokens and fractions of them, without any rounding
    sliding_counter,  ///< the counts of two fixed windows, the former weighted by how much of it is still in sight
    leaky_bucket,     ///< a queue: what is admitted goes on one emission interval after the request before it
    fixed_window,     ///< one count, begun anew with each period
};
inline constexpr std::array k_limit_methods{LimitMethod::token_bucket,  LimitMethod::sliding_window,
                                            LimitMethod::token_counter, LimitMethod::sliding_counter,
                                            LimitMethod::leaky_bucket,  LimitMethod::fixed_window};

/// `token-bucket`, `sliding-window` and so on.
std::string_view name(LimitMethod method);
std::optional<LimitMethod> limit_method(std::string_view name);

/// Times of requests reach from 0 to this, some 126 years; so no sum of theirs overflows.
inline constexpr std::chrono::nanoseconds k_request_time_max{4'000'000'000'000'000'000};

/// One user's requests, limited in one way.
class SimulatedLimit {
public:
    virtual ~SimulatedLimit() = default;

    /// A request at `now`, which never decreases. Answers when it goes on, at once everywhere but in a queue; nothing
    /// if it is refused.
    virtual std::optional<std::chrono::nanoseconds> ask(std::chrono::nanoseconds now) = 0;
    /// What has to be remembered of one user.
    virtual std::int64_t bytes() const = 0;
};

/// `policy` passes check_limit_policy; its algorithm does not matter. Windows admit its rate and know no burst.
std::unique_ptr<SimulatedLimit> simulated_limit(LimitMethod method, const LimitPolicy& policy);

}  // namespace bankctl
