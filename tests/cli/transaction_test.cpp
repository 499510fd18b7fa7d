// bankctl transaction credit, debit, transfer and show.
#include <catch2/catch.hpp>

#include "tests/cli/bank.h"
#include "tests/cli/forms.h"

namespace bankctl::cli_test {
namespace {

const std::string k_most = "90071992547409.91";  // 2^53 - 1 minor units

TEST_CASE("a credit's document says all of it", "[cli][transaction]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    const Json data = bank.data({"transaction", "credit", "alice", "12.34", "--memo", "salary", "--key", "k1", "--at",
                                 "2026-01-31T09:00:00Z", "--user", "ops"});
    CHECK(data.at("kind") == "credit");
    CHECK(data.at("amount") == Json{{"currency", "USD"}, {"minor", 1234}, {"decimal", "12.34"}});
    CHECK(data.at("debit_account") == "@cash.USD");
    CHECK(data.at("credit_account") == "alice");
    CHECK(data.at("memo") == "salary");
    CHECK(data.at("key") == "k1");
    CHECK(data.at("effective_at") == "2026-01-31T09:00:00.000000Z");
    CHECK(data.at("user") == "ops");
    CHECK(data.at("replayed") == false);
    CHECK(data.at("dry_run") == false);
    CHECK(data.at("reversed_by").empty());
    const Json money{{"currency", "USD"}, {"minor", 1234}, {"decimal", "12.34"}};
    const Json minus{{"currency", "USD"}, {"minor", -1234}, {"decimal", "-12.34"}};
    CHECK(data.at("accounts") == Json{{{"id", "@cash.USD"}, {"version", 2}, {"balance", minus}},
                                      {{"id", "alice"}, {"version", 2}, {"balance", money}}});
    CHECK(bank.data({"transaction", "show", data.at("seq").dump()}) == data);
    CHECK(bank.data({"transaction", "show", "--key", "k1"}) == data);
    CHECK(bank.head() == Json{{"seq", data.at("seq")}, {"hash", data.at("hash")}});
}

TEST_CASE("a debit and a transfer move money", "[cli][transaction]") {
    const Bank bank;
    bank.add_accounts({"alice", "bob"}, "10");
    const Json debit = bank.data({"transaction", "debit", "alice", "4", "--counter", "@fees.USD"});
    CHECK(debit.at("debit_account") == "alice");
    CHECK(debit.at("credit_account") == "@fees.USD");
    CHECK(bank.balance_of("alice") == "6.00");
    CHECK(bank.balance_of("@fees.USD") == "4.00");
    const Json transfer = bank.data({"transaction", "transfer", "alice", "bob", "0.01"});
    CHECK(transfer.at("accounts")[0].at("balance").at("decimal") == "5.99");
    CHECK(transfer.at("accounts")[1].at("balance").at("decimal") == "10.01");
    bank.head();
}

TEST_CASE("amounts go up to the last exact minor unit and no further", "[cli][transaction]") {
    const Bank bank;
    bank.add_accounts({"alice", "bob"});
    CHECK(bank.data({"transaction", "credit", "alice", k_most}).at("amount").at("minor") == 9007199254740991);
    bank.fails({"transaction", "credit", "alice", "0.01"}, "balance_overflow");
    // What is short of the largest balance on one side is on the other side too.
    bank.fails({"transaction", "credit", "bob", "0.01"}, "balance_overflow");
    bank.ok({"transaction", "credit", "bob", "0.01", "--counter", "@other"});
    bank.fails({"transaction", "transfer", "bob", "alice", "0.01"}, "balance_overflow");
    bank.fails({"transaction", "debit", "bob", "90071992547409.92"}, "amount_too_large");
    bank.fails({"transaction", "debit", "bob", "9007199254740992"}, "amount_too_large");
    CHECK(bank.balance_of("alice") == k_most);
    CHECK(bank.balance_of("@cash.USD") == "-" + k_most);
}

TEST_CASE("what credit, debit and transfer refuse", "[cli][transaction]") {
    const Bank bank;
    bank.add_accounts({"alice", "bob"}, "10");
    bank.ok({"account", "open", "euro", "--customer", "c1", "--currency", "EUR", "--opening-balance", "1"});
    const Json head = bank.head();
    const Json error = bank.fails({"transaction", "debit", "alice", "10.01"}, "insufficient_funds");
    CHECK(error.at("details").at("account") == "alice");
    CHECK(error.at("details").at("available_minor") == 1000);
    CHECK(error.at("details").at("needed_minor") == 1001);
    bank.fails({"transaction", "transfer", "alice", "bob", "10.01"}, "insufficient_funds");
    bank.fails({"transaction", "transfer", "alice", "alice", "1"}, "same_account");
    bank.fails({"transaction", "transfer", "alice", "euro", "1"}, "currency_mismatch");
    bank.fails({"transaction", "transfer", "alice", "nobody", "1"}, "account_not_found");
    bank.fails({"transaction", "transfer", "nobody", "alice", "1"}, "account_not_found");
    bank.fails({"transaction", "transfer", "alice", "@cash.USD", "1"}, "invalid_id");
    bank.fails({"transaction", "credit", "@cash.USD", "1"}, "invalid_id");
    bank.fails({"transaction", "credit", "alice", "1", "--counter", "bob"}, "invalid_id");
    bank.fails({"transaction", "credit", "alice", "1", "--counter", "@cash.EUR"}, "currency_mismatch");
    bank.fails({"transaction", "credit", "alice", "1.001"}, "amount_precision");
    bank.fails({"transaction", "credit", "alice"}, "missing_argument");
    bank.fails({"transaction", "credit", "alice", "1", "2"}, "usage");
    bank.fails({"transaction", "credit", "alice", "1", "--memo", std::string(4097, 'x')}, "invalid_text");
    CHECK(bank.head() == head);
    CHECK(bank.data({"transaction", "credit", "alice", "1", "--memo", std::string(4096, 'x')}).at("memo") ==
          std::string(4096, 'x'));
}

TEST_CASE("an account's times never go back and never lie ahead", "[cli][transaction]") {
    const Bank bank;
    bank.add_accounts({"alice", "bob"});
    bank.ok({"transaction", "credit", "alice", "10", "--at", "2026-02-01"});
    const Json error =
        bank.fails({"transaction", "credit", "alice", "1", "--at", "2026-01-31T23:59:59.999999Z"}, "invalid_time");
    CHECK(error.at("details").at("account") == "alice");
    CHECK(error.at("details").at("earliest") == "2026-02-01T00:00:00.000000Z");
    bank.fails({"transaction", "transfer", "alice", "bob", "1", "--at", "2026-01-31"}, "invalid_time");
    bank.fails({"transaction", "credit", "bob", "1", "--at", "9999-12-31"}, "invalid_time");
    bank.ok({"transaction", "credit", "alice", "1", "--at", "2026-02-01"});
    // The bank's own accounts are exempt.
    bank.ok({"transaction", "credit", "bob", "1", "--at", "2026-01-01"});
}

TEST_CASE("posting times never decrease along the journal", "[cli][transaction]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    for (int i = 0; i < 5; ++i) bank.ok({"transaction", "credit", "alice", "1"});
    const Json rows = bank.data({"transaction", "list"});
    for (std::size_t i = 1; i < rows.size(); ++i) CHECK(rows[i - 1].at("posted_at") <= rows[i].at("posted_at"));
}

TEST_CASE("what transaction show refuses", "[cli][transaction]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    bank.ok({"account", "open", "bob", "--customer", "c1", "--currency", "USD", "--key", "open-bob"});
    bank.fails({"transaction", "show"}, "missing_argument");
    bank.fails({"transaction", "show", "1", "--key", "k"}, "usage");
    bank.fails({"transaction", "show", "999"}, "transaction_not_found");
    bank.fails({"transaction", "show", "--key", "never"}, "transaction_not_found");
    // Entries of the journal that are no transactions: the bank's creation, and an account's opening by its key.
    bank.fails({"transaction", "show", "1"}, "transaction_not_found");
    bank.fails({"transaction", "show", "--key", "open-bob"}, "transaction_not_found");
    bank.fails({"transaction", "show", "0"}, "invalid_number");
    bank.fails({"transaction", "reverse", "1"}, "transaction_not_found");
    bank.fails({"transaction", "capture", "1"}, "transaction_not_found");
    bank.fails({"transaction", "release", "1"}, "transaction_not_found");
}

TEST_CASE("transaction prints every form", "[cli][transaction]") {
    const Bank bank;
    bank.add_accounts({"alice", "bob"}, "1000");
    const std::string id(64, 'x');
    bank.add_accounts({id}, "1");
    const std::string hold = bank.seq({"transaction", "hold", "alice", "1", "--expires", "9000-01-01"});
    const std::string credit = bank.seq({"transaction", "credit", "alice", "1", "--memo", "=SUM(A1:A9), \"x\""});
    const std::string part = bank.seq({"transaction", "reverse", credit, "0.40"});
    bank.ok({"transaction", "reverse", credit, "0.60", "--reason", "-both"});
    bank.ok({"transaction", "transfer", "alice", id, "1", "--memo", "a rather long memo with many words in it"});
    for (const std::string& seq : {hold, credit, part}) require_same_in_all_forms(bank, {"transaction", "show", seq});
    for (const Words& words : std::vector<Words>{{"transaction", "credit", "alice", "1", "--dry-run"},
                                                 {"transaction", "debit", "alice", "1", "--dry-run"},
                                                 {"transaction", "transfer", "alice", "bob", "1", "--dry-run"},
                                                 {"transaction", "hold", "alice", "1", "--dry-run"},
                                                 {"transaction", "capture", hold, "--dry-run"},
                                                 {"transaction", "release", hold, "--dry-run"},
                                                 {"transaction", "list", "--account", "bob"},
                                                 {"transaction", "list"}}) {
        require_same_in_all_forms(bank, words);
    }
    const std::string table = bank.ok({"transaction", "list"});
    require_right_aligned(table, "AMOUNT");
    require_right_aligned(table, "SEQ");
}

TEST_CASE("a table may be wider than a terminal rather than cut a number", "[cli][transaction]") {
    const Bank bank;
    const std::string a(64, 'a');
    const std::string b(64, 'b');
    bank.add_accounts({a, b}, "9007199254740.99");
    bank.ok({"transaction", "transfer", a, b, "9007199254740.99", "--memo", std::string(100, 'm')});
    CHECK(bank.ok({"transaction", "list"}).find("  9007199254740.99 USD  ") != std::string::npos);
    for (const Words& words : std::vector<Words>{{"account", "list"}, {"balance", "--all"}}) {
        const std::string table = bank.ok(words);
        CHECK(table.find(" 18014398509481.98 USD") != std::string::npos);
        CHECK(table.find(" -18014398509481.98 USD") != std::string::npos);
    }
}

}  // namespace
}  // namespace bankctl::cli_test
