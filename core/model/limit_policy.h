// Rate limits: how many requests a user may make in a time, by which algorithm.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/ids.h"

namespace bankctl {

enum class LimitAlgorithm { none = 0, token_bucket = 1, sliding_window = 2 };
/// `none`, `token-bucket`, `sliding-window`.
std::string_view name(LimitAlgorithm algorithm);
std::optional<LimitAlgorithm> limit_algorithm(std::string_view name);

/// What is counted: the commands that a user runs, or the lines that their imports apply.
enum class LimitClass { command = 0, batch = 1 };
std::string_view name(LimitClass limit_class);
std::optional<LimitClass> limit_class(std::string_view name);

/// At most `rate` requests in each `period_ms` on average, and at most `burst` at once.
struct LimitPolicy {
    LimitAlgorithm algorithm = LimitAlgorithm::token_bucket;
    std::int64_t rate = 5;          ///< 1 to k_limit_rate_max; without meaning where the algorithm is none
    std::int64_t period_ms = 1000;  ///< 1,000 or 60,000
    std::int64_t burst = 5;         ///< 1 to k_limit_burst_max; of a sliding window: the rate
    bool fails_open = false;        ///< whether a command goes on when the limiter cannot be used

    bool operator==(const LimitPolicy&) const = default;
};

inline constexpr std::int64_t k_limit_rate_max = 1'000'000;
inline constexpr std::int64_t k_limit_burst_max = 1'000'000;
/// A sliding window remembers each of its requests.
inline constexpr std::int64_t k_sliding_window_rate_max = 100;

/// `invalid_number` unless the numbers are in the ranges that LimitPolicy names.
Status check_limit_policy(const LimitPolicy& policy);

/// What holds where the bank has no rule: 5 commands a second; lines of imports without limit for the owner of the
/// database, 1,000 a second for everybody else.
LimitPolicy built_in_policy(LimitClass limit_class, bool is_owner);

inline std::int64_t period_ns(const LimitPolicy& policy) { return policy.period_ms * 1'000'000; }

/// The time in which a token bucket gains a token, rounded up, so that it never admits more than its rate.
inline std::int64_t emission_interval_ns(const LimitPolicy& policy) {
    return (period_ns(policy) + policy.rate - 1) / policy.rate;
}

/// Stands for every user who has no rule of their own.
inline constexpr std::string_view k_default_user = "default";

/// A rule of the bank: the policy of one user, or of all who have none of their own. `number` is the seq of the journal
/// entry that set it first.
struct LimitRule {
    Seq number;
    std::string user;
    LimitClass limit_class = LimitClass::command;
    std::optional<LimitPolicy> policy;  ///< none once it was unset
    std::int64_t version = 1;           ///< incremented by every change

    bool operator==(const LimitRule&) const = default;
};

}  // namespace bankctl
