// Files that bankctl must not use, and does not harm.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include <catch2/catch.hpp>

#include "tests/cli/bank.h"

namespace bankctl::cli_test {
namespace {

TEST_CASE("a database that others could change or that hides what it is is refused", "[cli][file_safety]") {
    const Bank bank;
    bank.add_accounts({"alice"}, "1");
    const Json head = bank.head();
    SECTION("a symbolic link") {
        REQUIRE(symlink("bank.db", bank.file("link.db").c_str()) == 0);
        bank.fails({"--db", bank.file("link.db"), "balance", "--all"}, "unsafe_file");
        bank.fails({"--db", bank.file("link.db"), "transaction", "credit", "alice", "1"}, "unsafe_file");
    }
    SECTION("a second hard link") {
        REQUIRE(link(bank.path().c_str(), bank.file("hard.db").c_str()) == 0);
        bank.fails({"balance", "--all"}, "unsafe_file");
        bank.fails({"--db", bank.file("hard.db"), "balance", "--all"}, "unsafe_file");
        REQUIRE(unlink(bank.file("hard.db").c_str()) == 0);
    }
    SECTION("modes that let others in") {
        for (const mode_t mode : {0644U, 0604U, 0602U, 0666U, 0700U, 0606U}) {
            REQUIRE(chmod(bank.path().c_str(), mode) == 0);
            INFO(mode);
            CHECK(bank.fails({"balance", "--all"}, "unsafe_file").at("details").at("path") == bank.path());
            bank.fails({"transaction", "credit", "alice", "1"}, "unsafe_file");
        }
        REQUIRE(chmod(bank.path().c_str(), 0600) == 0);
    }
    SECTION("companions that are links or open to others") {
        for (const std::string companion : {"-wal", "-shm", "-gate"}) {
            const std::string path = bank.path() + companion;
            const std::string aside = path + ".aside";
            const bool has_one = access(path.c_str(), F_OK) == 0;
            if (has_one) REQUIRE(rename(path.c_str(), aside.c_str()) == 0);
            REQUIRE(symlink("/dev/null", path.c_str()) == 0);
            bank.fails({"transaction", "credit", "alice", "1"}, "unsafe_file");
            REQUIRE(unlink(path.c_str()) == 0);
            if (has_one) REQUIRE(rename(aside.c_str(), path.c_str()) == 0);
        }
    }
    CHECK(bank.head() == head);
}

TEST_CASE("what is no bank is left alone", "[cli][file_safety]") {
    const Bank bank(Bank::Nothing::yet);
    SECTION("a text") {
        test::write_file(bank.path(), "this is no database\n");
        REQUIRE(chmod(bank.path().c_str(), 0600) == 0);
        bank.fails({"balance", "--all"}, "not_a_bank");
        bank.fails({"transaction", "credit", "alice", "1"}, "not_a_bank");
        bank.fails({"verify"}, "not_a_bank");
        CHECK(test::read_file(bank.path()) == "this is no database\n");
    }
    SECTION("an empty file") {
        test::write_file(bank.path(), "");
        REQUIRE(chmod(bank.path().c_str(), 0600) == 0);
        bank.fails({"balance", "--all"}, "not_a_bank");
        CHECK(test::read_file(bank.path()).empty());
    }
    SECTION("a directory") {
        REQUIRE(mkdir(bank.path().c_str(), 0700) == 0);
        bank.fails({"balance", "--all"}, "unsafe_file");
    }
    SECTION("a fifo, which must not block") {
        REQUIRE(mkfifo(bank.path().c_str(), 0600) == 0);
        bank.fails({"balance", "--all"}, "unsafe_file");
    }
    SECTION("nothing, or something below a file") {
        bank.fails({"balance", "--all"}, "not_initialized");
        test::write_file(bank.file("plain"), "x");
        bank.fails({"--db", bank.file("plain/bank.db"), "balance", "--all"}, "not_initialized");
    }
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(bank.directory())) {
        INFO(entry.path());
        CHECK((entry.path() == bank.path() || entry.path() == bank.file("plain")));
        ++files;
    }
    CHECK(files <= 1);
}

TEST_CASE("files beside the database are private too", "[cli][file_safety]") {
    const Bank bank;
    bank.add_accounts({"alice"}, "1");
    for (const auto& entry : std::filesystem::directory_iterator(bank.directory())) {
        struct stat file {};
        REQUIRE(lstat(entry.path().c_str(), &file) == 0);
        INFO(entry.path());
        CHECK((file.st_mode & 07777U) == 0600);
    }
}

}  // namespace
}  // namespace bankctl::cli_test
