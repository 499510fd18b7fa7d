// bankctl transaction export, verify and demo.
#include <dirent.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/cli/bank.h"
#include "tests/cli/forms.h"

namespace bankctl::cli_test {
namespace {

void fill(const Bank& bank) {
    bank.add_accounts({"alice", "bob"}, "100");
    bank.ok({"customer", "update", "c1", "--email", "ada@example.com"});
    bank.ok({"account", "open", "yen", "--customer", "c1", "--currency", "JPY", "--overdraft", "5"});
    bank.ok({"transaction", "credit", "alice", "5", "--key", "k1", "--memo", "a \"memo\"; with\nlines"});
    const std::string transfer = bank.seq({"transaction", "transfer", "alice", "bob", "7"});
    bank.ok({"transaction", "reverse", transfer, "2", "--reason", "r"});
    bank.ok({"transaction", "capture", bank.seq({"transaction", "hold", "alice", "4"}), "2.50"});
    bank.ok({"transaction", "release", bank.seq({"transaction", "hold", "alice", "4", "--expires", "9000-01-01"})});
    bank.ok({"transaction", "hold", "bob", "1"});
    bank.ok({"account", "freeze", "yen"});
}

/// Balances without what a copy need not share: the versions.
Json books_of(const Bank& bank) {
    Json rows = bank.data({"balance", "--all"});
    for (Json& row : rows) row.erase("version");
    return rows;
}

TEST_CASE("an NDJSON export imported into an empty bank gives equal books", "[cli][export]") {
    const Bank bank;
    fill(bank);
    const std::string lines = bank.ok({"transaction", "export", "--format", "ndjson"});
    for (const Json& line : parse_lines(lines)) CHECK(line.contains("type"));
    CHECK_FALSE(has_harmful_characters(lines, "\n"));
    const Bank copy;
    const Json report = copy.data({"transaction", "import", "-", "--source", "copy"}, lines);
    CHECK(report.at("refused") == 0);
    CHECK(books_of(copy) == books_of(bank));
    const Json original = bank.data({"transaction", "list"});
    const Json copied = copy.data({"transaction", "list"});
    REQUIRE(copied.size() == original.size());
    for (std::size_t i = 0; i < original.size(); ++i) {
        for (const char* key :
             {"kind", "amount", "debit_account", "credit_account", "memo", "effective_at", "expires_at"}) {
            INFO(i << " " << key);
            CHECK(copied[i].at(key) == original[i].at(key));
        }
    }
    copy.head();
    // Again into the copy it is only replayed.
    CHECK(copy.data({"transaction", "import", "-", "--source", "copy"}, lines).at("applied") == 0);
}

TEST_CASE("an export names what it does not know", "[cli][export]") {
    const Bank bank;
    fill(bank);
    bank.fails({"transaction", "export"}, "missing_argument");
    bank.fails({"transaction", "export", "--format", "xml"}, "usage");
    bank.fails({"transaction", "export", "--format", ""}, "usage");
    bank.fails({"transaction", "export", "--format", "ndjson", "--account", "nobody"}, "account_not_found");
    bank.fails({"transaction", "export", "--format", "ndjson", "--since", "x"}, "invalid_time");
    CHECK(bank.ok({"transaction", "export", "--format", "ndjson", "--since", "9000-01-01"}).empty());
}

TEST_CASE("an hledger export has every transaction, by account and time too", "[cli][export]") {
    const Bank bank;
    fill(bank);
    const std::string whole = bank.ok({"transaction", "export", "--format", "hledger"});
    CHECK(whole.find("alice") != std::string::npos);
    CHECK_FALSE(has_harmful_characters(whole, "\n"));
    CHECK(bank.ok({"transaction", "export", "--format", "hledger", "--since", "9000-01-01"}).find("alice") ==
          std::string::npos);
    CHECK(whole.size() > bank.ok({"transaction", "export", "--format", "hledger", "--account", "bob"}).size());
}

TEST_CASE("verify tells the head and each check", "[cli][verify]") {
    const Bank bank;
    fill(bank);
    const Json data = bank.data({"verify"});
    CHECK(data.at("ok") == true);
    CHECK(data.at("seq") == data.at("head").at("seq"));
    std::vector<std::string> names;
    for (const Json& check : data.at("checks")) {
        CHECK(check.at("ok") == true);
        names.push_back(check.at("name"));
    }
    CHECK(names == Words{"schema", "sqlite", "chain", "state", "keys", "zero_sum"});
    require_same_in_all_forms(bank, {"verify"});
}

TEST_CASE("a failed verify puts its report into the error", "[cli][verify]") {
    const Bank bank;
    fill(bank);
    const Json head = bank.head();
    const std::string wrong = head.at("seq").dump() + ":" + std::string(64, '0');
    const Json error = bank.fails({"verify", "--anchor", wrong}, "integrity_violation");
    const Json& details = error.at("details");
    CHECK(details.at("ok") == false);
    CHECK(details.at("head") == head);
    CHECK(details.at("checks").back().at("name") == "anchor");
    CHECK(details.at("checks").back().at("ok") == false);
    CHECK(schema_faults({{"schema", "verification/v1"}, {"data", details}}).empty());
    const Run run = bank.run({"verify", "--anchor", wrong});
    CHECK(run.exit_code == 6);
    CHECK(run.out.empty());
    CHECK(run.err.find("checks") != std::string::npos);
    bank.fails({"verify", "--anchor", "1000000:" + std::string(64, '0')}, "integrity_violation");
    bank.ok({"verify", "--anchor", head.at("seq").dump() + ":" + head.at("hash").get<std::string>()});
}

TEST_CASE("a verify of a file that is too damaged to be read reports too", "[cli][verify]") {
    const Bank bank;
    fill(bank);
    bank.ok({"backup", bank.file("copy.db")});
    const std::string copy = test::read_file(bank.file("copy.db"));
    test::write_file(bank.file("copy.db"), copy.substr(0, copy.size() / 2));
    const Json error = bank.fails({"--db", bank.file("copy.db"), "verify"}, "integrity_violation");
    const Json& details = error.at("details");
    CHECK(details.at("ok") == false);
    CHECK(details.at("checks").back().at("ok") == false);
    CHECK(schema_faults({{"schema", "verification/v1"}, {"data", details}}).empty());
}

TEST_CASE("an anchor is SEQ:HASH", "[cli][verify]") {
    const Bank bank;
    const std::string hash = bank.head().at("hash");
    for (const std::string& anchor : std::vector<std::string>{
             "", ":", "1", "1:", ":" + hash, "0:" + hash, "-1:" + hash, "01:" + hash, "1:" + hash + "0",
             "1:" + hash.substr(1), "1:g" + hash.substr(1), "1 :" + hash, "1: " + hash, "1:" + hash + " ", "x:" + hash,
             "99999999999999999999:" + hash, "1;" + hash}) {
        INFO(anchor);
        bank.fails({"verify", "--anchor", anchor}, "invalid_anchor");
    }
}

std::size_t entries_in(const std::string& path) {
    std::size_t count = 0;
    DIR* const directory = opendir(path.c_str());
    REQUIRE(directory != nullptr);
    while (readdir(directory) != nullptr) ++count;
    closedir(directory);
    return count;
}

TEST_CASE("the demo shows what bankctl does and leaves nothing behind", "[cli][demo]") {
    Bank bank(Bank::Nothing::yet);
    const std::size_t before = entries_in(bank.directory());  // also TMPDIR
    const std::string text = bank.ok({"demo"});
    CHECK(text.find("$ bankctl verify") != std::string::npos);
    CHECK(entries_in(bank.directory()) == before);
    const Json data = bank.data({"demo", "--seed", "7"});
    CHECK(data.at("db").is_null());
    CHECK(data.at("seed") == 7);
    CHECK(data.at("steps").back().at("command") == "bankctl verify");
    CHECK(entries_in(bank.directory()) == before);
    // The same seed makes the same amounts; the environment does not change the tour.
    const auto commands = [](const Json& demo) {
        Words all;
        for (const Json& step : demo.at("steps")) all.push_back(step.at("command"));
        return all;
    };
    bank.environment()["BANKCTL_OUTPUT"] = "json";
    bank.environment()["BANKCTL_USER"] = "somebody";
    CHECK(commands(bank.data({"demo", "--seed", "7"})) == commands(data));
    CHECK(commands(bank.data({"demo", "--seed", "8"})) != commands(data));
}

TEST_CASE("the demo keeps its bank if asked to", "[cli][demo]") {
    const Bank bank(Bank::Nothing::yet);
    const std::string path = bank.file("kept.db");
    CHECK(bank.data({"demo", "--keep", path}).at("db") == path);
    bank.ok_json({"--db", path, "verify"});
    CHECK(bank.data({"--db", path, "balance", "--all"}).size() >= 3);
    bank.fails({"demo", "--keep", path}, "already_exists");
    bank.fails({"demo", "--seed", "-1"}, "invalid_number");
    bank.fails({"demo", "--seed", "x"}, "invalid_number");
    CHECK(access(bank.path().c_str(), F_OK) != 0);
}

}  // namespace
}  // namespace bankctl::cli_test
