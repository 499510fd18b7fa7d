// bankctl transaction hold, capture, release and reverse.
#include <catch2/catch.hpp>

#include "tests/cli/bank.h"

namespace bankctl::cli_test {
namespace {

TEST_CASE("a hold reduces what is available, a capture the balance", "[cli][hold]") {
    const Bank bank;
    bank.add_accounts({"alice"}, "10");
    const Json hold = bank.data({"transaction", "hold", "alice", "6", "--memo", "hotel"});
    CHECK(hold.at("kind") == "hold");
    CHECK(hold.at("credit_account").is_null());
    CHECK(hold.at("hold_status") == "pending");
    CHECK(hold.at("accounts").size() == 1);
    CHECK(bank.data({"balance", "alice"}).at("available").at("decimal") == "4.00");
    bank.fails({"transaction", "debit", "alice", "4.01"}, "insufficient_funds");
    bank.fails({"transaction", "hold", "alice", "4.01"}, "insufficient_funds");
    const std::string seq = hold.at("seq").dump();
    const Json capture = bank.data({"transaction", "capture", seq, "5.50", "--counter", "@hotel"});
    CHECK(capture.at("hold") == hold.at("seq"));
    CHECK(capture.at("debit_account") == "alice");
    CHECK(capture.at("credit_account") == "@hotel");
    CHECK(bank.data({"transaction", "show", seq}).at("hold_status") == "captured");
    const Json balance = bank.data({"balance", "alice"});
    CHECK(balance.at("balance").at("decimal") == "4.50");
    CHECK(balance.at("held").at("decimal") == "0.00");
}

TEST_CASE("a capture without an amount takes all, a release nothing", "[cli][hold]") {
    const Bank bank;
    bank.add_accounts({"alice"}, "10");
    const std::string first = bank.seq({"transaction", "hold", "alice", "3"});
    const std::string second = bank.seq({"transaction", "hold", "alice", "2"});
    CHECK(bank.data({"transaction", "capture", first}).at("amount").at("decimal") == "3.00");
    const Json release = bank.data({"transaction", "release", second});
    CHECK(release.at("credit_account").is_null());
    CHECK(release.at("hold") == Json::parse(second));
    CHECK(bank.data({"transaction", "show", second}).at("hold_status") == "released");
    CHECK(bank.data({"balance", "alice"}).at("available").at("decimal") == "7.00");
    bank.head();
}

TEST_CASE("what capture and release refuse", "[cli][hold]") {
    const Bank bank;
    bank.add_accounts({"alice"}, "10");
    const std::string hold = bank.seq({"transaction", "hold", "alice", "3"});
    const std::string credit = bank.seq({"transaction", "credit", "alice", "1"});
    CHECK(bank.fails({"transaction", "capture", hold, "3.01"}, "exceeds_hold").at("details").at("held_minor") == 300);
    bank.fails({"transaction", "capture", hold, "1.001"}, "amount_precision");
    bank.fails({"transaction", "capture", hold, "0"}, "invalid_amount");
    bank.fails({"transaction", "capture", hold, "1", "--counter", "alice"}, "invalid_id");
    bank.fails({"transaction", "capture", "999"}, "transaction_not_found");
    bank.fails({"transaction", "release", hold, "1"}, "usage");
    for (const char* verb : {"capture", "release"}) {
        CHECK(bank.fails({"transaction", verb, credit}, "hold_not_pending").at("details").at("status") == "credit");
        bank.fails({"transaction", verb, hold, "--if-version", "1"}, "version_conflict");
    }
    bank.ok({"transaction", "release", hold});
    for (const char* verb : {"capture", "release"})
        CHECK(bank.fails({"transaction", verb, hold}, "hold_not_pending").at("details").at("status") == "released");
}

TEST_CASE("a hold expires by itself", "[cli][hold]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    bank.ok({"transaction", "credit", "alice", "10", "--at", "2026-01-01"});
    const std::string hold =
        bank.seq({"transaction", "hold", "alice", "10", "--at", "2026-01-02", "--expires", "2026-01-03"});
    CHECK(bank.data({"transaction", "show", hold}).at("hold_status") == "expired");
    for (const char* verb : {"capture", "release"}) {
        const Json error = bank.fails({"transaction", verb, hold}, "hold_expired");
        CHECK(error.at("details").at("expires_at") == "2026-01-03T00:00:00.000000Z");
    }
    // As of a time before its end it is still there.
    bank.fails({"transaction", "debit", "alice", "1", "--at", "2026-01-02"}, "insufficient_funds");
    bank.ok({"transaction", "capture", hold, "4", "--at", "2026-01-02T23:59:59Z", "--dry-run"});
    bank.ok({"transaction", "debit", "alice", "10"});
    bank.fails({"transaction", "hold", "alice", "1", "--expires", "2026-01-01"}, "invalid_time");
    bank.head();
}

TEST_CASE("a reversal posts the opposite and is linked both ways", "[cli][reverse]") {
    const Bank bank;
    bank.add_accounts({"alice", "bob"}, "10");
    const std::string transfer = bank.seq({"transaction", "transfer", "alice", "bob", "4"});
    const Json part = bank.data({"transaction", "reverse", transfer, "1.50", "--reason", "too much"});
    CHECK(part.at("kind") == "reversal");
    CHECK(part.at("memo") == "too much");
    CHECK(part.at("debit_account") == "bob");
    CHECK(part.at("credit_account") == "alice");
    CHECK(part.at("reverses") == Json::parse(transfer));
    CHECK(bank.fails({"transaction", "reverse", transfer, "2.51"}, "exceeds_reversible")
              .at("details")
              .at("reversible_minor") == 250);
    const Json rest = bank.data({"transaction", "reverse", transfer});
    CHECK(rest.at("amount").at("decimal") == "2.50");
    CHECK(bank.data({"transaction", "show", transfer}).at("reversed_by") == Json{part.at("seq"), rest.at("seq")});
    bank.fails({"transaction", "reverse", transfer}, "already_reversed");
    bank.fails({"transaction", "reverse", transfer, "0.01"}, "already_reversed");
    CHECK(bank.balance_of("alice") == "10.00");
    CHECK(bank.balance_of("bob") == "10.00");
    bank.head();
}

TEST_CASE("credits, debits, transfers and captures can be reversed, nothing else", "[cli][reverse]") {
    const Bank bank;
    bank.add_accounts({"alice", "bob"}, "10");
    const std::string opening = bank.data({"transaction", "list"})[0].at("seq").dump();
    const std::string hold = bank.seq({"transaction", "hold", "alice", "1"});
    const std::string capture = bank.seq({"transaction", "capture", hold});
    const std::string other_hold = bank.seq({"transaction", "hold", "alice", "1"});
    const std::string release = bank.seq({"transaction", "release", other_hold});
    const std::string reversal = bank.seq({"transaction", "reverse", capture});
    for (const std::string& seq : {opening, hold, release, reversal})
        bank.fails({"transaction", "reverse", seq}, "not_reversible");
    for (const Words& words : std::vector<Words>{{"transaction", "credit", "alice", "1"},
                                                 {"transaction", "debit", "alice", "1"},
                                                 {"transaction", "transfer", "alice", "bob", "1"}}) {
        bank.ok({"transaction", "reverse", bank.seq(words)});
    }
    CHECK(bank.balance_of("alice") == "10.00");
    bank.fails({"transaction", "reverse", capture, "1.001"}, "amount_precision");
}

TEST_CASE("a reversal obeys funds and versions", "[cli][reverse]") {
    const Bank bank;
    bank.add_accounts({"alice", "bob"}, "10");
    const std::string transfer = bank.seq({"transaction", "transfer", "alice", "bob", "4"});
    bank.fails({"transaction", "reverse", transfer, "--if-version", "1"}, "version_conflict");
    bank.ok({"transaction", "debit", "bob", "14"});
    CHECK(bank.fails({"transaction", "reverse", transfer}, "insufficient_funds").at("details").at("account") == "bob");
}

}  // namespace
}  // namespace bankctl::cli_test
