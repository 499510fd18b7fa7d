#include "core/service/limit_simulation.h"

#include <numeric>

#include <catch2/catch.hpp>

namespace bankctl::test {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

std::int64_t busiest(nanoseconds length, const std::vector<nanoseconds>& times) {
    BusiestSpan span(length);
    for (const nanoseconds time : times) span.add(time);
    return span.count();
}

/// What the method makes of requests `step` apart, from `begin` until before `end`.
MethodResult flood(LimitMethod method, nanoseconds begin, nanoseconds end, nanoseconds step,
                   const LimitPolicy& policy = {}) {
    LimitSimulation simulation(policy, std::vector{method});
    for (nanoseconds time = begin; time < end; time += step) simulation.ask(time);
    return simulation.report(10).results.front();
}

}  // namespace

TEST_CASE("the busiest span is half open") {
    CHECK(busiest(1s, {}) == 0);
    CHECK(busiest(1s, {5s}) == 1);
    CHECK(busiest(1s, {0s, 1s}) == 1);
    CHECK(busiest(1s, {1ns, 1s}) == 2);
    CHECK(busiest(1s, {0s, 0s, 400ms, 1s, 1s, 1300ms, 1400ms, 9s}) == 4);
    CHECK(busiest(1s, {0s, 0s, 0s, 500ms, 1s, 1s}) == 4);
}

TEST_CASE("a simulation counts what each method admits and refuses, and the longest row of refusals") {
    LimitSimulation simulation({.rate = 2, .burst = 2}, std::vector{LimitMethod::sliding_window});
    for (const nanoseconds time : std::vector<nanoseconds>{3s, 3s, 3s, 3100ms, 3999ms, 4s, 4s, 4500ms, 9s})
        simulation.ask(time);
    const SimulationReport report = simulation.report(10);
    CHECK(report.requests == 9);
    CHECK(report.duration == 6s);
    REQUIRE(report.results.size() == 1);
    const MethodResult& result = report.results.front();
    CHECK(result.admitted == 5);
    CHECK(result.refused == 4);
    CHECK(result.refused_run == 3);
    CHECK(result.worst_second == 2);
    CHECK(result.worst_period == 2);
    CHECK(result.delay_max == 0ns);
    CHECK(result.bytes == 16);
}

TEST_CASE("what goes on later counts when it goes on") {
    LimitSimulation simulation({}, std::vector{LimitMethod::leaky_bucket});
    for (int i = 0; i < 5; ++i) simulation.ask(7s);
    const SimulationReport report = simulation.report(10);
    CHECK(report.duration == 0ns);
    CHECK(report.results.front().delay_max == 800ms);
    CHECK(report.slots.slot == 100ms);
    CHECK(report.slots.by_kind ==
          std::vector<std::vector<std::int64_t>>{{5, 0, 0, 0, 0, 0, 0, 0, 0}, {1, 0, 1, 0, 1, 0, 1, 0, 1}});
    LimitSimulation two_bursts({}, std::vector{LimitMethod::leaky_bucket});
    for (const nanoseconds time : {0s, 0s, 0s, 0s, 0s, 1s, 1s, 1s, 1s, 1s, 9s}) two_bursts.ask(time);
    CHECK(two_bursts.report(10).results.front().worst_second == 5);
    CHECK(two_bursts.report(10).results.front().admitted == 11);
    CHECK(two_bursts.report(10).results.front().delay_max == 800ms);
}

TEST_CASE("each method's worst second of a flood after idling") {
    const auto worst = [](LimitMethod method) { return flood(method, 10s, 13s, 10ms).worst_second; };
    CHECK(worst(LimitMethod::token_bucket) == 9);
    CHECK(worst(LimitMethod::token_counter) == 9);
    CHECK(worst(LimitMethod::sliding_window) == 5);
    CHECK(worst(LimitMethod::leaky_bucket) == 5);
    CHECK(flood(LimitMethod::sliding_counter, 10990ms, 13s, 1ms).worst_second == 9);
    CHECK(flood(LimitMethod::fixed_window, 10990ms, 13s, 1ms).worst_second == 10);
}

TEST_CASE("the worst second of a limit for a minute is not its worst minute") {
    const LimitPolicy policy{.rate = 60, .period_ms = 60'000, .burst = 10};
    const MethodResult bucket = flood(LimitMethod::token_bucket, 0s, 180s, 100ms, policy);
    CHECK(bucket.worst_second == 10);
    CHECK(bucket.worst_period == 69);
    const MethodResult window = flood(LimitMethod::sliding_window, 0s, 180s, 100ms, policy);
    CHECK(window.worst_second == 10);
    CHECK(window.worst_period == 60);
}

TEST_CASE("no requests at all") {
    const SimulationReport report = LimitSimulation({}, k_limit_methods).report(10);
    CHECK(report.requests == 0);
    CHECK(report.duration == 0ns);
    CHECK(report.results.size() == 6);
    CHECK(report.slots.by_kind == std::vector<std::vector<std::int64_t>>(7));
}

TEST_CASE("slots of time are as narrow as may be, and hold every count") {
    struct Case {
        nanoseconds last;
        std::size_t slots_max;
        std::chrono::milliseconds slot;
        std::size_t slots;
    };
    const Case expected =
        GENERATE(Case{0ns, 10, 1ms, 1}, Case{9999us, 10, 1ms, 10}, Case{10ms, 10, 2ms, 6}, Case{20ms, 10, 5ms, 5},
                 Case{50ms, 10, 10ms, 6}, Case{99ms, 10, 10ms, 10}, Case{100ms, 10, 20ms, 6}, Case{999ms, 50, 20ms, 50},
                 Case{1s, 50, 50ms, 21}, Case{10s, 50, 500ms, 21}, Case{24h, 50, 2000s, 44}, Case{1h, 1, 5000s, 1},
                 Case{k_request_time_max, 50, 100'000'000s, 41});
    CAPTURE(expected.last.count(), expected.slots_max);
    TimeSlots slots(2);
    slots.count(0, 0ns);
    for (int i = 0; i < 3; ++i) slots.count(1, expected.last);
    slots.count(0, expected.last / 2);
    const SlotCounts counts = slots.counts(expected.slots_max);
    CHECK(counts.slot == expected.slot);
    REQUIRE(counts.by_kind.size() == 2);
    REQUIRE(counts.by_kind[0].size() == expected.slots);
    REQUIRE(counts.by_kind[1].size() == expected.slots);
    CHECK(counts.by_kind[1].back() == 3);
    CHECK(std::reduce(counts.by_kind[0].begin(), counts.by_kind[0].end()) == 2);
    CHECK(counts.by_kind[0][static_cast<std::size_t>(expected.last / 2 / expected.slot)] >= 1);
}

TEST_CASE("slots that were merged on the way hold what slots of that width from the beginning would") {
    TimeSlots slots(1);
    std::vector<std::int64_t> expected(41, 0);
    for (std::int64_t i = 0; i <= 20'000; i += 7) {
        slots.count(0, std::chrono::milliseconds(i));
        ++expected[static_cast<std::size_t>(i / 500)];
    }
    const SlotCounts counts = slots.counts(50);
    CHECK(counts.slot == 500ms);
    expected.resize(counts.by_kind[0].size());
    CHECK(counts.by_kind[0] == expected);
}

}  // namespace bankctl::test
