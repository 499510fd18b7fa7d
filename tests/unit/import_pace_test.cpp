// How an import is held back: before the gate, by whole batches, and without a trace where it is ended meanwhile.
#include <sstream>

#include <catch2/catch.hpp>

#include "core/service/import.h"
#include "core/service/import_ndjson.h"
#include "tests/support/bank.h"

namespace bankctl::test {
namespace {

/// Passes on to another ledger and says whether a transaction is under way.
class WatchedLedger final : public port::Ledger {
public:
    explicit WatchedLedger(port::Ledger& ledger) : ledger_(ledger) {}
    void read(const std::function<void(port::Snapshot&)>& work) override { ledger_.read(work); }
    Status transact(const port::WriteOptions& options, const std::function<Status(port::UnitOfWork&)>& work) override {
        is_entered = true;
        const Status outcome = ledger_.transact(options, work);
        is_entered = false;
        return outcome;
    }
    void settle() override { ledger_.settle(); }
    bool is_entered = false;

private:
    port::Ledger& ledger_;
};

struct Scene {
    Bank bank;
    WatchedLedger ledger{bank.ledger()};
    std::vector<std::int64_t> paced;
    std::vector<bool> inside;
    std::vector<bool> ahead;
    std::size_t fails_at = SIZE_MAX;  ///< the call of the pace that throws

    Scene() { bank.must(account_request("a", "USD")); }

    ImportReport import(int lines, const ImportOptions& options) {
        std::string text;
        for (int i = 0; i < lines; ++i)
            text += R"({"type":"credit","account":"a","amount":"1.00"})"
                    "\n\n";
        std::istringstream input(text);
        const auto reader = read_ndjson(input, "f");
        ImportWatch watch;
        watch.pace = [&](std::int64_t count, Charging charging) {
            paced.push_back(count);
            inside.push_back(ledger.is_entered);
            ahead.push_back(charging == Charging::ahead);
            if (paced.size() > fails_at) throw Failure(Error(ErrorCode::interrupted, "enough"));
        };
        return run_import(ledger, bank.clock(), Actor{"importer", 1}, *reader, options, watch);
    }
};

using Counts = std::vector<std::int64_t>;

TEST_CASE("an import keeps its pace batch by batch, before the gate", "[import]") {
    Scene scene;
    CHECK(scene.import(25, {.lines_per_commit = 10}).applied == 25);
    CHECK(scene.paced == Counts{10, 10, 5});
    CHECK(scene.inside == std::vector<bool>{false, false, false});
    CHECK(scene.ahead == scene.inside);
}

TEST_CASE("an import in one transaction waits before the gate, and charges ahead within it", "[import]") {
    Scene scene;
    const bool is_dry_run = GENERATE(false, true);
    CHECK(scene.import(25, {.atomic = !is_dry_run, .dry_run = is_dry_run, .lines_per_commit = 10}).applied == 25);
    CHECK(scene.paced == Counts{10, 10, 5});
    CHECK(scene.inside == std::vector<bool>{false, true, true});
    CHECK(scene.ahead == scene.inside);
}

TEST_CASE("an empty import has no pace", "[import]") {
    Scene scene;
    const bool is_atomic = GENERATE(false, true);
    CHECK(scene.import(0, {.atomic = is_atomic}).lines == 0);
    CHECK(scene.paced.empty());
}

TEST_CASE("an import that is ended while it waits reports what it had applied", "[import]") {
    Scene scene;
    scene.fails_at = GENERATE(0U, 1U, 2U);
    const ImportReport report = scene.import(25, {.lines_per_commit = 10});
    REQUIRE(report.error);
    CHECK(report.error->code == ErrorCode::interrupted);
    CHECK(report.applied == static_cast<std::int64_t>(scene.fails_at) * 10);
    CHECK(scene.bank.account("a").balance_minor == report.applied * 100);
}

TEST_CASE("an import in one transaction that is ended while it waits leaves nothing", "[import]") {
    Scene scene;
    scene.fails_at = GENERATE(0U, 1U);
    const ImportReport report = scene.import(25, {.atomic = true, .lines_per_commit = 10});
    REQUIRE(report.error);
    CHECK(report.error->code == ErrorCode::interrupted);
    CHECK(report.applied == 0);
    CHECK(scene.bank.account("a").balance_minor == 0);
}

}  // namespace
}  // namespace bankctl::test
