// bankctl transaction import: options, reports, and the promise that a file can be imported again.
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "tests/cli/bank.h"
#include "tests/cli/forms.h"

namespace bankctl::cli_test {
namespace {

std::string credit(const std::string& amount, const std::string& more = "") {
    return R"({"type":"credit","account":"alice","amount":")" + amount + "\"" + (more.empty() ? "" : "," + more) +
           "}\n";
}

Words import(std::initializer_list<std::string> more = {}) {
    Words words{"transaction", "import", "-", "--source", "s"};
    words.insert(words.end(), more);
    return words;
}

TEST_CASE("a file is imported once, a grown one by what is new", "[cli][import]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    const std::string path = bank.file("day.ndjson");
    test::write_file(path, credit("1.00") + "\n" + credit("2.00", R"("key":"own")"));
    const Json first = bank.data({"transaction", "import", path});
    CHECK(first.at("lines") == 2);
    CHECK(first.at("applied") == 2);
    CHECK(first.at("replayed") == 0);
    CHECK(first.at("refused") == 0);
    CHECK(first.at("dry_run") == false);
    CHECK(first.at("head") == bank.head());
    CHECK(first.at("last_seq") == bank.head().at("seq"));
    CHECK(bank.data({"transaction", "show", "--key", "day.ndjson:1"}).at("amount").at("decimal") == "1.00");
    CHECK(bank.data({"transaction", "show", "--key", "own"}).at("amount").at("decimal") == "2.00");

    const Json again = bank.data({"transaction", "import", path});
    CHECK(again.at("replayed") == 2);
    CHECK(again.at("applied") == 0);
    CHECK(again.at("first_seq").is_null());
    CHECK(again.at("head") == first.at("head"));

    test::write_file(path, credit("1.00") + "\n" + credit("2.00", R"("key":"own")") + credit("3.00"));
    const Json grown = bank.data({"transaction", "import", path});
    CHECK(grown.at("applied") == 1);
    CHECK(grown.at("replayed") == 2);
    CHECK(bank.balance_of("alice") == "6.00");
    CHECK(bank.data({"transaction", "show", "--key", "day.ndjson:4"}).at("amount").at("decimal") == "3.00");
}

TEST_CASE("a changed line is a conflict, not skipped", "[cli][import]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    bank.ok(import(), credit("1.00") + credit("2.00"));
    const Json error = bank.fails(import(), "idempotency_key_mismatch", credit("1.00") + credit("2.01"));
    CHECK(error.at("details").at("line") == 2);
    CHECK(error.at("details").at("field") == "amount");
    CHECK(error.at("details").at("replayed") == 1);
    CHECK(bank.balance_of("alice") == "3.00");
}

TEST_CASE("the first line that fails ends the import and keeps what went before", "[cli][import]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    const std::string lines = credit("1.00") + credit("1.001") + credit("4.00");
    const Json error = bank.fails(import(), "amount_precision", lines);
    CHECK(error.at("details").at("line") == 2);
    CHECK(error.at("details").at("lines") == 2);
    CHECK(error.at("details").at("applied") == 1);
    CHECK(error.at("details").at("refused") == 1);
    CHECK(error.at("details").at("head") == bank.head());
    CHECK(bank.balance_of("alice") == "1.00");
}

TEST_CASE("--atomic keeps all or nothing", "[cli][import]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    const Json head = bank.head();
    const Json error = bank.fails(import({"--atomic"}), "amount_precision", credit("1.00") + credit("1.001"));
    CHECK(error.at("details").at("applied") == 0);
    CHECK(error.at("details").at("first_seq").is_null());
    CHECK(error.at("details").at("head") == head);
    CHECK(bank.head() == head);
    CHECK(bank.data(import({"--atomic"}), credit("1.00") + credit("1.00")).at("applied") == 2);
}

TEST_CASE("--keep-going goes on, and --rejects keeps what was refused", "[cli][import]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    const std::string rejects = bank.file("rejects.ndjson");
    const std::string lines = credit("1.00") + "{\n" + credit("2.00") + credit("1.001") + "\xff\n" + credit("4.00");
    const Json error = bank.fails(import({"--keep-going", "--rejects", rejects}), "lines_rejected", lines);
    CHECK(error.at("details").at("lines") == 6);
    CHECK(error.at("details").at("applied") == 3);
    CHECK(error.at("details").at("refused") == 3);
    CHECK(bank.balance_of("alice") == "7.00");
    const std::vector<Json> rows = parse_lines(test::read_file(rejects));
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].at("line") == 2);
    CHECK(rows[0].at("code") == "invalid_json");
    CHECK(rows[0].at("input") == "{");
    CHECK(rows[1].at("line") == 4);
    CHECK(rows[1].at("code") == "amount_precision");
    CHECK(rows[1].at("input").get<std::string>() + "\n" == credit("1.001"));
    CHECK(rows[2].at("line") == 5);
    struct stat file {};
    REQUIRE(stat(rejects.c_str(), &file) == 0);
    CHECK((file.st_mode & 07777U) == 0600);
    // With nothing to reject it ends well.
    CHECK(bank.data({"transaction", "import", "-", "--source", "t", "--keep-going"}, credit("1.00")).at("applied") ==
          1);
}

TEST_CASE("rejects are not written over what is read", "[cli][import]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    std::ofstream(bank.file("lines.ndjson")) << R"({"type":"credit","account":"alice","amount":"2"})"
                                             << "\n";
    bank.fails(
        {"transaction", "import", bank.file("lines.ndjson"), "--keep-going", "--rejects", bank.file("lines.ndjson")},
        "usage");
    CHECK(bank.data({"transaction", "import", bank.file("lines.ndjson")}).at("applied") == 1);
}

TEST_CASE("a group is applied together or not at all", "[cli][import]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    const std::string g = R"("group":"g")";
    const Json error =
        bank.fails(import({"--keep-going"}), "lines_rejected", credit("1.00", g) + credit("1.001", g) + credit("2.00"));
    CHECK(error.at("details").at("applied") == 1);
    CHECK(error.at("details").at("refused") == 2);
    CHECK(bank.balance_of("alice") == "2.00");
}

TEST_CASE("a dry run of an import tells what it would do", "[cli][import]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    const Json head = bank.head();
    const Json report = bank.data(import({"--dry-run"}), credit("1.00") + credit("2.00"));
    CHECK(report.at("applied") == 2);
    CHECK(report.at("dry_run") == true);
    CHECK(report.at("first_seq").is_null());
    CHECK(bank.head() == head);
    bank.fails(import({"--dry-run"}), "amount_precision", credit("1.001"));
    CHECK(bank.head() == head);
}

TEST_CASE("an empty import applies nothing", "[cli][import]") {
    const Bank bank;
    for (const std::string input : {"", "\n", "\n  \n\t\n", "\r\n"}) {
        const Json report = bank.data(import(), input);
        CHECK(report.at("lines") == 0);
        CHECK(report.at("applied") == 0);
        CHECK(report.at("head") == bank.head());
    }
    CHECK(bank.data({"transaction", "import", "-", "--format", "csv"}, "").at("lines") == 0);
}

TEST_CASE("every verb can be imported", "[cli][import]") {
    const Bank bank;
    const std::string lines = R"({"type":"customer","id":"c1","name":"Ada","email":"a@example.com"}
{"type":"open","account":"alice","customer":"c1","currency":"USD","overdraft":"5.00","opening_balance":"10.00"}
{"type":"open","account":"bob","customer":"c1","currency":"USD"}
{"type":"credit","account":"alice","amount":"1.00","memo":"m","counter":"@till","at":"2026-01-31","key":"c"}
{"type":"transfer","account":"alice","to":"bob","amount_minor":250}
{"type":"debit","account":"bob","amount":"0.50"}
{"type":"hold","account":"bob","amount":"2.00","key":"h"}
{"type":"capture","of_key":"h","amount":"1.00"}
{"type":"hold","account":"alice","amount":"1.00","key":"h2","expires":"9000-01-01"}
{"type":"release","of_key":"h2"}
{"type":"reverse","of_key":"c","reason":"why"}
{"type":"freeze","account":"bob"}
{"type":"unfreeze","account":"bob"}
{"type":"customer_update","id":"c1","phone":"1"}
)";
    const Json error = bank.fails(import(), "invalid_time", lines);
    CHECK(error.at("details").at("line") == 4);  // alice was opened with a balance just now
    std::string without = lines;
    without.erase(without.find(R"(,"at":"2026-01-31")"), std::string(R"(,"at":"2026-01-31")").size());
    const Json report = bank.data(import(), without);
    CHECK(report.at("lines") == 14);
    CHECK(report.at("applied") == 11);
    CHECK(report.at("replayed") == 3);
    CHECK(bank.balance_of("alice") == "7.50");
    CHECK(bank.balance_of("bob") == "1.00");
    CHECK(bank.data({"customer", "show", "c1"}).at("phone") == "1");
    CHECK(bank.data(import(), without).at("replayed") == 14);
}

TEST_CASE("CSV with a header is imported like NDJSON", "[cli][import]") {
    const Bank bank;
    bank.add_accounts({"alice", "bob"}, "10");
    const std::string csv =
        "type,account,to,amount,memo\ncredit,alice,,1.00,\"a, \"\"b\"\"\"\r\ntransfer,alice,bob,2.50,\n";
    test::write_file(bank.file("day.csv"), csv);
    CHECK(bank.data({"transaction", "import", bank.file("day.csv")}).at("applied") == 2);
    CHECK(bank.data({"transaction", "show", "--key", "day.csv:2"}).at("memo") == "a, \"b\"");
    CHECK(bank.data({"transaction", "show", "--key", "day.csv:3"}).at("memo").is_null());
    CHECK(bank.data(import({"--format", "csv"}), csv).at("applied") == 2);
    CHECK(bank.balance_of("bob") == "15.00");
}

TEST_CASE("a rules file maps another bank's CSV", "[cli][import]") {
    const Bank bank;
    test::write_file(bank.file("rules.json"), R"({"delimiter":";","decimal":",","encoding":"latin1","skip_lines":1,
        "columns":{"account":"Konto","amount":"Betrag","date":"Tag","key":"Nr"},"date_format":"%d.%m.%Y",
        "type":{"column":"Art","credit":["H"],"debit":["S"]},"memo":["Text"],
        "open":{"customer":"imported","currency":"EUR","overdraft":"5"}})");
    const std::string csv =
        "Auszug\nNr;Konto;Betrag;Art;Tag;Text\n1;k1;12,34;H;31.01.2026;M\xfcnchen\n2;k1;2,34;S;01.02.2026;\n";
    const Json report =
        bank.data({"transaction", "import", "-", "--source", "s", "--rules", bank.file("rules.json")}, csv);
    CHECK(report.at("applied") == 2);
    CHECK(bank.balance_of("k1") == "10.00");
    const Json first = bank.data({"transaction", "show", "--key", "1"});
    CHECK(first.at("memo") == "München");
    CHECK(first.at("effective_at") == "2026-01-31T00:00:00.000000Z");
    CHECK(bank.data({"account", "show", "k1"}).at("overdraft").at("decimal") == "5.00");
}

TEST_CASE("what import refuses before it reads a line", "[cli][import]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    const Json head = bank.head();
    bank.fails({"transaction", "import"}, "missing_argument");
    bank.fails({"transaction", "import", bank.file("absent")}, "unreadable_input");
    bank.fails({"transaction", "import", bank.directory()}, "unreadable_input");
    bank.fails({"transaction", "import", "-"}, "invalid_key", credit("1.00"));
    bank.fails(import({"--format", "xml"}), "usage");
    bank.fails(import({"--rejects", bank.file("r")}), "usage");
    bank.fails(import({"--atomic", "--keep-going"}), "usage");
    bank.fails(import({"--rules", bank.file("absent")}), "unreadable_input");
    bank.fails(import({"--rules", bank.file("absent"), "--format", "ndjson"}), "usage");
    bank.fails(import({"--keep-going", "--rejects", bank.file("absent/r")}), "output_failed", credit("1.00"));
    bank.fails({"transaction", "import", "-", "--source", std::string(254, 'x')}, "invalid_key", credit("1.00"));
    bank.fails({"transaction", "import", "-", "--source", "\xff"}, "invalid_key", credit("1.00"));
    CHECK(bank.head() == head);
}

TEST_CASE("an import leaves no long log, which every process would read", "[cli][import]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    std::string lines;
    for (int i = 0; i < 6'000; ++i) lines += credit("0.01");
    bank.ok(import(), lines);
    CHECK(std::filesystem::file_size(bank.path() + "-wal") < 33 * 4'120);
}

TEST_CASE("import prints every form", "[cli][import]") {
    const Bank bank;
    test::write_file(bank.file("empty.ndjson"), "");
    require_same_in_all_forms(bank, {"transaction", "import", bank.file("empty.ndjson")});
    const Run run = bank.run(import(), "{\n");
    CHECK(run.exit_code == 2);
    CHECK(run.out.empty());
    CHECK(run.err.find("refused") != std::string::npos);  // the report follows the message
}

}  // namespace
}  // namespace bankctl::cli_test
