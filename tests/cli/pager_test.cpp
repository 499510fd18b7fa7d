// Long help goes through a pager where a person reads it.
#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/cli/terminal.h"

namespace bankctl::cli_test {
namespace {

const Terminal k_person{.in = true, .out = true, .err = true};

/// A bank whose pager keeps what it is given in the file `paged`, and LESS in `less`.
struct PagingBank : Bank {
    PagingBank() : Bank(Nothing::yet) {
        environment()["PAGER"] = "cat > paged; printf %s \"$LESS\" > less";
        environment()["NO_COLOR"] = "1";
    }
};

bool was_paged(const Bank& bank) { return access(bank.file("paged").c_str(), F_OK) == 0; }

TEST_CASE("help that is longer than the screen goes to the pager", "[cli][terminal][pager]") {
    PagingBank bank;
    for (const Words& words :
         std::vector<Words>{{"help"}, {"--help"}, {"help", "errors"}, {"account", "open", "--help"}}) {
        const Run run = run_on_terminal(bank, words, k_person);
        INFO(describe(words, run));
        CHECK(run.exit_code == 0);
        CHECK(run.terminal.empty());
        CHECK(test::read_file(bank.file("paged")) == bank.ok(words));
        CHECK(test::read_file(bank.file("less")) == "FRX");
    }
    bank.environment()["LESS"] = "S";
    CHECK(run_on_terminal(bank, {"help"}, k_person).exit_code == 0);
    CHECK(test::read_file(bank.file("less")) == "S");
}

TEST_CASE("help goes to no pager where nobody pages", "[cli][terminal][pager]") {
    PagingBank bank;
    Terminal terminal = k_person;
    Words words{"help"};
    SECTION("stdout is no terminal") { terminal.out = false; }
    SECTION("stdin is no terminal") { terminal.in = false; }
    SECTION("it fits the screen") { terminal.rows = 1000; }
    SECTION("--no-input") { words = {"help", "--no-input"}; }
    SECTION("PAGER is empty") { bank.environment()["PAGER"] = ""; }
    SECTION("PAGER is cat") { bank.environment()["PAGER"] = "cat"; }
    SECTION("a terminal that cannot move its cursor") { bank.environment()["TERM"] = "dumb"; }
    const Run run = run_on_terminal(bank, words, terminal);
    INFO(describe(words, run));
    CHECK(run.exit_code == 0);
    CHECK_FALSE(was_paged(bank));
    CHECK(run.terminal + run.out == bank.ok({"help"}));
}

TEST_CASE("a line that the screen breaks counts for more than one", "[cli][terminal][pager]") {
    const PagingBank bank;
    const std::size_t lines = lines_of(bank.ok({"help"})).size();
    Terminal terminal = k_person;
    terminal.rows = static_cast<unsigned short>(lines + 1);
    CHECK(run_on_terminal(bank, {"help"}, terminal).terminal == bank.ok({"help"}));
    terminal.columns = 40;
    CHECK(run_on_terminal(bank, {"help"}, terminal).terminal.empty());
    CHECK(was_paged(bank));
}

TEST_CASE("only help is paged", "[cli][terminal][pager]") {
    Bank bank;
    bank.environment()["PAGER"] = "cat > paged";
    bank.add_accounts({"alice"});
    Terminal terminal = k_person;
    terminal.rows = 2;
    CHECK(run_on_terminal(bank, {"account", "list"}, terminal).exit_code == 0);
    CHECK_FALSE(was_paged(bank));
}

TEST_CASE("a pager that cannot be started leaves the help to be printed", "[cli][terminal][pager]") {
    PagingBank bank;
    bank.environment()["PAGER"] = "no-such-pager 2>/dev/null";
    Run run = run_on_terminal(bank, {"help"}, k_person);
    CHECK(run.exit_code == 0);
    CHECK(run.terminal == bank.ok({"help"}));
    // Without PAGER and without less, quietly.
    bank.environment().erase("PAGER");
    bank.environment()["PATH"] = bank.directory();
    run = run_on_terminal(bank, {"help"}, k_person);
    CHECK(run.exit_code == 0);
    CHECK(run.terminal == bank.ok({"help"}));
}

TEST_CASE("a pager that is quit early has done its work", "[cli][terminal][pager]") {
    PagingBank bank;
    for (const std::string pager : {"true", "head -n 1", "exit 1", "kill -9 $$"}) {
        bank.environment()["PAGER"] = pager;
        const Run run = run_on_terminal(bank, {"help"}, k_person);
        INFO(describe({pager}, run));
        CHECK(run.exit_code == 0);
        CHECK(lines_of(run.terminal).size() <= 1);
    }
}

TEST_CASE("less is the pager by default", "[cli][terminal][pager]") {
    if (access("/usr/bin/less", X_OK) != 0) {
        WARN("SKIPPED: less is not installed");
        return;
    }
    PagingBank bank;
    bank.environment().erase("PAGER");
    Terminal terminal = k_person;
    terminal.typing = {{"commands:", "q"}};
    const Run run = run_on_terminal(bank, {"help"}, terminal);
    CHECK(run.exit_code == 0);
    CHECK(run.terminal.find("commands:") != std::string::npos);
    CHECK(run.terminal.find("bankctl help 75") == std::string::npos);
}

}  // namespace
}  // namespace bankctl::cli_test
