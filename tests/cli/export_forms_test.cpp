// The forms of bankctl transaction export, as the programs that they are meant for read them.
#include <functional>

#include <catch2/catch.hpp>

#include "tests/cli/bank.h"
#include "tests/cli/export_readers.h"
#include "tests/cli/program.h"
#include "tests/support/temp_directory.h"

namespace bankctl::cli_test {
namespace {

const std::string k_rules_option = "--rules-file '" BANKCTL_SOURCE_DIR "/schema/export/hledger.csv.rules'";

const Words k_odd_ids{"1.2", "a", "a:b", "a::b", "a:", "a-b",        "a_b",
                      "a.b", "A", "x_",  "P",    "5",  "2026-01-01", std::string(60, 'x') + ".-_:"};
const Words k_odd_memos{"; date:2020-01-01 = 5 USD",
                        "\"quote\" \\ back",
                        "a & b <c> </MEMO> &amp; ]]>",
                        "two\nlines\tand\rmore",
                        "=1+1",
                        "'@x",
                        "caf\u00e9 \u65e5\u672c \u202e \u0085",
                        "| pipe",
                        "(paren) * !",
                        "\x1b[31m",
                        "  ",
                        "{}[]@@ 5",
                        "%memo",
                        "trailing\\",
                        "\uFFFE",
                        "",
                        std::string(4096, 'm')};

std::string write_export(const Bank& bank, const std::string& format) {
    const std::string path = bank.file("bank." + format);
    test::write_file(path, bank.ok({"transaction", "export", "--format", format}));
    return path;
}

/// Accounts of every odd id; the bank's own accounts have dates that go back.
void fill(const Bank& bank, bool is_with_other_currencies) {
    bank.ok({"customer", "add", "c1", "--name", "Ada & Co"});
    std::string lines;
    const auto add = [&](const Json& line) { lines += line.dump() + "\n"; };
    std::size_t count = 0;
    for (const std::string& id : k_odd_ids) {
        add({{"type", "open"}, {"account", id}, {"customer", "c1"}, {"currency", "USD"}});
        for (const std::string& memo : k_odd_memos) {
            const std::string day = "2025-0" + std::to_string(1 + count / k_odd_memos.size() % 3) + "-1" +
                                    std::to_string(count % k_odd_memos.size() / 2) + "T10:00:00Z";
            add({{"type", "credit"},
                 {"account", id},
                 {"amount", "10.0" + std::to_string(count % 10)},
                 {"memo", memo},
                 {"counter", count % 3 == 0 ? "@till:1.-_" : "@cash.USD"},
                 {"at", day}});
            ++count;
        }
        add({{"type", "debit"}, {"account", id}, {"amount", "77.77"}, {"at", "2025-04-01T23:59:59.999999Z"}});
    }
    add({{"type", "transfer"}, {"account", "a"}, {"to", "a:b"}, {"amount", "61.01"}, {"at", "2025-04-02"}});
    add({{"type", "hold"}, {"account", "a"}, {"amount", "1"}, {"at", "2025-04-02"}, {"key", "h"}});
    add({{"type", "capture"}, {"of_key", "h"}, {"amount", "0.50"}, {"at", "2025-04-03"}});
    for (const auto& [currency, amount] : std::vector<std::pair<std::string, std::string>>{
             {"JPY", "98761"}, {"KWD", "1.234"}, {"CLF", "0.0001"}, {"EUR", "90071992547409.91"}}) {
        if (!is_with_other_currencies) break;
        add({{"type", "open"}, {"account", currency}, {"customer", "c1"}, {"currency", currency}});
        add({{"type", "credit"}, {"account", currency}, {"amount", amount}, {"at", "2025-04-01"}});
    }
    add({{"type", "open"}, {"account", "unused"}, {"customer", "c1"}, {"currency", "USD"}});
    bank.ok({"transaction", "import", "-", "--source", "s"}, lines);
}

/// hledger checks the assertions of journals only, so it has to print one first.
bool hledger_accepts_csv(const std::string& path, const std::string& printed) {
    return run_shell("hledger --file '" + path + "' " + k_rules_option + " print > '" + printed +
                     "' && hledger --file '" + printed + "' check")
               .exit_code == 0;
}

/// What no transaction named is not in a sum.
Balances without(Balances balances, const std::string& id) {
    balances.erase(id);
    return balances;
}

/// `accepts(text)`, with the file's name known to it, must hold of the text and of none of the texts with a cent
/// planted.
void require_cent_found(const std::string& path, const std::string& mark, const Words& places,
                        const std::function<bool()>& accepts) {
    const std::string text = test::read_file(path);
    CHECK(accepts());
    for (const std::string& place : places) {
        INFO(place);
        test::write_file(path, with_planted_cent(text, place, mark));
        CHECK_FALSE(accepts());
    }
    test::write_file(path, text);
}

TEST_CASE("hledger and ledger read the same journal, and both find a planted cent", "[cli][export]") {
    if (!has_program("hledger") || !has_program("ledger")) return;
    const Bank bank;
    fill(bank, true);
    const std::string path = write_export(bank, "hledger");
    const std::string text = test::read_file(path);
    // A balance assertion on every posting.
    for (const std::string& line : lines_of(text)) {
        INFO(line);
        if (line.starts_with("    ") && !line.starts_with("    format ")) CHECK(line.find(" = ") != std::string::npos);
    }
    CHECK(balances_of_hledger(path) == without(balances_of_bank(bank), "unused"));
    const Words places{"\n    @cash.USD  ", "\n    @till:1.-_  ", "\n    a:b  "};
    require_cent_found(path, " USD", places,
                       [&] { return run_shell("hledger --file '" + path + "' check --strict").exit_code == 0; });
    const auto ledger_accepts = [&] {
        return run_shell("ledger --file '" + path + "' --strict --pedantic balance").exit_code == 0;
    };
    require_cent_found(path, " USD", places, ledger_accepts);
    // In an assertion.
    require_cent_found(path, " USD\n", {" = "}, ledger_accepts);
    require_cent_found(path, " USD\n", {" = "},
                       [&] { return run_shell("hledger --file '" + path + "' check").exit_code == 0; });
}

TEST_CASE("hledger reads the CSV export through its rules file, and finds a planted cent", "[cli][export]") {
    if (!has_program("hledger")) return;
    const Bank bank;
    fill(bank, true);
    const std::string path = write_export(bank, "csv");
    CHECK(balances_of_hledger(path, k_rules_option) == without(balances_of_bank(bank), "unused"));
    const auto accepts = [&] { return hledger_accepts_csv(path, bank.file("printed")); };
    // In the amount, in the debited account's balance, in the credited one's.
    require_cent_found(path, ",USD,", {",debit,"}, accepts);
    require_cent_found(path, ",", {",USD,'@cash.USD,", ",USD,'@till:1.-_,", ",USD,a:b,"}, accepts);
    require_cent_found(path, ",", {",a:b,", ",x_,"}, accepts);
    // A part asserts nothing and is read too.
    test::write_file(path, bank.ok({"transaction", "export", "--format", "csv", "--account", "a"}));
    CHECK(balances_of_hledger(path, k_rules_option).at("a") == balances_of_bank(bank).at("a"));
}

TEST_CASE("the CSV export is CSV, and no spreadsheet runs it", "[cli][export]") {
    const Bank bank;
    fill(bank, true);
    const std::vector<Words> rows = parse_csv(bank.ok({"transaction", "export", "--format", "csv"}));
    std::string date;
    for (std::size_t i = 1; i < rows.size(); ++i) {
        const Words& row = rows[i];
        REQUIRE(row.size() == 11);
        CHECK(row[1] >= date);
        date = row[1];
        for (const std::string& cell : row) {
            const bool is_number = &cell == &row[7] || &cell == &row[9];
            INFO(cell);
            CHECK((is_number || cell.empty() || std::string("=+-@\t\r").find(cell[0]) == std::string::npos));
        }
        const int of_bank = (row[6].starts_with("'@") ? 1 : 0) + (row[8].starts_with("'@") ? 1 : 0);
        CHECK(of_bank == (row[3] == "transfer" ? 0 : 1));
    }
}

TEST_CASE("bean-check accepts the beancount export, and finds a planted cent", "[cli][export]") {
    if (!has_program("bean-check") || !has_program("bean-query")) return;
    const Bank bank;
    fill(bank, true);
    const std::string path = write_export(bank, "beancount");
    const Bank dollars;  // bean-query cannot print the largest amounts of the others, which bean-check can read
    fill(dollars, false);
    CHECK(balances_of_beancount(write_export(dollars, "beancount")) == without(balances_of_bank(dollars), "unused"));
    const auto accepts = [&] { return run_shell("bean-check '" + path + "'").exit_code == 0; };
    require_cent_found(path, " USD", {"\n  Equity:", "\n  Assets:"}, accepts);
    require_cent_found(path, " ~ 0.00 USD", {" balance Assets:", " balance Equity:"}, accepts);
    // In both postings of a transaction, which then still balances.
    const std::string text = test::read_file(path);
    const std::size_t first = text.find("  -10.01 USD");
    const std::size_t second = text.find("  10.01 USD", first);
    std::string both = text;
    both[first + 7] = '2';
    both[second + 6] = '2';
    REQUIRE(both != text);
    test::write_file(path, both);
    CHECK_FALSE(accepts());
}

TEST_CASE("ofxdump reads the OFX export, and its amounts sum to its balances", "[cli][export]") {
    if (!has_program("ofxdump")) return;
    const Bank bank;
    fill(bank, false);
    const std::string path = write_export(bank, "ofx");
    Balances expected = balances_of_bank(bank);
    const std::string long_id = std::string(60, 'x') + ".-_:";
    const std::string long_balance = expected.at(long_id);
    expected.erase(long_id);
    Balances found = balances_of_ofx(path);
    const auto shortened = found.lower_bound("xxxxx~");
    REQUIRE(shortened != found.end());
    CHECK(shortened->first.size() == 22);
    CHECK(shortened->second == long_balance);
    found.erase(shortened);
    CHECK(found == expected);
    CHECK(found.at("unused") == "0");

    test::write_file(path, with_planted_cent(test::read_file(path), "<TRNAMT>", "</TRNAMT>"));
    bool is_found = false;
    for (const auto& [account, sums] : read_ofx(path)) is_found = is_found || sums.sum_minor != sums.ledger_minor;
    CHECK(is_found);
}

TEST_CASE("the OFX export is well-formed XML whatever the data holds", "[cli][export]") {
    if (!has_program("xmllint")) return;
    const Bank bank;
    fill(bank, true);
    const std::string path = write_export(bank, "ofx");
    CHECK(run_shell("xmllint --noout '" + path + "'").exit_code == 0);
    CHECK_FALSE(has_harmful_characters(test::read_file(path), "\n"));
    test::write_file(path, test::read_file(path) + "<");
    CHECK(run_shell("xmllint --noout '" + path + "'").exit_code != 0);
}

TEST_CASE("a part of the books has only the transactions that match, in every form", "[cli][export]") {
    const Bank bank;
    fill(bank, true);
    for (const std::string format : {"hledger", "ofx", "csv", "beancount"}) {
        INFO(format);
        const auto export_of = [&](const Words& filter) {
            Words words{"transaction", "export", "--format", format};
            words.insert(words.end(), filter.begin(), filter.end());
            return bank.ok(words);
        };
        const std::string of_yen = export_of({"--account", "JPY"});
        CHECK(of_yen.find("98761") != std::string::npos);
        CHECK(of_yen.find("USD") == std::string::npos);
        CHECK(of_yen.find(" = ") == std::string::npos);
        CHECK(of_yen.find(" balance ") == std::string::npos);
        const std::string late = export_of({"--since", "2025-04-02", "--until", "2025-04-03"});
        CHECK(late.find("61.01") != std::string::npos);
        CHECK(late.find("77.77") == std::string::npos);
        CHECK(export_of({"--account", "JPY", "--until", "2025-04-01"}).find("98761") == std::string::npos);
        bank.fails({"transaction", "export", "--format", format, "--account", "nobody"}, "account_not_found");
    }
    if (!has_program("hledger") || !has_program("ledger") || !has_program("bean-check")) return;
    const std::string path = bank.file("part");
    test::write_file(path, bank.ok({"tx", "export", "--format", "hledger", "--since", "2025-03-12"}));
    CHECK(balances_of_hledger(path).size() > 2);
    CHECK(run_shell("hledger --file '" + path + "' check --strict").exit_code == 0);
    CHECK(run_shell("ledger --file '" + path + "' --strict --pedantic balance").exit_code == 0);
    test::write_file(path, bank.ok({"tx", "export", "--format", "beancount", "--since", "2025-03-12"}));
    CHECK(run_shell("bean-check '" + path + "'").exit_code == 0);
}

}  // namespace
}  // namespace bankctl::cli_test
