// Colour is for a terminal that can show it, and changes nothing but the colour.
#include <catch2/catch.hpp>

#include "tests/cli/terminal.h"

namespace bankctl::cli_test {
namespace {

constexpr const char* k_bold = "\x1b[1m";
constexpr const char* k_red = "\x1b[31m";
constexpr const char* k_yellow = "\x1b[33m";

bool has_color(const std::string& text) { return text.find('\x1b') != std::string::npos; }

TEST_CASE("a table on a terminal sets off its header, amounts below zero and stopped accounts",
          "[cli][terminal][color]") {
    const Bank bank;
    bank.add_accounts({"alice", "zoe"}, "5");
    bank.ok({"account", "freeze", "zoe"});
    for (const Words& words : std::vector<Words>{{"account", "list"}, {"balance", "--all"}}) {
        const Run run = run_on_terminal(bank, words, {.out = true});
        INFO(describe(words, run));
        CHECK(run.exit_code == 0);
        CHECK(run.terminal.starts_with(k_bold));
        CHECK(run.terminal.find(std::string(k_red) + "-10.00 USD\x1b[0m") != std::string::npos);
        CHECK(run.terminal.find(std::string(k_yellow) + "frozen\x1b[0m") != std::string::npos);
        CHECK(without_colors(run.terminal) == bank.ok(words));
    }
    const Words one{"account", "show", "zoe"};
    const Run run = run_on_terminal(bank, one, {.out = true});
    CHECK(run.terminal.find(std::string(k_yellow) + "frozen") != std::string::npos);
    CHECK(without_colors(run.terminal) == bank.ok(one));
}

TEST_CASE("what programs read has no colour on a terminal either", "[cli][terminal][color]") {
    const Bank bank;
    bank.add_accounts({"alice"}, "5");
    for (const std::string form : {"json", "ndjson", "csv"}) {
        const Words words{"account", "list", "--output", form};
        CHECK(run_on_terminal(bank, words, {.out = true, .err = true}).terminal == bank.ok(words));
    }
    const Words wrong{"--json", "account", "show", "x"};
    CHECK(run_on_terminal(bank, wrong, {.out = true, .err = true}).terminal == bank.run(wrong).err);
}

TEST_CASE("an error on a terminal begins in red", "[cli][terminal][color]") {
    const Bank bank;
    const Words words{"account", "show", "x"};
    const Run run = run_on_terminal(bank, words, {.err = true});
    CHECK(run.terminal.starts_with("\x1b[1;31mbankctl:\x1b[0m "));
    CHECK(run.terminal.find("\x1b[1mhint:\x1b[0m ") != std::string::npos);
    CHECK(without_colors(run.terminal) == bank.run(words).err);
    CHECK(run.exit_code == 3);
}

TEST_CASE("only the stream that is a terminal has colour", "[cli][terminal][color]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    CHECK_FALSE(has_color(run_on_terminal(bank, {"account", "list"}, {.in = true, .err = true}).out));
    CHECK_FALSE(has_color(run_on_terminal(bank, {"account", "show", "x"}, {.in = true, .out = true}).err));
}

TEST_CASE("NO_COLOR, --no-color, the configuration and a terminal without colours turn it off",
          "[cli][terminal][color]") {
    Bank bank;
    bank.add_accounts({"alice"}, "5");
    const Terminal terminal{.in = true, .out = true, .err = true};
    Words option;
    SECTION("NO_COLOR") { bank.environment()["NO_COLOR"] = "1"; }
    SECTION("--no-color") { option = {"--no-color"}; }
    SECTION("TERM=dumb") { bank.environment()["TERM"] = "dumb"; }
    SECTION("no TERM") { bank.environment()["TERM"] = ""; }
    SECTION("the configuration") {
        test::write_file(bank.file("config"), "no-color = true\n");
        bank.environment()["BANKCTL_CONFIG"] = bank.file("config");
    }
    for (Words words : std::vector<Words>{{"account", "list"}, {"account", "show", "x"}, {"accont"}, {"help", "75"}}) {
        words.insert(words.begin(), option.begin(), option.end());
        const Run run = run_on_terminal(bank, words, terminal);
        const Run plain = bank.run(words);
        INFO(describe(words, run));
        CHECK(run.terminal == plain.out + plain.err);
    }
}

TEST_CASE("an empty NO_COLOR means nothing", "[cli][terminal][color]") {
    Bank bank;
    bank.environment()["NO_COLOR"] = "";
    CHECK(has_color(run_on_terminal(bank, {"account", "list"}, {.out = true}).terminal));
}

TEST_CASE("help on a terminal sets off its headings", "[cli][terminal][color]") {
    const Bank bank(Bank::Nothing::yet);
    const Words words{"help", "account", "show"};
    const Run run = run_on_terminal(bank, words, {.out = true});
    CHECK(run.terminal.find("\n\x1b[1musage:\x1b[0m bankctl account show") != std::string::npos);
    CHECK(run.terminal.find("\n\x1b[1mglobal options (see bankctl help):\x1b[0m\n") != std::string::npos);
    CHECK(without_colors(run.terminal) == bank.ok(words));
}

}  // namespace
}  // namespace bankctl::cli_test
