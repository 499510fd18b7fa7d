// What every adapter of port::Limiter promises, asked of each in turn.
#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "core/model/limit_schedule.h"
#include "tests/support/limiter.h"

namespace bankctl::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

const port::LimitSubject k_alice{"alice", LimitClass::command};
const port::LimitSubject k_bob{"bob", LimitClass::command};
const LimitPolicy k_bucket{};  // 5 a second, 5 at once
const LimitPolicy k_window{LimitAlgorithm::sliding_window, 5, 1000, 5, false};
const LimitPolicy k_long_window{LimitAlgorithm::sliding_window, 12, 60'000, 12, false};
const LimitPolicy k_none{LimitAlgorithm::none, 5, 1000, 5, false};

/// A limiter of the adapter that the test case is generated for.
struct Limited {
    explicit Limited(LimiterAdapter adapter) : limiter(make_limiter(adapter, directory)) {}

    port::Decision take(const LimitPolicy& policy, nanoseconds wait_max = {},
                        const port::LimitSubject& subject = k_alice) const {
        return limiter->take(subject, policy, wait_max);
    }
    /// How many of `count` requests, one after the other, are admitted.
    int admitted(const LimitPolicy& policy, int count, const port::LimitSubject& subject = k_alice) const {
        int sum = 0;
        for (int i = 0; i < count; ++i) sum += take(policy, {}, subject).is_admitted ? 1 : 0;
        return sum;
    }
    std::optional<port::FoundRule> rule(const port::LimitSubject& subject = k_alice) const {
        return limiter->rule(subject);
    }

    TempDirectory directory;
    std::unique_ptr<port::Limiter> limiter;
};

LimitRule rule_of(const std::string& user, LimitClass limit_class, const LimitPolicy& policy) {
    return {Seq{2}, user, limit_class, policy, 1};
}

#define LIMITED Limited limited(GENERATE(LimiterAdapter::memory, LimiterAdapter::shared_memory))

}  // namespace

TEST_CASE("a token bucket admits its burst, and then one each interval", "[limiter]") {
    LIMITED;
    CHECK(limited.admitted(k_bucket, 20) == 5);
    limiter_now_ns() += k_second_ns / 5 - 1;
    CHECK(limited.admitted(k_bucket, 20) == 0);
    limiter_now_ns() += 1;
    CHECK(limited.admitted(k_bucket, 20) == 1);
    limiter_now_ns() += 10 * k_second_ns;
    CHECK(limited.admitted(k_bucket, 20) == 5);
}

TEST_CASE("a sliding window admits its rate in each window", "[limiter]") {
    LIMITED;
    CHECK(limited.admitted(k_window, 3) == 3);
    limiter_now_ns() += k_second_ns / 2;
    CHECK(limited.admitted(k_window, 20) == 2);
    limiter_now_ns() += k_second_ns / 2 - 1;
    CHECK(limited.admitted(k_window, 20) == 0);
    limiter_now_ns() += 1;
    CHECK(limited.admitted(k_window, 20) == 3);
    limiter_now_ns() += k_second_ns / 2;
    CHECK(limited.admitted(k_window, 20) == 2);
}

TEST_CASE("a window may have more requests than one entry has cells", "[limiter]") {
    LIMITED;
    CHECK(limited.admitted(k_long_window, 30) == 12);
    limiter_now_ns() += 60 * k_second_ns - 1;
    CHECK_FALSE(limited.take(k_long_window).is_admitted);
    limiter_now_ns() += 1;
    CHECK(limited.admitted(k_long_window, 30) == 12);
}

TEST_CASE("an interval that does not divide the period is rounded up", "[limiter]") {
    LIMITED;
    const LimitPolicy sevenths{LimitAlgorithm::token_bucket, 7, 1000, 1, false};
    REQUIRE(limited.take(sevenths).is_admitted);
    limiter_now_ns() += 142'857'142;
    CHECK_FALSE(limited.take(sevenths).is_admitted);
    limiter_now_ns() += 1;
    CHECK(limited.take(sevenths).is_admitted);
}

TEST_CASE("a refusal says after how long one would be admitted, to the nanosecond", "[limiter]") {
    LIMITED;
    const LimitPolicy policy = GENERATE(k_bucket, k_window);
    CHECK(limited.admitted(policy, 2) == 2);
    limiter_now_ns() += 123'456'789;
    limited.admitted(policy, 5);
    const port::Decision refused = limited.take(policy);
    REQUIRE_FALSE(refused.is_admitted);
    CHECK_FALSE(refused.is_full);
    CHECK(refused.delay == refused.after.next_in);
    limiter_now_ns() += refused.delay.count() - 1;
    CHECK_FALSE(limited.take(policy).is_admitted);
    limiter_now_ns() += 1;
    CHECK(limited.take(policy).is_admitted);
}

TEST_CASE("who waits gets the next slot, and who comes after them a later one", "[limiter]") {
    LIMITED;
    REQUIRE(limited.admitted(k_bucket, 5) == 5);
    CHECK_FALSE(limited.take(k_bucket, milliseconds(199)).is_admitted);
    const port::Decision first = limited.take(k_bucket, milliseconds(200));
    REQUIRE(first.is_admitted);
    CHECK(first.delay == milliseconds(200));
    const port::Decision second = limited.take(k_bucket, milliseconds(5000));
    REQUIRE(second.is_admitted);
    CHECK(second.delay == milliseconds(400));
    limiter_now_ns() += 2 * k_second_ns / 5;
    CHECK_FALSE(limited.take(k_bucket).is_admitted);  // both were charged
    limiter_now_ns() += k_second_ns / 5;
    CHECK(limited.take(k_bucket).is_admitted);
}

TEST_CASE("who waits for a window takes the cell that is free first", "[limiter]") {
    LIMITED;
    REQUIRE(limited.take(k_window).is_admitted);
    limiter_now_ns() += k_second_ns / 10;
    REQUIRE(limited.admitted(k_window, 5) == 4);
    CHECK_FALSE(limited.take(k_window, milliseconds(899)).is_admitted);
    CHECK(limited.take(k_window, milliseconds(900)).delay == milliseconds(900));
    CHECK(limited.take(k_window, milliseconds(5000)).delay == milliseconds(1000));
}

TEST_CASE("a standing says what is left, and looking at it charges nothing", "[limiter]") {
    LIMITED;
    const LimitPolicy policy = GENERATE(k_bucket, k_window);
    CHECK(limited.limiter->peek(k_alice, policy).remaining == 5);
    REQUIRE(limited.admitted(policy, 3) == 3);
    for (int i = 0; i < 3; ++i) {
        const port::Standing standing = limited.limiter->peek(k_alice, policy);
        CHECK(standing.remaining == 2);
        CHECK(standing.next_in == nanoseconds(0));
        CHECK(standing.full_in == (policy == k_bucket ? milliseconds(600) : milliseconds(1000)));
    }
    const port::Decision fourth = limited.take(policy);
    CHECK(fourth.after.remaining == 1);
    REQUIRE(limited.admitted(policy, 2) == 1);
    const port::Standing blocked = limited.limiter->peek(k_alice, policy);
    CHECK(blocked.remaining == 0);
    CHECK(blocked.next_in == (policy == k_bucket ? milliseconds(200) : milliseconds(1000)));
    limiter_now_ns() += 100'000'000;
    CHECK(limited.limiter->peek(k_alice, policy).next_in == blocked.next_in - milliseconds(100));
}

TEST_CASE("without a limit everything is admitted and nothing is counted", "[limiter]") {
    LIMITED;
    CHECK(limited.admitted(k_none, 1000) == 1000);
    CHECK_FALSE(limited.take(k_none).after.remaining);
    CHECK_FALSE(limited.limiter->peek(k_alice, k_none).remaining);
    CHECK(limited.limiter->usage().empty());
}

TEST_CASE("who gets another policy begins anew", "[limiter]") {
    LIMITED;
    const LimitPolicy slow{LimitAlgorithm::token_bucket, 1, 60'000, 1, false};
    CHECK(limited.admitted(slow, 5) == 1);
    CHECK(limited.admitted(k_bucket, 20) == 5);
    CHECK(limited.admitted(k_window, 20) == 5);
    CHECK(limited.limiter->peek(k_alice, k_long_window).remaining == 12);
    CHECK(limited.limiter->peek(k_alice, k_window).remaining == 0);
    limited.limiter->reset(k_alice);
    CHECK(limited.admitted(k_window, 20) == 5);
    const std::vector<port::Usage> usage = limited.limiter->usage();
    REQUIRE(usage.size() == 1);
    CHECK(usage[0].admitted == 16);
    CHECK(usage[0].refused == 49);
}

TEST_CASE("users and classes are counted apart", "[limiter]") {
    LIMITED;
    CHECK(limited.admitted(k_bucket, 20) == 5);
    CHECK(limited.admitted(k_bucket, 20, k_bob) == 5);
    CHECK(limited.admitted(k_bucket, 20, {"alice", LimitClass::batch}) == 5);
    CHECK(limited.admitted(k_bucket, 20, {"Alice", LimitClass::command}) == 5);
}

TEST_CASE("a reset forgets what one user was charged", "[limiter]") {
    LIMITED;
    const LimitPolicy policy = GENERATE(k_bucket, k_window, k_long_window);
    const int all = static_cast<int>(policy.burst);
    REQUIRE(limited.admitted(policy, 30) == all);
    REQUIRE(limited.admitted(policy, 30, k_bob) == all);
    limited.limiter->reset(k_alice);
    limited.limiter->reset({"nobody", LimitClass::command});
    CHECK(limited.admitted(policy, 30, k_bob) == 0);
    CHECK(limited.admitted(policy, 30) == all);
}

TEST_CASE("the usage tells what everybody has asked", "[limiter]") {
    LIMITED;
    limited.admitted(k_bucket, 7);
    limited.admitted(k_window, 2, k_bob);
    const std::string longest(64, 'x');
    limited.admitted(k_bucket, 1, {longest, LimitClass::batch});
    std::vector<port::Usage> usage = limited.limiter->usage();
    std::ranges::sort(usage, {}, [](const port::Usage& each) { return each.subject.user; });
    REQUIRE(usage.size() == 3);
    CHECK(usage[0].subject.user == "alice");
    CHECK(usage[0].admitted == 5);
    CHECK(usage[0].refused == 2);
    CHECK(usage[1].subject.user == "bob");
    CHECK(usage[1].admitted == 2);
    CHECK(usage[2].subject.user == longest);
    CHECK(usage[2].subject.limit_class == LimitClass::batch);
    CHECK(limited.limiter->describe().used == 3);
}

TEST_CASE("rules are known once they are confirmed", "[limiter]") {
    LIMITED;
    CHECK_FALSE(limited.rule());
    const std::uint64_t empty = limited.limiter->propose({});
    CHECK_FALSE(limited.rule());
    limited.limiter->confirm(empty);
    REQUIRE(limited.rule());
    CHECK(limited.rule()->origin == port::RuleOrigin::built_in);

    const LimitPolicy strict{LimitAlgorithm::sliding_window, 60, 60'000, 60, true};
    const LimitPolicy greatest{LimitAlgorithm::token_bucket, k_limit_rate_max, 1000, k_limit_burst_max, false};
    const std::vector<LimitRule> rules{rule_of("default", LimitClass::command, strict),
                                       rule_of("alice", LimitClass::command, greatest),
                                       rule_of("alice", LimitClass::batch, k_none)};
    const std::uint64_t proposal = limited.limiter->propose(rules);
    CHECK_FALSE(limited.rule());
    limited.limiter->confirm(proposal);
    REQUIRE(limited.rule());
    CHECK(limited.rule()->origin == port::RuleOrigin::user);
    CHECK(limited.rule()->policy == greatest);
    CHECK(limited.rule({"alice", LimitClass::batch})->policy.algorithm == LimitAlgorithm::none);
    CHECK(limited.rule(k_bob)->origin == port::RuleOrigin::everybody);
    CHECK(limited.rule(k_bob)->policy == strict);
    CHECK(limited.rule({"bob", LimitClass::batch})->origin == port::RuleOrigin::built_in);
}

TEST_CASE("rules that others have replaced cannot be confirmed", "[limiter]") {
    LIMITED;
    const std::vector<LimitRule> first{rule_of("alice", LimitClass::command, k_window)};
    const std::uint64_t replaced = limited.limiter->propose(first);
    const std::uint64_t newest = limited.limiter->propose({});
    limited.limiter->confirm(replaced);
    CHECK_FALSE(limited.rule());
    limited.limiter->confirm(newest);
    REQUIRE(limited.rule());
    CHECK(limited.rule()->origin == port::RuleOrigin::built_in);
    limited.limiter->confirm(replaced);
    CHECK(limited.rule()->origin == port::RuleOrigin::built_in);
}

TEST_CASE("a rule that was unset does not hold", "[limiter]") {
    LIMITED;
    LimitRule unset = rule_of("alice", LimitClass::command, k_window);
    unset.policy.reset();
    const std::vector<LimitRule> rules{unset};
    limited.limiter->confirm(limited.limiter->propose(rules));
    REQUIRE(limited.rule());
    CHECK(limited.rule()->origin == port::RuleOrigin::built_in);
}

}  // namespace bankctl::test
