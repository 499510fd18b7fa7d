// The recipes of the README, run by a shell as they stand there.
#include <filesystem>

#include <catch2/catch.hpp>

#include "tests/cli/bank.h"
#include "tests/cli/program.h"

namespace bankctl::cli_test {
namespace {

/// The indented lines below a heading, up to the next one.
std::string code_below(const std::string& heading) {
    std::string code;
    bool is_below = false;
    for (const std::string& line : lines_of(test::read_file(BANKCTL_SOURCE_DIR "/README.md"))) {
        if (line.starts_with("#")) is_below = line == heading;
        if (is_below && line.starts_with("    ")) code += line.substr(4) + "\n";
    }
    REQUIRE_FALSE(code.empty());
    return code;
}

TEST_CASE("the recipes of the README work, one after the other", "[cli][recipe]") {
    for (const char* program : {"bash", "jq", "hledger"}) {
        if (!has_program(program)) return;
    }
    Bank bank(Bank::Nothing::yet);
    for (const std::string name : {"sample.csv", "sample.rules.json"})
        test::write_file(bank.file(name), test::read_file(std::string(BANKCTL_SOURCE_DIR "/scripts/demo/") + name));
    bank.environment().erase("BANKCTL_DB");
    std::string script = "set -euo pipefail\n";
    for (const char* heading : {"## The first day", "### For operators", "### With jq"}) script += code_below(heading);
    const Run run = run_program(bank, "bash", {"-c", script});
    INFO(run.out << run.err);
    CHECK(run.exit_code == 0);
    CHECK(run.err.empty());
    CHECK(run.out.find(R"({"currency":"USD","sum":0})") != std::string::npos);
    CHECK(test::read_file(bank.file("alice-january.html")).find("Ada Lovelace") != std::string::npos);
}

TEST_CASE("the crontab's jobs work as cron would run them", "[cli][recipe][cron]") {
    for (const char* program : {"bash", "jq"}) {
        if (!has_program(program)) return;
    }
    const Bank bank;
    bank.add_accounts({"alice"});
    std::string crontab = test::read_file(BANKCTL_SOURCE_DIR "/scripts/cron/crontab");
    std::string jobs;
    std::string settings;
    for (std::string line : lines_of(crontab)) {
        if (line.empty() || line.starts_with("#")) continue;
        for (std::size_t i; (i = line.find("/srv/bank")) != std::string::npos;) line.replace(i, 9, bank.directory());
        const bool is_setting = line.find('=') != std::string::npos && line.find(' ') == std::string::npos;
        // Five fields of time, then the command.
        std::size_t command = 0;
        for (int field = 0; field < 5; ++field) command = line.find_first_not_of(' ', line.find(' ', command));
        (is_setting ? settings : jobs) += is_setting ? "export " + line + "\n" : line.substr(command) + "\n";
    }
    for (const std::string folder : {"inbox", "balances", "backups", "bin"})
        std::filesystem::create_directory(bank.file(folder));
    test::write_file(bank.file("bin/mail"), "#!/bin/sh\nexit 1\n");
    std::filesystem::permissions(bank.file("bin/mail"), std::filesystem::perms::owner_all);
    const std::string path = "export PATH=" BANKCTL_SOURCE_DIR "/scripts/cron:" + std::string(BANKCTL_EXECUTABLE);
    const Run run =
        run_program(bank, "sh", {"-c", "set -eu\n" + settings + path.substr(0, path.rfind('/')) + ":$PATH\n" + jobs});
    INFO(settings << jobs << run.out << run.err);
    CHECK(run.exit_code == 0);
    CHECK(run.out.empty());
    CHECK(run.err.empty());
    CHECK(std::distance(std::filesystem::directory_iterator(bank.file("backups")), {}) == 2);
    CHECK(std::distance(std::filesystem::directory_iterator(bank.file("balances")), {}) == 1);
    for (const std::string& line : lines_of(code_below("### In cron"))) CHECK(crontab.find(line) != std::string::npos);
}

}  // namespace
}  // namespace bankctl::cli_test
