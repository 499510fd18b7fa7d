// The time after which to ask again is exact: whoever waits that long and no longer is admitted, and not a nanosecond
// sooner. And no other clock than the one of the machine's start has a say.
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>

#include <catch2/catch.hpp>

#include "tests/limiter/making.h"
#include "tests/limiter/sabotage.h"
#include "tests/support/temp_directory.h"

namespace bankctl::limiter_test {
namespace {

constexpr std::int64_t k_millisecond_ns = 1'000'000;
constexpr std::int64_t k_hour_s = 3'600;

/// What the time of day is off by, for all of this executable and the libraries that it loads.
std::atomic<std::int64_t> wall_clock_offset_s = 0;
std::atomic<std::int64_t> wall_clock_readings = 0;

/// A limiter on a clock that the test sets.
struct OnPaper {
    test::TempDirectory directory;
    std::int64_t now_ns = 3'600'000'000'000;
    std::unique_ptr<port::Limiter> limiter;

    explicit OnPaper(std::uint32_t capacity) {
        make_database(directory.file("bank.db"));
        limiter = shared_memory_limiter({.database_path = directory.file("bank.db"),
                                         .capacity = capacity,
                                         .clock = [this] { return now_ns; },
                                         .fault_point = {}});
    }
};

LimitPolicy random_policy(Random& random) {
    LimitPolicy policy;
    policy.period_ms = pick(random, 0, 1) == 0 ? 1'000 : 60'000;
    if (pick(random, 0, 1) == 0) {
        policy.algorithm = LimitAlgorithm::sliding_window;
        policy.rate = policy.burst = pick(random, 1, k_sliding_window_rate_max);
    } else {
        policy.rate = pick(random, 0, 3) == 0 ? pick(random, 1, k_limit_rate_max) : pick(random, 1, 20);
        policy.burst = pick(random, 1, 30);
    }
    return policy;
}

port::LimitSubject user(std::int64_t number) { return {"user-" + std::to_string(number), LimitClass::command}; }

/// As scripts are told it: retry_after_ms.
std::int64_t in_whole_ms(std::chrono::nanoseconds delay) {
    return (delay.count() + k_millisecond_ns - 1) / k_millisecond_ns * k_millisecond_ns;
}

}  // namespace

TEST_CASE("whoever waits as long as they are told and no longer is admitted", "[limiter][campaign]") {
    constexpr int k_refusals = 10'000;
    constexpr int k_users = 100;
    Random random(7);
    int refusals = 0;
    for (std::int64_t episode = 0; refusals < k_refusals; ++episode) {
        OnPaper paper(8'192);
        std::vector<LimitPolicy> policies;
        for (int i = 0; i < k_users; ++i) policies.push_back(random_policy(random));
        for (int step = 0; step < 2'000 && refusals < k_refusals; ++step) {
            const std::int64_t who = pick(random, 0, k_users - 1);
            const LimitPolicy& policy = policies[static_cast<std::size_t>(who)];
            const auto ask = [&] { return paper.limiter->take(user(who), policy, {}); };
            paper.now_ns += pick(random, 0, 1) == 0 ? 0 : pick(random, 0, policy.period_ms * k_millisecond_ns / 5);
            port::Decision decision = ask();
            for (std::int64_t i = 0; decision.is_admitted && i < policy.burst; ++i) decision = ask();
            if (decision.is_admitted) continue;
            ++refusals;
            INFO("refusal " << refusals << ", rate " << policy.rate << ", burst " << policy.burst << ", period "
                            << policy.period_ms << " ms, " << name(policy.algorithm));
            REQUIRE_FALSE(decision.is_full);
            if (pick(random, 0, 1) == 0) {
                paper.now_ns += in_whole_ms(decision.delay);
            } else {
                paper.now_ns += decision.delay.count() - 1;
                const port::Decision early = ask();
                REQUIRE_FALSE(early.is_admitted);
                REQUIRE(early.delay.count() == 1);
                ++paper.now_ns;
            }
            REQUIRE(ask().is_admitted);
        }
    }
}

TEST_CASE("whoever finds no room gets some after the time they are told", "[limiter][campaign]") {
    constexpr int k_refusals = 1'000;
    Random random(8);
    OnPaper paper(64);
    int refusals = 0;
    for (std::int64_t number = 0; refusals < k_refusals; ++number) {
        paper.now_ns += pick(random, 0, 2 * k_millisecond_ns);
        const LimitPolicy policy{.rate = pick(random, 1, 10), .burst = 5};
        const port::Decision decision = paper.limiter->take(user(number), policy, {});
        if (decision.is_admitted) continue;
        REQUIRE(decision.is_full);
        ++refusals;
        INFO("refusal " << refusals);
        paper.now_ns += in_whole_ms(decision.delay);
        REQUIRE(paper.limiter->take(user(number), policy, {}).is_admitted);
    }
}

TEST_CASE("the time of day changes nothing", "[limiter][campaign]") {
    const test::TempDirectory directory;
    make_database(directory.file("bank.db"));
    const auto limiter = shared_memory_limiter(
        {.database_path = directory.file("bank.db"), .capacity = 0, .clock = {}, .fault_point = {}});
    for (const LimitAlgorithm algorithm : {LimitAlgorithm::token_bucket, LimitAlgorithm::sliding_window}) {
        const LimitPolicy policy{.algorithm = algorithm, .rate = 2, .period_ms = 60'000, .burst = 2};
        const port::LimitSubject who{std::string(name(algorithm)), LimitClass::command};
        const auto whole = std::chrono::milliseconds(policy.period_ms);
        for (const std::int64_t hours : {0, 1, -1}) {
            wall_clock_offset_s = hours * k_hour_s;
            for (int i = 0; hours == 0 && i < 2; ++i) CHECK(limiter->take(who, policy, {}).is_admitted);
            const std::int64_t readings = wall_clock_readings;
            const port::Decision decision = limiter->take(who, policy, {});
            CHECK_FALSE(decision.is_admitted);
            CHECK(decision.delay > whole / 4);
            CHECK(decision.delay <= whole);
            CHECK(wall_clock_readings == readings);
        }
        wall_clock_offset_s = 0;
    }
}

// The test above proves nothing unless the time of day is set by it.
TEST_CASE("the time of day can be set for this test", "[limiter][self]") {
    const time_t before = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    wall_clock_offset_s = k_hour_s;
    const time_t after = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    wall_clock_offset_s = 0;
    CHECK(after - before >= k_hour_s);
}

}  // namespace bankctl::limiter_test

/// Stands before the C library's.
extern "C" int clock_gettime(clockid_t clock, timespec* time) noexcept {
    const long result = syscall(SYS_clock_gettime, clock, time);
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI) {
        ++bankctl::limiter_test::wall_clock_readings;
        time->tv_sec += bankctl::limiter_test::wall_clock_offset_s;
    }
    return static_cast<int>(result);
}
