#include "core/service/backup.h"

#include <catch2/catch.hpp>

#include "tests/support/bank.h"
#include "tests/support/failure.h"

namespace bankctl::test {
namespace {

/// A copy in memory that notes whether it was kept.
class NotedCopy final : public port::Copy {
public:
    explicit NotedCopy(port::Ledger& ledger) : ledger_(ledger) {}
    port::Ledger& ledger() override { return ledger_; }
    std::int64_t bytes() const override { return 42; }
    std::optional<port::Head> keep(const std::function<void()>& before) override {
        before();
        is_kept = true;
        return port::Head{Seq{7}, {}, {}};
    }
    bool is_kept = false;

private:
    port::Ledger& ledger_;
};

}  // namespace

TEST_CASE("a copy that verifies is kept, and what it is and replaced is told") {
    Bank bank;
    NotedCopy copy(bank.ledger());
    const Archived archived = verify_and_keep(copy).value_or_throw();
    CHECK(copy.is_kept);
    CHECK(archived.head.seq == bank.head().seq);
    CHECK(archived.head.hash == bank.head().hash);
    CHECK(archived.previous_head->seq == Seq{7});
    CHECK(archived.bytes == 42);
}

TEST_CASE("a copy without entries is not kept") {
    TempDirectory directory;
    const auto empty = make_empty_ledger(Adapter::memory, directory);
    NotedCopy copy(*empty);
    CHECK(outcome(verify_and_keep(copy)) == "integrity_violation");
    CHECK_FALSE(copy.is_kept);
}

TEST_CASE("what the last progress throws ends it before the copy is kept") {
    Bank bank;
    NotedCopy copy(bank.ledger());
    const auto stop = [](std::int64_t, std::int64_t) { throw Failure(Error(ErrorCode::interrupted, "stop")); };
    CHECK(failure_code([&] { static_cast<void>(verify_and_keep(copy, stop)); }) == ErrorCode::interrupted);
    CHECK_FALSE(copy.is_kept);
}

}  // namespace bankctl::test
