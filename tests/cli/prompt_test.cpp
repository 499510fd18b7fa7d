// What is missing is asked for at a terminal, and nowhere else.
#include <catch2/catch.hpp>

#include "tests/cli/terminal.h"

namespace bankctl::cli_test {
namespace {

Terminal typing(const std::vector<Typing>& keys) { return {.in = true, .err = true, .typing = keys}; }

TEST_CASE("a missing argument is asked for", "[cli][terminal][prompt]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    const Words words{"account", "show"};
    const Run run = run_on_terminal(bank, words, typing({{"ID, the account's id", "alice\n"}}));
    INFO(describe(words, run));
    CHECK(run.exit_code == 0);
    CHECK(run.out == bank.ok({"account", "show", "alice"}));
    CHECK(run.terminal == "ID, the account's id, also of one of the bank's own (@cash.USD): ");
}

TEST_CASE("each missing argument and required option is asked for in turn", "[cli][terminal][prompt]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    Run run = run_on_terminal(bank, {"--json", "transaction", "credit"},
                              typing({{"ACCOUNT, ", "alice\n"}, {"AMOUNT, ", "2.50\n"}}));
    CHECK(run.exit_code == 0);
    CHECK(parse_document(run.out).at("data").at("amount").at("decimal") == "2.50");
    run = run_on_terminal(bank, {"account", "open", "bob"},
                          typing({{"--customer, ", "c1\n"}, {"--currency, ", "USD\n"}}));
    CHECK(run.exit_code == 0);
    CHECK(bank.data({"account", "show", "bob"}).at("currency") == "USD");
}

TEST_CASE("a question shows the choices, and an answer is checked as an argument is", "[cli][terminal][prompt]") {
    const Bank bank;
    const Words words{"transaction", "export"};
    Run run = run_on_terminal(bank, words, typing({{"--format, ", "ndjson\n"}}));
    INFO(describe(words, run));
    CHECK(run.exit_code == 0);
    CHECK(run.terminal.find("(hledger, ") != std::string::npos);
    run = run_on_terminal(bank, words, typing({{"--format, ", "hledgr\n"}}));
    CHECK(run.exit_code == 2);
    CHECK(run.out.empty());
    CHECK(run.terminal.find("did you mean 'hledger'?") != std::string::npos);
    run = run_on_terminal(bank, {"account", "show"}, typing({{"ID, ", "a b\n"}}));
    CHECK(run.exit_code == 2);
    CHECK(run.terminal.find("'a b' is not an account id") != std::string::npos);
}

TEST_CASE("an empty answer asks again, three times in all", "[cli][terminal][prompt]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    Run run = run_on_terminal(bank, {"account", "show"}, typing({{"ID, ", "\n"}, {"ID, ", "\n"}, {"ID, ", "alice\n"}}));
    CHECK(run.exit_code == 0);
    run = run_on_terminal(bank, {"account", "show"}, typing({{"ID, ", "\n"}, {"ID, ", "\n"}, {"ID, ", "\n"}}));
    CHECK(run.exit_code == 2);
    CHECK(count_of(run.terminal, "ID, ") == 3);
    CHECK(run.terminal.find("ID is missing") != std::string::npos);
}

TEST_CASE("the end of the input is no answer", "[cli][terminal][prompt]") {
    const Bank bank;
    const Run run = run_on_terminal(bank, {"--no-color", "account", "show"}, typing({{"ID, ", "\x04"}}));
    CHECK(run.exit_code == 2);
    CHECK(run.terminal.find("): \nbankctl: ID is missing\n") != std::string::npos);
}

TEST_CASE("an interrupt ends a question", "[cli][terminal][prompt]") {
    const Bank bank;
    Run run = run_on_terminal(bank, {"account", "show"}, typing({{"ID, ", "\x03"}}));
    INFO(describe({}, run));
    CHECK(run.exit_code == 130);
    CHECK(run.terminal.ends_with("): \nbankctl: interrupted\nhint: Run it again.\n"));
    run = run_on_terminal(bank, {"--json", "account", "show"}, typing({{"ID, ", "\x03"}}));
    CHECK(run.exit_code == 130);
    CHECK(parse_document(lines_of(run.terminal).back() + "\n").at("error").at("code") == "interrupted");
}

TEST_CASE("nothing is asked without a terminal to ask and answer on", "[cli][terminal][prompt]") {
    Bank bank;
    const Words words{"account", "show"};
    const auto require_refused = [](const Run& run) {
        INFO(describe({}, run));
        CHECK(run.exit_code == 2);
        CHECK(run.out.empty());
        const std::string all = without_colors(run.terminal + run.err);
        CHECK(all.starts_with("bankctl: ID is missing\n"));
        CHECK(all.find("the account's id") == std::string::npos);
    };
    require_refused(bank.run(words, "alice\n"));
    require_refused(run_on_terminal(bank, words, {.err = true}, "alice\n"));
    require_refused(run_on_terminal(bank, words, {.in = true, .out = true}));
    require_refused(run_on_terminal(bank, {"--no-input", "account", "show"}, {.in = true, .out = true, .err = true}));
    test::write_file(bank.file("config"), "no-input = true\n");
    bank.environment()["BANKCTL_CONFIG"] = bank.file("config");
    require_refused(run_on_terminal(bank, words, {.in = true, .out = true, .err = true}));
}

}  // namespace
}  // namespace bankctl::cli_test
