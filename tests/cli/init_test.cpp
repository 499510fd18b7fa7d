// bankctl init: where the database comes to lie, and that it never touches one that exists.
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/cli/bank.h"

namespace bankctl::cli_test {
namespace {

unsigned mode_of(const std::string& path) {
    struct stat file {};
    REQUIRE(lstat(path.c_str(), &file) == 0);
    return file.st_mode & 07777U;
}

TEST_CASE("init creates a private database and says what it made", "[cli][init]") {
    const Bank bank(Bank::Nothing::yet);
    const Json data = bank.data({"init"});
    CHECK(data.at("db") == bank.path());
    CHECK(data.at("head").at("seq") == 1);
    CHECK(mode_of(bank.path()) == 0600);
    CHECK(bank.head() == data.at("head"));
}

TEST_CASE("init leaves an existing database alone", "[cli][init]") {
    const Bank bank;
    const std::string before = test::read_file(bank.path());
    const Json error = bank.fails({"init"}, "already_exists");
    CHECK(error.at("details").at("path") == bank.path());
    CHECK(test::read_file(bank.path()) == before);
}

TEST_CASE("init leaves any other file alone", "[cli][init]") {
    const Bank bank(Bank::Nothing::yet);
    SECTION("a file") {
        test::write_file(bank.path(), "precious");
        bank.fails({"init"}, "already_exists");
        CHECK(test::read_file(bank.path()) == "precious");
    }
    SECTION("a dangling link") {
        REQUIRE(symlink("elsewhere", bank.path().c_str()) == 0);
        bank.fails({"init"}, "already_exists");
        CHECK(access(bank.file("elsewhere").c_str(), F_OK) != 0);
    }
    SECTION("a directory") {
        REQUIRE(mkdir(bank.path().c_str(), 0700) == 0);
        bank.fails({"init"}, "already_exists");
    }
}

TEST_CASE("init makes only the default path's folder", "[cli][init]") {
    Bank bank(Bank::Nothing::yet);
    bank.fails({"--db", bank.file("absent/bank.db"), "init"}, "storage_unavailable");
    bank.environment().erase("BANKCTL_DB");
    SECTION("below XDG_DATA_HOME") {
        bank.environment()["XDG_DATA_HOME"] = bank.file("share");
        CHECK(bank.data({"init"}).at("db") == bank.file("share/bankctl/bank.db"));
        CHECK(mode_of(bank.file("share/bankctl")) == 0700);
    }
    SECTION("else below HOME") {
        CHECK(bank.data({"init"}).at("db") == bank.file(".local/share/bankctl/bank.db"));
        CHECK(mode_of(bank.file(".local/share/bankctl")) == 0700);
    }
    CHECK(bank.data({"balance", "--all"}).empty());
}

TEST_CASE("init prints every form", "[cli][init]") {
    const Bank bank(Bank::Nothing::yet);
    const std::vector<Json> rows = parse_lines(bank.ok({"init", "--db", bank.file("a.db"), "--output", "ndjson"}));
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].at("db") == bank.file("a.db"));
    const std::vector<Words> csv = parse_csv(bank.ok({"init", "--db", bank.file("b.db"), "--output", "csv"}));
    REQUIRE(csv.size() == 2);
    CHECK(csv[0] == Words{"id", "db", "created_at", "head"});
    CHECK(csv[1][1] == bank.file("b.db"));
    CHECK(bank.ok({"init", "--db", bank.file("c.db")}).find(bank.file("c.db")) != std::string::npos);
}

TEST_CASE("each bank has an id of its own", "[cli][init]") {
    const Bank bank(Bank::Nothing::yet);
    CHECK(bank.data({"init", "--db", bank.file("a.db")}).at("id") !=
          bank.data({"init", "--db", bank.file("b.db")}).at("id"));
}

TEST_CASE("a path that is no UTF-8 can be named in documents", "[cli][init]") {
    const Bank bank(Bank::Nothing::yet);
    const std::string path = bank.file("\xff.db");
    bank.fails({"--db", path, "balance", "--all"}, "not_initialized");
    bank.ok_json({"--db", path, "init"});
    bank.fails({"--db", path, "init"}, "already_exists");
    bank.ok_json({"--db", path, "verify"});
}

TEST_CASE("without a database nothing works and nothing is made", "[cli][init]") {
    const Bank bank(Bank::Nothing::yet);
    const std::vector<Words> commands{{"balance", "--all"},
                                      {"account", "list"},
                                      {"customer", "list"},
                                      {"customer", "add", "c1", "--name", "Ada"},
                                      {"transaction", "list"},
                                      {"transaction", "credit", "alice", "1"},
                                      {"transaction", "export", "--format", "ndjson"},
                                      {"verify"}};
    for (const Words& words : commands) {
        const Json error = bank.fails(words, "not_initialized");
        CHECK(error.at("details").at("path") == bank.path());
        CHECK(access(bank.path().c_str(), F_OK) != 0);
    }
}

}  // namespace
}  // namespace bankctl::cli_test
