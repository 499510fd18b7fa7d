#include "tests/cli/export_readers.h"

#include <algorithm>
#include <cstdlib>

#include <catch2/catch.hpp>

#include "tests/cli/program.h"
#include "tests/support/temp_directory.h"

namespace bankctl::cli_test {
namespace {

/// `12.30 USD` and ` 12.3` alike as `12.3`.
std::string plain_number(std::string text) {
    text.erase(0, text.find_first_not_of(' '));
    text = text.substr(0, text.find(' '));
    if (text.find('.') == std::string::npos) return text;
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text;
}

std::string quoted_path(const std::string& path) { return "'" + path + "'"; }

std::int64_t minor_of(std::string text) {
    REQUIRE(text.find('.') == text.size() - 3);
    text.erase(text.size() - 3, 1);
    return std::stoll(text);
}

/// The ids that the metadata of `open` directives gives to beancount's names.
std::map<std::string, std::string> ids_of_beancount(const std::string& path) {
    std::map<std::string, std::string> ids;
    std::string name;
    for (const std::string& line : lines_of(test::read_file(path))) {
        const std::size_t open = line.find(" open ");
        if (open == 10) name = line.substr(16, line.find(' ', 16) - 16);
        if (line.starts_with("  id: \"")) ids[name] = line.substr(7, line.size() - 8);
    }
    return ids;
}

}  // namespace

Balances balances_of_bank(const Bank& bank) {
    Balances balances;
    for (const Json& row : bank.data({"balance", "--all"}))
        balances[row.at("account")] = plain_number(row.at("balance").at("decimal"));
    return balances;
}

Balances balances_of_hledger(const std::string& path, const std::string& options) {
    const Run run = run_shell("hledger --file " + quoted_path(path) + " " + options +
                              " balance --flat --empty --no-total --output-format csv");
    REQUIRE(run.exit_code == 0);
    Balances balances;
    for (const Words& row : parse_csv(run.out)) {
        if (row[0] == "account") continue;
        balances[row[0].substr(row[0].starts_with('\'') ? 1 : 0)] = plain_number(row[1]);
    }
    return balances;
}

Balances balances_of_ledger(const std::string& path) {
    const Run run = run_shell("ledger --file " + quoted_path(path) +
                              " --strict --pedantic balance --flat --empty --no-total"
                              " --balance-format '%(account) %(quantity(amount))\\n'");
    REQUIRE(run.exit_code == 0);
    Balances balances;
    for (const std::string& line : lines_of(run.out)) {
        const std::size_t blank = line.find(' ');
        balances[line.substr(0, blank)] = plain_number(line.substr(blank));
    }
    return balances;
}

Balances balances_of_beancount(const std::string& path) {
    REQUIRE(run_shell("bean-check " + quoted_path(path)).exit_code == 0);
    const std::map<std::string, std::string> ids = ids_of_beancount(path);
    const Run run =
        run_shell("bean-query --format csv " + quoted_path(path) + " 'select account, sum(position) group by account'");
    REQUIRE(run.exit_code == 0);
    Balances balances;
    for (const Words& row : parse_csv(run.out)) {
        const std::string name = row[0].substr(0, row[0].find(' '));
        if (row.size() > 1 && name != "account")
            balances[ids.at(name)] = plain_number(row[1].substr(0, row[1].find('\r')));
    }
    return balances;
}

std::map<std::string, OfxAccount> read_ofx(const std::string& path) {
    const Run run = run_shell("ofxdump " + quoted_path(path));
    REQUIRE(run.exit_code == 0);
    std::map<std::string, OfxAccount> accounts;
    std::string account;
    for (const std::string& line : lines_of(run.out)) {
        const auto value_of = [&](const std::string& label) {
            const std::size_t begin = line.find(label);
            return begin == std::string::npos ? std::string() : line.substr(begin + label.size());
        };
        if (line.starts_with("    Account ID")) account = line.substr(line.rfind(' ') + 1);
        if (const std::string text = value_of("Ledger balance: "); !text.empty())
            accounts[account].ledger_minor = minor_of(text);
        if (const std::string text = value_of("Total money amount: "); !text.empty())
            accounts[account].sum_minor += minor_of(text);
    }
    return accounts;
}

Balances balances_of_ofx(const std::string& path) {
    Balances balances;
    for (const auto& [account, sums] : read_ofx(path)) {
        INFO(account);
        CHECK(sums.sum_minor == sums.ledger_minor);
        const std::string digits = std::to_string(std::abs(sums.sum_minor) + 1000);  // at least four of them
        const std::string whole = std::to_string(std::abs(sums.sum_minor) / 100);
        balances[account] =
            plain_number((sums.sum_minor < 0 ? "-" : "") + whole + "." + digits.substr(digits.size() - 2));
    }
    return balances;
}

std::string with_planted_cent(std::string text, const std::string& before, const std::string& mark, double portion) {
    const auto limit = static_cast<std::size_t>(portion * static_cast<double>(text.size()));
    const std::size_t begin = text.rfind(before, limit);
    REQUIRE(begin != std::string::npos);
    const std::size_t digit = text.find(mark, begin + before.size()) - 1;
    REQUIRE(text.find_first_of("0123456789", digit) == digit);
    text[digit] = text[digit] == '0' ? '1' : '0';
    return text;
}

}  // namespace bankctl::cli_test
