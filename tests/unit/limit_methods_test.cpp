#include "core/service/limit_methods.h"

#include <vector>

#include <catch2/catch.hpp>

namespace bankctl::test {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr LimitPolicy k_five{};

/// One limit, asked again and again.
class Limit {
public:
    explicit Limit(LimitMethod method, const LimitPolicy& policy = k_five) : limit_(simulated_limit(method, policy)) {}

    bool admits(nanoseconds now) { return limit_->ask(now).has_value(); }
    /// How many of many requests at once it admits.
    int admits_at_once(nanoseconds now, int requests = 100) {
        int admitted = 0;
        for (int i = 0; i < requests; ++i) admitted += admits(now) ? 1 : 0;
        return admitted;
    }
    SimulatedLimit* operator->() { return limit_.get(); }

private:
    std::unique_ptr<SimulatedLimit> limit_;
};

}  // namespace

TEST_CASE("methods are known by their names") {
    for (const LimitMethod method : k_limit_methods) CHECK(limit_method(name(method)) == method);
    CHECK(limit_method("gcra") == std::nullopt);
    CHECK(limit_method("") == std::nullopt);
    CHECK(name(LimitMethod::token_bucket) == name(LimitAlgorithm::token_bucket));
    CHECK(name(LimitMethod::sliding_window) == name(LimitAlgorithm::sliding_window));
}

TEST_CASE("every method admits five at once, and no sixth, whatever was before the first and however long it idled") {
    const LimitMethod method = GENERATE(from_range(k_limit_methods));
    CAPTURE(name(method));
    for (const nanoseconds begin : {0ns, 1ns, 999'999'999ns, nanoseconds(12345s)}) {
        Limit limit(method);
        CHECK(limit.admits_at_once(begin) == 5);
        CHECK(limit.admits_at_once(begin + 1h) == 5);
        CHECK(limit.admits_at_once(begin + 10h) == 5);
    }
}

TEST_CASE("a token bucket gains a token with each interval, not a nanosecond before") {
    const LimitMethod method = GENERATE(LimitMethod::token_bucket, LimitMethod::token_counter);
    CAPTURE(name(method));
    Limit limit(method);
    CHECK(limit.admits_at_once(0ns) == 5);
    for (int i = 1; i <= 20; ++i) {
        CHECK_FALSE(limit.admits(i * 200ms - 1ns));
        CHECK(limit.admits_at_once(i * 200ms) == 1);
    }
    CHECK(limit.admits_at_once(4s + 999ms) == 4);
    CHECK(limit.admits_at_once(5s) == 1);
}

TEST_CASE("a token bucket of 5/s admits nine in a second") {
    Limit limit(LimitMethod::token_bucket);
    int admitted = 0;
    for (nanoseconds now = 10s; now < 11s; now += 1ms) admitted += limit.admits(now) ? 1 : 0;
    CHECK(admitted == 9);
}

TEST_CASE("a token bucket may hold more or fewer tokens than come in a period") {
    const LimitMethod method = GENERATE(LimitMethod::token_bucket, LimitMethod::token_counter);
    CAPTURE(name(method));
    Limit large(method, {.burst = 20});
    CHECK(large.admits_at_once(0ns) == 20);
    CHECK(large.admits_at_once(1s) == 5);
    Limit small(method, {.burst = 1});
    CHECK(small.admits_at_once(0ns) == 1);
    CHECK(small.admits_at_once(1s) == 1);
}

TEST_CASE("an interval is rounded up, so a bucket as a time is behind an exact one by less than a nanosecond a token") {
    constexpr LimitPolicy k_thirds{.rate = 3, .burst = 2};
    Limit exact(LimitMethod::token_counter, k_thirds);
    Limit rounded(LimitMethod::token_bucket, k_thirds);
    for (Limit* const limit : {&exact, &rounded}) {
        CHECK(limit->admits_at_once(0ns) == 2);
        CHECK_FALSE(limit->admits(333'333'333ns));
        CHECK(limit->admits(333'333'334ns));
    }
    CHECK(exact.admits(666'666'667ns));
    CHECK_FALSE(rounded.admits(666'666'667ns));
    CHECK(rounded.admits(666'666'668ns));
    Limit single(LimitMethod::token_counter, {.rate = 3, .burst = 1});
    CHECK(single.admits(0ns));
    CHECK_FALSE(single.admits(333'333'333ns));
    CHECK(single.admits(333'333'334ns));
}

TEST_CASE("a sliding window forgets a request once a period has passed, not a nanosecond before") {
    Limit limit(LimitMethod::sliding_window);
    for (int i = 0; i < 5; ++i) CHECK(limit.admits(100ms + i * 50ms));
    for (int i = 0; i < 5; ++i) {
        CHECK_FALSE(limit.admits(1100ms + i * 50ms - 1ns));
        CHECK(limit.admits_at_once(1100ms + i * 50ms) == 1);
    }
}

TEST_CASE("a sliding counter lets the former window fade") {
    Limit limit(LimitMethod::sliding_counter);
    CHECK(limit.admits_at_once(0ns) == 5);
    for (int i = 1; i <= 4; ++i) {
        CHECK(limit.admits_at_once(1s + i * 200ms - 1ns) == 0);
        CHECK(limit.admits_at_once(1s + i * 200ms) == 1);
    }
    CHECK(limit.admits_at_once(2s) == 1);  // of four before
    CHECK(limit.admits_at_once(4s) == 5);  // and none in the window before this
}

TEST_CASE("a fixed window admits its rate on both sides of a border") {
    Limit limit(LimitMethod::fixed_window);
    CHECK(limit.admits_at_once(999'999'999ns) == 5);
    CHECK(limit.admits_at_once(1s) == 5);
    CHECK(limit.admits_at_once(1999ms) == 0);
    CHECK(limit.admits_at_once(2s) == 5);
}

TEST_CASE("a leaky bucket holds requests back until their turn") {
    Limit limit(LimitMethod::leaky_bucket);
    for (int i = 0; i < 5; ++i) CHECK(limit->ask(10s) == 10s + i * 200ms);
    CHECK(limit->ask(10s) == std::nullopt);
    CHECK(limit->ask(10s + 200ms - 1ns) == std::nullopt);
    CHECK(limit->ask(10s + 200ms) == 11s);
    CHECK(limit->ask(20s) == 20s);
}

TEST_CASE("windows of a minute") {
    constexpr LimitPolicy k_minute{.rate = 60, .period_ms = 60'000, .burst = 10};
    const auto admitted = [&](LimitMethod method) {
        Limit limit(method, k_minute);
        const int at_once = limit.admits_at_once(59s);
        return std::pair(at_once, limit.admits_at_once(61s));
    };
    CHECK(admitted(LimitMethod::token_bucket) == std::pair(10, 2));
    CHECK(admitted(LimitMethod::token_counter) == std::pair(10, 2));
    CHECK(admitted(LimitMethod::leaky_bucket) == std::pair(10, 2));
    CHECK(admitted(LimitMethod::sliding_window) == std::pair(60, 0));
    CHECK(admitted(LimitMethod::sliding_counter) == std::pair(60, 1));
    CHECK(admitted(LimitMethod::fixed_window) == std::pair(60, 60));
}

TEST_CASE("nothing overflows at the ends of the ranges") {
    const LimitMethod method = GENERATE(from_range(k_limit_methods));
    const std::int64_t period_ms = GENERATE(1'000, 60'000);
    const std::int64_t rate = GENERATE(std::int64_t{1}, k_limit_rate_max);
    CAPTURE(name(method), period_ms, rate);
    Limit limit(method, {.rate = rate, .period_ms = period_ms, .burst = k_limit_burst_max});
    const bool is_bucket = method == LimitMethod::token_bucket || method == LimitMethod::token_counter ||
                           method == LimitMethod::leaky_bucket;
    const int at_once = static_cast<int>(is_bucket ? k_limit_burst_max : rate);
    CHECK(limit.admits_at_once(0ns, 1'000'001) == at_once);
    CHECK(limit.admits_at_once(k_request_time_max, 1'000'001) == at_once);
}

TEST_CASE("a log takes eight bytes a request, all else a few for each user") {
    CHECK(Limit(LimitMethod::token_bucket)->bytes() == 8);
    CHECK(Limit(LimitMethod::leaky_bucket)->bytes() == 8);
    CHECK(Limit(LimitMethod::token_counter)->bytes() == 16);
    CHECK(Limit(LimitMethod::fixed_window)->bytes() == 16);
    CHECK(Limit(LimitMethod::sliding_counter)->bytes() == 24);
    CHECK(Limit(LimitMethod::sliding_window)->bytes() == 40);
    CHECK(Limit(LimitMethod::sliding_window, {.rate = 1000})->bytes() == 8000);
}

}  // namespace bankctl::test
