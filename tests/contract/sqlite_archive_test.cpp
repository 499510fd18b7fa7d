// Copies of an SQLite bank: what they hold, what becomes of the bank that they replace and of those who use it, and
// what they leave behind.
#include "core/store/sqlite/sqlite_archive.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <array>
#include <filesystem>
#include <optional>
#include <thread>

#include <SQLiteCpp/SQLiteCpp.h>
#include <catch2/catch.hpp>

#include "core/service/backup.h"
#include "core/store/sqlite/connection.h"
#include "core/store/sqlite/file_safety.h"
#include "core/store/sqlite/gate.h"
#include "tests/support/bank.h"
#include "tests/support/failure.h"

namespace bankctl::test {
namespace {

using port::Placing;

/// A bank with one entry, and a backup of it.
struct BackedUp {
    BackedUp() : options{directory.file("bank.db")}, file(directory.file("copy.db")) {
        sqlite::create_ledger(options, [](port::Ledger& ledger) { create_bank(ledger); });
        archive = sqlite::open_archive(options);
        back_up_to(file);
    }

    Archived back_up_to(const std::string& path) const {
        const auto copy = archive->back_up(path, archive->placing_of_backup(path));
        return verify_and_keep(*copy).value_or_throw();
    }
    Archived restore() const {
        const auto copy = archive->restore(file, archive->placing_of_restore(file));
        return verify_and_keep(*copy).value_or_throw();
    }
    /// Adds entries until the bank has `seq`; each is a bank's first, which the storage does not mind.
    void grow_to(std::int64_t seq) const {
        const auto ledger = sqlite::open_ledger(options);
        while (head_of(*ledger) < seq) create_bank(*ledger);
    }
    static std::int64_t head_of(port::Ledger& ledger) {
        std::int64_t seq = 0;
        ledger.read([&](port::Snapshot& snapshot) { seq = snapshot.head().seq.value; });
        return seq;
    }
    std::int64_t head() const { return head_of(*sqlite::open_ledger(options)); }
    SQLite::Database raw() const { return {options.path, SQLite::OPEN_READWRITE}; }

    std::vector<std::string> names() const {
        std::vector<std::string> found;
        for (const auto& entry : std::filesystem::directory_iterator(directory.path()))
            found.push_back(entry.path().filename());
        std::ranges::sort(found);
        return found;
    }

    TempDirectory directory;
    sqlite::Options options;
    std::string file;
    std::unique_ptr<port::Archive> archive;
};

/// Writes over the bytes of a file from `offset` on.
void overwrite(const std::string& path, std::size_t offset, const std::string& bytes) {
    std::string all = read_file(path);
    REQUIRE(all.size() >= offset + bytes.size());
    all.replace(offset, bytes.size(), bytes);
    write_file(path, all);
}

}  // namespace

TEST_CASE("a backup is private, alone, and a bank of its own") {
    BackedUp bank;
    struct stat copy {};
    REQUIRE(stat(bank.file.c_str(), &copy) == 0);
    CHECK((copy.st_mode & 07777) == 0600);
    CHECK(bank.names() == std::vector<std::string>{"bank.db", "bank.db-gate", "bank.db-shm", "bank.db-wal", "copy.db"});
    const auto ledger = sqlite::open_ledger({bank.file});
    create_bank(*ledger);
    CHECK(BackedUp::head_of(*ledger) == 2);
    CHECK(bank.head() == 1);
}

TEST_CASE("a copy that is not kept leaves no trace") {
    BackedUp bank;
    const auto before = bank.names();
    bank.archive->back_up(bank.directory.file("other.db"), Placing::on_free_place)->ledger();
    CHECK(bank.names() == before);
    {
        const auto copy = bank.archive->restore(bank.file, Placing::by_replacing);
        BackedUp::head_of(copy->ledger());
        CHECK(std::filesystem::exists(bank.options.path + "-restoring"));
    }
    CHECK(bank.names() == before);
}

TEST_CASE("a copy that does not verify is not kept") {
    BackedUp bank;
    bank.raw().exec("DELETE FROM migration");
    const std::string other = bank.directory.file("other.db");
    CHECK(failure_code([&] { bank.back_up_to(other); }) == ErrorCode::integrity_violation);
    CHECK_FALSE(std::filesystem::exists(other));
}

TEST_CASE("what a killed process left of a copy is removed, what a running one makes is not") {
    BackedUp bank;
    const std::string other = bank.directory.file("other.db");
    const std::string partial = other + ".bankctl-partial";
    for (const char* const suffix : {"", "-wal", "-shm", "-journal"}) write_file(partial + suffix, "half");
    {
        const int file = open(partial.c_str(), O_RDONLY | O_CLOEXEC);
        REQUIRE(flock(file, LOCK_EX) == 0);
        const auto impatient = sqlite::open_archive({bank.options.path, 0});
        CHECK(failure_code([&] { impatient->back_up(other, Placing::on_free_place); }) == ErrorCode::busy);
        CHECK(read_file(partial) == "half");
        close(file);
    }
    bank.back_up_to(other);
    CHECK(std::filesystem::exists(other));
    for (const char* const suffix : {"", "-wal", "-shm", "-journal"})
        CHECK_FALSE(std::filesystem::exists(partial + suffix));
}

TEST_CASE("a log that cannot be looked at is not taken for absent") {
    const TempDirectory directory;
    const std::string file = directory.file(std::string(253, 'x'));  // whose log's name is too long
    const Status status = sqlite::check_no_log_beside(file);
    REQUIRE_FALSE(status);
    CHECK(status.error().code == ErrorCode::storage_unavailable);
}

TEST_CASE("a backup waits for the process that makes the same file") {
    BackedUp bank;
    const std::string other = bank.directory.file("other.db");
    const std::string partial = other + ".bankctl-partial";
    write_file(partial, "half");
    const int file = open(partial.c_str(), O_RDONLY | O_CLOEXEC);
    REQUIRE(flock(file, LOCK_EX) == 0);
    std::thread ends([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        close(file);
    });
    bank.back_up_to(other);  // for at most the 5 s of the options
    ends.join();
    CHECK(std::filesystem::exists(other));
    CHECK_FALSE(std::filesystem::exists(partial));
}

TEST_CASE("a link in the place of the unfinished copy is removed, not followed") {
    BackedUp bank;
    const std::string precious = bank.directory.file("precious");
    write_file(precious, "text");
    const std::string other = bank.directory.file("other.db");
    std::filesystem::create_symlink(precious, other + ".bankctl-partial");
    bank.back_up_to(other);
    CHECK(read_file(precious) == "text");
}

TEST_CASE("what came into being meanwhile is not replaced") {
    BackedUp bank;
    const std::string other = bank.directory.file("other.db");
    const auto copy = bank.archive->back_up(other, Placing::on_free_place);
    write_file(other, "mine");
    CHECK(failure_code([&] { copy->keep([] {}); }) == ErrorCode::already_exists);
    CHECK(read_file(other) == "mine");

    const auto restored = bank.archive->restore(bank.file, Placing::on_free_place);
    CHECK(failure_code([&] { restored->keep([] {}); }) == ErrorCode::already_exists);
    CHECK(bank.head() == 1);
}

TEST_CASE("those who have the bank open go on with the restored one") {
    BackedUp bank;
    const auto writer = sqlite::open_ledger(bank.options);
    create_bank(*writer);
    create_bank(*writer);
    const auto reader = sqlite::open_ledger(bank.options);
    reader->read([&](port::Snapshot& snapshot) {
        CHECK(snapshot.head().seq == Seq{3});
        CHECK(bank.archive->restore(bank.file, Placing::by_replacing)->keep([] {})->seq == Seq{3});
        CHECK(snapshot.head().seq == Seq{3});  // its snapshot is not disturbed
        CHECK(snapshot.entry(Seq{2}));
    });
    CHECK(BackedUp::head_of(*reader) == 1);
    create_bank(*writer);
    CHECK(BackedUp::head_of(*writer) == 2);
    CHECK(BackedUp::head_of(*reader) == 2);
    CHECK(bank.raw().execAndGet("PRAGMA integrity_check").getString() == "ok");
}

TEST_CASE("a restore leaves no long log behind, and a file of the backup's length") {
    BackedUp bank;
    bank.grow_to(400);
    bank.restore();
    CHECK(is_empty_log(bank.options.path + "-wal"));
    CHECK(std::filesystem::file_size(bank.options.path + "-wal") <= (sqlite::k_wal_pages_max + 8) * 4120U);
    CHECK(std::filesystem::file_size(bank.options.path) == std::filesystem::file_size(bank.file));
    CHECK(bank.head() == 1);
}

TEST_CASE("a bank keeps its mode when it is restored") {
    BackedUp bank;
    REQUIRE(chmod(bank.options.path.c_str(), 0660) == 0);
    bank.restore();
    struct stat file {};
    REQUIRE(stat(bank.options.path.c_str(), &file) == 0);
    CHECK((file.st_mode & 07777) == 0660);
}

TEST_CASE("a damaged bank is restored") {
    BackedUp bank;
    bank.grow_to(50);
    bank.raw().exec("PRAGMA wal_checkpoint(TRUNCATE)");
    const std::string& path = bank.options.path;
    const std::size_t size = read_file(path).size();
    SECTION("a page of noise") { overwrite(path, 2 * 4096, std::string(4096, '\x5A')); }
    SECTION("every page but the header") { overwrite(path, 100, std::string(size - 100, '\x5A')); }
    SECTION("cut short") { std::filesystem::resize_file(path, 5000); }
    SECTION("cut to its first page") { std::filesystem::resize_file(path, 4096); }
    SECTION("a free list that leads nowhere") { overwrite(path, 32, std::string(8, '\x7F')); }
    const auto leave = [&](const char* suffix, std::size_t bytes) {
        write_file(path + suffix, std::string(bytes, '\x5A'));
        REQUIRE(chmod((path + suffix).c_str(), 0600) == 0);
    };
    SECTION("a log of noise") { leave("-wal", 9000); }
    SECTION("an index of the log that is noise") { leave("-shm", 32768); }
    bank.restore();
    CHECK(bank.head() == 1);
    CHECK(bank.raw().execAndGet("PRAGMA integrity_check").getString() == "ok");
    CHECK(std::filesystem::file_size(path) == std::filesystem::file_size(bank.file));
}

TEST_CASE("a header that SQLite cannot work with is left to its owner, who is told so") {
    BackedUp bank;
    bank.raw().exec("PRAGMA wal_checkpoint(TRUNCATE)");
    overwrite(bank.options.path, 16, "\x01\x01");  // the size of a page
    const std::string before = read_file(bank.options.path);
    CHECK(failure_code([&] { bank.restore(); }) == ErrorCode::integrity_violation);
    CHECK(read_file(bank.options.path) == before);
    for (const char* const suffix : {"", "-wal", "-shm"}) std::filesystem::remove(bank.options.path + suffix);
    bank.restore();
    CHECK(bank.head() == 1);
}

TEST_CASE("a bank of a newer schema is replaced, though its head cannot be read") {
    BackedUp bank;
    bank.raw().exec("PRAGMA user_version=99");
    const Archived restored = bank.restore();
    CHECK_FALSE(restored.previous_head);
    CHECK(bank.head() == 1);
}

TEST_CASE("a bank that is gone is restored to its place, and not beside a log that it left") {
    BackedUp bank;
    bank.grow_to(3);
    std::filesystem::remove(bank.options.path);
    CHECK(failure_code([&] { bank.restore(); }) == ErrorCode::unsafe_file);
    CHECK_FALSE(std::filesystem::exists(bank.options.path));
    std::filesystem::remove(bank.options.path + "-wal");
    CHECK_FALSE(bank.restore().previous_head);
    CHECK(bank.head() == 1);
}

TEST_CASE("whoever has a removed bank open writes neither into the void nor into the restored one") {
    BackedUp bank;
    const auto writer = sqlite::open_ledger(bank.options);
    CHECK(BackedUp::head_of(*writer) == 1);
    for (const char* const suffix : {"", "-wal", "-shm"}) std::filesystem::remove(bank.options.path + suffix);
    CHECK(failure_code([&] { create_bank(*writer); }) == ErrorCode::storage_unavailable);
    bank.restore();
    CHECK(failure_code([&] { create_bank(*writer); }) == ErrorCode::storage_unavailable);
    CHECK(bank.head() == 1);
}

TEST_CASE("a backup does not come to lie beside the log of another bank") {
    BackedUp bank;
    const sqlite::Options other{bank.directory.file("other.db")};
    sqlite::create_ledger(other, [](port::Ledger& ledger) { create_bank(ledger); });
    const auto ledger = sqlite::open_ledger(other);
    create_bank(*ledger);
    CHECK(failure_code([&] { bank.archive->placing_of_backup(other.path); }) == ErrorCode::unsafe_file);
    std::filesystem::remove(other.path);
    CHECK(failure_code([&] { bank.archive->placing_of_backup(other.path); }) == ErrorCode::unsafe_file);
}

TEST_CASE("a restore waits for the gate no longer than it is told") {
    BackedUp bank;
    std::optional<sqlite::Gate> gate(std::in_place, bank.options.path + "-gate", 0600, 0);
    bank.archive = sqlite::open_archive({bank.options.path, 50});
    CHECK(failure_code([&] { bank.restore(); }) == ErrorCode::busy);
    gate.reset();
    bank.restore();
}

}  // namespace bankctl::test
