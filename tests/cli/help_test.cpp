// bankctl help and version.
#include <iterator>
#include <sstream>

#include <catch2/catch.hpp>

#include "tests/cli/bank.h"
#include "tests/cli/forms.h"

namespace bankctl::cli_test {
namespace {

/// The commands that the overview lists.
std::vector<Words> commands_of_overview(const Bank& bank) {
    std::vector<Words> commands;
    bool is_list = false;
    for (const std::string& line : lines_of(bank.ok({"help"}))) {
        if (line.empty()) is_list = false;
        if (is_list && line.size() > 2 && line[2] != ' ') {
            std::istringstream names(line.substr(2, line.find("  ", 2) - 2));
            commands.emplace_back(std::istream_iterator<std::string>(names), std::istream_iterator<std::string>());
        }
        if (line == "commands:") is_list = true;
    }
    return commands;
}

TEST_CASE("every command has help that fits a terminal, the same in every way of asking", "[cli][help]") {
    const Bank bank(Bank::Nothing::yet);
    const std::vector<Words> commands = commands_of_overview(bank);
    CHECK(commands.size() >= 25);
    for (const Words& command : commands) {
        Words help = command;
        help.insert(help.begin(), "help");
        const std::string text = bank.ok(help);
        CHECK(text.find("usage: bankctl " + command[0]) != std::string::npos);
        CHECK(text.find("--output") != std::string::npos);
        Words flag = command;
        flag.emplace_back("--help");
        CHECK(bank.ok(flag) == text);
        flag.back() = "-h";
        CHECK(bank.ok(flag) == text);
        flag.insert(flag.begin(), flag.back());
        flag.pop_back();
        CHECK(bank.ok(flag) == text);
    }
}

TEST_CASE("prose of help is at most 80 columns wide", "[cli][help]") {
    const Bank bank(Bank::Nothing::yet);
    require_narrow(bank.ok({"help"}));
    for (const std::string topic :
         {"errors", "exit-codes", "environment", "json", "account", "transaction", "customer"})
        require_narrow(bank.ok({"help", topic}));
    for (const Words& command : commands_of_overview(bank)) {
        Words help = command;
        help.insert(help.begin(), "help");
        require_narrow(bank.ok(help));
    }
}

TEST_CASE("help needs no database and no complete command", "[cli][help]") {
    const Bank bank(Bank::Nothing::yet);
    CHECK(bank.ok({"--help"}) == bank.ok({"help"}));
    CHECK(bank.ok({"-h"}) == bank.ok({"help"}));
    CHECK(bank.ok({"account", "--help"}) == bank.ok({"help", "account"}));
    CHECK(bank.ok({"transaction", "transfer", "--help", "alice"}) == bank.ok({"help", "transaction", "transfer"}));
}

TEST_CASE("help on what does not exist suggests what does", "[cli][help]") {
    const Bank bank(Bank::Nothing::yet);
    CHECK(bank.fails({"help", "acount"}, "unknown_topic").at("hint").get<std::string>().find("'account'") !=
          std::string::npos);
    bank.fails({"help", "account", "sing"}, "unknown_topic");
    bank.fails({"help", "account", "show", "alice"}, "unknown_topic");
    bank.fails({"help", ""}, "unknown_topic");
    bank.fails({"help", "[errors]"}, "unknown_topic");
}

TEST_CASE("exit codes of help are those of the contract", "[cli][help]") {
    const Bank bank(Bank::Nothing::yet);
    const std::string text = bank.ok({"help", "exit-codes"});
    for (const std::string kind : {"internal", "invalid", "not_found", "refused", "conflict", "integrity",
                                   "unavailable", "outcome_unknown", "retry_later", "interrupted"}) {
        const std::string code = std::to_string(documented_exit_code(kind));
        INFO(kind);
        bool is_found = false;
        for (const std::string& line : lines_of(text))
            is_found = is_found || (line.find(" " + code + " ") != std::string::npos || line.starts_with(code + " "));
        CHECK(is_found);
    }
}

TEST_CASE("version prints every form", "[cli][version]") {
    const Bank bank(Bank::Nothing::yet);
    require_same_in_all_forms(bank, {"version"});
    CHECK(bank.data({"version"}).at("storage").get<std::string>().find("SQLite") != std::string::npos);
    bank.fails({"version", "2"}, "usage");
}

TEST_CASE("--version is the command version, with its options", "[cli][version]") {
    const Bank bank(Bank::Nothing::yet);
    CHECK(bank.ok({"--version"}) == bank.ok({"version"}));
    const std::string json = bank.ok({"version", "--json"});
    CHECK(bank.ok({"--version", "--json"}) == json);
    CHECK(bank.ok({"--json", "--version"}) == json);
    CHECK(bank.ok({"--version", "--output", "ndjson", "--fields", "version"}) ==
          bank.ok({"version", "--output", "ndjson", "--fields", "version"}));
    CHECK(bank.ok({"--version", "--help"}) == bank.ok({"version", "--help"}));
    bank.fails({"--version", "--nothing"}, "unknown_option");
    bank.fails({"--version", "2"}, "usage");
}

}  // namespace
}  // namespace bankctl::cli_test
