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

void write_file(const std::string& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary);
    file << text;
    REQUIRE(file.good());
}

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

void import_all(const Bank& bank, const std::vector<Row>& rows) {
    write_file(bank.file("rules.json"), rules_for(rows));
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

    std::string changed = read_file(k_data_path);
    std::size_t begin = 0;
    for (int line = 1; line < 12'345; ++line) begin = changed.find('\n', begin) + 1;
    const std::size_t amount = changed.find('.', begin) - 1;
    changed[amount] = changed[amount] == '9' ? '8' : '9';
    write_file(bank.file("trans_even_accounts.asc"), changed);
    const Json error =
        bank.fails({"transaction", "import", bank.file("trans_even_accounts.asc"), "--rules", bank.file("rules.json")},
                   "idempotency_key_mismatch");
    CHECK(error.at("details").at("line") == 12'345);
    CHECK(error.at("details").at("field") == "amount");
    CHECK(bank.head() == head);
}

TEST_CASE("hledger accepts the real transactions' export, and finds a planted cent", "[cli][real]") {
    const std::vector<Row> rows = real_rows();
    if (rows.empty()) return;
    if (std::system("command -v hledger >/dev/null") != 0) {  // NOLINT(concurrency-mt-unsafe)
        WARN("SKIPPED: hledger is not installed");
        return;
    }
    const Bank bank;
    import_all(bank, rows);
    const std::string journal = bank.ok({"transaction", "export", "--format", "hledger"});
    write_file(bank.file("bank.journal"), journal);
    const std::string check = "hledger --file '" + bank.file("bank.journal") + "' check >/dev/null 2>&1";
    CHECK(std::system(check.c_str()) == 0);  // NOLINT(concurrency-mt-unsafe)

    std::string planted = journal;
    const std::size_t asserted = planted.find(" CZK", planted.find(" = ", planted.size() / 2)) - 1;
    planted[asserted] = planted[asserted] == '0' ? '1' : '0';
    write_file(bank.file("bank.journal"), planted);
    CHECK(std::system(check.c_str()) != 0);  // NOLINT(concurrency-mt-unsafe)
}

}  // namespace
}  // namespace bankctl::cli_test
