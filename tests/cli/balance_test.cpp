// bankctl balance: now and at a time, one account, several and all.
#include <catch2/catch.hpp>

#include "tests/cli/bank.h"
#include "tests/cli/forms.h"

namespace bankctl::cli_test {
namespace {

TEST_CASE("a balance is credits minus debits; available takes holds and overdraft into account", "[cli][balance]") {
    const Bank bank;
    bank.ok({"customer", "add", "c1", "--name", "Ada"});
    bank.ok({"account", "open", "alice", "--customer", "c1", "--currency", "USD", "--overdraft", "5"});
    bank.ok({"transaction", "credit", "alice", "10"});
    bank.ok({"transaction", "debit", "alice", "3"});
    const std::string hold = bank.seq({"transaction", "hold", "alice", "2"});
    const Json document = bank.ok_json({"balance", "alice"});
    CHECK(document.at("schema") == "balance/v1");
    CHECK(document.at("seq") == Json::parse(hold));
    const Json& data = document.at("data");
    CHECK(data.at("balance").at("decimal") == "7.00");
    CHECK(data.at("held").at("decimal") == "2.00");
    CHECK(data.at("available").at("decimal") == "10.00");
    CHECK(data.at("version") == 4);
    CHECK(data.at("status") == "open");
}

TEST_CASE("a hold that has expired is no longer held", "[cli][balance]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    bank.ok({"transaction", "credit", "alice", "10", "--at", "2026-01-01"});
    bank.ok({"transaction", "hold", "alice", "4", "--at", "2026-01-02", "--expires", "2026-01-03"});
    CHECK(bank.data({"balance", "alice"}).at("held").at("decimal") == "0.00");
    CHECK(bank.data({"balance", "alice"}).at("available").at("decimal") == "10.00");
}

TEST_CASE("several balances come from one snapshot", "[cli][balance]") {
    const Bank bank;
    bank.add_accounts({"alice", "bob"}, "5");
    const Json named = bank.ok_json({"balance", "bob", "alice"});
    CHECK(named.at("schema") == "balance.list/v1");
    CHECK(named.at("data")[0].at("account") == "bob");
    CHECK(named.at("data")[1].at("account") == "alice");
    CHECK(named.at("next").is_null());
    const Json all = bank.ok_json({"balance", "--all"});
    CHECK(all.at("seq") == bank.head().at("seq"));
    std::int64_t sum = 0;
    for (const Json& row : all.at("data")) sum += row.at("balance").at("minor").get<std::int64_t>();
    CHECK(sum == 0);
    CHECK(all.at("data").size() == 3);
}

TEST_CASE("a balance at a time is what had taken effect by then", "[cli][balance]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    // Also enough steps that the account's chain is searched by jumps.
    for (int day = 1; day <= 20; ++day) {
        const std::string date = "2026-03-" + std::string(day < 10 ? "0" : "") + std::to_string(day);
        bank.ok({"transaction", day % 5 == 0 ? "debit" : "credit", "alice", "1", "--at", date + "T12:00:00Z"});
    }
    std::int64_t balance = 0;
    for (int day = 1; day <= 20; ++day) {
        const std::string date = "2026-03-" + std::string(day < 10 ? "0" : "") + std::to_string(day);
        const auto minor_at = [&](const std::string& account, const std::string& time) {
            const Json data = bank.data({"balance", account, "--at", time});
            CHECK(data.at("held").is_null());
            CHECK(data.at("available").is_null());
            return data.at("balance").at("minor").get<std::int64_t>();
        };
        CHECK(minor_at("alice", date) == balance);
        CHECK(minor_at("alice", date + "T11:59:59.999999Z") == balance);
        balance += day % 5 == 0 ? -100 : 100;
        CHECK(minor_at("alice", date + "T12:00:00Z") == balance);
        CHECK(minor_at("@cash.USD", date + "T13:00:00+01:00") == -balance);
    }
    const Json all = bank.data({"balance", "--all", "--at", "2026-03-03"});
    CHECK(all[0].at("balance").at("minor") == -200);
    CHECK(all[1].at("balance").at("minor") == 200);
}

TEST_CASE("what balance refuses", "[cli][balance]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    bank.fails({"balance"}, "missing_argument");
    bank.fails({"balance", "--all", "alice"}, "usage");
    bank.fails({"balance", "nobody"}, "account_not_found");
    bank.fails({"balance", "alice", "nobody"}, "account_not_found");
    bank.fails({"balance", "alice", "--at", "yesterday"}, "invalid_time");
    bank.fails({"balance", "a/b"}, "invalid_id");
    bank.fails({"balance", ""}, "invalid_id");
    // One account's name, not a list of them: the parser's library would take it apart.
    bank.fails({"balance", "[alice,alice]"}, "invalid_id");
    bank.fails({"balance", "[]"}, "invalid_id");
}

TEST_CASE("balance prints every form", "[cli][balance]") {
    const Bank bank;
    require_same_in_all_forms(bank, {"balance", "--all"});
    bank.add_accounts({"alice", std::string(64, 'x')}, "1234567.89");
    require_same_in_all_forms(bank, {"balance", "alice"});
    require_same_in_all_forms(bank, {"balance", "alice", "@cash.USD"});
    require_same_in_all_forms(bank, {"balance", "--all"});
    require_same_in_all_forms(bank, {"balance", "--all", "--at", "2026-01-01"});
    const std::string table = bank.ok({"balance", "--all"});
    for (const char* header : {"VERSION", "BALANCE", "HELD", "AVAILABLE"}) require_right_aligned(table, header);
}

TEST_CASE("a past balance of the bank's own account is refused beyond the limit", "[cli][balance]") {
    const Bank bank;
    bank.add_accounts({"alice", "bob"});
    for (const std::string id : {"alice", "bob"}) {
        bank.ok({"transaction", "credit", id, "90071992547409.91", "--at", "2025-01-01"});
        bank.ok({"transaction", "debit", id, "90071992547409.91", "--at", "2025-03-01"});
    }
    bank.fails({"balance", "@cash.USD", "--at", "2025-02-01"}, "balance_overflow");
    bank.fails({"balance", "--all", "--at", "2025-02-01"}, "balance_overflow");
    CHECK(bank.data({"balance", "@cash.USD", "--at", "2025-03-01"}).at("balance").at("minor") == 0);
    CHECK(bank.data({"balance", "alice", "--at", "2025-02-01"}).at("balance").at("minor") == 9'007'199'254'740'991);
}

}  // namespace
}  // namespace bankctl::cli_test
