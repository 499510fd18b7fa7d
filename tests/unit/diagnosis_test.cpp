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

Finding named(const std::vector<Finding>& findings, const std::string& name) {
    const auto found = std::ranges::find(findings, name, &Finding::name);
    REQUIRE(found != findings.end());
    return *found;
}

}  // namespace

TEST_CASE("a diagnosis tells of the premises, the clock and the books, in this order") {
    Bank bank;
    FixedPremises premises;
    const auto findings = diagnose(premises, bank.ledger(), bank.clock());
    REQUIRE(findings.size() == 4);
    CHECK(findings[0].name == "first");
    CHECK(findings[1].code == ErrorCode::unsafe_file);  // and the others were made all the same
    CHECK(findings[2].name == "clock");
    CHECK(findings[2].health == Health::ok);
    CHECK(findings[3].name == "books");
    CHECK(findings[3].health == Health::ok);
}

TEST_CASE("a clock behind the newest entry is a problem, one that stands at it is not") {
    Bank bank;
    FixedPremises premises;
    const Timestamp newest = bank.head().posted_at;
    const auto clock_at = [&](Timestamp time) {
        FakeClock clock(time);
        return named(diagnose(premises, bank.ledger(), clock), "clock");
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
    CHECK(named(diagnose(premises, none, clock), "clock").health == Health::problem);
    clock.set(parse_time("2020-01-01").value_or_throw());
    CHECK(named(diagnose(premises, none, clock), "clock").health == Health::ok);
}

TEST_CASE("books that cannot be read are a problem with the storage's own code and remedy") {
    NoLedger none;
    FixedPremises premises;
    FakeClock clock;
    const Finding books = named(diagnose(premises, none, clock), "books");
    CHECK(books.health == Health::problem);
    CHECK(books.code == ErrorCode::not_initialized);
    CHECK(books.remedy == "make one");
}

}  // namespace bankctl::test
