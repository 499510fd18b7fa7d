// scripts/cron: the nightly jobs, run as cron would run them.
#include <filesystem>

#include <catch2/catch.hpp>

#include "tests/cli/bank.h"
#include "tests/cli/program.h"

namespace bankctl::cli_test {
namespace {

constexpr const char* k_scripts = BANKCTL_SOURCE_DIR "/scripts/cron/";

/// Runs a job; a `mail` that writes down what it is given stands first in its PATH.
Run run_job(const Bank& bank, const std::string& command,
            const std::string& mail = "#!/bin/sh\necho \"$@\" >>\"$HOME/mailed\"\ncat >>\"$HOME/mailed\"\n") {
    std::filesystem::create_directories(bank.file("bin"));
    test::write_file(bank.file("bin/mail"), mail);
    std::filesystem::permissions(bank.file("bin/mail"), std::filesystem::perms::owner_all);
    return run_program(bank, "bash", {"-c", "PATH=$HOME/bin:$PATH exec " + std::string(k_scripts) + command});
}

void require_silence(const Run& run) {
    INFO(run.out << run.err);
    REQUIRE(run.exit_code == 0);
    REQUIRE(run.out.empty());
    REQUIRE(run.err.empty());
}

Words files_in(const std::string& folder) {
    Words names;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.is_regular_file()) names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

bool has_programs() { return has_program("bash") && has_program("jq"); }

TEST_CASE("the nightly import applies what it can, mails what was rejected, and keeps what failed", "[cli][cron]") {
    if (!has_programs()) return;
    const Bank bank;
    bank.add_accounts({"alice"}, "100");
    std::filesystem::create_directory(bank.file("inbox"));
    test::write_file(bank.file("inbox/2026-01-30.ndjson"), R"({"type":"credit","account":"alice","amount":"1.00"})"
                                                           "\n");
    test::write_file(bank.file("inbox/2026-01-31.ndjson"), R"({"type":"credit","account":"alice","amount":"2.00"})"
                                                           "\n"
                                                           R"({"type":"credit","account":"nobody","amount":"4.00"})"
                                                           "\n"
                                                           R"({"type":"credit","account":"alice","amount":"8.00"})"
                                                           "\n");
    test::write_file(bank.file("inbox/sample.csv"), test::read_file(BANKCTL_SOURCE_DIR "/scripts/demo/sample.csv"));
    test::write_file(bank.file("inbox/rules.json"),
                     test::read_file(BANKCTL_SOURCE_DIR "/scripts/demo/sample.rules.json"));
    require_silence(run_job(bank, "nightly_import inbox ops@example.com"));
    CHECK(bank.balance_of("alice") == "111.00");
    CHECK(files_in(bank.file("inbox")) == Words{"rules.json"});
    CHECK(files_in(bank.file("inbox/done")) == Words{"2026-01-30.ndjson", "2026-01-31.ndjson", "sample.csv"});
    CHECK(files_in(bank.file("inbox/rejected")) == Words{"2026-01-31.ndjson.ndjson"});
    const std::string mailed = test::read_file(bank.file("mailed"));
    CHECK(mailed.find("-s bankctl: rejected lines of 2026-01-31.ndjson ops@example.com") == 0);
    CHECK(mailed.find("nobody") != std::string::npos);
    CHECK(mailed.find("account_not_found") != std::string::npos);
    CHECK(lines_of(mailed).size() == 2);
    // The same file comes again: nothing is posted twice.
    std::filesystem::rename(bank.file("inbox/done/2026-01-30.ndjson"), bank.file("inbox/2026-01-30.ndjson"));
    require_silence(run_job(bank, "nightly_import inbox ops@example.com"));
    CHECK(bank.balance_of("alice") == "111.00");
}

TEST_CASE("a nightly import does not take another file of a name for the one it knows", "[cli][cron]") {
    if (!has_programs()) return;
    const Bank bank;
    bank.add_accounts({"alice"}, "100");
    std::filesystem::create_directory(bank.file("inbox"));
    const std::string line = R"({"type":"credit","account":"alice","amount":"1.00"})"
                             "\n";
    test::write_file(bank.file("inbox/payments.ndjson"), line);
    require_silence(run_job(bank, "nightly_import inbox ops@example.com"));
    test::write_file(bank.file("inbox/payments.ndjson"), line + line);
    test::write_file(bank.file("inbox/zz.ndjson"), line);
    const Run run = run_job(bank, "nightly_import inbox ops@example.com");
    CHECK(run.exit_code == 5);
    CHECK(run.err.find("payments.ndjson stays") != std::string::npos);
    CHECK(test::read_file(bank.file("inbox/done/payments.ndjson")) == line);
    CHECK(files_in(bank.file("inbox")) == Words{"payments.ndjson"});
    CHECK(bank.balance_of("alice") == "102.00");
}

TEST_CASE("a nightly import whose mail fails goes on with the other files", "[cli][cron]") {
    if (!has_programs()) return;
    const Bank bank;
    bank.add_accounts({"alice"}, "100");
    std::filesystem::create_directory(bank.file("inbox"));
    test::write_file(bank.file("inbox/a.ndjson"), R"({"type":"credit","account":"nobody","amount":"1.00"})"
                                                  "\n");
    test::write_file(bank.file("inbox/b.ndjson"), R"({"type":"credit","account":"alice","amount":"1.00"})"
                                                  "\n");
    const Run run = run_job(bank, "nightly_import inbox ops@example.com", "#!/bin/sh\nexit 1\n");
    CHECK(run.exit_code == 1);
    CHECK(run.err.find("a.ndjson could not be mailed") != std::string::npos);
    CHECK(files_in(bank.file("inbox")).empty());
    CHECK(bank.balance_of("alice") == "101.00");
}

TEST_CASE("a nightly import without a bank keeps the files and says so", "[cli][cron]") {
    if (!has_programs()) return;
    const Bank bank(Bank::Nothing::yet);
    std::filesystem::create_directory(bank.file("inbox"));
    test::write_file(bank.file("inbox/a.ndjson"), R"({"type":"credit","account":"alice","amount":"1.00"})"
                                                  "\n");
    const Run run = run_job(bank, "nightly_import inbox ops@example.com");
    CHECK(run.exit_code == 69);
    CHECK(run.err.find("a.ndjson stays") != std::string::npos);
    CHECK(files_in(bank.file("inbox")) == Words{"a.ndjson"});
    CHECK(run_job(bank, "nightly_import inbox").exit_code == 2);
    CHECK(run_job(bank, "nightly_import nowhere ops@example.com").exit_code == 2);
}

TEST_CASE("the end of a day is written as CSV, whole or not at all", "[cli][cron]") {
    if (!has_programs()) return;
    const Bank bank;
    bank.add_accounts({"alice"});
    bank.ok({"transaction", "credit", "alice", "5", "--at", "2026-01-30T10:00:00Z"});
    bank.ok({"transaction", "credit", "alice", "7", "--at", "2026-01-31T10:00:00Z"});
    std::filesystem::create_directory(bank.file("out"));
    require_silence(run_job(bank, "end_of_day_balances out 2026-01-30"));
    require_silence(run_job(bank, "end_of_day_balances out"));
    CHECK(files_in(bank.file("out")).size() == 2);
    CHECK(test::read_file(bank.file("out/balances-2026-01-30.csv")) ==
          "account,currency,balance\n'@cash.USD,USD,-5.00\nalice,USD,5.00\n");
    CHECK(run_job(bank, "end_of_day_balances out yesterday").exit_code == 2);
    CHECK(files_in(bank.file("out")).size() == 2);
}

TEST_CASE("the rotation keeps the newest backups, and stops where the bank was put back", "[cli][cron]") {
    if (!has_programs()) return;
    const Bank bank;
    bank.add_accounts({"alice"});
    std::filesystem::create_directory(bank.file("backups"));
    for (int i = 0; i < 3; ++i)
        test::write_file(bank.file("backups/bank-2025-01-0" + std::to_string(i) + "T000000Z.db"), "");
    test::write_file(bank.file("backups/bank-2024-yearend.db"), "");
    test::write_file(bank.file("backups/bank-2025-01-00T000000Z.db-shm"), "");
    require_silence(run_job(bank, "backup_rotation backups 2"));
    const Words kept = files_in(bank.file("backups"));
    REQUIRE(kept.size() == 4);
    CHECK(kept[0] == "anchors");
    CHECK(kept[1] == "bank-2024-yearend.db");
    CHECK(kept[2] == "bank-2025-01-02T000000Z.db");
    const Words anchors = lines_of(test::read_file(bank.file("backups/anchors")));
    REQUIRE(anchors.size() == 1);
    bank.ok(
        {"--db", bank.file("backups/" + kept[3]), "verify", "--anchor", anchors[0].substr(anchors[0].find(' ') + 1)});

    const Bank other;  // a bank that has never seen the anchor
    other.ok({"backup", bank.file("other.db")});
    bank.ok({"transaction", "credit", "alice", "5"});
    for (const char* part : {"", "-wal", "-shm"}) std::filesystem::remove(bank.path() + part);
    bank.ok({"restore", bank.file("other.db")});
    const Words before = files_in(bank.file("backups"));
    const Run run = run_job(bank, "backup_rotation backups 2");
    CHECK(run.exit_code == 6);
    CHECK(files_in(bank.file("backups")) == before);
    for (const std::string wrong : {"", " backups 0", " backups x", " backups 1 2"})
        CHECK(run_job(bank, "backup_rotation" + wrong).exit_code == 2);
}

}  // namespace
}  // namespace bankctl::cli_test
