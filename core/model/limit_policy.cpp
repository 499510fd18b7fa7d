#include "core/model/limit_policy.h"

#include <string>

namespace bankctl {
namespace {

constexpr std::int64_t k_batch_rate = 1'000;

Status check_range(std::int64_t value, std::int64_t high, std::string_view what) {
    if (value >= 1 && value <= high) return ok();
    return Error(ErrorCode::invalid_number, std::string(what) + " must be from 1 to " + std::to_string(high));
}

}  // namespace

std::string_view name(LimitAlgorithm algorithm) {
    switch (algorithm) {
        case LimitAlgorithm::none: return "none";
        case LimitAlgorithm::token_bucket: return "token-bucket";
        case LimitAlgorithm::sliding_window: return "sliding-window";
    }
    return "none";
}

std::optional<LimitAlgorithm> limit_algorithm(std::string_view text) {
    for (const auto algorithm : {LimitAlgorithm::none, LimitAlgorithm::token_bucket, LimitAlgorithm::sliding_window}) {
        if (name(algorithm) == text) return algorithm;
    }
    return std::nullopt;
}

std::string_view name(LimitClass limit_class) { return limit_class == LimitClass::command ? "command" : "batch"; }

std::optional<LimitClass> limit_class(std::string_view text) {
    for (const auto each : {LimitClass::command, LimitClass::batch}) {
        if (name(each) == text) return each;
    }
    return std::nullopt;
}

Status check_limit_policy(const LimitPolicy& policy) {
    if (policy.algorithm == LimitAlgorithm::none) return ok();
    const bool is_window = policy.algorithm == LimitAlgorithm::sliding_window;
    BANKCTL_CHECK(is_window ? check_range(policy.rate, k_sliding_window_rate_max, "the rate of a sliding window")
                            : check_range(policy.rate, k_limit_rate_max, "the rate of a limit"));
    BANKCTL_CHECK(check_range(policy.burst, k_limit_burst_max, "the burst of a limit"));
    if (policy.period_ms != 1'000 && policy.period_ms != 60'000)
        return Error(ErrorCode::invalid_number, "the period of a limit must be a second or a minute");
    if (is_window && policy.burst != policy.rate)
        return Error(ErrorCode::invalid_number, "the burst of a sliding window is its rate");
    return ok();
}

LimitPolicy built_in_policy(LimitClass limit_class, bool is_owner) {
    if (limit_class == LimitClass::command) return {};
    if (is_owner) return {.algorithm = LimitAlgorithm::none};
    return {.rate = k_batch_rate, .burst = k_batch_rate};
}

}  // namespace bankctl
