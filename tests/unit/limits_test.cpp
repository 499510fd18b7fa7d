#include "core/service/limits.h"

#include <catch2/catch.hpp>

#include "core/limit/memory/memory_limiter.h"
#include "tests/support/bank.h"

namespace bankctl::test {
namespace {

using port::LimitSubject;
using port::RuleOrigin;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr LimitPolicy k_tight{.rate = 1, .burst = 2};
constexpr LimitPolicy k_wide{.rate = 50, .burst = 60};

/// Passes on to another ledger; its gate may be taken, and it may not be readable at all.
class DoorLedger final : public port::Ledger {
public:
    DoorLedger(port::Ledger& ledger, const std::optional<ErrorCode>& of_gate,
               const std::optional<ErrorCode>& of_reading)
        : ledger_(ledger), of_gate_(of_gate), of_reading_(of_reading) {}
    void read(const std::function<void(port::Snapshot&)>& work) override {
        if (of_reading_) throw Failure(Error(*of_reading_, "it cannot be read"));
        ledger_.read(work);
    }
    Status transact(const port::WriteOptions& options, const std::function<Status(port::UnitOfWork&)>& work) override {
        if (of_gate_) throw Failure(Error(*of_gate_, "nobody may enter"));
        CHECK(options.dry_run);
        return ledger_.transact(options, work);
    }
    void settle() override {}

private:
    port::Ledger& ledger_;
    const std::optional<ErrorCode>& of_gate_;
    const std::optional<ErrorCode>& of_reading_;
};

/// A bank in memory and a limiter that knows nothing of it yet.
struct Scene {
    Bank bank;
    std::int64_t now_ns = 0;
    std::unique_ptr<port::Limiter> limiter = memory::make_limiter([this] { return now_ns; });
    std::optional<ErrorCode> of_gate;
    std::optional<ErrorCode> of_reading;
    int openings = 0;
    std::optional<Limits::Patience> last_patience;

    Limits limits(bool is_owner = true) {
        const auto open = [this](Limits::Patience patience) {
            ++openings;
            last_patience = patience;
            return std::make_unique<DoorLedger>(bank.ledger(), of_gate, of_reading);
        };
        return {*limiter, open, is_owner};
    }
    void put(const std::string& user, const LimitPolicy& policy, LimitClass limit_class = LimitClass::command) {
        PutLimit request;
        request.user = user;
        request.limit_class = limit_class;
        request.policy = policy;
        REQUIRE(bank.run([&](Posting& posting) { return posting.put_limit(request); }));
    }
};

const LimitSubject k_alice{"alice", LimitClass::command};

TEST_CASE("a rule of the user's own beats the one for everybody, which beats what is built in") {
    Scene scene;
    const auto held = [&](const LimitSubject& subject) {
        HeldLimit found;
        scene.bank.ledger().read([&](port::Snapshot& books) { found = limit_in_books(books, subject, true); });
        return found;
    };
    CHECK(held(k_alice).origin == RuleOrigin::built_in);
    CHECK(held(k_alice).policy == LimitPolicy{});
    scene.put("default", k_wide);
    scene.put("alice", k_wide, LimitClass::batch);  // of the other class
    CHECK(held(k_alice).origin == RuleOrigin::everybody);
    CHECK(held(k_alice).policy == k_wide);
    scene.put("alice", k_tight);
    scene.put("alice", k_tight);
    CHECK(held(k_alice).origin == RuleOrigin::user);
    CHECK(held(k_alice).policy == k_tight);
    UnsetLimit request;
    request.user = "alice";
    REQUIRE(scene.bank.run([&](Posting& posting) { return posting.unset_limit(request); }));
    CHECK(held(k_alice).origin == RuleOrigin::everybody);
    CHECK(held({"default", LimitClass::command}).origin == RuleOrigin::everybody);
}

TEST_CASE("the books are asked once, and teach the limiter") {
    Scene scene;
    scene.put("alice", k_tight);
    Limits limits = scene.limits();
    CHECK(limits.held(k_alice).policy == k_tight);
    CHECK(scene.openings == 1);
    CHECK(limits.held(k_alice).policy == k_tight);
    CHECK(limits.held({"bob", LimitClass::command}).origin == RuleOrigin::built_in);
    CHECK(scene.limits().held(k_alice).origin == RuleOrigin::user);
    CHECK(scene.openings == 1);
}

TEST_CASE("rules that were proposed by somebody who died are asked for in the books") {
    Scene scene;
    scene.put("alice", k_tight);
    Limits limits = scene.limits();
    limits.held(k_alice);
    const LimitRule lie{Seq{1}, "alice", LimitClass::command, k_wide, 9};
    scene.limiter->propose(std::span(&lie, 1));
    CHECK(limits.held(k_alice).policy == k_tight);
    CHECK(scene.openings == 2);
    CHECK(limits.held(k_alice).policy == k_tight);
    CHECK(scene.openings == 2);
}

TEST_CASE("where the gate is busy a snapshot answers and nothing is taught") {
    Scene scene;
    scene.put("alice", k_tight);
    scene.of_gate = ErrorCode::busy;
    Limits limits = scene.limits();
    CHECK(limits.held(k_alice).policy == k_tight);
    CHECK_FALSE(scene.limiter->rule(k_alice));
    CHECK(limits.held(k_alice).policy == k_tight);
    CHECK(scene.openings == 4);  // once to teach and once to read, each time
    CHECK(scene.last_patience == Limits::Patience::as_told);
    scene.of_gate.reset();
    CHECK(limits.held(k_alice).policy == k_tight);
    CHECK(scene.last_patience == Limits::Patience::none);
    CHECK(scene.limiter->rule(k_alice));
}

TEST_CASE("what cannot be read ends a command, unless it is one for damaged banks") {
    Scene scene;
    scene.of_gate = scene.of_reading = ErrorCode::integrity_violation;
    Limits limits = scene.limits();
    CHECK_THROWS_AS(limits.held(k_alice), Failure);
    CHECK(limits.held_in_any_state(k_alice).policy == LimitPolicy{});
    scene.of_gate = ErrorCode::interrupted;
    CHECK_THROWS_AS(limits.held_in_any_state(k_alice), Failure);
    scene.of_gate = ErrorCode::limiter_unavailable;
    CHECK_THROWS_AS(limits.held_in_any_state(k_alice), Failure);
}

TEST_CASE("what is built in for lines of imports depends on who owns the bank") {
    Scene scene;
    const LimitSubject lines{"alice", LimitClass::batch};
    CHECK(scene.limits(true).held(lines).policy.algorithm == LimitAlgorithm::none);
    CHECK(scene.limits(false).held(lines).policy.rate == 1000);
    CHECK(scene.limits(true).held(lines).policy.algorithm == LimitAlgorithm::none);
}

TEST_CASE("a refusal says after how many whole milliseconds a request is allowed") {
    Scene scene;
    const LimitPolicy policy{.rate = 3, .burst = 1};  // every 333,333,334 ns
    REQUIRE(scene.limiter->take(k_alice, policy, nanoseconds(0)).is_admitted);
    const port::Decision refused = scene.limiter->take(k_alice, policy, nanoseconds(0));
    REQUIRE_FALSE(refused.is_admitted);
    const Error error = rate_limited(k_alice, policy, refused);
    CHECK(error.code == ErrorCode::rate_limited);
    CHECK(error.retry_after_ms == 334);
    CHECK(error.message.find("alice") != std::string::npos);
    CHECK(error.message.find("3/s, at most 1 at once") != std::string::npos);
    scene.now_ns += milliseconds(*error.retry_after_ms).count() * 1'000'000;
    CHECK(scene.limiter->take(k_alice, policy, nanoseconds(0)).is_admitted);
    CHECK(milliseconds_up(nanoseconds(0)) == 0);
    CHECK(milliseconds_up(nanoseconds(1)) == 1);
    CHECK(milliseconds_up(nanoseconds(1'000'000)) == 1);
    CHECK(limit_text({.rate = 10, .period_ms = 60'000, .burst = 10}) == "10/m");
    CHECK(limit_text({.algorithm = LimitAlgorithm::none}) == "no limit");
}

}  // namespace
}  // namespace bankctl::test
