// What the steps of a dispute show, refuse and ask for, beyond who may do what when.
#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/cli/dispute.h"
#include "tests/cli/forms.h"
#include "tests/cli/shared_bank.h"

namespace bankctl::cli_test {
namespace {

TEST_CASE("the history says what each step set and moved", "[cli][dispute]") {
    Bank bank;
    const std::string id = investigated(bank);
    bank.ok({"dispute", "assign", id, "--team", "cards", "--assignee", "bob"});
    bank.ok({"dispute", "credit", id, "120.00"});
    bank.ok({"dispute", "relabel", id, "fee_dispute"});
    bank.ok({"dispute", "resolve", id, "partial", "--refund", "20.00", "--note", "half"});
    const Json history = bank.data({"dispute", "show", id}).at("history");
    REQUIRE(history.size() == 8);
    CHECK(history[0].at("category") == nullptr);
    CHECK(history[1].at("category") == "duplicate_charge");
    CHECK(history[2].at("team") == "merchant_disputes");
    CHECK(history[3].at("team") == nullptr);
    CHECK(history[3].at("amount") == nullptr);
    CHECK(history[4].at("team") == "cards");
    CHECK(history[4].at("assignee") == "bob");
    CHECK(history[5].at("amount").at("minor") == 12000);
    CHECK(history[6].at("category") == "fee_dispute");
    CHECK(history[6].at("team") == nullptr);
    CHECK(history[7].at("outcome") == "partial");
    CHECK(history[7].at("refund").at("minor") == 2000);
    CHECK(history[7].at("amount").at("minor") == -10000);
    const std::string page = bank.ok({"dispute", "show", id});
    for (const char* line :
         {"classified: duplicate_charge", "routed: team merchant_disputes", "assign: team cards, bob",
          "credit: posted +120.00 USD", "relabel: fee_dispute", "decided: partial, refund 20.00 USD, posted"}) {
        INFO(line << "\n" << page);
        CHECK(page.find(line) != std::string::npos);
    }
}

TEST_CASE("a case goes to teams that the policy knows, and stays where a person put it", "[cli][dispute]") {
    Bank bank;
    const std::string id = investigated(bank);
    const Json error = bank.fails({"dispute", "assign", id, "--team", "card"}, "usage");
    CHECK(error.at("hint").get<std::string>().find("cards, cash") != std::string::npos);
    const Json& teams = error.at("details").at("teams");
    CHECK(std::ranges::find(teams, "cards") != teams.end());
    CHECK(bank.data({"dispute", "relabel", id, "atm_cash_error"}).at("team") == "cash");
    CHECK(bank.data({"dispute", "assign", id, "--team", "fraud"}).at("team") == "fraud");
    CHECK(bank.data({"dispute", "relabel", id, "duplicate_charge"}).at("team") == "fraud");
    const std::string other = bank.data(filing(bank.seq({"transaction", "debit", "alice", "5"}))).at("id");
    bank.ok({"dispute", "assign", other, "--assignee", "bob"});
    bring_to(bank, other, "closed");
    CHECK(bank.data({"dispute", "relabel", other, "atm_cash_error"}).at("team") == "merchant_disputes");
}

TEST_CASE("what is refused says how to go on", "[cli][dispute]") {
    Bank bank;
    const std::string id = investigated(bank);
    const Json error = bank.fails({"dispute", "advance", id, "closed"}, "illegal_transition");
    CHECK(error.at("details").at("allowed") == Json{"awaiting_customer", "chargeback", "withdrawn"});
    bank.ok({"dispute", "credit", id, "5.00"});
    const auto hint = [&](const Words& words, const std::string& code) {
        return bank.fails(words, code).at("hint").get<std::string>();
    };
    CHECK(hint({"dispute", "credit", id, "6.00"}, "illegal_transition").find("dispute show " + id) !=
          std::string::npos);
    CHECK(hint(filing("1", {"--jurisdiction", "uk"}), "usage") == "one of none, us, eu");
    CHECK(hint({"dispute", "list", "--priority", "P5"}, "usage") == "one of P1, P2, P3, P4");
    bank.fails({"dispute", "resolve", id, "rejected", "--keep-credit"}, "missing_argument");
    bank.fails({"dispute", "advance", id, "chargeback", "--keep-credit", "--note", "x"}, "usage");
}

TEST_CASE("a credit that is kept is shown as kept", "[cli][dispute]") {
    Bank bank;
    const std::string id = investigated(bank);
    bank.ok({"dispute", "credit", id});
    bank.ok({"transaction", "debit", "alice", "1000.00"});
    bank.fails({"dispute", "resolve", id, "rejected"}, "insufficient_funds");
    const Words keeping{"dispute", "resolve", id, "rejected", "--keep-credit", "--note", "account emptied"};
    const Json dispute = bank.data(joined(keeping, {"--key", "k"}));
    CHECK(dispute.at("provisional_credit").at("status") == "kept");
    CHECK(dispute.at("provisional_credit").at("amount").at("decimal") == "120.00");
    CHECK(dispute.at("refund") == nullptr);
    CHECK(bank.data(joined(keeping, {"--key", "k"})).at("replayed") == true);
    bank.fails({"dispute", "resolve", id, "rejected", "--note", "account emptied", "--key", "k"},
               "idempotency_key_mismatch");
    CHECK(bank.ok({"dispute", "show", id}).find("kept credit of 120.00 USD") != std::string::npos);
    CHECK(bank.ok({"notification", "list", "--json"}).find("We have not debited the 120.00 USD") != std::string::npos);
    bank.head();
}

TEST_CASE("in a shared bank four eyes are two users of the machine, whatever they call themselves",
          "[cli][dispute][owner]") {
    if (!can_be_stranger()) return;
    SharedBank shared;
    Bank& bank = shared.bank;
    bank.ok({"limit", "set", "default", "--rate", "none"});
    bank.add_accounts({"alice"}, "5000");
    const std::string payment = bank.seq({"transaction", "debit", "alice", "2000"});
    say_category(bank, "scam_or_deception");
    const Json filed = bank.data(filing(payment, {"--channel", "transfer", "--fact", "new_payee_h=3"}));
    const std::string id = filed.at("id");
    REQUIRE(filed.at("four_eyes") == true);
    const auto run_as = [&](uid_t uid, const std::string& user, const Words& words) {
        return shared.run_as(uid, joined(words, {"--user", user}));
    };
    REQUIRE(run_as(k_stranger, "ann", {"dispute", "advance", id, "investigating"}).exit_code == 0);
    const Words resolve{"dispute", "resolve", id, "upheld"};
    require_failure(resolve, run_as(k_stranger, "ben", resolve), "four_eyes_required");
    CHECK(run_as(k_stranger + 1, "ann", resolve).exit_code == 0);
    CHECK(bank.balance_of("alice") == "5000.00");
}

}  // namespace
}  // namespace bankctl::cli_test
