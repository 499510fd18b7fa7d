// bankctl backup: whole and verified under load, and never at the cost of what lay there before.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <set>
#include <thread>

#include <catch2/catch.hpp>

#include "tests/cli/bank.h"
#include "tests/cli/forms.h"

namespace bankctl::cli_test {
namespace {

/// The head of the backup, after all of it was verified.
Json head_of(const Bank& bank, const std::string& file) { return bank.data({"--db", file, "verify"}).at("head"); }

TEST_CASE("a backup holds the bank as it is, and says so", "[cli][backup]") {
    const Bank bank;
    bank.add_accounts({"alice"}, "100");
    const Json head = bank.head();
    const std::string file = bank.file("copy.db");
    const Json data = bank.data({"backup", file});
    CHECK(data.at("file") == file);
    CHECK(data.at("db") == bank.path());
    CHECK(data.at("head") == head);
    CHECK(data.at("seq") == head.at("seq"));
    CHECK(data.at("bytes") == std::filesystem::file_size(file));
    CHECK(names_in(bank.directory()) == Words{"bank.db", "bank.db-gate", "bank.db-shm", "bank.db-wal", "copy.db"});
    bank.ok({"transaction", "credit", "alice", "1"});
    CHECK(head_of(bank, file) == head);
    CHECK(bank.head() != head);
    bank.ok({"verify", "--anchor", head.at("seq").dump() + ":" + head.at("hash").get<std::string>()});
}

TEST_CASE("a backup prints every form", "[cli][backup]") {
    const Bank bank;
    require_same_in_all_forms(bank, {"backup", bank.file("copy.db"), "--yes"});
}

TEST_CASE("a file that exists is replaced only with a yes", "[cli][backup]") {
    const Bank bank;
    const std::string file = bank.file("copy.db");
    test::write_file(file, "mine");
    const Json error = bank.fails({"backup", file}, "confirmation_required");
    CHECK(error.at("hint").get<std::string>().find("--yes") != std::string::npos);
    CHECK(test::read_file(file) == "mine");
    bank.ok({"backup", file, "--yes"});
    CHECK(head_of(bank, file) == bank.head());
}

TEST_CASE("a backup over one that was looked at takes away what SQLite left beside it", "[cli][backup]") {
    const Bank bank;
    const std::string file = bank.file("copy.db");
    bank.ok({"backup", file});
    head_of(bank, file);
    REQUIRE(access((file + "-shm").c_str(), F_OK) == 0);
    bank.ok({"backup", file, "--yes"});
    CHECK(access((file + "-shm").c_str(), F_OK) != 0);
    CHECK(access((file + "-wal").c_str(), F_OK) != 0);
}

TEST_CASE("a backup never lies at or beside the bank it is made of, whatever the path is called", "[cli][backup]") {
    const Bank bank;
    bank.add_accounts({"alice"}, "1");
    const Json head = bank.head();
    REQUIRE(symlink(bank.directory().c_str(), bank.file("folder").c_str()) == 0);
    REQUIRE(symlink("bank.db", bank.file("link.db").c_str()) == 0);
    for (const std::string name : {"bank.db", "./bank.db", "folder/bank.db", "link.db", "bank.db-wal", "bank.db-shm",
                                   "bank.db-gate", "folder/bank.db-journal", "bank.db-new", "bank.db-restoring"}) {
        INFO(name);
        bank.fails({"backup", "--yes", name}, "usage");
        bank.fails({"backup", "--yes", bank.file(name)}, "usage");
    }
    CHECK(bank.head() == head);
}

TEST_CASE("the unfinished copy never takes the place of the bank", "[cli][backup]") {
    const Bank bank(Bank::Nothing::yet);
    const std::string path = bank.file("x.bankctl-partial");
    bank.ok({"--db", path, "init"});
    bank.fails({"--db", path, "backup", bank.file("x")}, "usage");
    bank.ok({"--db", path, "verify"});
}

TEST_CASE("what is no place for a backup is refused and left alone", "[cli][backup]") {
    const Bank bank;
    bank.fails({"backup"}, "missing_argument");
    bank.fails({"backup", ""}, "usage");
    bank.fails({"backup", "-"}, "usage");
    bank.fails({"backup", "a", "b"}, "usage");
    for (const std::string name : {"absent/copy.db", "bank.db/copy.db", "absent/"}) {
        INFO(name);
        bank.fails({"backup", "--yes", bank.file(name)}, "storage_unavailable");
    }
    REQUIRE(mkdir(bank.file("folder").c_str(), 0700) == 0);
    REQUIRE(symlink("nowhere", bank.file("dangling").c_str()) == 0);
    REQUIRE(mkfifo(bank.file("fifo").c_str(), 0600) == 0);
    const Words before = names_in(bank.directory());
    for (const std::string name : {"folder", "folder/", ".", "dangling", "fifo"}) {
        INFO(name);
        bank.fails({"backup", "--yes", bank.file(name)}, "unsafe_file");
    }
    CHECK(names_in(bank.directory()) == before);
    bank.fails({"backup", "--yes", "/dev/null"}, "unsafe_file");
    struct stat null {};
    REQUIRE(stat("/dev/null", &null) == 0);
    CHECK(S_ISCHR(null.st_mode));
    bank.fails({"backup", "/proc/copy.db"}, "storage_unavailable");  // where not even root can create a file
    const std::string long_name = bank.file(std::string(250, 'x'));
    bank.fails({"backup", long_name}, "storage_unavailable");
}

TEST_CASE("without a sound bank there is no backup", "[cli][backup]") {
    const Bank bank(Bank::Nothing::yet);
    const std::string file = bank.file("copy.db");
    SECTION("none") { bank.fails({"backup", file}, "not_initialized"); }
    SECTION("a text") {
        test::write_file(bank.path(), std::string(200, 'x'));
        REQUIRE(chmod(bank.path().c_str(), 0600) == 0);
        bank.fails({"backup", file}, "not_a_bank");
    }
    SECTION("damaged books") {
        bank.ok({"init"});
        bank.add_accounts({"alice", "bob"}, "1");
        bank.ok({"backup", bank.file("moved.db")});  // all of it in one file
        std::string bytes = test::read_file(bank.file("moved.db"));
        const std::size_t place = bytes.rfind("alice");
        REQUIRE(place != std::string::npos);
        bytes[place] = 'b';
        test::write_file(bank.file("moved.db"), bytes);
        const Json error = bank.fails({"--db", bank.file("moved.db"), "backup", file}, "integrity_violation");
    }
    CHECK(access(file.c_str(), F_OK) != 0);
    CHECK(access((file + ".bankctl-partial").c_str(), F_OK) != 0);
}

TEST_CASE("a full disk leaves the old backup, and nothing unfinished", "[cli][backup]") {
    const Bank bank;
    bank.add_accounts({"alice"}, "1");
    const std::string file = bank.file("copy.db");
    bank.ok({"backup", file});
    const std::string old = test::read_file(file);
    bank.ok({"transaction", "credit", "alice", "1"});
    const Words before = names_in(bank.directory());
    const Words words{"--json", "backup", "--yes", file};
    for (const long bytes_max : {0L, 4096L, 20'000L, static_cast<long>(old.size()) - 1}) {
        INFO(bytes_max);
        ProcessOptions options = bank.options(words);
        options.file_bytes_max = bytes_max;
        require_failure(words, run_process(options), "storage_unavailable");
        CHECK(test::read_file(file) == old);
        CHECK(names_in(bank.directory()) == before);
    }
}

TEST_CASE("a backup whose document is lost is there", "[cli][backup]") {
    const Bank bank;
    const Words words{"--json", "backup", bank.file("copy.db")};
    ProcessOptions options = bank.options(words);
    options.out = Stdout::full_disk;
    require_failure(words, run_process(options), "applied_unreported");
    CHECK(head_of(bank, bank.file("copy.db")) == bank.head());
}

TEST_CASE("two backups to one file at once: one is told to retry, or both make it", "[cli][backup]") {
    const Bank bank;
    bank.add_accounts({"alice"}, "1");
    const std::string file = bank.file("copy.db");
    for (int round = 0; round < 20; ++round) {
        const Words words{"--json", "backup", "--yes", file};
        Process first(bank.options(words));
        Process second(bank.options(words));
        int done = 0;
        for (Process* const process : {&first, &second}) {
            const Run run = process->wait();
            if (run.exit_code == 0) ++done;
            // A first backup of two that found no file must not replace the other's.
            const bool is_told = run.exit_code == 75 || run.exit_code == 5;
            INFO(describe(words, run));
            CHECK((run.exit_code == 0 || is_told));
        }
        CHECK(done >= 1);
        CHECK(head_of(bank, file) == bank.head());
    }
}

/// Processes that post all the time, and the keys of what was acknowledged to them.
class Load {
public:
    Load(const Bank& bank, int processes) {
        for (int i = 0; i < processes; ++i) threads_.emplace_back([this, &bank, i] { post(bank, i); });
    }
    ~Load() { stop(); }
    Load(const Load&) = delete;
    Load& operator=(const Load&) = delete;

    void stop() {
        is_over_ = true;
        for (std::thread& thread : threads_) thread.join();
        threads_.clear();
    }
    std::set<std::string> acknowledged() {
        const std::lock_guard lock(mutex_);
        return acknowledged_;
    }

private:
    void post(const Bank& bank, int poster) {
        for (int i = 0; !is_over_; ++i) {
            const std::string key = std::to_string(poster) + "/" + std::to_string(i);
            const Run run = bank.run({"--json", "--wait=30", "transaction", "credit", "alice", "0.01", "--key", key});
            if (run.exit_code != 0) continue;
            const std::lock_guard lock(mutex_);
            acknowledged_.insert(key);
        }
    }

    std::atomic<bool> is_over_ = false;
    std::mutex mutex_;
    std::set<std::string> acknowledged_;
    std::vector<std::thread> threads_;
};

TEST_CASE("a hundred backups under load verify and hold all that was acknowledged before", "[cli][backup]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    const std::string file = bank.file("copy.db");
    Load load(bank, 3);
    for (int i = 0; i < 100; ++i) {
        const std::set<std::string> acknowledged = load.acknowledged();
        const Json data = bank.data({"backup", "--yes", file});
        CHECK(head_of(bank, file) == data.at("head"));
        std::set<std::string> held;
        for (const Json& row :
             parse_lines(bank.ok({"--db", file, "transaction", "list", "--output", "ndjson", "--fields", "key"})))
            held.insert(row.at("key").get<std::string>());
        CHECK(std::ranges::includes(held, acknowledged));
    }
    load.stop();
    CHECK(load.acknowledged().size() > 20);
    bank.head();
}

}  // namespace
}  // namespace bankctl::cli_test
