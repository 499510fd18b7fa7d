// Ten cases from the form to closed, as a clerk works on them, each with what the team and the customer got to read.
//
// BANKCTL_UPDATE_GOLDEN=1 in the environment writes the outlines anew instead of comparing them.
#include <cstdlib>
#include <regex>

#include <catch2/catch.hpp>

#include "tests/cli/dispute.h"
#include "tests/cli/terminal.h"

namespace bankctl::cli_test {
namespace {

struct Story {
    std::string category;
    std::string words;
    std::string channel;
    std::string amount;
    std::string memo;
    std::vector<std::string> facts;
    std::vector<Words> steps;  ///< verb and what comes after the id
};

const Words k_investigate{"advance", "investigating", "--user", "ann"};
const Words k_close{"advance", "closed"};

const std::vector<Story> k_stories{
    {"duplicate_charge",
     "Acme Shop took the same amount twice on Monday.",
     "card",
     "120.00",
     "Acme Shop",
     {},
     {k_investigate, {"credit"}, {"resolve", "upheld"}, k_close}},
    {"unauthorised_card_payment",
     "I never made this payment. My card is still in my wallet.",
     "online",
     "89.90",
     "webshop.example",
     {"card_present=false"},
     {k_investigate,
      {"credit"},
      {"advance", "chargeback"},
      {"advance", "representment"},
      {"resolve", "rejected"},
      k_close}},
    {"atm_cash_error",
     "The machine paid out 40 and took 60.",
     "atm",
     "60.00",
     "ATM 0815",
     {},
     {k_investigate, {"resolve", "partial", "--refund", "20.00"}, k_close}},
    {"scam_or_deception",
     "A man who said he was from the bank made me send him my savings.",
     "transfer",
     "900.00",
     "J. Doe",
     {"new_payee_h=1", "vulnerable=true"},
     {k_investigate, {"resolve", "partial", "--refund", "450.00", "--user", "ben"}, k_close}},
    {"identity_theft_or_account_takeover",
     "Somebody changed my telephone number and then paid from my account.",
     "transfer",
     "300.00",
     "Unknown Ltd",
     {"contact_change_h=5", "device_known=false"},
     {k_investigate, {"credit"}, {"resolve", "upheld", "--user", "ben"}, k_close}},
    {"fee_dispute",
     "Why was I charged a fee? Your list of prices says it is free.",
     "branch",
     "15.00",
     "Monthly fee",
     {},
     {k_investigate, {"resolve", "upheld"}, k_close}},
    {"goods_or_services_not_received",
     "I ordered a table in May and it has never come.",
     "card",
     "250.00",
     "Tables & Chairs",
     {},
     {k_investigate,
      {"advance", "awaiting_customer", "--note", "asked for the order"},
      {"advance", "investigating"},
      {"credit"},
      {"credit", "--take-back"},
      {"resolve", "rejected"},
      k_close}},
    {"cancelled_subscription",
     "I cancelled the gym in March and they still take money every month.",
     "direct_debit",
     "29.00",
     "Gym",
     {},
     {{"assign", "--team", "merchant_disputes", "--assignee", "cem"}, k_investigate, {"resolve", "upheld"}, k_close}},
    {"wrong_beneficiary_or_recall",
     "I mistyped the account number and paid a stranger.",
     "transfer",
     "75.00",
     "Rent",
     {},
     {k_investigate, {"resolve", "rejected", "--note", "the recall was refused"}, k_close}},
    {"lost_or_stolen_card_or_device",
     "My card was stolen on the train and somebody bought a ticket with it.",
     "card",
     "45.00",
     "Railway",
     {"card_present=true"},
     {{"relabel", "unauthorised_card_payment"}, k_investigate, {"credit"}, {"resolve", "upheld"}, k_close}}};

/// Files the story by the form; returns the case's id.
std::string file_by_form(Bank& bank, const Story& story) {
    bank.ok({"transaction", "debit", "alice", story.amount, "--memo", story.memo});
    say_category(bank, story.category);
    std::vector<Typing> typing{{"Customer's id: ", "c1\n"},
                               {"Which one", "1\n"},
                               {"Channel: ", story.channel + "\n"},
                               {"The customer's words", story.words + "\n"},
                               {"| ", "\n"},
                               {"Evidence", "\n"},
                               {"What else you know", story.facts.empty() ? "\n" : story.facts[0] + "\n"}};
    for (std::size_t i = 1; i <= story.facts.size(); ++i)
        typing.push_back({"= ", i < story.facts.size() ? story.facts[i] + "\n" : "\n"});
    typing.push_back({"File it? ", "y\n"});
    const Run run = run_on_terminal(bank, {"--json", "dispute", "form"}, {.in = true, .err = true, .typing = typing});
    INFO(describe({}, run));
    REQUIRE(run.exit_code == 0);
    return parse_document(run.out).at("data").at("id");
}

std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

/// The case and its messages without what differs from day to day: numbers of entries, times and days.
std::string masked(const std::string& text) {
    std::string masked = std::regex_replace(text, std::regex("[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+Z?)?"), "DATE");
    masked = std::regex_replace(masked, std::regex("DSP-[0-9]+"), "DSP-N");
    masked = std::regex_replace(masked, std::regex("(transaction|Transaction) [0-9]+"), "$1 N");
    return std::regex_replace(masked, std::regex("P[1-4]\\b"), "P?");
}

std::string outline_of(const Bank& bank, const Story& story, const std::string& id) {
    const Json dispute = bank.data({"dispute", "show", id});
    std::string text = "== " + story.category + "\n";
    for (const char* key : {"category", "decided_by", "risk", "four_eyes", "team", "status", "outcome"})
        text += std::string(key) + ": " + text_of(dispute.at(key)) + "\n";
    text += "flags:";
    for (const Json& flag : dispute.at("flags")) text += " " + text_of(flag);
    text += "\nhistory:";
    for (const Json& event : dispute.at("history")) text += " " + text_of(event.at("to"));
    text += "\nbalance: " + bank.balance_of("alice") + "\n";
    for (const Json& notification : bank.data({"notification", "list"})) {
        if (notification.at("dispute") != id) continue;
        text += "-- to " + text_of(notification.at("recipient")) + ": " + text_of(notification.at("subject")) + "\n" +
                text_of(notification.at("body")) + "\n";
    }
    return masked(text);
}

TEST_CASE("ten cases go from the form to closed, and everybody gets to read what they should",
          "[cli][terminal][dispute]") {
    Bank bank;
    bank.add_accounts({"alice"}, "5000");
    bank.ok({"limit", "set", "default", "--rate", "none"});
    std::string outlines;
    for (const Story& story : k_stories) {
        INFO(story.category);
        const std::string id = file_by_form(bank, story);
        for (const Words& step : story.steps) {
            Words words{"dispute", step[0], id};
            words.insert(words.end(), step.begin() + 1, step.end());
            bank.ok(words);
        }
        CHECK(bank.data({"dispute", "show", id}).at("status") == "closed");
        CHECK(bank.data({"dispute", "show", id, "--recompute"}).at("recomputation").at("identical") == true);
        outlines += outline_of(bank, story, id) + "\n";
    }
    CHECK(bank.data({"dispute", "list"}).empty());
    CHECK(bank.data({"dispute", "list", "--all"}).size() == k_stories.size());
    bank.head();  // verified
    const std::string path = BANKCTL_SOURCE_DIR "/tests/cli/dispute_cases.txt";
    if (std::getenv("BANKCTL_UPDATE_GOLDEN") != nullptr)  // NOLINT(concurrency-mt-unsafe)
        test::write_file(path, outlines);
    const Words expected = lines_of(test::read_file(path));
    const Words actual = lines_of(outlines);
    for (std::size_t i = 0; i < std::max(expected.size(), actual.size()); ++i) {
        REQUIRE(i < expected.size());
        REQUIRE(i < actual.size());
        INFO("line " << i + 1);
        REQUIRE(actual[i] == expected[i]);
    }
}

}  // namespace
}  // namespace bankctl::cli_test
