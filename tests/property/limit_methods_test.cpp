// Laws of the ways to limit, tried on policies and requests that rapidcheck makes up: the bounds that the manual
// promises, and each method beside a second reading of its rule.
#include <rapidcheck.h>

#include <algorithm>
#include <deque>

#include <catch2/catch.hpp>

#include "core/limit/memory/memory_limiter.h"
#include "core/service/limit_simulation.h"

namespace bankctl::test {
namespace {

using std::chrono::nanoseconds;
using Times = std::vector<std::int64_t>;  // in nanoseconds
using Answers = std::vector<std::optional<std::int64_t>>;

LimitPolicy any_policy() {
    LimitPolicy policy;
    policy.rate = *rc::gen::inRange<std::int64_t>(1, 12);
    policy.period_ms = *rc::gen::element<std::int64_t>(1'000, 60'000);
    policy.burst = *rc::gen::inRange<std::int64_t>(1, 12);
    return policy;
}

/// Times whose gaps like to be none, whole intervals and periods, and a nanosecond beside them.
Times any_times(const LimitPolicy& policy) {
    const auto gap = rc::gen::apply(
        [](std::int64_t length, std::int64_t share, std::int64_t beside) {
            return std::max<std::int64_t>(length / share + beside, 0);
        },
        rc::gen::element<std::int64_t>(0, 0, emission_interval_ns(policy), period_ns(policy), 3 * period_ns(policy)),
        rc::gen::element<std::int64_t>(1, 1, 2, 7, 100), rc::gen::element<std::int64_t>(0, 0, 0, -1, 1));
    Times times = *rc::gen::container<Times>(gap);
    std::int64_t now = 0;
    for (std::int64_t& time : times) time = now += time;
    return times;
}

Answers answers(LimitMethod method, const LimitPolicy& policy, const Times& times) {
    const auto limit = simulated_limit(method, policy);
    Answers result;
    for (const std::int64_t time : times) {
        const auto goes_on = limit->ask(nanoseconds(time));
        result.push_back(goes_on ? std::optional(goes_on->count()) : std::nullopt);
    }
    return result;
}

/// When what was admitted went on.
Times went_on(const Answers& all) {
    Times times;
    for (const auto& answer : all) {
        if (answer) times.push_back(*answer);
    }
    return times;
}

std::int64_t busiest(const Times& times, std::int64_t length) {
    std::int64_t most = 0;
    for (std::size_t i = 0; i < times.size(); ++i) {
        std::size_t end = i;
        while (end < times.size() && times[end] < times[i] + length) ++end;
        most = std::max(most, static_cast<std::int64_t>(end - i));
    }
    return most;
}

std::int64_t count_within(const Times& times, std::int64_t begin, std::int64_t end) {
    return std::ranges::count_if(times, [&](std::int64_t time) { return time >= begin && time < end; });
}

}  // namespace

TEST_CASE("no method admits more in any one period than the manual says") {
    CHECK(rc::check([] {
        const LimitPolicy policy = any_policy();
        const Times times = any_times(policy);
        const std::int64_t period = period_ns(policy);
        const auto worst = [&](LimitMethod method) { return busiest(went_on(answers(method, policy, times)), period); };
        RC_ASSERT(worst(LimitMethod::token_bucket) <= policy.burst + policy.rate - 1);
        RC_ASSERT(worst(LimitMethod::token_counter) <= policy.burst + policy.rate - 1);
        RC_ASSERT(worst(LimitMethod::sliding_window) <= policy.rate);
        RC_ASSERT(worst(LimitMethod::sliding_counter) <= 2 * policy.rate - 1);
        RC_ASSERT(worst(LimitMethod::leaky_bucket) <= policy.rate);
        RC_ASSERT(worst(LimitMethod::fixed_window) <= 2 * policy.rate);
    }));
}

TEST_CASE("a token bucket admits its burst and the tokens of any span of time, and no more") {
    CHECK(rc::check([] {
        const LimitPolicy policy = any_policy();
        const Times admitted = went_on(answers(LimitMethod::token_bucket, policy, any_times(policy)));
        for (std::size_t i = 0; i < admitted.size(); ++i) {
            for (std::size_t j = i; j < admitted.size(); ++j) {
                RC_ASSERT(static_cast<std::int64_t>(j - i + 1) <=
                          policy.burst + (admitted[j] - admitted[i]) / emission_interval_ns(policy));
            }
        }
    }));
}

TEST_CASE("a token bucket as a time admits what one as a counter does, where the interval is a whole number") {
    CHECK(rc::check([] {
        LimitPolicy policy = any_policy();
        policy.rate = *rc::gen::element<std::int64_t>(1, 2, 4, 5, 8, 10, 1'000, 1'000'000);
        const Times times = any_times(policy);
        RC_ASSERT(answers(LimitMethod::token_bucket, policy, times) ==
                  answers(LimitMethod::token_counter, policy, times));
    }));
}

TEST_CASE("a token bucket as a time never gets ahead of one as a counter") {
    CHECK(rc::check([] {
        const LimitPolicy policy = any_policy();
        const Times times = any_times(policy);
        const Answers rounded = answers(LimitMethod::token_bucket, policy, times);
        const Answers exact = answers(LimitMethod::token_counter, policy, times);
        std::int64_t lead = 0;
        for (std::size_t i = 0; i < times.size(); ++i) {
            lead += (exact[i] ? 1 : 0) - (rounded[i] ? 1 : 0);
            RC_ASSERT(lead >= 0);
        }
    }));
}

TEST_CASE("a leaky bucket is a queue with as many places as the burst, which admits what a token bucket does") {
    CHECK(rc::check([] {
        const LimitPolicy policy = any_policy();
        const Times times = any_times(policy);
        const Answers queued = answers(LimitMethod::leaky_bucket, policy, times);
        const Answers bucket = answers(LimitMethod::token_bucket, policy, times);
        std::deque<std::int64_t> turns;  // of those in the queue; one leaves it an interval after its turn
        for (std::size_t i = 0; i < times.size(); ++i) {
            while (!turns.empty() && turns.front() + emission_interval_ns(policy) <= times[i]) turns.pop_front();
            std::optional<std::int64_t> expected;
            // Whoever has a turn at a time between those of others needs a place until the last of them has gone.
            const std::int64_t next = turns.empty() ? times[i] : turns.back() + emission_interval_ns(policy);
            if (next - times[i] <= (policy.burst - 1) * emission_interval_ns(policy))
                turns.push_back(*(expected = next));
            RC_ASSERT(queued[i] == expected);
            RC_ASSERT(queued[i].has_value() == bucket[i].has_value());
            RC_ASSERT(static_cast<std::int64_t>(turns.size()) <= policy.burst);
        }
    }));
}

TEST_CASE("a sliding window admits a request exactly if fewer than its rate were admitted within the last period") {
    CHECK(rc::check([] {
        const LimitPolicy policy = any_policy();
        const Times times = any_times(policy);
        const Answers all = answers(LimitMethod::sliding_window, policy, times);
        Times admitted;
        for (std::size_t i = 0; i < times.size(); ++i) {
            const bool has_room = count_within(admitted, times[i] - period_ns(policy) + 1, times[i] + 1) < policy.rate;
            RC_ASSERT(all[i].has_value() == has_room);
            if (has_room) admitted.push_back(times[i]);
        }
    }));
}

TEST_CASE("counters of windows admit by what was admitted in their windows") {
    CHECK(rc::check([] {
        const LimitPolicy policy = any_policy();
        const Times times = any_times(policy);
        const std::int64_t period = period_ns(policy);
        const Answers sliding = answers(LimitMethod::sliding_counter, policy, times);
        const Answers fixed = answers(LimitMethod::fixed_window, policy, times);
        Times slid;
        Times counted;
        for (std::size_t i = 0; i < times.size(); ++i) {
            const std::int64_t begin = times[i] / period * period;
            const bool fixed_has_room = count_within(counted, begin, begin + period) < policy.rate;
            RC_ASSERT(fixed[i].has_value() == fixed_has_room);
            if (fixed_has_room) counted.push_back(times[i]);
            // The former window's part that is still in sight, in 1/period.
            const std::int64_t in_sight = begin + period - times[i];
            const std::int64_t weighted = count_within(slid, begin - period, begin) * in_sight;
            const bool has_room = weighted <= (policy.rate - 1 - count_within(slid, begin, begin + period)) * period;
            RC_ASSERT(sliding[i].has_value() == has_room);
            if (has_room) slid.push_back(times[i]);
        }
    }));
}

TEST_CASE("a simulation admits what the limiter itself admits, and refuses what it refuses") {
    CHECK(rc::check([] {
        LimitPolicy policy = any_policy();
        const bool is_window = *rc::gen::arbitrary<bool>();
        if (is_window) policy.burst = policy.rate;
        policy.algorithm = is_window ? LimitAlgorithm::sliding_window : LimitAlgorithm::token_bucket;
        const Times times = any_times(policy);
        const Answers simulated =
            answers(is_window ? LimitMethod::sliding_window : LimitMethod::token_bucket, policy, times);
        constexpr std::int64_t k_begin = 5'000'000'000'000;  // the machine was started long ago
        std::int64_t now = k_begin;
        const auto limiter = memory::make_limiter([&] { return now; });
        for (std::size_t i = 0; i < times.size(); ++i) {
            now = k_begin + times[i];
            RC_ASSERT(limiter->take({.user = "ada"}, policy, {}).is_admitted == simulated[i].has_value());
        }
    }));
}

TEST_CASE("a simulation counts what its methods answer") {
    CHECK(rc::check([] {
        const LimitPolicy policy = any_policy();
        const Times times = any_times(policy);
        LimitSimulation simulation(policy, k_limit_methods);
        for (const std::int64_t time : times) simulation.ask(nanoseconds(time));
        const SimulationReport report = simulation.report(50);
        for (std::size_t i = 0; i < report.results.size(); ++i) {
            const MethodResult& result = report.results[i];
            const Answers all = answers(result.method, policy, times);
            const Times admitted = went_on(all);
            RC_ASSERT(result.admitted == static_cast<std::int64_t>(admitted.size()));
            RC_ASSERT(result.admitted + result.refused == static_cast<std::int64_t>(times.size()));
            RC_ASSERT(result.worst_second == busiest(admitted, 1'000'000'000));
            RC_ASSERT(result.worst_period == busiest(admitted, period_ns(policy)));
            std::int64_t in_slots = 0;
            for (const std::int64_t count : report.slots.by_kind[i + 1]) in_slots += count;
            RC_ASSERT(in_slots == result.admitted);
            RC_ASSERT(report.slots.by_kind[i + 1].size() <= 50);
        }
    }));
}

}  // namespace bankctl::test
