#include "core/service/diagnosis.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/support/bank.h"

namespace bankctl::test {
namespace {

using port::Finding;
using port::Health;

class FixedPremises final : public port::Premises {
public:
    std::vector<Finding> examine() override {
        return {{"first", Health::ok, "fine", {}},
                {"second", Health::problem, "bad", "mend it", ErrorCode::unsafe_file}};
    }
};

/// A storage that cannot be used.
class NoLedger final : public port::Ledger {
public:
    void read(const std::function<void(port::Snapshot&)>&) override {
        throw Failure(Error(ErrorCode::not_initialized, "there is none", "make one"));
    }
    Status transact(const port::WriteOptions&, const std::function<Status(port::UnitOfWork&)>&) override {
        return ok();
    }
    void settle() override {}
};

std::optional<port::LimiterDescription> no_limiter() { return std::nullopt; }

Finding named(const std::vector<Finding>& findings, const std::string& name) {
    const auto found = std::ranges::find(findings, name, &Finding::name);
    REQUIRE(found != findings.end());
    return *found;
}

}  // namespace

TEST_CASE("a diagnosis tells of the premises, the limiter, the clock and the books, in this order") {
    Bank bank;
    FixedPremises premises;
    const auto findings = diagnose(premises, no_limiter, bank.ledger(), bank.clock());
    REQUIRE(findings.size() == 5);
    CHECK(findings[0].name == "first");
    CHECK(findings[1].code == ErrorCode::unsafe_file);  // and the others were made all the same
    const std::vector<std::string> others{"limiter", "clock", "books"};
    for (std::size_t i = 0; i < others.size(); ++i) {
        CHECK(findings[2 + i].name == others[i]);
        CHECK(findings[2 + i].health == Health::ok);
    }
}

TEST_CASE("a clock behind the newest entry is a problem, one that stands at it is not") {
    Bank bank;
    FixedPremises premises;
    const Timestamp newest = bank.head().posted_at;
    const auto clock_at = [&](Timestamp time) {
        FakeClock clock(time);
        return named(diagnose(premises, no_limiter, bank.ledger(), clock), "clock");
    };
    CHECK(clock_at(newest).health == Health::ok);
    const Finding behind = clock_at({newest.us - 1});
    CHECK(behind.health == Health::problem);
    CHECK(behind.code == ErrorCode::invalid_time);
    CHECK_FALSE(behind.remedy.empty());
}

TEST_CASE("a clock before 2020 is a problem even where there are no books") {
    NoLedger none;
    FixedPremises premises;
    FakeClock clock(parse_time("2019-12-31T23:59:59Z").value_or_throw());
    CHECK(named(diagnose(premises, no_limiter, none, clock), "clock").health == Health::problem);
    clock.set(parse_time("2020-01-01").value_or_throw());
    CHECK(named(diagnose(premises, no_limiter, none, clock), "clock").health == Health::ok);
}

TEST_CASE("books that cannot be read are a problem with the storage's own code and remedy") {
    NoLedger none;
    FixedPremises premises;
    FakeClock clock;
    const Finding books = named(diagnose(premises, no_limiter, none, clock), "books");
    CHECK(books.health == Health::problem);
    CHECK(books.code == ErrorCode::not_initialized);
    CHECK(books.remedy == "make one");
}

TEST_CASE("a limiter that cannot be used is a problem with its code, one that is nearly full a warning") {
    Bank bank;
    FixedPremises premises;
    const auto examined = [&](const std::function<std::optional<port::LimiterDescription>()>& describe) {
        return named(diagnose(premises, describe, bank.ledger(), bank.clock()), "limiter");
    };
    const Finding broken = examined([]() -> std::optional<port::LimiterDescription> {
        throw Failure(Error(ErrorCode::limiter_unavailable, "it is cut short", "remove it"));
    });
    CHECK(broken.health == Health::problem);
    CHECK(broken.code == ErrorCode::limiter_unavailable);
    CHECK(broken.remedy == "remove it");
    const auto with = [&](std::int64_t used) {
        return examined([=] { return port::LimiterDescription{"memory", "a place", 100, used}; });
    };
    CHECK(with(89).health == Health::ok);
    CHECK(with(89).detail == "89 of 100 places in use, memory a place");
    CHECK(with(90).health == Health::warning);
    CHECK_FALSE(with(90).remedy.empty());
}

}  // namespace bankctl::test
