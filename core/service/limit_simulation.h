// What several ways to limit would do with the same requests of one user. The memory that this takes grows with the
// policy's rate and burst, never with the number of requests.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/service/limit_methods.h"
#include "core/service/time_slots.h"

namespace bankctl {

/// The most of what happened in any span of a given length, which is half open: what is exactly that far apart is not
/// in one.
class BusiestSpan {
public:
    explicit BusiestSpan(std::chrono::nanoseconds length) : length_(length) {}
    /// Times never decrease.
    void add(std::chrono::nanoseconds time);
    std::int64_t count() const { return count_; }

private:
    std::chrono::nanoseconds length_;
    std::deque<std::chrono::nanoseconds> times_;  // of the span that ends with the newest
    std::int64_t count_ = 0;
};

struct MethodResult {
    LimitMethod method = LimitMethod::token_bucket;
    std::int64_t admitted = 0;
    std::int64_t refused = 0;
    std::int64_t worst_second = 0;         ///< went on in any one second
    std::int64_t worst_period = 0;         ///< went on in any one period of the policy
    std::int64_t refused_run = 0;          ///< the most refusals in a row
    std::chrono::nanoseconds delay_max{};  ///< the longest that an admitted request had to wait
    std::int64_t bytes = 0;                ///< that have to be remembered of one user
};

struct SimulationReport {
    std::int64_t requests = 0;
    std::chrono::nanoseconds duration{};  ///< from the first request to the last
    std::vector<MethodResult> results;    ///< in the order of the methods
    SlotCounts slots;                     ///< the requests, then what went on by each method; from the first request
};

class LimitSimulation {
public:
    /// `policy` passes check_limit_policy; its algorithm does not matter.
    LimitSimulation(const LimitPolicy& policy, std::span<const LimitMethod> methods);

    /// A request at `time`, from 0 to k_request_time_max, which never decreases.
    void ask(std::chrono::nanoseconds time);
    /// With at most `slots_max` slots.
    SimulationReport report(std::size_t slots_max) const;

private:
    struct Run {
        MethodResult result;
        std::unique_ptr<SimulatedLimit> limit;
        BusiestSpan second;
        BusiestSpan period;
        std::int64_t refused_run = 0;  // that has not ended
    };

    std::vector<Run> runs_;
    TimeSlots slots_;
    std::int64_t requests_ = 0;
    std::chrono::nanoseconds first_{};
    std::chrono::nanoseconds last_{};
};

}  // namespace bankctl
