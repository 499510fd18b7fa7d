// What only the ledger over SQLite has: a file that others may have touched, constraints that hold against any program,
// and a gate that processes share.
#include "core/store/sqlite/sqlite_ledger.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>
#include <catch2/catch.hpp>
#include <sqlite3.h>

#include "core/store/sqlite/connection.h"
#include "core/store/sqlite/file_safety.h"
#include "core/store/sqlite/gate.h"
#include "tests/support/bank.h"
#include "tests/support/failure.h"

namespace bankctl::test {
namespace {

/// A bank's file, with its first entry, in a directory of its own.
struct BankFile {
    explicit BankFile(std::int64_t wait_ms = 5000) : options{directory.file("bank.db"), wait_ms} {
        sqlite::create_ledger(options, [](port::Ledger& ledger) { create_bank(ledger); });
    }

    SQLite::Database raw() const { return {options.path, SQLite::OPEN_READWRITE}; }
    std::string companion(const char* suffix) const { return options.path + suffix; }

    TempDirectory directory;
    sqlite::Options options;
};

/// The code that reading from `path` fails with; none if it does not.
std::optional<ErrorCode> reading_fails_with(const std::string& path) {
    return failure_code([&] { sqlite::open_ledger({path})->read([](port::Snapshot&) {}); });
}

std::optional<ErrorCode> writing_fails_with(const sqlite::Options& options) {
    return failure_code([&] {
        const Status written = sqlite::open_ledger(options)->transact({}, [](port::UnitOfWork&) { return ok(); });
        if (!written) throw Failure(written.error());
    });
}

std::int64_t head_seq(const std::string& path) {
    std::int64_t seq = 0;
    sqlite::open_ledger({path})->read([&](port::Snapshot& snapshot) { seq = snapshot.head().seq.value; });
    return seq;
}

/// How a forked process says one thing to this one.
class Pipe {
public:
    Pipe() {
        if (pipe(ends_.data()) != 0) throw std::runtime_error("no pipe");
    }
    ~Pipe() {
        close(ends_[0]);
        close(ends_[1]);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    void tell() {
        if (write(ends_[1], "", 1) != 1) _exit(1);
    }
    /// False if the other process has ended without telling.
    bool hear() {
        close(std::exchange(ends_[1], -1));
        char byte = 0;
        return read(ends_[0], &byte, 1) == 1;
    }

private:
    std::array<int, 2> ends_{};
};

/// A process that holds the writer gate until it is killed.
class GateHolder {
public:
    explicit GateHolder(const std::string& gate) {
        Pipe ready;
        child_ = fork();
        if (child_ == 0) {
            failure_code([&] {
                const sqlite::Gate held(gate, 0600, 0);
                ready.tell();
                for (;;) pause();
            });
            _exit(1);
        }
        if (!ready.hear()) throw std::runtime_error("the gate could not be taken");
    }
    ~GateHolder() { kill_now(); }
    GateHolder(const GateHolder&) = delete;
    GateHolder& operator=(const GateHolder&) = delete;

    void kill_now() {
        if (child_ <= 0) return;
        kill(child_, SIGKILL);
        waitpid(child_, nullptr, 0);
        child_ = -1;
    }

private:
    pid_t child_ = -1;
};

std::int64_t elapsed_ms(std::chrono::steady_clock::time_point since) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - since).count();
}

}  // namespace

// ---- what the schema holds against any program

TEST_CASE("the journal cannot be changed or shortened from outside") {
    BankFile bank;
    SQLite::Database database = bank.raw();
    const char* const statement = GENERATE("UPDATE journal SET user='x'", "UPDATE journal SET hash=x'00' WHERE seq=1",
                                           "DELETE FROM journal", "DELETE FROM journal WHERE seq=1");
    CAPTURE(statement);
    CHECK_THROWS_WITH(database.exec(statement), Catch::Contains("the journal is immutable"));
    CHECK(head_seq(bank.options.path) == 1);
}

TEST_CASE("the journal cannot be replaced from outside") {
    BankFile bank;
    SQLite::Database database = bank.raw();
    // REPLACE removes the old row without delete triggers unless they are asked to run.
    database.exec("PRAGMA recursive_triggers=ON");
    CHECK_THROWS_WITH(database.exec("INSERT OR REPLACE INTO journal SELECT * FROM journal WHERE seq=1"),
                      Catch::Contains("the journal is immutable"));
    CHECK_THROWS(database.exec("INSERT INTO journal SELECT * FROM journal WHERE seq=1"));
    CHECK(head_seq(bank.options.path) == 1);
}

TEST_CASE("tables refuse values of the wrong type") {
    BankFile bank;
    SQLite::Database database = bank.raw();
    const char* const statement = GENERATE(
        "INSERT INTO journal(seq,kind,posted_at,user,uid,amount,hash)VALUES(2,'x',0,'u',0,0,x'00')",
        "INSERT INTO journal(seq,kind,posted_at,user,uid,amount,hash)VALUES(2,1,0,'u',0,1.5,x'00')",
        "INSERT INTO journal(seq,kind,posted_at,user,uid,amount,hash)VALUES(2,1,0,'u',0,9223372036854775807+1,x'00')",
        "INSERT INTO journal(seq,kind,posted_at,user,uid,amount,hash)VALUES(2,1,0,'u',0,0,'text')",
        "INSERT INTO journal(seq,kind,posted_at,user,uid,amount,hash)VALUES(2,1,0,NULL,0,0,x'00')",
        "INSERT INTO customer(number,id,name,version)VALUES(1,'c',x'00',1)",
        "INSERT INTO idempotency(key,seq)VALUES('text',1)",
        "INSERT INTO hold(seq,account,amount,status)VALUES(1,1,'many',0)",
        "INSERT INTO reversal(of,seq,total,reversible)VALUES(1,1,'x',1)");
    CAPTURE(statement);
    CHECK_THROWS_AS(database.exec(statement), SQLite::Exception);
}

TEST_CASE("a type that the schema forbids is reported when it is met all the same") {
    BankFile bank;
    {
        SQLite::Database database = bank.raw();
        database.exec("PRAGMA writable_schema=ON");
        database.exec("UPDATE sqlite_schema SET sql=replace(sql,')STRICT',')')WHERE name='journal'");
        database.exec("PRAGMA writable_schema=RESET");
        database.exec("INSERT INTO journal(seq,kind,posted_at,user,uid,amount,hash)VALUES(2,1,'soon','u',0,0,x'00')");
    }
    CHECK(failure_code([&] {
              sqlite::open_ledger(bank.options)->read([](port::Snapshot& snapshot) { snapshot.entry(Seq{2}); });
          }) == ErrorCode::integrity_violation);
}

TEST_CASE("an altered schema is found") {
    BankFile bank;
    bank.raw().exec(GENERATE("DROP TRIGGER journal_delete", "CREATE INDEX extra ON journal(key)",
                             "UPDATE migration SET checksum=x'00'", "DELETE FROM migration"));
    std::vector<port::Check> checks;
    sqlite::open_ledger(bank.options)->read([&](port::Snapshot& snapshot) { checks = snapshot.self_check(); });
    CHECK_FALSE(std::ranges::all_of(checks, &port::Check::ok));
}

TEST_CASE("a row that refers to nothing is found") {
    BankFile bank;
    bank.raw().exec("PRAGMA foreign_keys=OFF;INSERT INTO idempotency(key,seq)VALUES(x'00',99)");
    std::vector<port::Check> checks;
    sqlite::open_ledger(bank.options)->read([&](port::Snapshot& snapshot) { checks = snapshot.self_check(); });
    CHECK_FALSE(std::ranges::all_of(checks, &port::Check::ok));
}

// ---- whether a file may be used

TEST_CASE("a fresh bank is private, in WAL mode, and opened without complaint") {
    BankFile bank;
    struct stat file {};
    REQUIRE(stat(bank.options.path.c_str(), &file) == 0);
    CHECK((file.st_mode & 07777) == 0600);
    CHECK(file.st_nlink == 1);
    CHECK_FALSE(std::filesystem::exists(bank.companion("-new")));
    CHECK(bank.raw().execAndGet("PRAGMA journal_mode").getString() == "wal");
    CHECK(bank.raw().execAndGet("PRAGMA application_id").getInt64() == sqlite::k_application_id);
    CHECK_FALSE(reading_fails_with(bank.options.path));
    CHECK_FALSE(writing_fails_with(bank.options));
    for (const char* suffix : {"-wal", "-shm", "-gate"}) {
        if (stat(bank.companion(suffix).c_str(), &file) != 0) continue;
        CAPTURE(suffix);
        CHECK((file.st_mode & 07777) == 0600);
    }
}

TEST_CASE("what is no database of ours is told apart") {
    TempDirectory directory;
    const std::string path = directory.file("x.db");
    SECTION("nothing") { CHECK(reading_fails_with(path) == ErrorCode::not_initialized); }
    SECTION("a path through nothing") {
        CHECK(reading_fails_with(directory.file("no/such/x.db")) == ErrorCode::not_initialized);
    }
    SECTION("a path through a file") {
        write_file(path, "text");
        CHECK(reading_fails_with(path + "/x.db") == ErrorCode::not_initialized);
    }
    SECTION("a directory") { CHECK(reading_fails_with(directory.path()) == ErrorCode::unsafe_file); }
    const auto private_file = [&](std::string_view bytes) {
        write_file(path, bytes);
        REQUIRE(chmod(path.c_str(), 0600) == 0);
        CHECK(reading_fails_with(path) == ErrorCode::not_a_bank);
        CHECK(read_file(path) == bytes);
    };
    SECTION("an empty file") { private_file(""); }
    SECTION("a text") { private_file(std::string(200, 'x')); }
    SECTION("a header cut short") { private_file(std::string_view("SQLite format 3\0 and no more", 28)); }
    SECTION("a database with another application id") {
        sqlite::create_ledger({path}, [](port::Ledger&) {});
        SQLite::Database(path, SQLite::OPEN_READWRITE).exec("PRAGMA application_id=7");
        std::filesystem::remove(path + "-gate");
        private_file(read_file(path));
    }
    SECTION("another program's SQLite database") {
        SQLite::Database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec("CREATE TABLE t(x)");
        private_file(read_file(path));
    }
    CHECK_FALSE(std::filesystem::exists(path + "-gate"));
}

TEST_CASE("unsafe files are refused, for reading and for writing") {
    BankFile bank;
    std::string path = bank.options.path;
    const std::string other = bank.directory.file("other.db");
    SECTION("a symbolic link") {
        std::filesystem::create_symlink(path, other);
        path = other;
    }
    SECTION("a second hard link") { std::filesystem::create_hard_link(path, other); }
    SECTION("a hard link is the file too") {
        std::filesystem::create_hard_link(path, other);
        path = other;
    }
    SECTION("readable by all") { REQUIRE(chmod(path.c_str(), 0644) == 0); }
    SECTION("writable by all") { REQUIRE(chmod(path.c_str(), 0602) == 0); }
    SECTION("executable") { REQUIRE(chmod(path.c_str(), 0700) == 0); }
    SECTION("set-user-id") { REQUIRE(chmod(path.c_str(), 04600) == 0); }
    SECTION("a gate that is a symbolic link") {
        std::filesystem::remove(path + "-gate");
        std::filesystem::create_symlink(other, path + "-gate");
    }
    SECTION("a log that others can read") {
        write_file(path + "-wal", "");
        REQUIRE(chmod((path + "-wal").c_str(), 0644) == 0);
    }
    const std::string before = read_file(path);
    CHECK(reading_fails_with(path) == ErrorCode::unsafe_file);
    CHECK(writing_fails_with({path}) == ErrorCode::unsafe_file);
    CHECK(read_file(path) == before);
    CHECK_FALSE(std::filesystem::exists(other + "-gate"));
}

TEST_CASE("a file shared with a group of the process is not unsafe") {
    BankFile bank;
    REQUIRE(chmod(bank.options.path.c_str(), GENERATE(0660U, 0640U, 0600U)) == 0);
    CHECK_FALSE(reading_fails_with(bank.options.path));
}

TEST_CASE("a newer schema is refused and left as it was") {
    BankFile bank;
    bank.raw().exec("PRAGMA user_version=999");
    bank.raw().exec("PRAGMA wal_checkpoint(TRUNCATE)");
    const std::string before = read_file(bank.options.path);
    CHECK(reading_fails_with(bank.options.path) == ErrorCode::newer_schema);
    CHECK(writing_fails_with(bank.options) == ErrorCode::newer_schema);
    CHECK(read_file(bank.options.path) == before);
    CHECK(bank.raw().execAndGet("PRAGMA user_version").getInt() == 999);
}

TEST_CASE("an older schema is refused and left as it was") {
    BankFile bank;
    bank.raw().exec("PRAGMA user_version=0");
    bank.raw().exec("PRAGMA wal_checkpoint(TRUNCATE)");
    const std::string before = read_file(bank.options.path);
    CHECK(reading_fails_with(bank.options.path) == ErrorCode::older_schema);
    CHECK(read_file(bank.options.path) == before);
}

// ---- creating a bank

TEST_CASE("what exists is not created again") {
    BankFile bank;
    const auto create = [&](const std::string& path) {
        return failure_code(
            [&] { sqlite::create_ledger({path}, [](port::Ledger&) { FAIL("the first entries were written"); }); });
    };
    const std::string before = read_file(bank.options.path);
    CHECK(create(bank.options.path) == ErrorCode::already_exists);
    CHECK(read_file(bank.options.path) == before);

    const std::string text = bank.directory.file("text");
    write_file(text, "not a database");
    CHECK(create(text) == ErrorCode::already_exists);
    CHECK(read_file(text) == "not a database");

    const std::string dangling = bank.directory.file("dangling");
    std::filesystem::create_symlink(bank.directory.file("nowhere"), dangling);
    CHECK(create(dangling) == ErrorCode::already_exists);
    CHECK_FALSE(std::filesystem::exists(bank.directory.file("nowhere")));
}

TEST_CASE("a bank cannot be created where there is no directory") {
    TempDirectory directory;
    const auto code =
        failure_code([&] { sqlite::create_ledger({directory.file("no/bank.db")}, [](port::Ledger&) {}); });
    CHECK(code == ErrorCode::storage_unavailable);
}

TEST_CASE("a bank is not created beside the log of one that is gone, which SQLite would take for its own") {
    BankFile gone;
    const auto ledger = sqlite::open_ledger(gone.options);
    create_bank(*ledger);  // now its log holds an entry
    REQUIRE(std::filesystem::file_size(gone.companion("-wal")) > 0);
    std::filesystem::remove(gone.options.path);
    const std::string log = read_file(gone.companion("-wal"));
    const auto create = [&] {
        return failure_code(
            [&] { sqlite::create_ledger(gone.options, [](port::Ledger& fresh) { create_bank(fresh); }); });
    };
    CHECK(create() == ErrorCode::unsafe_file);
    CHECK_FALSE(std::filesystem::exists(gone.options.path));
    CHECK(read_file(gone.companion("-wal")) == log);

    std::filesystem::remove(gone.companion("-wal"));  // the index of the log may stay: it holds nothing of its own
    CHECK_FALSE(create());
    CHECK(head_seq(gone.options.path) == 1);
}

TEST_CASE("an empty log and an index that a bank left behind do not become a new bank's") {
    BankFile gone;
    const auto ledger = sqlite::open_ledger(gone.options);
    create_bank(*ledger);
    gone.raw().exec("PRAGMA wal_checkpoint(TRUNCATE)");
    REQUIRE(std::filesystem::file_size(gone.companion("-wal")) == 0);
    std::filesystem::remove(gone.options.path);
    sqlite::create_ledger(gone.options, [](port::Ledger& fresh) { create_bank(fresh); });

    // Whoever still has the old bank open must not write into the void, nor into the new one.
    const auto code = failure_code([&] { create_bank(*ledger); });
    CHECK(code == ErrorCode::storage_unavailable);
    CHECK(head_seq(gone.options.path) == 1);
    CHECK_FALSE(writing_fails_with(gone.options));
}

TEST_CASE("what a killed init left behind is replaced") {
    TempDirectory directory;
    const sqlite::Options options{directory.file("bank.db")};
    write_file(options.path + "-new", "half a database");
    write_file(options.path + "-new-wal", "half a log");
    write_file(options.path + "-new-shm", "half an index");
    sqlite::create_ledger(options, [](port::Ledger& ledger) { create_bank(ledger); });
    CHECK(head_seq(options.path) == 1);
    for (const char* suffix : {"-new", "-new-wal", "-new-shm"}) {
        CAPTURE(suffix);
        CHECK_FALSE(std::filesystem::exists(options.path + suffix));
    }
}

TEST_CASE("a bank comes to lie beside a log that was emptied, and beside no other") {
    TempDirectory directory;
    const sqlite::Options options{directory.file("bank.db")};
    const auto create = [&] { sqlite::create_ledger(options, [](port::Ledger& ledger) { create_bank(ledger); }); };
    write_file(options.path + "-wal", std::string(31, '\0') + "x" + std::string(4000, 'y'));
    CHECK(failure_code(create) == ErrorCode::unsafe_file);
    write_file(options.path + "-wal", std::string(32, '\0') + std::string(4000, 'y'));
    create();
    CHECK(head_seq(options.path) == 1);
}

TEST_CASE("a bank whose first entries fail does not come into being") {
    TempDirectory directory;
    const sqlite::Options options{directory.file("bank.db")};
    const auto code = failure_code([&] {
        sqlite::create_ledger(options, [](port::Ledger& ledger) {
            create_bank(ledger);
            throw Failure(Error(ErrorCode::interrupted, "stop"));
        });
    });
    CHECK(code == ErrorCode::interrupted);
    CHECK_FALSE(std::filesystem::exists(options.path));
    sqlite::create_ledger(options, [](port::Ledger& ledger) { create_bank(ledger); });
    CHECK(head_seq(options.path) == 1);
}

TEST_CASE("an init that is killed while it writes leaves no bank and is repeated") {
    TempDirectory directory;
    const sqlite::Options options{directory.file("bank.db")};
    const pid_t child = fork();
    if (child == 0) {
        sqlite::create_ledger(options, [](port::Ledger& ledger) {
            create_bank(ledger);
            raise(SIGKILL);
        });
        _exit(0);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    CHECK_FALSE(std::filesystem::exists(options.path));
    CHECK(std::filesystem::exists(options.path + "-new"));
    sqlite::create_ledger(options, [](port::Ledger& ledger) { create_bank(ledger); });
    CHECK(head_seq(options.path) == 1);
}

// ---- the gate and the log

TEST_CASE("a writer waits for the gate no longer than it is told, and readers do not wait") {
    BankFile bank;
    GateHolder holder(bank.companion("-gate"));
    const std::int64_t wait_ms = GENERATE(0, 150);
    const auto begin = std::chrono::steady_clock::now();
    CHECK(writing_fails_with({bank.options.path, wait_ms}) == ErrorCode::busy);
    CHECK(elapsed_ms(begin) >= wait_ms);
    CHECK(elapsed_ms(begin) < wait_ms + 2000);
    CHECK_FALSE(reading_fails_with(bank.options.path));
}

TEST_CASE("the gate opens when its holder is killed") {
    BankFile bank;
    GateHolder holder(bank.companion("-gate"));
    CHECK(writing_fails_with({bank.options.path, 50}) == ErrorCode::busy);
    holder.kill_now();
    CHECK_FALSE(writing_fails_with({bank.options.path, 0}));
}

TEST_CASE("a writer that waits at the gate gets its turn when the holder dies") {
    BankFile bank;
    GateHolder holder(bank.companion("-gate"));
    const pid_t writer = fork();
    if (writer == 0) _exit(writing_fails_with({bank.options.path, 30'000}) ? 1 : 0);
    usleep(100'000);
    int status = 0;
    CHECK(waitpid(writer, &status, WNOHANG) == 0);  // it is still waiting
    holder.kill_now();
    REQUIRE(waitpid(writer, &status, 0) == writer);
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("a lock of SQLite's own is waited for as long as a writer may wait") {
    BankFile bank;
    Pipe locked;
    const pid_t tool = fork();
    if (tool == 0) {
        SQLite::Database database = bank.raw();
        database.exec("BEGIN IMMEDIATE");
        locked.tell();
        sleep(6);  // longer than SQLite is waited for in any case
        database.exec("ROLLBACK");
        _exit(0);
    }
    REQUIRE(locked.hear());
    CHECK_FALSE(writing_fails_with({bank.options.path, 60'000}));
    waitpid(tool, nullptr, 0);
}

TEST_CASE("a race for SQLite's locks that it gives up on is busy, not a broken storage") {
    CHECK(sqlite::translate(SQLite::Exception("locking protocol", SQLITE_PROTOCOL)).error().code == ErrorCode::busy);
}

TEST_CASE("busy errors say when to retry") {
    BankFile bank;
    GateHolder holder(bank.companion("-gate"));
    try {
        const Status never =
            sqlite::open_ledger({bank.options.path, 0})->transact({}, [](port::UnitOfWork&) { return ok(); });
        FAIL(outcome(never));
    } catch (const Failure& failure) {
        REQUIRE(failure.error().retry_after_ms);
        CHECK(*failure.error().retry_after_ms > 0);
    }
}

TEST_CASE("a writer that is killed in the middle leaves the bank as it was") {
    BankFile bank;
    const pid_t child = fork();
    if (child == 0) {
        const Status never = sqlite::open_ledger(bank.options)->transact({}, [](port::UnitOfWork& unit) {
            port::Changes changes;
            changes.entries.resize(1);
            changes.entries[0].seq = Seq{2};
            changes.entries[0].kind = EntryKind::customer_added;
            unit.save(changes);
            raise(SIGKILL);
            return ok();
        });
        _exit(never ? 0 : 1);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    CHECK(head_seq(bank.options.path) == 1);
    CHECK_FALSE(writing_fails_with({bank.options.path, 0}));
}

TEST_CASE("a reader keeps its snapshot while others write") {
    BankFile bank;
    const auto writer = sqlite::open_ledger(bank.options);
    sqlite::open_ledger(bank.options)->read([&](port::Snapshot& snapshot) {
        CHECK(snapshot.head().seq == Seq{1});
        create_bank(*writer);
        CHECK(snapshot.head().seq == Seq{1});
    });
    CHECK(head_seq(bank.options.path) == 2);
}

TEST_CASE("the log stays short over many single writes") {
    BankFile bank;
    constexpr std::uintmax_t k_bytes_max = 1 << 20;
    const auto ledger = sqlite::open_ledger(bank.options);
    std::uintmax_t longest = 0;
    for (int i = 0; i < 2000; ++i) {
        create_bank(*ledger);
        longest = std::max(longest, std::filesystem::file_size(bank.companion("-wal")));
    }
    CHECK(longest <= k_bytes_max);
    CHECK(longest > 0);
    CHECK(head_seq(bank.options.path) == 2001);
}

TEST_CASE("the log stays short over single writes of many processes") {
    BankFile bank;
    std::uintmax_t longest = 0;
    for (int i = 0; i < 200; ++i) {
        create_bank(*sqlite::open_ledger(bank.options));  // a connection of its own, closed again
        longest = std::max(longest, std::filesystem::file_size(bank.companion("-wal")));
    }
    CHECK(longest <= 1 << 20);
    CHECK(head_seq(bank.options.path) == 201);
}

TEST_CASE("an emptied log keeps its room, and a process that comes to it finds nothing in it") {
    BankFile bank;
    const std::string log = bank.companion("-wal");
    std::uintmax_t room = 0;
    int emptied = 0;
    constexpr int k_writes = 200;
    for (int i = 0; i < k_writes; ++i) {
        std::filesystem::remove(bank.companion("-shm"));  // so that the log alone says what it holds
        create_bank(*sqlite::open_ledger(bank.options));
        CHECK(head_seq(bank.options.path) == i + 2);
        if (is_empty_log(log)) {
            ++emptied;
            room = std::max(room, std::filesystem::file_size(log));
        }
        CHECK(std::filesystem::file_size(log) >= room);
    }
    CHECK(room > sqlite::k_wal_pages_max * 4120U);
    CHECK(emptied >= k_writes / (sqlite::k_wal_pages_max + 1));
    CHECK(emptied <= k_writes / (sqlite::k_wal_pages_max / 4));
}

TEST_CASE("a long log is cut off when it is emptied") {
    BankFile bank;
    const auto ledger = sqlite::open_ledger(bank.options);
    const Status written = write_books(*ledger,
                                       [](Books& books) {
                                           Draft draft;
                                           draft.kind = EntryKind::bank_created;
                                           draft.memo = std::string(1000, 'm');
                                           for (int i = 0; i < 200; ++i) books.record(draft);
                                           return ok();
                                       },
                                       {});
    REQUIRE(written);
    CHECK(std::filesystem::file_size(bank.companion("-wal")) == 0);
    CHECK(head_seq(bank.options.path) == 201);
}

}  // namespace bankctl::test
