// The form: a dispute filed by answering questions at a terminal.
#include <catch2/catch.hpp>

#include "tests/cli/dispute.h"
#include "tests/cli/program.h"
#include "tests/cli/terminal.h"

namespace bankctl::cli_test {
namespace {

Terminal typing(const std::vector<Typing>& keys) { return {.in = true, .err = true, .typing = keys}; }

/// What one answers about the first of the transactions that are shown.
std::vector<Typing> answers(const std::string& confirmation = "y\n") {
    return {{"Customer's id: ", "c1\n"},
            {"Which one", "1\n"},
            {"Channel: ", "card\n"},
            {"The customer's words", "Acme Shop took\n"},
            {"| ", "my money twice\n"},
            {"| ", ".\n"},
            {"Evidence", "both receipts\n"},
            {"+ ", "\n"},
            {"What else you know", "card_present=false\n"},
            {"= ", "\n"},
            {"File it? [y/N] ", confirmation}};
}

TEST_CASE("the form asks, shows what comes of it, files, and names the command that does the same",
          "[cli][terminal][dispute]") {
    Bank bank;
    const std::string payment = add_payment(bank);
    say_category(bank, "duplicate_charge");
    const Run run = run_on_terminal(bank, {"--json", "dispute", "form"}, typing(answers()));
    INFO(describe({}, run));
    REQUIRE(run.exit_code == 0);
    const Json document = parse_document(run.out);
    CHECK(schema_faults(document).empty());
    const Json& dispute = document.at("data");
    CHECK(dispute.at("transaction").dump() == payment);
    CHECK(dispute.at("text") == "Acme Shop took\nmy money twice");
    CHECK(dispute.at("channel") == "card");
    CHECK(dispute.at("evidence") == Json{"both receipts"});
    CHECK(dispute.at("facts").at("card_present") == false);
    CHECK(run.terminal.find("  1  ") != std::string::npos);
    CHECK(run.terminal.find("-120.00 USD  debit  Acme Shop") != std::string::npos);
    CHECK(run.terminal.find("duplicate_charge, 95 % sure") != std::string::npos);
    CHECK(run.terminal.find("team merchant_disputes") != std::string::npos);
    // The command of the note does the same, once the first is out of the way.
    if (!has_program("bash")) return;
    bank.ok({"dispute", "advance", dispute.at("id"), "withdrawn"});
    const std::size_t begin = run.terminal.find("printf %s ");
    REQUIRE(begin != std::string::npos);
    std::string command = run.terminal.substr(begin);
    std::erase(command, '\r');
    const Run again = run_program(bank, "bash", {"-euo", "pipefail", "-c", command});
    INFO(command << again.err);
    REQUIRE(again.exit_code == 0);
    const Json rows = bank.data({"dispute", "list"});
    REQUIRE(rows.size() == 1);
    const Json same = bank.data({"dispute", "show", rows[0].at("id")});
    for (const char* key :
         {"customer", "transaction", "amount", "merchant", "channel", "text", "evidence", "category"}) {
        INFO(key);
        CHECK(same.at(key) == dispute.at(key));
    }
    CHECK(same.at("facts").at("card_present") == false);
}

TEST_CASE("the form takes a payment that no transaction shows, and asks again for what does not fit",
          "[cli][terminal][dispute]") {
    Bank bank;
    add_payment(bank);
    say_category(bank, "atm_cash_error");
    const Run run = run_on_terminal(bank, {"--json", "dispute", "form"},
                                    typing({{"Customer's id: ", "nobody\n"},
                                            {"Customer's id: ", "c2\n"},
                                            {"Amount", "-3\n"},
                                            {"Amount", "20.00\n"},
                                            {"Currency", "usd\n"},
                                            {"Currency", "USD\n"},
                                            {"Merchant", "ATM 7\n"},
                                            {"Date", "2026-01-31\n"},
                                            {"Channel", "atm\n"},
                                            {"The customer's words", "\n"},
                                            {"The customer's words", "It kept it\n"},
                                            {"| ", "\n"},
                                            {"Evidence", "\n"},
                                            {"What else you know", "?\n"},
                                            {"vulnerable: ", "vulnerable=perhaps\n"},
                                            {"must be true or false", "\n"},
                                            {"File it? ", "y\n"}}));
    INFO(describe({}, run));
    REQUIRE(run.exit_code == 0);
    const Json dispute = parse_document(run.out).at("data");
    CHECK(dispute.at("customer") == "c2");
    CHECK(dispute.at("amount").at("decimal") == "20.00");
    CHECK(dispute.at("paid_at") == "2026-01-31T00:00:00.000000Z");
    CHECK(run.terminal.find("there is no customer 'nobody'") != std::string::npos);
}

TEST_CASE("nothing that was typed is lost by a wrong answer or by no", "[cli][terminal][dispute]") {
    Bank bank;
    add_payment(bank);
    say_category(bank, "atm_cash_error");
    std::vector<Typing> keys{{"Customer's id: ", "nobody\n"},
                             {"Customer's id: ", "no one\n"},
                             {"Customer's id: ", "?\n"},
                             {"Customer's id: ", "c1\n"},
                             {"Which one", "\n"},
                             {"Amount", "20.001\n"},
                             {"Currency", "USD\n"},
                             {"Amount", "20.00\n"},
                             {"Currency", "USD\n"},
                             {"Merchant", "\n"},
                             {"Date", "2100-01-01\n"},
                             {"Channel", "atm\n"},
                             {"The customer's words", "no\n"},
                             {"| ", "\n"},
                             {"Evidence", std::string(257, 'x') + "\n"}};
    const std::vector<Typing> after{{"longer than", "slip\n"},
                                    {"+ ", "\n"},
                                    {"What else you know", "?\n"},
                                    {"= ", "vulnerable=true\n"},
                                    {"= ", "\n"},
                                    {"Change what", "date\n"},
                                    {"Change what", "payment\n"},
                                    {"Which one", "1\n"},
                                    {"Channel", "atm\n"},
                                    {"File it? ", "n\n"},
                                    {"Change what", "words\n"},
                                    {"The customer's words", "It gave 40, not 60\n"},
                                    {"| ", ".\n"}};
    keys.insert(keys.end(), after.begin(), after.end());
    SECTION("and what is filed is what was changed") {
        keys.push_back({"File it? ", "y\n"});
        const Run run = run_on_terminal(bank, {"--json", "dispute", "form"}, typing(keys));
        INFO(describe({}, run));
        REQUIRE(run.exit_code == 0);
        const Json dispute = parse_document(run.out).at("data");
        CHECK(run.terminal.find("lies in the future") != std::string::npos);
        CHECK(dispute.at("amount").at("decimal") == "120.00");
        CHECK(dispute.at("text") == "It gave 40, not 60");
        CHECK(dispute.at("evidence") == Json{"slip"});
        CHECK(dispute.at("facts").at("vulnerable") == true);
        for (const std::string& line : lines_of(run.terminal)) {
            INFO(line);
            const bool is_told = line.starts_with("  ") && line.find(" = ") == std::string::npos;
            CHECK((!is_told || line.size() <= 81));  // the terminal adds a carriage return
        }
    }
    SECTION("and who leaves is given the command") {
        keys.push_back({"File it? ", "\n"});
        keys.push_back({"Change what", "\n"});
        const Json head = bank.head();
        const Run run = run_on_terminal(bank, {"--json", "dispute", "form"}, typing(keys));
        INFO(describe({}, run));
        CHECK(run.exit_code == 2);
        CHECK(run.terminal.find("printf %s 'It gave 40, not 60' | bankctl dispute file --customer c1") !=
              std::string::npos);
        CHECK(bank.head() == head);
    }
}

TEST_CASE("a form that is not confirmed, or left, files nothing", "[cli][terminal][dispute]") {
    Bank bank;
    add_payment(bank);
    say_category(bank, "duplicate_charge");
    const Json head = bank.head();
    std::vector<Typing> refusal = answers("n\n");
    refusal.push_back({"Change what", "\n"});
    Run run = run_on_terminal(bank, {"dispute", "form"}, typing(refusal));
    CHECK(run.exit_code == 2);
    CHECK(run.out.empty());
    run = run_on_terminal(bank, {"dispute", "form"}, typing({{"Customer's id: ", "c1\n"}, {"Which one", "\x04"}}));
    CHECK(run.exit_code == 2);
    run = run_on_terminal(bank, {"dispute", "form"}, typing({{"Customer's id: ", "c1\n"}, {"Which one", "\x03"}}));
    CHECK(run.exit_code == 130);
    run = run_on_terminal(bank, {"dispute", "form", "--dry-run"}, typing([&] {
                              std::vector<Typing> all = answers();
                              all.pop_back();
                              return all;
                          }()));
    INFO(describe({}, run));
    CHECK(run.exit_code == 0);
    CHECK(run.out.find("nothing was kept") != std::string::npos);
    CHECK(bank.head() == head);
}

TEST_CASE("the form needs a terminal", "[cli][terminal][dispute]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    const Json error = bank.fails({"dispute", "form"}, "missing_argument", "c1\n");
    CHECK(error.at("hint").get<std::string>().find("dispute file") != std::string::npos);
    const Run run = run_on_terminal(bank, {"--no-input", "dispute", "form"}, {.in = true, .err = true});
    CHECK(run.exit_code == 2);
    const Run none = run_on_terminal(bank, {"dispute", "file"}, {.in = true, .err = true});
    CHECK(none.exit_code == 2);
    CHECK(none.terminal.find("--customer is missing") != std::string::npos);
}

}  // namespace
}  // namespace bankctl::cli_test
