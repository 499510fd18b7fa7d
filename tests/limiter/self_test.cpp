// A campaign that cannot fail proves nothing: each of these limiters is wrong in one way, and each must be found.
#include <catch2/catch.hpp>

#include "tests/limiter/campaign.h"
#include "tests/limiter/wrong_limiter.h"
#include "tests/support/temp_directory.h"

namespace bankctl::limiter_test {
namespace {

constexpr LimitPolicy k_three_a_second{.rate = 3, .burst = 5};
constexpr LimitPolicy k_window{.algorithm = LimitAlgorithm::sliding_window, .rate = 5, .burst = 5};

std::string verdict(const Campaign& campaign) {
    const test::TempDirectory directory;
    const Record record = run(campaign, directory.path());
    INFO(summary(record));
    return record.verdict;
}

Campaign of_one_user(Fault fault, const LimitPolicy& policy) {
    return {.make = wrong_limiter(fault, 1), .policy = policy, .decisions = 400'000, .step_ns = 10'000};
}

}  // namespace

TEST_CASE("a right limiter is not accused", "[limiter][self]") {
    CHECK(verdict(of_one_user(Fault::none, k_three_a_second)).empty());
    CHECK(verdict(of_one_user(Fault::none, k_window)).empty());
}

TEST_CASE("a right limiter is not accused for what a kill took from it", "[limiter][self]") {
    Campaign campaign = of_one_user(Fault::none, k_three_a_second);
    campaign.kills = 50;
    CHECK(verdict(campaign).empty());
}

TEST_CASE("an update that is lost is found", "[limiter][self]") {
    CHECK_FALSE(verdict(of_one_user(Fault::lost_update, k_three_a_second)).empty());
    CHECK_FALSE(verdict(of_one_user(Fault::lost_update, k_window)).empty());
}

TEST_CASE("a burst of one more is found", "[limiter][self]") {
    CHECK_FALSE(verdict(of_one_user(Fault::burst_of_one_more, k_three_a_second)).empty());
}

TEST_CASE("an interval that is a fraction of a nanosecond short is found", "[limiter][self]") {
    Campaign campaign = of_one_user(Fault::interval_rounded_down, {.rate = 700'000, .burst = 5});
    campaign.step_ns = 100;
    CHECK_FALSE(verdict(campaign).empty());
}

TEST_CASE("a window that forgets early is found", "[limiter][self]") {
    CHECK_FALSE(verdict(of_one_user(Fault::window_too_short, k_window)).empty());
}

}  // namespace bankctl::limiter_test
