// bankctl restore: the bank becomes what a backup holds, whole, or stays what it was.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <optional>

#include <catch2/catch.hpp>

#include "core/store/sqlite/gate.h"
#include "tests/cli/bank.h"
#include "tests/cli/forms.h"
#include "tests/cli/raw_database.h"

namespace bankctl::cli_test {
namespace {

/// A bank with 100.00 on alice, a backup of it, and 1.00 more since.
struct BackedUpBank : Bank {
    BackedUpBank() : copy(file("copy.db")) {
        add_accounts({"alice"}, "100");
        ok({"backup", copy});
        backed_up = head();
        ok({"transaction", "credit", "alice", "1"});
    }
    std::string copy;
    Json backed_up;
};

TEST_CASE("a restore makes the bank what the backup holds, and says what went", "[cli][restore]") {
    const BackedUpBank bank;
    const Json before = bank.head();
    CHECK(bank.fails({"restore", bank.copy}, "confirmation_required").at("hint").get<std::string>().find("--yes") !=
          std::string::npos);
    CHECK(bank.head() == before);
    const std::string copy = test::read_file(bank.copy);
    const Json data = bank.data({"restore", bank.copy, "--yes"});
    CHECK(data.at("db") == bank.path());
    CHECK(data.at("file") == bank.copy);
    CHECK(data.at("head") == bank.backed_up);
    CHECK(data.at("seq") == bank.backed_up.at("seq"));
    CHECK(data.at("previous_head") == before);
    CHECK(data.at("bytes") == copy.size());
    CHECK(bank.head() == bank.backed_up);
    CHECK(bank.balance_of("alice") == "100.00");
    CHECK(test::read_file(bank.copy) == copy);
    CHECK(names_in(bank.directory()) == Words{"bank.db", "bank.db-gate", "bank.db-shm", "bank.db-wal", "copy.db"});
    bank.ok({"transaction", "credit", "alice", "2"});
    CHECK(bank.balance_of("alice") == "102.00");
}

TEST_CASE("a backup with pages of another size says so, and can be restored beside the bank", "[cli][restore]") {
    const BackedUpBank bank;
    const Json before = bank.head();
    RawDatabase(bank.copy).execute("PRAGMA journal_mode=DELETE;PRAGMA page_size=8192;VACUUM;PRAGMA journal_mode=WAL");
    const Json error = bank.fails({"restore", bank.copy, "--yes"}, "storage_unavailable");
    CHECK(error.at("message").get<std::string>().find("pages of another size") != std::string::npos);
    CHECK(error.at("hint").get<std::string>().find("move") != std::string::npos);
    CHECK(bank.head() == before);
    const std::string path = bank.file("other.db");
    bank.ok({"--db", path, "restore", bank.copy});
    CHECK(parse_document(bank.ok({"--json", "--db", path, "verify"})).at("data").at("head") == bank.backed_up);
}

TEST_CASE("a backup that SQLite's own tools have made becomes a bank with a write-ahead log", "[cli][restore]") {
    const BackedUpBank bank;
    RawDatabase(bank.copy).execute("PRAGMA journal_mode=DELETE");
    const std::string path = bank.file("other.db");
    bank.ok({"--db", path, "restore", bank.copy});
    bank.ok({"restore", bank.copy, "--yes"});
    for (const std::string& restored : {path, bank.path()}) {
        CHECK(RawDatabase(restored).column("PRAGMA journal_mode") == Words{"wal"});
        CHECK(bank.data({"--db", restored, "verify"}).at("head") == bank.backed_up);
    }
    // In another mode what is acknowledged can be lost, so a bank in one is not used.
    RawDatabase(path).execute("PRAGMA journal_mode=DELETE");
    bank.fails({"--db", path, "balance", "alice"}, "unsafe_file");
}

TEST_CASE("what a restore refuses, it refuses by the backup's name", "[cli][restore]") {
    const BackedUpBank bank;
    const auto refused = [&](const std::string& content, const std::string& code) {
        test::write_file(bank.file("wrong.db"), content);
        const Json error = bank.fails({"restore", bank.file("wrong.db"), "--yes"}, code);
        CHECK(error.at("hint").get<std::string>().find("choose another backup") == 0);
    };
    refused("hello\n", "not_a_bank");
    std::string copy = test::read_file(bank.copy);
    refused(copy.substr(0, copy.size() / 2), "integrity_violation");
    copy[copy.find("Ada Lovelace")] = 'X';
    refused(copy, "integrity_violation");
    CHECK(bank.balance_of("alice") == "101.00");
}

TEST_CASE("an interrupt ends a restore that waits for its turn", "[cli][restore]") {
    const BackedUpBank bank;
    const Json before = bank.head();
    std::optional<sqlite::Gate> gate(std::in_place, bank.path() + "-gate", 0600, 0);
    Process process(bank.options({"restore", bank.copy, "--yes", "--wait=30", "--json"}));
    usleep(300'000);
    process.send_signal(SIGINT);
    usleep(100'000);
    gate.reset();
    const Run run = process.wait();
    CHECK(run.exit_code == 130);
    CHECK(bank.head() == before);
}

TEST_CASE("a restore prints every form", "[cli][restore]") {
    const BackedUpBank bank;
    bank.ok({"restore", bank.copy, "--yes"});  // so that the previous head is always the same
    require_same_in_all_forms(bank, {"restore", bank.copy, "--yes"});
}

TEST_CASE("where there is no bank, a restore needs no yes", "[cli][restore]") {
    const BackedUpBank bank;
    const std::string path = bank.file("other.db");
    const Json data = bank.data({"--db", path, "restore", bank.copy});
    CHECK(data.at("previous_head").is_null());
    CHECK(bank.data({"--db", path, "verify"}).at("head") == bank.backed_up);
    bank.fails({"--db", bank.file("absent/bank.db"), "restore", bank.copy}, "storage_unavailable");
}

TEST_CASE("a restore makes the default path's folder as init does", "[cli][restore]") {
    BackedUpBank bank;
    bank.environment().erase("BANKCTL_DB");
    CHECK(bank.data({"restore", bank.copy}).at("db") == bank.file(".local/share/bankctl/bank.db"));
    CHECK(bank.head() == bank.backed_up);
}

TEST_CASE("a file restored through a symbolic link is the one that it leads to", "[cli][restore]") {
    const BackedUpBank bank;
    REQUIRE(symlink("copy.db", bank.file("latest").c_str()) == 0);
    bank.ok({"restore", bank.file("latest"), "--yes"});
    CHECK(bank.head() == bank.backed_up);
}

TEST_CASE("a backup may be readable by others, the restored bank is not", "[cli][restore]") {
    const BackedUpBank bank;
    REQUIRE(chmod(bank.copy.c_str(), 0644) == 0);
    const std::string path = bank.file("other.db");
    bank.ok({"--db", path, "restore", bank.copy});
    struct stat file {};
    REQUIRE(stat(path.c_str(), &file) == 0);
    CHECK((file.st_mode & 07777U) == 0600);
}

TEST_CASE("what is no backup is refused, and the bank stays as it was", "[cli][restore]") {
    const BackedUpBank bank;
    const Json head = bank.head();
    const auto file_of = [&](const std::string& bytes) {
        test::write_file(bank.file("bad"), bytes);
        return bank.file("bad");
    };
    const std::string good = test::read_file(bank.copy);
    const auto fails = [&](const std::string& file, const char* code) {
        INFO(file);
        return bank.fails({"restore", "--yes", file}, code);
    };
    fails("", "usage");
    fails("-", "usage");
    bank.fails({"restore", "--yes"}, "missing_argument");
    fails(bank.file("absent"), "unreadable_input");
    fails(bank.file("bank.db/x"), "unreadable_input");
    fails(bank.directory(), "unreadable_input");
    fails("/dev/null", "unreadable_input");
    REQUIRE(mkfifo(bank.file("fifo").c_str(), 0600) == 0);
    fails(bank.file("fifo"), "unreadable_input");
    REQUIRE(symlink("nowhere", bank.file("dangling").c_str()) == 0);
    fails(bank.file("dangling"), "unreadable_input");
    CHECK(fails(file_of(""), "not_a_bank").at("details").at("path") == bank.file("bad"));
    fails(file_of("a text\n"), "not_a_bank");
    fails(file_of(std::string(5000, 'x')), "not_a_bank");
    for (const char* const own : {"bank.db", "bank.db-wal", "bank.db-gate"}) fails(bank.file(own), "usage");

    fails(file_of(good.substr(0, 4096)), "integrity_violation");
    fails(file_of(good.substr(0, good.size() - 4096)), "integrity_violation");
    std::string altered = good;
    altered[altered.rfind("alice")] = 'b';
    fails(file_of(altered), "integrity_violation");
    altered = good;
    std::fill(altered.begin() + 100, altered.end(), '\x5A');
    fails(file_of(altered), "integrity_violation");
    altered = good;
    altered[63] = 99;  // the schema's version (SQLite's file format, section 1.3)
    fails(file_of(altered), "newer_schema");
    altered[63] = 0;
    fails(file_of(altered), "older_schema");

    CHECK(bank.head() == head);
    for (const std::string& name : names_in(bank.directory())) CHECK(name.find("restoring") == std::string::npos);
}

TEST_CASE("a bank in use is not taken for a backup", "[cli][restore]") {
    const BackedUpBank bank;
    const std::string other = bank.file("other.db");
    bank.ok({"--db", other, "init"});
    bank.ok({"--db", other, "customer", "add", "c9", "--name", "Grace"});
    const Json error = bank.fails({"restore", "--yes", other}, "unsafe_file");
    CHECK(error.at("hint").get<std::string>().find("backup") != std::string::npos);
    CHECK(bank.balance_of("alice") == "101.00");
}

TEST_CASE("what lies in the bank's place and is no bank is not replaced", "[cli][restore]") {
    const BackedUpBank bank;
    const std::string path = bank.file("precious");
    test::write_file(path, "precious");
    REQUIRE(chmod(path.c_str(), 0600) == 0);
    bank.fails({"--db", path, "restore", "--yes", bank.copy}, "not_a_bank");
    CHECK(test::read_file(path) == "precious");
    REQUIRE(symlink("bank.db", bank.file("link.db").c_str()) == 0);
    bank.fails({"--db", bank.file("link.db"), "restore", "--yes", bank.copy}, "unsafe_file");
    bank.fails({"--db", bank.directory(), "restore", "--yes", bank.copy}, "unsafe_file");
    REQUIRE(chmod(bank.path().c_str(), 0644) == 0);
    bank.fails({"restore", "--yes", bank.copy}, "unsafe_file");
}

TEST_CASE("damaged books are restored, and their head is not made up", "[cli][restore]") {
    const BackedUpBank bank;
    std::string bytes = test::read_file(bank.path());
    REQUIRE(truncate((bank.path() + "-wal").c_str(), 0) == 0);
    std::fill(bytes.begin() + 4096, bytes.end(), '\x5A');
    test::write_file(bank.path(), bytes);
    bank.fails({"verify"}, "integrity_violation");
    CHECK(bank.data({"restore", "--yes", bank.copy}).at("previous_head").is_null());
    CHECK(bank.head() == bank.backed_up);
}

TEST_CASE("a full disk leaves the bank as it was", "[cli][restore]") {
    const BackedUpBank bank;
    const Json head = bank.head();
    const Words words{"--json", "restore", "--yes", bank.copy};
    const auto copied = static_cast<long>(std::filesystem::file_size(bank.copy));
    // Room for nothing; for half of the copy; for all of it but not for the log.
    for (const long bytes_max : {0L, 20'000L, copied, copied + 4096}) {
        INFO(bytes_max);
        ProcessOptions options = bank.options(words);
        options.file_bytes_max = bytes_max;
        const Run run = run_process(options);
        if (run.exit_code != 0) {
            require_failure(words, run, "storage_unavailable");
            CHECK(bank.head() == head);
        }
        CHECK((run.exit_code != 0 || bytes_max > copied));
    }
}

TEST_CASE("a restore whose document is lost has happened", "[cli][restore]") {
    const BackedUpBank bank;
    const Words words{"--json", "restore", "--yes", bank.copy};
    ProcessOptions options = bank.options(words);
    options.out = Stdout::full_disk;
    const Json error = require_failure(words, run_process(options), "applied_unreported");
    CHECK(error.at("details").at("seq") == bank.backed_up.at("seq"));
    CHECK(bank.head() == bank.backed_up);
}

TEST_CASE("an import that is at work meanwhile goes on with the restored books", "[cli][restore]") {
    const BackedUpBank bank;
    std::string lines;
    for (int i = 0; i < 60'000; ++i)
        lines += R"({"type":"credit","account":"alice","amount":"0.01"})"
                 "\n";
    test::write_file(bank.file("lines"), lines);
    for (const useconds_t delay_us : {50'000U, 150'000U, 400'000U}) {
        Process import(bank.options({"--json", "--wait=60", "transaction", "import", bank.file("lines")}));
        usleep(delay_us);
        const Json restored = bank.data({"--wait=60", "restore", "--yes", bank.copy});
        CHECK(restored.at("head") == bank.backed_up);
        const Run run = import.wait();
        INFO(run.err);
        CHECK(run.exit_code == 0);
        bank.head();
        const auto posted = bank.data({"transaction", "list", "--kind", "credit"}).size();
        CHECK(bank.data({"balance", "alice"}).at("balance").at("minor") == 10'000 + posted);
    }
}

TEST_CASE("an import whose accounts a restore takes away stops", "[cli][restore]") {
    const Bank bank;
    bank.ok({"backup", bank.file("empty.db")});
    bank.add_accounts({"alice"});
    const Words words{"--json", "--wait=60", "transaction", "import", "-", "--source", "s"};
    ProcessOptions options = bank.options(words, R"({"type":"credit","account":"alice","amount":"0.01"})"
                                                 "\n");
    options.is_stdin_left_open = true;
    Process import(options);
    usleep(300'000);  // its first batch waits for more
    bank.ok({"restore", "--yes", bank.file("empty.db")});
    import.send_signal(SIGINT);  // which ends its input
    const Run run = import.wait();
    const Json error = parse_document(run.err).at("error");
    CHECK((error.at("code") == "account_not_found" || error.at("code") == "interrupted"));
    CHECK(bank.head().at("seq") == 1);
}

TEST_CASE("an interrupt leaves the old bank or reports the restored one", "[cli][restore]") {
    const BackedUpBank bank;
    const Json head = bank.head();
    int restored = 0;
    for (int i = 0; i < 400 && restored < 3; ++i) {  // until some get through, however slow the machine
        const Words words{"--json", "restore", "--yes", bank.copy};
        Process process(bank.options(words));
        usleep(static_cast<useconds_t>(i) * 3'000);
        process.send_signal(SIGINT);
        const Run run = process.wait();
        for (const std::string& name : names_in(bank.directory())) CHECK(name.find("restoring") == std::string::npos);
        if (run.exit_code == 0) {
            ++restored;
            CHECK(bank.head() == bank.backed_up);
        } else if (restored == 0) {
            if (run.signal == 0) require_failure(words, run, "interrupted");
            CHECK(bank.head() == head);
        }
    }
    CHECK(restored > 0);
}

}  // namespace
}  // namespace bankctl::cli_test
