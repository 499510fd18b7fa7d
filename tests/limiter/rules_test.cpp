// The limiter's copy of the rules under kills: what it answers is a set of rules that was confirmed, whole, and never
// one that others have already proposed to replace.
//
// BANKCTL_LIMITER_KILLS and BANKCTL_LIMITER_SEED as in over_admission_test.cpp.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <iostream>
#include <stdexcept>

#include <catch2/catch.hpp>

#include "tests/limiter/child.h"
#include "tests/limiter/making.h"
#include "tests/limiter/sabotage.h"
#include "tests/limiter/setting.h"
#include "tests/limiter/shared_memory.h"
#include "tests/support/temp_directory.h"

namespace bankctl::limiter_test {
namespace {

constexpr std::int64_t k_users = 20;
constexpr int k_readers = 3;
constexpr int k_polls_max = 100'000;              // until a writer gets nowhere
constexpr std::int64_t k_versions_max = 900'000;  // each is a rate and a burst

struct Common {
    std::atomic<std::int64_t> begun;                             ///< the last version that somebody began to propose
    std::atomic<std::int64_t> proposed;                          ///< the last one of which that was done
    std::array<std::atomic<bool>, k_versions_max> may_be_known;  ///< somebody began to confirm it
    std::atomic<std::int64_t> known;                             ///< answers
    std::atomic<std::int64_t> unknown;                           ///< and none
    std::atomic<bool> is_over;
    Problem writers;
    std::array<Problem, k_readers> readers;
};

/// Every rule of a version has its number as rate and burst.
std::vector<LimitRule> rules_of(std::int64_t version) {
    std::vector<LimitRule> rules;
    for (std::int64_t i = 0; i <= k_users; ++i) {
        const std::string user = i == 0 ? std::string(k_default_user) : "user-" + std::to_string(i);
        rules.push_back({.number = Seq{i + 1},
                         .user = user,
                         .limit_class = LimitClass::command,
                         .policy = LimitPolicy{.rate = version, .burst = version},
                         .version = version});
    }
    return rules;
}

/// Changes the rules again and again, as if inside write transactions of which some are rolled back.
void write(port::Limiter& limiter, Common& common, Random& random) {
    while (!common.is_over) {
        const std::int64_t version = ++common.begun;
        if (version >= k_versions_max) throw std::runtime_error("more versions than were thought of");
        const std::uint64_t proposal = limiter.propose(rules_of(version));
        common.proposed = version;
        if (pick(random, 0, 3) == 0) continue;
        common.may_be_known.at(static_cast<std::size_t>(version)) = true;
        limiter.confirm(proposal);
        usleep(static_cast<useconds_t>(pick(random, 0, 50)));
    }
}

void read(port::Limiter& limiter, Common& common, Random& random) {
    while (!common.is_over) {
        const std::int64_t oldest = common.proposed;
        const port::LimitSubject who{"user-" + std::to_string(pick(random, 1, 2 * k_users)), LimitClass::command};
        const auto found = limiter.rule(who);
        if (!found) {
            ++common.unknown;
            continue;
        }
        const std::int64_t version = found->policy.rate;
        const std::string what = who.user + " has version " + std::to_string(version);
        if (found->origin == port::RuleOrigin::built_in) throw std::runtime_error(who.user + " has no rule");
        if (found->policy.burst != version) throw std::runtime_error(what + ", but not whole");
        if (version < oldest) throw std::runtime_error(what + ", but " + std::to_string(oldest) + " was proposed");
        if (!common.may_be_known.at(static_cast<std::size_t>(version)))
            throw std::runtime_error(what + ", which nobody confirmed");
        ++common.known;
    }
}

}  // namespace

TEST_CASE("rules are known whole or not at all, whoever is killed while they change", "[limiter][campaign]") {
    const std::int64_t kills = setting("BANKCTL_LIMITER_KILLS", 300);
    Random random(static_cast<std::uint64_t>(setting("BANKCTL_LIMITER_SEED", 1)));
    const test::TempDirectory directory;
    make_database(directory.file("bank.db"));
    const SharedArray<Common> all(1);
    Common& common = all[0];
    const auto start = [&](void (*work)(port::Limiter&, Common&, Random&), Problem& problem) {
        return start_child(
            [&, seed = random()] {
                Random own(seed);
                work(*shared_memory_limiter({directory.file("bank.db"), 64, {}, {}}), common, own);
            },
            problem);
    };
    std::vector<pid_t> readers;
    for (Problem& problem : common.readers) readers.push_back(start(read, problem));
    for (std::int64_t killed = 0; killed < kills; ++killed) {
        const pid_t writer = start(write, common.writers);
        const std::int64_t enough = common.begun + pick(random, 1, 10);
        for (int polls = 0; common.begun < enough && polls < k_polls_max; ++polls) usleep(20);
        usleep(static_cast<useconds_t>(pick(random, 0, 100)));
        kill(writer, SIGKILL);
        int status = 0;
        waitpid(writer, &status, 0);
        INFO(common.writers.data());
        REQUIRE(WIFSIGNALED(status));
    }
    common.is_over = true;
    for (std::size_t i = 0; i < readers.size(); ++i) {
        int status = 0;
        waitpid(readers[i], &status, 0);
        INFO(common.readers.at(i).data());
        CHECK(status == 0);
    }
    std::cout << common.begun << " versions of the rules, " << kills << " of their writers killed, " << common.known
              << " answers and " << common.unknown << " times none" << std::endl;
    CHECK(common.known > 0);
    CHECK(common.unknown > 0);
}

}  // namespace bankctl::limiter_test
