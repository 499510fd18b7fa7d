// A Czech bank's real transactions of 1993 and 1994 (PKDD'99 Discovery Challenge), imported through a rules file and
// compared with sums over the file. The data is no part of the project; without it the tests say that they skip.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <random>
#include <sstream>

#include <catch2/catch.hpp>

#include "tests/cli/bank.h"
#include "tests/cli/export_readers.h"
#include "tests/cli/program.h"
#include "tests/support/temp_directory.h"

namespace bankctl::cli_test {
namespace {

constexpr const char* k_data_path = BANKCTL_SOURCE_DIR "/../shared/data/berka/trans_even_accounts.asc";

struct Row {
    std::string account;
    std::string date;        ///< YYYY-MM-DD
    std::int64_t minor = 0;  ///< positive: credit
};

/// The file's rows in their order; empty where the file is absent, which is said.
std::vector<Row> real_rows() {
    std::ifstream file(k_data_path);
    if (!file) WARN("SKIPPED: the real transactions are not at ../shared/data/berka");
    std::vector<Row> rows;
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
        std::istringstream cells(line);
        std::string id, account, date, type, operation, amount;
        for (std::string* cell : {&id, &account, &date, &type, &operation, &amount}) std::getline(cells, *cell, ';');
        amount.erase(std::remove(amount.begin(), amount.end(), '.'), amount.end());  // two decimals throughout
        const std::int64_t minor = std::stoll(amount);
        rows.push_back({account, "19" + date.substr(0, 2) + "-" + date.substr(2, 2) + "-" + date.substr(4, 2),
                        type == "\"PRIJEM\"" ? minor : -minor});
    }
    return rows;
}

/// Rules for the file. An account whose rows, in the file's order, take it below zero gets the overdraft it needs: the
/// bank did allow it.
std::string rules_for(const std::vector<Row>& rows) {
    std::map<std::string, std::int64_t> balances;
    std::map<std::string, std::int64_t> lowest;
    for (const Row& row : rows) {
        balances[row.account] += row.minor;
        lowest[row.account] = std::min(lowest[row.account], balances[row.account]);
    }
    nlohmann::json overdrafts = nlohmann::json::object();
    for (const auto& [account, minor] : lowest) {
        if (minor < 0) overdrafts[account] = std::to_string(-minor / 100 + 1);
    }
    const nlohmann::json rules{
        {"delimiter", ";"},
        {"encoding", "latin1"},
        {"columns", {{"account", "account_id"}, {"amount", "amount"}, {"date", "date"}}},
        {"date_format", "%y%m%d"},
        {"type", {{"column", "type"}, {"credit", {"PRIJEM"}}, {"debit", {"VYDAJ", "VYBER"}}}},
        {"memo", {"operation", "k_symbol"}},
        {"open",
         {{"customer", "berka"}, {"currency", "CZK"}, {"overdraft", {{"default", "0"}, {"accounts", overdrafts}}}}}};
    return rules.dump();
}

void import_all(const Bank& bank, const std::vector<Row>& rows) {
    test::write_file(bank.file("rules.json"), rules_for(rows));
    const Json report = bank.data({"transaction", "import", k_data_path, "--rules", bank.file("rules.json")});
    CHECK(report.at("applied") == rows.size());
    CHECK(report.at("refused") == 0);
}

void check_balances(const Bank& bank, const std::vector<Row>& rows) {
    std::map<std::string, std::int64_t> sums;
    for (const Row& row : rows) {
        sums[row.account] += row.minor;
        sums["@cash.CZK"] -= row.minor;
    }
    const Json all = bank.data({"balance", "--all"});
    CHECK(all.size() == sums.size());
    for (const Json& row : all) CHECK(row.at("balance").at("minor") == sums.at(row.at("account").get<std::string>()));
}

void check_days(const Bank& bank, const std::vector<Row>& rows) {
    std::mt19937_64 random(20261123);
    for (int i = 0; i < 200; ++i) {
        const std::string account = rows[random() % rows.size()].account;
        const std::string day = rows[random() % rows.size()].date;
        std::int64_t sum = 0;
        for (const Row& row : rows) sum += row.account == account && row.date <= day ? row.minor : 0;
        INFO(account << " on " << day);
        CHECK(bank.data({"balance", account, "--at", day + "T23:59:59Z"}).at("balance").at("minor") == sum);
    }
}

TEST_CASE("real transactions import exactly, once, and a changed line is a conflict", "[cli][real]") {
    const std::vector<Row> rows = real_rows();
    if (rows.empty()) return;
    const Bank bank;
    import_all(bank, rows);
    check_balances(bank, rows);
    check_days(bank, rows);
    const Json head = bank.head();

    const Json again = bank.data({"transaction", "import", k_data_path, "--rules", bank.file("rules.json")});
    CHECK(again.at("applied") == 0);
    CHECK(again.at("replayed") == rows.size());

    std::string changed = test::read_file(k_data_path);
    std::size_t begin = 0;
    for (int line = 1; line < 12'345; ++line) begin = changed.find('\n', begin) + 1;
    const std::size_t amount = changed.find('.', begin) - 1;
    changed[amount] = changed[amount] == '9' ? '8' : '9';
    test::write_file(bank.file("trans_even_accounts.asc"), changed);
    const Json error =
        bank.fails({"transaction", "import", bank.file("trans_even_accounts.asc"), "--rules", bank.file("rules.json")},
                   "idempotency_key_mismatch");
    CHECK(error.at("details").at("line") == 12'345);
    CHECK(error.at("details").at("field") == "amount");
    CHECK(bank.head() == head);
}

/// The export's file, and what the bank says of its accounts.
struct Exported {
    std::string path;
    std::string text;
    Balances balances;
};

Exported export_all(const Bank& bank, const std::string& format) {
    import_all(bank, real_rows());
    Exported exported{bank.file("bank." + format), bank.ok({"transaction", "export", "--format", format}),
                      balances_of_bank(bank)};
    test::write_file(exported.path, exported.text);
    return exported;
}

/// The file's first tenth until behind the last `end` in it. What holds of the whole file holds of its beginning, where
/// tools find a planted cent sooner.
std::string beginning_of(const std::string& text, const std::string& end) {
    return text.substr(0, text.rfind(end, text.size() / 10) + 1);
}

TEST_CASE("hledger and ledger read the real transactions, and find a planted cent", "[cli][real]") {
    if (real_rows().empty() || !has_program("hledger") || !has_program("ledger")) return;
    const Bank bank;
    const Exported exported = export_all(bank, "hledger");
    CHECK(balances_of_hledger(exported.path) == exported.balances);
    CHECK(balances_of_ledger(exported.path) == exported.balances);
    test::write_file(exported.path, with_planted_cent(exported.text, "@cash.CZK  ", " CZK\n", 0.5));
    CHECK(run_shell("hledger --file '" + exported.path + "' check").exit_code != 0);
    CHECK(run_shell("ledger --file '" + exported.path + "' balance").exit_code != 0);
}

TEST_CASE("hledger reads the real transactions as CSV, and finds a planted cent", "[cli][real]") {
    if (real_rows().empty() || !has_program("hledger")) return;
    const Bank bank;
    const Exported exported = export_all(bank, "csv");
    const std::string rules = "--rules-file '" BANKCTL_SOURCE_DIR "/schema/export/hledger.csv.rules'";
    const std::string printed = bank.file("bank.journal");  // hledger checks the assertions of journals only
    const auto print_and_check = [&] {
        const Run run = run_shell("hledger --file '" + exported.path + "' " + rules + " print");
        REQUIRE(run.exit_code == 0);
        test::write_file(printed, run.out);
        return run_shell("hledger --file '" + printed + "' check").exit_code == 0;
    };
    CHECK(print_and_check());
    CHECK(balances_of_hledger(printed) == exported.balances);
    const std::string beginning = beginning_of(exported.text, "\n");
    test::write_file(exported.path, beginning);
    CHECK(print_and_check());
    test::write_file(exported.path, with_planted_cent(beginning, ",CZK,'@cash.CZK,", ",", 0.5));
    CHECK_FALSE(print_and_check());
}

TEST_CASE("beancount reads the real transactions, and finds a planted cent", "[cli][real]") {
    if (real_rows().empty() || !has_program("bean-check") || !has_program("bean-query")) return;
    const Bank bank;
    const Exported exported = export_all(bank, "beancount");
    CHECK(balances_of_beancount(exported.path) == exported.balances);
    const auto accepts = [&] { return run_shell("bean-check '" + exported.path + "'").exit_code == 0; };
    const std::string beginning = beginning_of(exported.text, "\n\n");
    test::write_file(exported.path, beginning);
    CHECK(accepts());
    test::write_file(exported.path, with_planted_cent(beginning, " balance Assets:", " ~ ", 0.5));
    CHECK_FALSE(accepts());
}

TEST_CASE("ofxdump reads the real transactions, and a planted cent shows", "[cli][real]") {
    if (real_rows().empty() || !has_program("ofxdump")) return;
    const Bank bank;
    const Exported exported = export_all(bank, "ofx");
    CHECK(balances_of_ofx(exported.path) == exported.balances);
    // One account's statement, for ofxdump is slow.
    const std::string account = real_rows()[1000].account;
    const std::string statement = bank.ok({"account", "statement", account, "--format", "ofx"});
    test::write_file(exported.path, statement);
    const OfxAccount unchanged = read_ofx(exported.path).at(account);
    CHECK(unchanged.sum_minor == unchanged.ledger_minor);
    test::write_file(exported.path, with_planted_cent(statement, "<TRNAMT>", "</TRNAMT>", 0.5));
    const OfxAccount planted = read_ofx(exported.path).at(account);
    CHECK(std::abs(planted.sum_minor - planted.ledger_minor) >= 1);
}

TEST_CASE("an empty bank takes the real transactions as NDJSON once, and a planted cent never", "[cli][real]") {
    if (real_rows().empty()) return;
    const Bank bank;
    const Exported exported = export_all(bank, "ndjson");
    const Bank copy;
    copy.data({"transaction", "import", exported.path});
    CHECK(balances_of_bank(copy) == exported.balances);
    const Json head = copy.head();
    test::write_file(exported.path, with_planted_cent(exported.text, R"("amount":")", R"(",")", 0.5));
    const Json error = copy.fails({"transaction", "import", exported.path}, "idempotency_key_mismatch");
    CHECK(error.at("details").at("field") == "amount");
    CHECK(copy.head() == head);
}

}  // namespace
}  // namespace bankctl::cli_test
