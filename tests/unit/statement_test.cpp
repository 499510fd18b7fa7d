#include "core/service/statement.h"

#include <catch2/catch.hpp>

#include "core/service/export.h"
#include "tests/support/bank.h"
#include "tests/support/failure.h"

using namespace bankctl;
using test::Bank;

namespace {

Result<Statement> statement_of(Bank& bank, std::optional<Timestamp> since, std::optional<Timestamp> until) {
    std::optional<Result<Statement>> result;
    bank.ledger().read([&](port::Snapshot& snapshot) {
        result = account_statement(snapshot, {AccountId{"a"}, since, until}, bank.clock().next());
    });
    return std::move(*result);
}

Timestamp hour(std::int64_t number) { return {test::k_start.us + number * 3'600 * test::k_second_us}; }

}  // namespace

TEST_CASE("statements of adjoining periods meet, and each adds up", "[statement]") {
    Bank bank(GENERATE(test::Adapter::memory, test::Adapter::sqlite));
    constexpr std::int64_t k_hours = 12;
    bank.must(test::account_request("a", "KWD", "1.001"));
    bank.must(test::account_request("b", "KWD"));
    for (std::int64_t i = 1; i < k_hours; ++i) {
        bank.clock().set(hour(i));
        bank.must(i % 3 == 0 ? test::transfer("a", "b", "0.50" + std::to_string(i % 10)) : test::credit("a", "2"));
        if (i % 2 == 0) bank.must(test::hold("a", "0.001"));
    }
    const Statement whole = statement_of(bank, std::nullopt, std::nullopt).value_or_throw();
    CHECK(whole.opening_minor == 0);
    CHECK(whole.closing_minor == bank.account("a").balance_minor);
    CHECK(whole.lines.size() == k_hours);
    for (std::int64_t middle = 0; middle <= k_hours; ++middle) {
        for (const std::int64_t offset_us : {-1, 0, 1}) {
            const Timestamp cut{hour(middle).us + offset_us};
            if (cut < whole.since) continue;
            const Statement before = statement_of(bank, whole.since, cut).value_or_throw();
            const Statement after = statement_of(bank, cut, hour(k_hours + 1)).value_or_throw();
            INFO(format_time(cut));
            CHECK(before.closing_minor == after.opening_minor);
            CHECK(after.closing_minor == whole.closing_minor);
            CHECK(before.lines.size() + after.lines.size() == whole.lines.size());
            std::int64_t balance_minor = after.opening_minor;
            for (const StatementLine& line : after.lines) {
                balance_minor += line.amount_minor;
                CHECK(line.balance_minor == balance_minor);
                CHECK(line.entry.effective_at >= cut);
            }
            CHECK(balance_minor == after.closing_minor);
        }
    }
}

TEST_CASE("a statement begins with the earliest transaction, even if the status changed before it", "[statement]") {
    Bank bank(GENERATE(test::Adapter::memory, test::Adapter::sqlite));
    bank.must(test::account_request("a", "USD"));
    for (int i = 0; i < 2; ++i) {
        static_cast<void>(bank.change(EntryKind::account_frozen, "a").value_or_throw());
        static_cast<void>(bank.change(EntryKind::account_unfrozen, "a").value_or_throw());
    }
    CHECK(statement_of(bank, std::nullopt, std::nullopt).value_or_throw().lines.empty());
    TransactionRequest credit = test::credit("a", "5");
    credit.at = parse_time("2025-01-01").value_or_throw();
    bank.must(credit);
    bank.must(test::credit("a", "1"));
    const Statement statement = statement_of(bank, std::nullopt, std::nullopt).value_or_throw();
    CHECK(statement.since == *credit.at);
    CHECK(statement.opening_minor == 0);
    CHECK(statement.lines.size() == 2);
    // The default of --since is also OFX's first date.
    std::string ofx;
    bank.ledger().read([&](port::Snapshot& snapshot) {
        export_ofx(snapshot, {AccountId{"a"}, std::nullopt, std::nullopt}, [&](std::string_view part) { ofx += part; });
    });
    CHECK(ofx.find("<DTSTART>20250101000000.000[0:GMT]</DTSTART>") != std::string::npos);
}

TEST_CASE("a statement until now has the last transaction even if the clock went back", "[statement]") {
    Bank bank;
    bank.must(test::account_request("a", "USD", "1"));
    bank.must(test::credit("a", "2"));
    bank.clock().set(Timestamp{bank.clock().next().us - 1'000'000});
    const Statement statement = statement_of(bank, std::nullopt, std::nullopt).value_or_throw();
    CHECK(statement.lines.size() == 2);
    CHECK(statement.closing_minor == 300);
}

TEST_CASE("what a statement is refused for", "[statement]") {
    Bank bank;
    CHECK(test::outcome(statement_of(bank, std::nullopt, std::nullopt)) == "account_not_found");
    bank.must(test::account_request("a", "USD", "90071992547409.91"));
    CHECK(test::outcome(statement_of(bank, hour(2), hour(1))) == "invalid_time");
    CHECK(test::outcome(statement_of(bank, hour(1), hour(1))) == "ok");
    bank.must(test::debit("a", "0.01"));
    CHECK(test::outcome(statement_of(bank, std::nullopt, std::nullopt)) == "ok");
    bank.must(test::credit("a", "0.01"));
    CHECK(test::outcome(statement_of(bank, std::nullopt, std::nullopt)) == "balance_overflow");
}
