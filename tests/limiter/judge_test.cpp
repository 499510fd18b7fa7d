// The judge must find every admission too many, and accuse nobody who is innocent.
#include "tests/limiter/judge.h"

#include <algorithm>
#include <random>

#include <catch2/catch.hpp>

namespace bankctl::limiter_test {
namespace {

using Random = std::mt19937_64;

std::int64_t pick(Random& random, std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution(low, high)(random);
}

/// Asks every pair of ends, as the definition says.
bool bucket_is_exceeded(const Admissions& admissions, std::int64_t interval_ns, std::int64_t burst) {
    for (const Admission& from : admissions) {
        for (const Admission& to : admissions) {
            const auto admitted = std::ranges::count_if(admissions, [&](const Admission& one) {
                return one.first_ns >= from.first_ns && one.last_ns <= to.last_ns;
            });
            const std::int64_t elapsed_ns = to.last_ns - from.first_ns;
            if (elapsed_ns >= 0 && admitted > bucket_allowance(elapsed_ns, interval_ns, burst)) return true;
        }
    }
    return false;
}

bool window_is_exceeded(const Admissions& admissions, std::int64_t window_ns, std::int64_t limit) {
    for (const Admission& from : admissions) {
        const auto admitted = std::ranges::count_if(admissions, [&](const Admission& one) {
            return one.first_ns >= from.first_ns && one.last_ns < from.first_ns + window_ns;
        });
        if (admitted > limit) return true;
    }
    return false;
}

/// A bucket that counts what it holds, a nanosecond of an interval at a time, instead of a virtual time.
class CountingBucket {
public:
    CountingBucket(std::int64_t interval_ns, std::int64_t burst)
        : interval_ns_(interval_ns), full_(burst * interval_ns), level_(full_) {}
    bool takes(std::int64_t now_ns) {
        level_ = std::min(full_, level_ + now_ns - last_ns_);
        last_ns_ = now_ns;
        if (level_ < interval_ns_) return false;
        level_ -= interval_ns_;
        return true;
    }

private:
    std::int64_t interval_ns_;
    std::int64_t full_;
    std::int64_t level_;
    std::int64_t last_ns_ = 0;
};

Admissions at(std::initializer_list<std::int64_t> times) {
    Admissions admissions;
    for (const std::int64_t time : times) admissions.push_back({time, time});
    return admissions;
}

/// Admissions at random times, of some of which only an interval is known.
Admissions random_admissions(Random& random, std::int64_t span_ns, std::int64_t blur_ns) {
    Admissions admissions;
    for (std::int64_t left = pick(random, 0, 12); left > 0; --left) {
        const std::int64_t first = pick(random, 0, span_ns);
        admissions.push_back({first, first + (pick(random, 0, 1) == 0 ? 0 : pick(random, 0, blur_ns))});
    }
    return admissions;
}

}  // namespace

TEST_CASE("a bucket may admit its burst at once and one more in each interval", "[limiter][judge]") {
    CHECK_FALSE(bucket_excess({}, 10, 3));
    CHECK_FALSE(bucket_excess(at({100, 100, 100}), 10, 3));
    CHECK_FALSE(bucket_excess(at({110, 100, 100, 100}), 10, 3));
    CHECK(bucket_excess(at({100, 100, 100, 100}), 10, 3));

    const auto early = bucket_excess(at({100, 100, 100, 109}), 10, 3);
    REQUIRE(early);
    CHECK(early->from_ns == 100);
    CHECK(early->to_ns == 109);
    CHECK(early->admitted == 4);
    CHECK(early->allowed == 3);
    CHECK(describe(*early) == "4 admitted where 3 are allowed, in the 9 ns from 100");
}

TEST_CASE("an excess late in a long recording is found", "[limiter][judge]") {
    Admissions admissions;
    for (std::int64_t i = 0; i < 100'000; ++i) admissions.push_back({i * 10, i * 10});
    admissions.push_back({900'000, 900'000});
    admissions.push_back({900'000, 900'000});
    CHECK_FALSE(bucket_excess(admissions, 10, 3));
    admissions.push_back({900'005, 900'005});
    CHECK(bucket_excess(admissions, 10, 3));
}

TEST_CASE("only what surely lies in a stretch counts against a limiter", "[limiter][judge]") {
    const Admission known_roughly{90, 110};
    Admissions admissions = at({100, 100, 100});
    admissions.push_back(known_roughly);
    CHECK_FALSE(bucket_excess(admissions, 10, 3));  // it may have happened at 110
    CHECK(bucket_excess(admissions, 11, 3) == std::nullopt);
    CHECK(bucket_excess(admissions, 21, 3));

    CHECK_FALSE(window_excess(admissions, 20, 3));
    CHECK(window_excess(admissions, 21, 3));
}

TEST_CASE("a window is shorter than the time after which its first admission is forgotten", "[limiter][judge]") {
    CHECK_FALSE(window_excess({}, 10, 2));
    CHECK_FALSE(window_excess(at({100, 105, 110}), 10, 2));
    const auto excess = window_excess(at({100, 105, 109}), 10, 2);
    REQUIRE(excess);
    CHECK(excess->admitted == 3);
    CHECK(excess->from_ns == 100);
    CHECK(excess->to_ns == 109);
}

TEST_CASE("the judge says what trying every stretch says", "[limiter][judge]") {
    Random random(5);
    int guilty = 0;
    for (int round = 0; round < 20'000; ++round) {
        const std::int64_t interval = pick(random, 1, 12);
        const std::int64_t burst = pick(random, 1, 4);
        const Admissions admissions = random_admissions(random, pick(random, 1, 100), 15);
        const auto excess = bucket_excess(admissions, interval, burst);
        INFO("round " << round);
        REQUIRE(excess.has_value() == bucket_is_exceeded(admissions, interval, burst));
        if (excess) REQUIRE(excess->admitted > excess->allowed);
        REQUIRE(window_excess(admissions, interval, burst).has_value() ==
                window_is_exceeded(admissions, interval, burst));
        if (excess) ++guilty;
    }
    CHECK(guilty > 2'000);
    CHECK(guilty < 18'000);
}

TEST_CASE("exact times are in order exactly if a bucket that counts tokens takes them all", "[limiter][judge]") {
    Random random(6);
    int guilty = 0;
    for (int round = 0; round < 20'000; ++round) {
        const std::int64_t interval = pick(random, 1, 12);
        const std::int64_t burst = pick(random, 1, 4);
        Admissions admissions = random_admissions(random, pick(random, 1, 100), 0);
        std::ranges::sort(admissions, {}, &Admission::first_ns);
        CountingBucket bucket(interval, burst);
        bool is_refused = false;
        for (const Admission& one : admissions) is_refused = !bucket.takes(one.first_ns) || is_refused;
        INFO("round " << round);
        REQUIRE(bucket_excess(admissions, interval, burst).has_value() == is_refused);
        if (is_refused) ++guilty;
    }
    CHECK(guilty > 2'000);
}

}  // namespace bankctl::limiter_test
