// The limiter in shared memory never admits one request too many, whoever is killed when.
//
// BANKCTL_LIMITER_DECISIONS, BANKCTL_LIMITER_KILLS and BANKCTL_LIMITER_SEED make the campaigns longer, and other:
// scripts/limiter_campaign sets them.
#include <iostream>

#include <catch2/catch.hpp>

#include "tests/limiter/campaign.h"
#include "tests/limiter/setting.h"
#include "tests/limiter/wrong_limiter.h"
#include "tests/support/temp_directory.h"

namespace bankctl::limiter_test {
namespace {

constexpr LimitPolicy k_bucket{.rate = 5, .burst = 5};
constexpr LimitPolicy k_three_a_second{.rate = 3, .burst = 5};
constexpr LimitPolicy k_window{.algorithm = LimitAlgorithm::sliding_window, .rate = 5, .burst = 5};
constexpr LimitPolicy k_wide_window{.algorithm = LimitAlgorithm::sliding_window, .rate = 12, .burst = 12};
constexpr std::uint32_t k_small = 256;  // entries, of which half are used

std::int64_t decisions(std::int64_t otherwise) { return setting("BANKCTL_LIMITER_DECISIONS", otherwise); }
std::int64_t kills(std::int64_t otherwise) { return setting("BANKCTL_LIMITER_KILLS", otherwise); }

Record run(Campaign campaign) {
    campaign.seed = static_cast<std::uint64_t>(setting("BANKCTL_LIMITER_SEED", 1));
    if (!campaign.make) campaign.make = shared_memory_limiter;
    const test::TempDirectory directory;
    Record record = run(campaign, directory.path());
    std::cout << summary(record) << std::endl;
    return record;
}

/// Each user is asked for by all processes at once after a silence in which its bucket became full again, and there
/// are far more users in that time than there is room for.
Campaign overfull(const LimitPolicy& policy) {
    return {.make = nullptr,
            .policy = policy,
            .capacity = k_small,
            .users = 3'000,
            .users_at_once = 12,
            .turn = std::chrono::milliseconds(80),
            .decisions = 100'000 / 300 * kills(300),
            .step_ns = 320'000,
            .reopen_every = 5'000};
}

}  // namespace

TEST_CASE("eight processes of one user are admitted what a token bucket allows", "[limiter][campaign]") {
    const Record record =
        run({.make = nullptr, .policy = k_three_a_second, .decisions = decisions(2'000'000), .step_ns = 2'000'000});
    CHECK(record.verdict == "");
}

TEST_CASE("eight processes of one user are admitted what a token bucket allows in real time", "[limiter][campaign]") {
    // It would take ten seconds without a request for a token to go to waste.
    const LimitPolicy policy{.rate = 10'000, .burst = 100'000};
    const Record record = run({.make = nullptr, .policy = policy, .decisions = decisions(2'000'000), .step_ns = 0});
    CHECK(record.verdict == "");
}

TEST_CASE("eight processes of one user are admitted what a sliding window allows", "[limiter][campaign]") {
    const Record record =
        run({.make = nullptr, .policy = k_window, .decisions = decisions(2'000'000), .step_ns = 2'000'000});
    CHECK(record.verdict == "");
}

TEST_CASE("eight processes of one user under kills are never admitted too often", "[limiter][campaign]") {
    for (const LimitPolicy& policy : {k_three_a_second, k_window, k_wide_window}) {
        const Record record = run({.make = nullptr,
                                   .policy = policy,
                                   .decisions = decisions(1'000'000),
                                   .kills = kills(200) / 2,
                                   .step_ns = 2'000'000,
                                   .reopen_every = 50'000});
        CHECK(record.verdict == "");
    }
}

TEST_CASE("an overfull table under kills admits nobody too often", "[limiter][campaign]") {
    Campaign campaign = overfull(k_bucket);
    campaign.kills = kills(300);
    const Record record = run(campaign);
    CHECK(record.verdict == "");
    CHECK(record.full > 0);
}

TEST_CASE("an overfull table of windows under kills admits nobody too often", "[limiter][campaign]") {
    Campaign campaign = overfull(k_wide_window);  // of three entries each
    campaign.users_at_once = 4;
    campaign.kills = kills(300) / 3;
    const Record record = run(campaign);
    CHECK(record.verdict == "");
    CHECK(record.full > 0);
}

TEST_CASE("slots that are reserved at an overfull table under kills are never too many", "[limiter][campaign]") {
    Campaign campaign = overfull(k_bucket);
    campaign.wait_max = std::chrono::milliseconds(700);
    campaign.kills = kills(300) / 3;
    const Record record = run(campaign);
    CHECK(record.verdict == "");
    CHECK(record.full > 0);
}

TEST_CASE("evicting whose bucket is full again admits too many at an overfull table", "[limiter][campaign]") {
    Campaign campaign = overfull(k_bucket);
    campaign.make = wrong_limiter(Fault::naive_eviction, k_small / 2);
    campaign.kills = kills(300);
    const Record record = run(campaign);
    CHECK_FALSE(record.verdict.empty());
}

}  // namespace bankctl::limiter_test
