// bankctl account: open, show, list, freeze, unfreeze, close.
#include <catch2/catch.hpp>

#include "tests/cli/bank.h"
#include "tests/cli/forms.h"

namespace bankctl::cli_test {
namespace {

Words open(const std::string& id, std::initializer_list<std::string> more = {}) {
    Words words{"account", "open", id, "--customer", "c1", "--currency", "USD"};
    words.insert(words.end(), more);
    return words;
}

TEST_CASE("an account is opened as asked for", "[cli][account]") {
    const Bank bank;
    bank.ok({"customer", "add", "c1", "--name", "Ada"});
    SECTION("empty") {
        const Json data = bank.data(open("alice"));
        CHECK(data.at("customer") == "c1");
        CHECK(data.at("status") == "open");
        CHECK(data.at("version") == 1);
        CHECK(data.at("balance") == Json{{"currency", "USD"}, {"minor", 0}, {"decimal", "0.00"}});
        CHECK(bank.data({"account", "show", "alice"}) == data);
    }
    SECTION("with an overdraft and an opening balance from another account") {
        const Json data = bank.data(open("alice", {"--overdraft", "50", "--opening-balance", "12.5", "--counter",
                                                   "@equity", "--at", "2026-01-31", "--key", "k"}));
        CHECK(data.at("version") == 2);
        CHECK(data.at("balance").at("decimal") == "12.50");
        CHECK(data.at("available") == Json{{"currency", "USD"}, {"minor", 6250}, {"decimal", "62.50"}});
        CHECK(bank.balance_of("@equity") == "-12.50");
        const Json opening = bank.data({"transaction", "show", "--key", "k"});
        CHECK(opening.at("kind") == "opening");
        CHECK(opening.at("effective_at") == "2026-01-31T00:00:00.000000Z");
        CHECK(opening.at("debit_account") == "@equity");
    }
    SECTION("in currencies of other decimals") {
        CHECK(bank.data({"account", "open", "yen", "--customer", "c1", "--currency", "JPY", "--opening-balance", "5"})
                  .at("balance")
                  .at("decimal") == "5");
        CHECK(bank.data({"account", "open", "dinar", "--customer", "c1", "--currency", "KWD", "--opening-balance",
                         "5.001"})
                  .at("balance")
                  .at("minor") == 5001);
    }
}

TEST_CASE("what account open refuses", "[cli][account]") {
    const Bank bank;
    bank.add_accounts({"alice"}, "5");
    const Json head = bank.head();
    bank.fails(open("alice"), "already_exists");
    bank.fails({"account", "open", "bob", "--customer", "c2", "--currency", "USD"}, "customer_not_found");
    bank.fails({"account", "open", "bob", "--customer", "c1", "--currency", "usd"}, "unknown_currency");
    bank.fails({"account", "open", "bob", "--customer", "c1"}, "missing_argument");
    bank.fails({"account", "open", "bob", "--currency", "USD"}, "missing_argument");
    bank.fails(open("@bob"), "invalid_id");
    bank.fails(open("bob", {"--overdraft", "1.001"}), "amount_precision");
    bank.fails(open("bob", {"--overdraft", "-1"}), "invalid_amount");
    bank.fails(open("bob", {"--opening-balance", "0"}), "invalid_amount");
    bank.fails(open("bob", {"--opening-balance", "1.001"}), "amount_precision");
    bank.fails(open("bob", {"--opening-balance", "90071992547409.92"}), "amount_too_large");
    bank.fails(open("bob", {"--opening-balance", "1", "--overdraft", "90071992547409.91"}), "balance_overflow");
    bank.fails(open("bob", {"--opening-balance", "1", "--counter", "cash"}), "invalid_id");
    bank.fails(open("bob", {"--opening-balance", "1", "--at", "9999-01-01"}), "invalid_time");
    bank.fails(open("bob", {"--counter", "@equity"}), "usage");
    bank.fails(open("bob", {"--key", ""}), "invalid_key");
    bank.fails({"account", "open", "bob", "--customer", "c1", "--currency", "EUR", "--opening-balance", "1",
                "--counter", "@cash.USD"},
               "currency_mismatch");
    CHECK(bank.head() == head);
}

TEST_CASE("a frozen account takes nothing until it is unfrozen", "[cli][account]") {
    const Bank bank;
    bank.add_accounts({"alice", "bob"}, "5");
    const std::string hold = bank.seq({"transaction", "hold", "alice", "1"});
    const std::string credit = bank.seq({"transaction", "credit", "alice", "1"});
    CHECK(bank.data({"account", "freeze", "alice"}).at("status") == "frozen");
    const Json head = bank.head();
    for (const Words& words : std::vector<Words>{{"transaction", "credit", "alice", "1"},
                                                 {"transaction", "debit", "alice", "1"},
                                                 {"transaction", "transfer", "alice", "bob", "1"},
                                                 {"transaction", "transfer", "bob", "alice", "1"},
                                                 {"transaction", "hold", "alice", "1"},
                                                 {"transaction", "capture", hold},
                                                 {"transaction", "release", hold},
                                                 {"transaction", "reverse", credit},
                                                 {"account", "close", "alice"}}) {
        CHECK(bank.fails(words, "account_frozen").at("details").at("account") == "alice");
    }
    bank.fails({"account", "freeze", "alice"}, "illegal_transition");
    CHECK(bank.head() == head);
    CHECK(bank.data({"account", "unfreeze", "alice"}).at("status") == "open");
    bank.fails({"account", "unfreeze", "alice"}, "illegal_transition");
    bank.ok({"transaction", "release", hold});
}

TEST_CASE("an account is closed once it is empty", "[cli][account]") {
    const Bank bank;
    bank.add_accounts({"alice", "bob"}, "5");
    CHECK(bank.fails({"account", "close", "alice"}, "balance_not_zero").at("details").at("balance_minor") == 500);
    bank.ok({"transaction", "transfer", "alice", "bob", "5"});
    bank.ok({"account", "open", "carol", "--customer", "c1", "--currency", "USD", "--overdraft", "9"});
    const std::string hold = bank.seq({"transaction", "hold", "carol", "1"});
    CHECK(bank.fails({"account", "close", "carol"}, "holds_pending").at("details").at("held_minor") == 100);
    bank.ok({"transaction", "release", hold});
    bank.ok({"account", "close", "carol"});
    CHECK(bank.data({"account", "close", "alice"}).at("status") == "closed");
    for (const char* verb : {"close", "freeze", "unfreeze"}) bank.fails({"account", verb, "alice"}, "account_closed");
    bank.fails({"transaction", "credit", "alice", "1"}, "account_closed");
    bank.fails(open("alice"), "already_exists");
    CHECK(bank.balance_of("alice") == "0.00");
}

TEST_CASE("changes of an account obey --if-version and --dry-run", "[cli][account]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    const Json head = bank.head();
    for (const char* verb : {"freeze", "close"}) {
        bank.fails({"account", verb, "alice", "--if-version", "2"}, "version_conflict");
        const Json data = bank.data({"account", verb, "alice", "--if-version", "1", "--dry-run"});
        CHECK(data.at("dry_run") == true);
        CHECK(data.at("version") == 2);
        CHECK(bank.head() == head);
    }
    bank.fails({"account", "freeze", "nobody", "--dry-run"}, "account_not_found");
    bank.fails({"account", "unfreeze", "alice", "--dry-run"}, "illegal_transition");
    CHECK(bank.data(open("bob", {"--opening-balance", "1", "--dry-run"})).at("balance").at("decimal") == "1.00");
    bank.fails({"account", "show", "bob"}, "account_not_found");
    CHECK(bank.head() == head);
}

TEST_CASE("the bank's own accounts are shown, but not changed by hand", "[cli][account]") {
    const Bank bank;
    bank.add_accounts({"alice"}, "5");
    const Json cash = bank.data({"account", "show", "@cash.USD"});
    CHECK(cash.at("customer").is_null());
    CHECK(cash.at("balance").at("decimal") == "-5.00");
    for (const char* verb : {"freeze", "unfreeze", "close"}) bank.fails({"account", verb, "@cash.USD"}, "invalid_id");
    bank.fails({"account", "show", "@cash.EUR"}, "account_not_found");
}

TEST_CASE("accounts are listed by id, in pages too", "[cli][account]") {
    const Bank bank;
    CHECK(bank.data({"account", "list"}).empty());
    bank.add_accounts({"m", "B", "a.1", "z", "9", "a", "b", "c", "d"}, "1");
    const Json whole = bank.data({"account", "list"});
    CHECK(whole.size() == 10);
    CHECK(std::is_sorted(whole.begin(), whole.end(),
                         [](const Json& a, const Json& b) { return a.at("id") < b.at("id"); }));
    Json pages = Json::array();
    Json next;
    do {
        Words words{"account", "list", "--limit", "7"};
        if (next.is_string()) words.insert(words.end(), {"--after", next.get<std::string>()});
        const Json page = bank.ok_json(words);
        for (const Json& row : page.at("data")) pages.push_back(row);
        next = page.at("next");
    } while (!next.is_null());
    CHECK(pages == whole);
    CHECK(bank.ok_json({"account", "list", "--limit", "10"}).at("next").is_null());
    CHECK(bank.data({"account", "list", "--after", "@cash.USD", "--limit", "1"})[0].at("id") == "B");
    bank.fails({"account", "list", "--after", "no such cursor"}, "invalid_cursor");
    bank.fails({"account", "list", "--limit", "0"}, "invalid_number");
}

TEST_CASE("account prints every form", "[cli][account]") {
    const Bank bank;
    require_same_in_all_forms(bank, {"account", "list"});
    bank.add_accounts({"alice"}, "1234567.89");
    bank.add_accounts({std::string(64, 'x')}, "1");
    require_same_in_all_forms(bank, {"account", "show", "alice"});
    require_same_in_all_forms(bank, {"account", "show", "@cash.USD"});
    require_same_in_all_forms(bank, {"account", "list"});
    require_same_in_all_forms(bank, open("bob", {"--dry-run"}));
    require_same_in_all_forms(bank, {"account", "freeze", "alice", "--dry-run"});
    const std::string table = bank.ok({"account", "list"});
    require_right_aligned(table, "BALANCE");
    require_right_aligned(table, "AVAILABLE");
    require_right_aligned(table, "VERSION");
}

}  // namespace
}  // namespace bankctl::cli_test
