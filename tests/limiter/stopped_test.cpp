// A process that is stopped in the middle of using the limiter keeps nobody else from a decision.
//
// BANKCTL_LIMITER_STOPS says how many are stopped, BANKCTL_LIMITER_SEED where.
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

constexpr std::uint32_t k_capacity = 64;
constexpr unsigned k_patience_s = 10;  // after which somebody hangs
constexpr std::int64_t k_strangers = 20;
/// Of users who are forgotten as soon as the entries are moved.
const LimitPolicy k_quick{.rate = 1'000, .burst = 1};
/// Of a user who is remembered as long as a test takes.
const LimitPolicy k_slow{.rate = 1, .period_ms = 60'000, .burst = 5};
const port::LimitSubject k_known{"known", LimitClass::command};

port::LimitSubject stranger(std::int64_t number) { return {"stranger-" + std::to_string(number), LimitClass::command}; }

struct Common {
    SharedClock clock;
    FaultPoints points;
    Problem victims;
    Problem others;
    std::atomic<std::int64_t> admitted;
    std::atomic<std::int64_t> full;
};

/// One bank with a process that is stopped somewhere, and others that come after. Its clock advances by ten
/// milliseconds whenever it is read, so that there is always room unless moving the entries is held up.
class Standstill {
public:
    Standstill(std::uint64_t seed, FaultPoints& points) : random_(seed), points_(points), common_(1) {
        make_database(directory_.file("bank.db"));
        common_[0].clock.advance_by_reading(10'000'000);
    }
    ~Standstill() {
        if (victim_ == 0) return;
        kill(victim_, SIGKILL);
        waitpid(victim_, nullptr, 0);
    }
    Standstill(const Standstill&) = delete;
    Standstill& operator=(const Standstill&) = delete;

    /// Charges the user who is known to the limiter from then on, once.
    void charge_known() {
        if (!open({})->take(k_known, k_slow, {}).is_admitted) throw std::runtime_error("the first is refused");
    }

    /// Starts a process that is stopped while it makes the file or, if that is done, while it fills the tables with
    /// ever new users. False if it ended in another way.
    bool stop_somebody() {
        victim_ = start_child(
            [this] {
                Saboteur saboteur(points_, SIGSTOP, random_);
                const auto limiter = open([&](const char* place) { saboteur(place); });
                for (std::int64_t i = 0;; ++i) limiter->take(stranger(i), k_quick, {});
            },
            common_[0].victims);
        return stops();
    }
    bool stop_maker() {
        victim_ = start_child(
            [this] {
                std::int64_t left = pick(random_, 1, 3);  // there are two places, and where the file is made
                const auto limiter = open([&](const char* place) {
                    if (--left > 0) return;
                    points_.signalled(points_.number(place));
                    raise(SIGSTOP);
                });
                raise(SIGSTOP);
            },
            common_[0].victims);
        return stops();
    }

    /// A process that asks for the known user, and for some whom nobody knows. False unless it ends by itself.
    bool others_are_served() {
        Common& common = common_[0];
        const pid_t other = start_child(
            [&] {
                alarm(k_patience_s);
                const auto limiter = open({});
                for (std::int64_t i = 0; i < 2 * k_slow.burst; ++i) {
                    const port::Decision decision = limiter->take(k_known, k_slow, {});
                    if (decision.is_admitted) ++common.admitted;
                    if (decision.is_full || decision.delay.count() < 0) throw std::runtime_error("no answer");
                }
                for (std::int64_t i = 0; i < k_strangers; ++i) {
                    const port::Decision decision = limiter->take(stranger(-1 - i), k_quick, {});
                    if (decision.is_full) ++common.full;
                    if (!decision.is_admitted && decision.delay.count() <= 0) throw std::runtime_error("no delay");
                }
            },
            common.others);
        int status = 0;
        waitpid(other, &status, 0);
        return WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }

    const Common& common() const { return common_[0]; }

private:
    std::unique_ptr<port::Limiter> open(const std::function<void(const char*)>& fault_point) {
        return shared_memory_limiter({.database_path = directory_.file("bank.db"),
                                      .capacity = k_capacity,
                                      .clock = [this] { return common_[0].clock.read(); },
                                      .fault_point = fault_point});
    }
    bool stops() const {
        int status = 0;
        return waitpid(victim_, &status, WUNTRACED) == victim_ && WIFSTOPPED(status);
    }

    Random random_;
    FaultPoints& points_;
    test::TempDirectory directory_;
    SharedArray<Common> common_;
    pid_t victim_ = 0;
};

void print(std::int64_t served, const char* what, const FaultPoints& points) {
    std::cout << served << " were served while somebody was stopped " << what;
    for (const auto& [place, count] : points.signals()) std::cout << ", " << count << " at " << place;
    std::cout << std::endl;
}

}  // namespace

TEST_CASE("a process that is stopped while it charges or moves entries keeps nobody from a decision",
          "[limiter][campaign]") {
    const std::int64_t rounds = setting("BANKCTL_LIMITER_STOPS", 60);
    const auto seed = static_cast<std::uint64_t>(setting("BANKCTL_LIMITER_SEED", 1)) * 1'000'003;
    const SharedArray<FaultPoints> points(1);
    for (std::int64_t round = 0; round < rounds; ++round) {
        Standstill standstill(seed + static_cast<std::uint64_t>(round), points[0]);
        standstill.charge_known();
        REQUIRE(standstill.stop_somebody());
        const bool are_served = standstill.others_are_served();
        INFO("round " << round << ": " << standstill.common().others.data());
        REQUIRE(are_served);
        REQUIRE(standstill.common().admitted == k_slow.burst - 1);
        REQUIRE(standstill.common().full == 0);
    }
    print(rounds, "deciding", points[0]);
}

TEST_CASE("a process that is stopped while it makes the file keeps nobody from a decision", "[limiter][campaign]") {
    const std::int64_t rounds = setting("BANKCTL_LIMITER_STOPS", 60);
    const auto seed = static_cast<std::uint64_t>(setting("BANKCTL_LIMITER_SEED", 1)) * 1'000'003;
    const SharedArray<FaultPoints> points(1);
    for (std::int64_t round = 0; round < rounds; ++round) {
        Standstill standstill(seed + static_cast<std::uint64_t>(round), points[0]);
        REQUIRE(standstill.stop_maker());
        const bool are_served = standstill.others_are_served();
        INFO("round " << round << ": " << standstill.common().others.data());
        REQUIRE(are_served);
        REQUIRE(standstill.common().admitted == k_slow.burst);
        REQUIRE(standstill.common().full == 0);
    }
    print(rounds, "making the file", points[0]);
}

}  // namespace bankctl::limiter_test
