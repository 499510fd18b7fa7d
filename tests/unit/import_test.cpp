#include "core/service/import.h"

#include <sstream>

#include <catch2/catch.hpp>

#include "core/service/import_csv.h"
#include "core/service/import_groups.h"
#include "core/service/import_ndjson.h"
#include "core/service/verification.h"
#include "tests/support/bank.h"
#include "tests/support/failure.h"

using namespace bankctl;
using test::Adapter;
using test::Bank;

namespace {

struct Rejected {
    std::int64_t line;
    std::string raw;
    Error error;
};

struct Outcome {
    ImportReport report;
    std::vector<Rejected> rejected;
    std::string code() const { return report.error ? std::string(info(report.error->code).name) : "ok"; }
    /// lines, applied, replayed, refused
    std::vector<std::int64_t> counts() const { return {report.lines, report.applied, report.replayed, report.refused}; }
};

using Counts = std::vector<std::int64_t>;

Outcome import_lines(port::Ledger& ledger, Clock& clock, LineReader& reader, const ImportOptions& options) {
    Outcome outcome;
    ImportWatch watch;
    watch.reject = [&](const ImportLine& line, const Error& error) {
        outcome.rejected.push_back({line.line, line.raw, error});
    };
    outcome.report = run_import(ledger, clock, Actor{"importer", 1}, reader, options, watch);
    return outcome;
}

Outcome import_text(Bank& bank, const std::string& text, const ImportOptions& options = {}) {
    std::istringstream input(text);
    const auto reader = read_ndjson(input, "f");
    return import_lines(bank.ledger(), bank.clock(), *reader, options);
}

std::string credit(const std::string& account, const std::string& amount, const std::string& group = "") {
    return R"({"type":"credit","account":")" + account + R"(","amount":")" + amount + R"(","group":")" + group +
           "\"}\n";
}

/// Lines of a stream that fails at its end instead of ending.
class FailingReader final : public LineReader {
public:
    FailingReader(std::istream& input, std::int64_t lines) : reader_(read_ndjson(input, "f")), lines_(lines) {}
    bool read(ImportLine& line) override {
        if (lines_-- == 0) throw Failure(Error(ErrorCode::unreadable_input, "the disk is gone"));
        return reader_->read(line);
    }
    ErrorCode syntax_code() const override { return ErrorCode::invalid_json; }

private:
    std::unique_ptr<LineReader> reader_;
    std::int64_t lines_;
};

/// A ledger whose commits fail from the n-th on.
class FailingLedger final : public port::Ledger {
public:
    FailingLedger(port::Ledger& ledger, int commits) : ledger_(ledger), commits_(commits) {}
    void read(const std::function<void(port::Snapshot&)>& work) override { ledger_.read(work); }
    Status transact(const port::WriteOptions& options, const std::function<Status(port::UnitOfWork&)>& work) override {
        if (commits_-- > 0) return ledger_.transact(options, work);
        static_cast<void>(ledger_.transact({true}, work));
        throw Failure(Error(ErrorCode::storage_unavailable, "the disk is full"));
    }
    void settle() override { ledger_.settle(); }

private:
    port::Ledger& ledger_;
    int commits_;
};

/// A ledger in which something else happens after each commit.
class BusyLedger final : public port::Ledger {
public:
    BusyLedger(port::Ledger& ledger, std::function<void()> others) : ledger_(ledger), others_(std::move(others)) {}
    void read(const std::function<void(port::Snapshot&)>& work) override { ledger_.read(work); }
    Status transact(const port::WriteOptions& options, const std::function<Status(port::UnitOfWork&)>& work) override {
        Status outcome = ledger_.transact(options, work);
        others_();
        return outcome;
    }
    void settle() override { ledger_.settle(); }

private:
    port::Ledger& ledger_;
    std::function<void()> others_;
};

}  // namespace

TEST_CASE("an import applies what is new, and only once", "[import]") {
    Bank bank(GENERATE(Adapter::memory, Adapter::sqlite));
    bank.must(test::account_request("a", "USD"));
    const Seq before = bank.head().seq;

    const Outcome first = import_text(bank, credit("a", "1") + "\n" + credit("a", "2"));
    CHECK(first.code() == "ok");
    CHECK(first.counts() == Counts{2, 2, 0, 0});
    CHECK(first.report.first_seq == Seq{before.value + 1});  // @cash.USD is opened
    CHECK(first.report.last_seq == Seq{before.value + 3});
    CHECK(first.report.head.hash == bank.head().hash);
    CHECK(bank.entry(first.report.last_seq).key == "f:3");
    CHECK(bank.entry(first.report.last_seq).user == "importer");

    const Outcome again = import_text(bank, credit("a", "1") + "\n" + credit("a", "2"));
    CHECK(again.counts() == Counts{2, 0, 2, 0});
    CHECK_FALSE(again.report.first_seq);
    CHECK(again.report.head.hash == first.report.head.hash);

    const Outcome grown = import_text(bank, credit("a", "1") + "\n" + credit("a", "2") + credit("a", "3"));
    CHECK(grown.counts() == Counts{3, 1, 2, 0});
    CHECK(bank.account("a").balance_minor == 600);

    const Outcome changed = import_text(bank, credit("a", "1") + "\n" + credit("a", "2.50") + credit("a", "3"));
    CHECK(changed.code() == "idempotency_key_mismatch");
    CHECK(changed.report.error_line == 3);
    CHECK(changed.report.error->details.back() == std::pair<std::string, Detail>("line", std::int64_t{3}));
    CHECK(bank.account("a").balance_minor == 600);
}

TEST_CASE("an update that gives some of a customer's fields is replayed though the others changed later", "[import]") {
    Bank bank(Adapter::memory);
    const std::string text = R"({"type":"customer","id":"c9","name":"Nine"})"
                             "\n"
                             R"({"type":"customer_update","id":"c9","email":"nine@example.com"})"
                             "\n"
                             R"({"type":"customer_update","id":"c9","phone":"1"})"
                             "\n";
    CHECK(import_text(bank, text).counts() == Counts{3, 3, 0, 0});
    CHECK(import_text(bank, text).counts() == Counts{3, 0, 3, 0});
    const std::string changed = std::string(text).replace(text.find("nine@"), 4, "ten!");
    CHECK(import_text(bank, changed).code() == "idempotency_key_mismatch");
}

TEST_CASE("an empty import applies nothing", "[import]") {
    Bank bank;
    const Outcome outcome = import_text(bank, "\n  \n", {GENERATE(false, true), false, GENERATE(false, true)});
    CHECK(outcome.code() == "ok");
    CHECK(outcome.counts() == Counts{0, 0, 0, 0});
    CHECK(outcome.report.head.hash == bank.head().hash);
}

TEST_CASE("an import stops at the first line that fails and keeps what went before", "[import]") {
    Bank bank(GENERATE(Adapter::memory, Adapter::sqlite));
    bank.must(test::account_request("a", "USD"));
    const std::string bad = GENERATE(credit("nobody", "5"), credit("a", "-5"), std::string("rubbish\n"));
    const Outcome outcome = import_text(bank, credit("a", "1") + credit("a", "2") + bad + credit("a", "4"),
                                        {.lines_per_commit = GENERATE(1, 2, 100)});
    CHECK(outcome.code() != "ok");
    CHECK(outcome.counts() == Counts{3, 2, 0, 1});
    CHECK(outcome.report.error_line == 3);
    CHECK(outcome.report.head.seq == bank.head().seq);
    CHECK(outcome.rejected.empty());
    CHECK(bank.account("a").balance_minor == 300);
}

TEST_CASE("with keep_going an import passes over what fails", "[import]") {
    Bank bank(GENERATE(Adapter::memory, Adapter::sqlite));
    bank.must(test::account_request("a", "USD"));
    const Outcome outcome =
        import_text(bank, credit("a", "1") + credit("nobody", "2") + "rubbish\nrubbish\n" + credit("a", "4"),
                    {.keep_going = true, .lines_per_commit = GENERATE(1, 2, 100)});
    CHECK(outcome.code() == "lines_rejected");
    CHECK(outcome.report.error->details[0] == std::pair<std::string, Detail>("refused", std::int64_t{3}));
    CHECK(outcome.counts() == Counts{5, 2, 0, 3});
    CHECK(bank.account("a").balance_minor == 500);
    REQUIRE(outcome.rejected.size() == 3);
    CHECK(outcome.rejected[0].error.code == ErrorCode::account_not_found);
    CHECK(outcome.rejected[0].raw + "\n" == credit("nobody", "2"));
    CHECK(outcome.rejected[1].line == 3);
    CHECK(outcome.rejected[2].error.code == ErrorCode::invalid_json);
}

TEST_CASE("a group is applied together or not at all", "[import]") {
    Bank bank(GENERATE(Adapter::memory, Adapter::sqlite));
    bank.must(test::account_request("a", "USD"));
    const std::string text = credit("a", "1", "g1") + credit("a", "2", "g1") + credit("a", "4", "g2") + "\n" +
                             credit("nobody", "8", "g2") + credit("a", "16", "g2") + credit("a", "32", "g3") +
                             credit("a", "64");
    const std::int64_t lines_per_commit = GENERATE(1, 2, 100);

    SECTION("stopping") {
        const Outcome outcome = import_text(bank, text, {.lines_per_commit = lines_per_commit});
        CHECK(outcome.code() == "account_not_found");
        CHECK(outcome.report.error_line == 5);
        CHECK(outcome.counts() == Counts{5, 2, 0, 3});
        CHECK(bank.account("a").balance_minor == 300);
    }
    SECTION("going on") {
        const Outcome outcome = import_text(bank, text, {.keep_going = true, .lines_per_commit = lines_per_commit});
        CHECK(outcome.counts() == Counts{7, 4, 0, 3});
        CHECK(bank.account("a").balance_minor == 9900);
        REQUIRE(outcome.rejected.size() == 3);
        CHECK(outcome.rejected[0].line == 3);
        CHECK(outcome.rejected[0].error.code == ErrorCode::account_not_found);
        CHECK(outcome.rejected[0].error.message.starts_with("line 5 of the same group failed: "));
        CHECK(outcome.rejected[1].error.message.starts_with("there is no account"));
        CHECK(outcome.rejected[2].line == 6);
    }
}

TEST_CASE("a line that cannot be read fails the groups beside it", "[import]") {
    Bank bank;
    bank.must(test::account_request("a", "USD"));
    const Outcome outcome =
        import_text(bank,
                    credit("a", "1") + credit("a", "2", "g1") + "rubbish\n" + "rubbish\n" + credit("a", "4", "g1") +
                        credit("a", "8", "g2") + credit("a", "16") + "rubbish\n" + credit("a", "32"),
                    {.keep_going = true});
    CHECK(outcome.counts() == Counts{9, 4, 0, 5});
    CHECK(bank.account("a").balance_minor == 5700);
}

TEST_CASE("a group beyond the maximum is refused as a whole", "[import]") {
    Bank bank;
    bank.must(test::account_request("a", "USD"));
    constexpr auto k_max = static_cast<std::int64_t>(k_group_lines_max);
    const auto lines = [&](std::int64_t count, const std::string& group) {
        std::string text;
        for (std::int64_t i = 0; i < count; ++i) text += credit("a", "1", group);
        return text;
    };
    const Outcome fits = import_text(bank, lines(k_max, "fits"));
    CHECK(fits.report.applied == k_max);

    const Outcome outcome =
        import_text(bank, "\n" + lines(k_max + 5, "g") + credit("a", "1", "h"), {.keep_going = true});
    // The first line of the file is blank, so that no key was used before but the last ones'.
    CHECK(outcome.report.refused == k_max + 5);
    CHECK(outcome.report.lines == k_max + 6);
    CHECK(outcome.rejected.back().error.code == ErrorCode::invalid_json);
    const Outcome stopped = import_text(bank, "\n" + lines(k_max + 5, "x"), {.keep_going = false});
    CHECK(stopped.report.refused >= k_max);
    CHECK(stopped.report.applied == 0);
}

TEST_CASE("an atomic import applies all lines or none", "[import]") {
    Bank bank(GENERATE(Adapter::memory, Adapter::sqlite));
    bank.must(test::account_request("a", "USD"));
    const port::Head before = bank.head();
    const ImportOptions options{.atomic = true, .keep_going = GENERATE(false, true), .lines_per_commit = 2};
    const std::string good = credit("a", "1") + credit("a", "2", "g") + credit("a", "4", "g") + credit("a", "8");

    const Outcome failed = import_text(bank, good + credit("nobody", "1") + credit("a", "16"), options);
    CHECK(failed.code() == "account_not_found");
    CHECK(failed.report.error_line == 5);
    CHECK(failed.counts() == Counts{5, 0, 0, 1});
    CHECK_FALSE(failed.report.first_seq);
    CHECK(failed.report.head.hash == before.hash);
    CHECK(bank.head().hash == before.hash);
    CHECK(bank.account("a").balance_minor == 0);

    const Outcome done = import_text(bank, good, options);
    CHECK(done.counts() == Counts{4, 4, 0, 0});
    CHECK(done.report.head.hash == bank.head().hash);
    CHECK(bank.account("a").balance_minor == 1500);
}

TEST_CASE("a dry run does the same and leaves nothing", "[import]") {
    Bank bank(GENERATE(Adapter::memory, Adapter::sqlite));
    bank.must(test::account_request("a", "USD"));
    const port::Head before = bank.head();
    const std::string text = credit("a", "1") + credit("nobody", "2") + credit("a", "4");

    const Outcome stopped = import_text(bank, text, {.dry_run = true, .lines_per_commit = 1});
    CHECK(stopped.code() == "account_not_found");
    CHECK(stopped.counts() == Counts{2, 1, 0, 1});
    const Outcome went_on = import_text(bank, text, {.keep_going = true, .dry_run = true});
    CHECK(went_on.code() == "lines_rejected");
    CHECK(went_on.counts() == Counts{3, 2, 0, 1});
    CHECK(went_on.rejected.size() == 1);
    CHECK_FALSE(went_on.report.first_seq);
    CHECK_FALSE(went_on.report.last_seq);
    CHECK(went_on.report.head.hash == before.hash);
    CHECK(bank.head().hash == before.hash);
}

TEST_CASE("rules open accounts on the way, in the group of their line", "[import]") {
    Bank bank(GENERATE(Adapter::memory, Adapter::sqlite));
    const auto import_csv = [&](const std::string& text) {
        std::istringstream input(text);
        const auto rules = parse_rules(R"({"columns":{"account":"acc","amount":"sum"},
            "open":{"customer":"them","currency":"USD","overdraft":{"default":"1.00","accounts":{"B":"50.00"}}}})");
        const auto reader = read_csv(input, "f", *rules);
        return import_lines(bank.ledger(), bank.clock(), *reader, {.keep_going = true});
    };
    const Outcome first = import_csv("acc,sum\nA,-2\nA,3\nB,-50\n");
    CHECK(first.counts() == Counts{3, 2, 0, 1});
    REQUIRE(first.rejected.size() == 1);
    CHECK(first.rejected[0].error.code == ErrorCode::insufficient_funds);
    CHECK(bank.account("A").balance_minor == 300);
    CHECK(bank.account("A").overdraft_minor == 100);
    CHECK(bank.account("B").balance_minor == -5000);
    // The refused line opened nothing: the customer was added by the line after it.
    CHECK(bank.entry(first.report.first_seq).kind == EntryKind::customer_added);
    CHECK(bank.entry(Seq{first.report.first_seq.value + 1}).kind == EntryKind::account_opened);
    CHECK(first.report.last_seq == Seq{first.report.first_seq.value + 5});

    const Outcome again = import_csv("acc,sum\nA,-2\nA,3\nB,-50\n");
    CHECK(again.counts() == Counts{3, 1, 2, 0});
    // A line whose key is taken does not open its account.
    const Outcome changed = import_csv("acc,sum\nA,-2\nC,3\n");
    CHECK(changed.report.refused == 1);
    CHECK(changed.rejected[0].error.code == ErrorCode::idempotency_key_mismatch);
    bank.ledger().read([](port::Snapshot& snapshot) { CHECK_FALSE(snapshot.account(AccountId{"C"})); });
}

TEST_CASE("input that fails on the way keeps the groups before it", "[import]") {
    Bank bank;
    bank.must(test::account_request("a", "USD"));
    std::istringstream input(credit("a", "1") + credit("a", "2", "g") + credit("a", "4", "g"));
    FailingReader reader(input, 2);
    const bool is_atomic = GENERATE(false, true);
    const Outcome outcome =
        import_lines(bank.ledger(), bank.clock(), reader, {.atomic = is_atomic, .lines_per_commit = 2});
    CHECK(outcome.code() == "unreadable_input");
    CHECK(outcome.report.applied == (is_atomic ? 0 : 1));
    CHECK(bank.account("a").balance_minor == (is_atomic ? 0 : 100));
}

TEST_CASE("storage that fails on the way leaves a report of what was committed", "[import]") {
    Bank bank;
    bank.must(test::account_request("a", "USD"));
    FailingLedger ledger(bank.ledger(), 1);
    std::istringstream input(credit("a", "1") + credit("a", "2") + credit("nobody", "4"));
    const auto reader = read_ndjson(input, "f");
    const Outcome outcome = import_lines(ledger, bank.clock(), *reader, {.keep_going = true, .lines_per_commit = 1});
    CHECK(outcome.code() == "storage_unavailable");
    CHECK(outcome.counts() == Counts{1, 1, 0, 0});
    CHECK(outcome.report.head.hash == bank.head().hash);
    CHECK(outcome.rejected.empty());

    FailingLedger broken(bank.ledger(), 0);
    std::istringstream same(credit("a", "8"));
    const auto other = read_ndjson(same, "g");
    CHECK(test::failure_code([&] { import_lines(broken, bank.clock(), *other, {}); }) ==
          ErrorCode::storage_unavailable);
}

TEST_CASE("progress is told as lines are read", "[import]") {
    Bank bank;
    bank.must(test::account_request("a", "USD"));
    std::string text;
    for (int i = 0; i < 2500; ++i) text += credit("a", "1");
    std::istringstream input(text);
    const auto reader = read_ndjson(input, "f");
    std::vector<std::int64_t> told;
    ImportWatch watch;
    watch.progress = [&](std::int64_t lines) { told.push_back(lines); };
    run_import(bank.ledger(), bank.clock(), Actor{"importer", 1}, *reader, {}, watch);
    CHECK(told == std::vector<std::int64_t>{1000, 2000, 2500});
}

TEST_CASE("an import sees what others did between its batches", "[import]") {
    Bank bank(GENERATE(Adapter::memory, Adapter::sqlite));
    bank.must(test::account_request("a", "USD", "10"));
    BusyLedger busy(bank.ledger(), [&] { bank.must(test::credit("a", "1")); });
    std::istringstream input(credit("a", "2") + R"({"type":"debit","account":"a","amount":"13"})" + "\n" +
                             R"({"type":"debit","account":"a","amount":"1"})" + "\n" +
                             R"({"type":"debit","account":"a","amount":"2"})" + "\n");
    const auto reader = read_ndjson(input, "f");
    const Outcome outcome = import_lines(busy, bank.clock(), *reader, {.lines_per_commit = 1});
    CHECK(outcome.counts() == Counts{4, 3, 0, 1});  // 10 + 2 + 1 - 13, + 1 - 1, + 1: two are not there
    CHECK(bank.account("a").balance_minor == 200);
    CHECK(verify(bank.ledger(), std::nullopt).is_ok);
}

TEST_CASE("keys that differ in their number alone are told apart in any order", "[import]") {
    Bank bank(GENERATE(Adapter::memory, Adapter::sqlite));
    bank.must(test::account_request("a", "USD"));
    const auto keyed = [](const char* key) {
        return R"({"type":"credit","account":"a","amount":"1","key":")" + std::string(key) + "\"}\n";
    };
    const ImportOptions options{.atomic = GENERATE(false, true), .lines_per_commit = GENERATE(1, 3, 100)};
    CHECK(import_text(bank, keyed("n5") + keyed("n2") + keyed("n9") + keyed("n3") + keyed("n9"), options).counts() ==
          Counts{5, 4, 1, 0});
    CHECK(import_text(bank,
                      keyed("n2") + keyed("n3") + keyed("n4") + keyed("n9") + keyed("n10") + keyed("n05") +
                          keyed("m5") + keyed("n") + keyed("n5"),
                      options)
              .counts() == Counts{9, 5, 4, 0});
    CHECK(verify(bank.ledger(), std::nullopt).is_ok);
}
