// bankctl doctor: finds what keeps a bank from working, says what to do, and changes nothing.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include <catch2/catch.hpp>

#include "core/store/sqlite/gate.h"
#include "tests/cli/bank.h"
#include "tests/cli/raw_database.h"

namespace bankctl::cli_test {
namespace {

const Words k_checks{"versions",    "database_file", "companions", "folder", "file_system", "write_ahead_log",
                     "writer_gate", "system_limits", "limiter",    "clock",  "books"};

Words names_of(const Json& report) {
    Words names;
    for (const Json& check : report.at("checks")) names.push_back(check.at("name").get<std::string>());
    return names;
}

/// One check of a report. Whatever is not well says what to do.
Json check_of(const Json& report, const std::string& name) {
    Json found;
    for (const Json& check : report.at("checks")) {
        CHECK(check.at("remedy").is_null() == (check.at("status") == "ok"));
        CHECK(check.at("ok") == (check.at("status") != "problem"));
        if (check.at("name") == name) found = check;
    }
    REQUIRE(found.is_object());
    return found;
}

/// The report of a doctor that fails; it is shaped like the document's data.
Json failed_report(const Bank& bank, const std::string& code, const Words& words = {"doctor"}) {
    const Json report = bank.fails(words, code).at("details");
    CHECK(schema_faults({{"schema", "doctor/v1"}, {"data", report}}).empty());
    CHECK(report.at("ok") == false);
    CHECK(names_of(report) == k_checks);
    return report;
}

TEST_CASE("a sound bank is found sound, and nothing is changed", "[cli][doctor]") {
    const Bank bank;
    bank.add_accounts({"alice"}, "1");
    const auto names = names_in(bank.directory());
    const std::string bytes = test::read_file(bank.path());
    const std::string log = test::read_file(bank.path() + "-wal");
    const Json report = bank.data({"doctor"});
    CHECK(report.at("ok") == true);
    CHECK(report.at("db") == bank.path());
    CHECK(names_of(report) == k_checks);
    for (const std::string& name : k_checks) {
        if (name != "file_system") CHECK(check_of(report, name).at("status") == "ok");
    }
    CHECK(check_of(report, "versions").at("detail").get<std::string>().find("SQLite 3.") != std::string::npos);
    CHECK(names_in(bank.directory()) == names);
    CHECK(test::read_file(bank.path()) == bytes);
    CHECK(test::read_file(bank.path() + "-wal") == log);
}

TEST_CASE("doctor prints every form", "[cli][doctor]") {
    const Bank bank;
    CHECK(parse_lines(bank.ok({"doctor", "--output", "ndjson"})).front().at("checks").size() == k_checks.size());
    CHECK(parse_csv(bank.ok({"doctor", "--output", "csv"}))[0] == Words{"ok", "db", "checks"});
    const std::string table = bank.ok({"doctor"});
    for (const std::string& name : k_checks) CHECK(table.find(name + ": ok: ") != std::string::npos);
}

TEST_CASE("with table output the report of a problem follows its message", "[cli][doctor]") {
    const Bank bank(Bank::Nothing::yet);
    const Run run = bank.run({"doctor"});
    CHECK(run.exit_code == 69);
    CHECK(run.out.empty());
    CHECK(run.err.starts_with("bankctl: database_file: there is no database"));
    CHECK(run.err.find("\nhint: ") != std::string::npos);
    for (const std::string& name : k_checks) CHECK(run.err.find(name) != std::string::npos);
}

TEST_CASE("doctor works where there is no bank, and makes none", "[cli][doctor]") {
    const Bank bank(Bank::Nothing::yet);
    Json report = failed_report(bank, "not_initialized");
    CHECK(check_of(report, "folder").at("ok") == true);
    CHECK(check_of(report, "companions").at("ok") == true);
    CHECK(names_in(bank.directory()).empty());

    report = failed_report(bank, "not_initialized", {"--db", bank.file("absent/bank.db"), "doctor"});
    CHECK(check_of(report, "folder").at("ok") == false);
    CHECK(names_in(bank.directory()).empty());

    test::write_file(bank.path() + "-wal", "of another");
    report = failed_report(bank, "not_initialized");
    CHECK(check_of(report, "companions").at("ok") == false);
}

TEST_CASE("doctor works on what is no bank, and leaves it alone", "[cli][doctor]") {
    const Bank bank(Bank::Nothing::yet);
    SECTION("a text, or nothing at all") {
        for (const std::string& bytes : {std::string(300, 'x'), std::string()}) {
            test::write_file(bank.path(), bytes);
            REQUIRE(chmod(bank.path().c_str(), 0600) == 0);
            failed_report(bank, "not_a_bank");
            CHECK(test::read_file(bank.path()) == bytes);
        }
    }
    SECTION("a directory") {
        REQUIRE(mkdir(bank.path().c_str(), 0700) == 0);
        failed_report(bank, "unsafe_file");
    }
    SECTION("a fifo, which must not block") {
        REQUIRE(mkfifo(bank.path().c_str(), 0600) == 0);
        failed_report(bank, "unsafe_file");
    }
    SECTION("a link") {
        REQUIRE(symlink("/dev/null", bank.path().c_str()) == 0);
        failed_report(bank, "unsafe_file");
    }
    SECTION("a device") { failed_report(bank, "unsafe_file", {"--db", "/dev/null", "doctor"}); }
    CHECK(names_in(bank.directory()).size() <= 1);
}

TEST_CASE("a mode open to others is a problem, and so is one of a companion", "[cli][doctor]") {
    const Bank bank;
    const std::string suffix = GENERATE("", "-gate");
    REQUIRE(chmod((bank.path() + suffix).c_str(), 0644) == 0);
    const Json report = failed_report(bank, "unsafe_file");
    const Json check = check_of(report, suffix.empty() ? "database_file" : "companions");
    CHECK(check.at("ok") == false);
    CHECK(check.at("remedy").get<std::string>().find("chmod") != std::string::npos);
}

TEST_CASE("a schema of another version is a problem", "[cli][doctor]") {
    const Bank bank;
    { RawDatabase(bank.path()).execute("PRAGMA user_version=99;PRAGMA wal_checkpoint(TRUNCATE)"); }
    const Json report = failed_report(bank, "newer_schema");
    CHECK(check_of(report, "versions").at("ok") == false);
}

TEST_CASE("a bank of an older bankctl is sound, and upgraded when its books are read", "[cli][doctor]") {
    const Bank bank;
    {
        RawDatabase raw(bank.path());
        for (const char* const sql :
             {"DROP TABLE list_row", "DROP INDEX account_customer", "DROP TABLE limit_rule",
              "DELETE FROM migration WHERE version>1", "PRAGMA user_version=1", "PRAGMA wal_checkpoint(TRUNCATE)"})
            REQUIRE(raw.execute(sql) == SQLITE_OK);
    }
    const auto versions = [&] { return check_of(bank.data({"doctor"}), "versions").at("detail").get<std::string>(); };
    CHECK(versions().find("schema 1, and is upgraded") != std::string::npos);
    { RawDatabase(bank.path()).execute("PRAGMA wal_checkpoint(TRUNCATE)"); }
    CHECK(versions().find("upgraded") == std::string::npos);
}

TEST_CASE("damaged books are a problem", "[cli][doctor]") {
    const Bank bank;
    bank.add_accounts({"alice"}, "1");
    { RawDatabase(bank.path()).execute("UPDATE account SET balance=balance+1 WHERE id='alice'"); }
    const Json report = failed_report(bank, "integrity_violation");
    CHECK(check_of(report, "books").at("detail").get<std::string>().find("state") != std::string::npos);
    CHECK(check_of(report, "database_file").at("ok") == true);
}

TEST_CASE("a database cut short is a problem that stops no other check", "[cli][doctor]") {
    const Bank bank;
    { RawDatabase(bank.path()).execute("PRAGMA wal_checkpoint(TRUNCATE)"); }
    REQUIRE(truncate(bank.path().c_str(), 4096) == 0);
    failed_report(bank, "integrity_violation");
}

/// Whether this machine shows which locks a process holds: some sandboxes do not.
bool are_locks_shown() {
    for (const auto& description : std::filesystem::directory_iterator("/proc/self/fdinfo")) {
        if (test::read_file(description.path()).find("OFDLCK") != std::string::npos) return true;
    }
    return false;
}

TEST_CASE("who holds the writer gate is told", "[cli][doctor]") {
    const Bank bank;
    std::optional<sqlite::Gate> gate(std::in_place, bank.path() + "-gate", 0600, 0);
    const Json report = bank.data({"doctor"});
    const bool is_holder_known = are_locks_shown();
    gate.reset();
    CHECK(report.at("ok") == true);
    const Json check = check_of(report, "writer_gate");
    CHECK(check.at("status") == "warning");
    const auto detail = check.at("detail").get<std::string>();
    CHECK(detail.find("held") != std::string::npos);
    if (!is_holder_known) {
        WARN("SKIPPED: /proc does not show the locks of this process");
    } else {
        CHECK(detail.find("process " + std::to_string(getpid())) != std::string::npos);
    }
    CHECK(check_of(bank.data({"doctor"}), "writer_gate").at("status") == "ok");
}

TEST_CASE("a log that has grown long is warned of", "[cli][doctor]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    REQUIRE(truncate((bank.path() + "-wal").c_str(), 20'000'000) == 0);
    CHECK(check_of(bank.data({"doctor"}), "write_ahead_log").at("status") == "warning");
}

TEST_CASE("a folder that everyone can write is warned of", "[cli][doctor]") {
    const Bank bank;
    REQUIRE(chmod(bank.directory().c_str(), 0777) == 0);
    CHECK(check_of(bank.data({"doctor"}), "folder").at("status") == "warning");
    REQUIRE(chmod(bank.directory().c_str(), 01777) == 0);
    CHECK(check_of(bank.data({"doctor"}), "folder").at("status") == "ok");
    REQUIRE(chmod(bank.directory().c_str(), 0700) == 0);
}

TEST_CASE("a folder that cannot be written is a problem", "[cli][doctor]") {
    if (geteuid() == 0) {
        WARN("SKIPPED: root can write everywhere");
        return;
    }
    const Bank bank;
    REQUIRE(chmod(bank.directory().c_str(), 0500) == 0);
    const Json report = failed_report(bank, "storage_unavailable");
    REQUIRE(chmod(bank.directory().c_str(), 0700) == 0);
    CHECK(check_of(report, "folder").at("ok") == false);
}

TEST_CASE("a limit that keeps the database from growing is a problem", "[cli][doctor]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    const Words words{"--json", "doctor"};
    ProcessOptions options = bank.options(words);
    options.file_bytes_max = 40'000;  // less than the database, more than the index of its log
    const Json report = require_failure(words, run_process(options), "storage_unavailable").at("details");
    CHECK(check_of(report, "system_limits").at("ok") == false);
    CHECK(check_of(report, "books").at("ok") == true);
}

}  // namespace
}  // namespace bankctl::cli_test
