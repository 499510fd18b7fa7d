// bankctl account statement in all its forms.
#include <catch2/catch.hpp>

#include "tests/cli/bank.h"
#include "tests/cli/export_readers.h"
#include "tests/cli/forms.h"
#include "tests/cli/program.h"
#include "tests/support/temp_directory.h"

namespace bankctl::cli_test {
namespace {

/// alice with transactions on four days, holds among them.
void fill(const Bank& bank) {
    bank.ok({"customer", "add", "c1", "--name", "Ada <Lovelace> & Co"});
    for (const std::string id : {"alice", "bob"})
        bank.ok({"account", "open", id, "--customer", "c1", "--currency", "USD", "--opening-balance", "100", "--at",
                 "2025-01-01", "--overdraft", "500"});
    bank.ok({"transaction", "credit", "alice", "5.25", "--at", "2025-01-10", "--memo", "Interest"});
    bank.ok({"transaction", "transfer", "alice", "bob", "300", "--at", "2025-01-20", "--memo",
             "=1+1; <script>alert(1)</script>\n\x1b[31m\u202e & \"more\" " + std::string(90, 'x')});
    bank.ok({"transaction", "capture", bank.seq({"transaction", "hold", "alice", "20", "--at", "2025-02-01"}), "12.50",
             "--at", "2025-02-02"});
    bank.ok({"transaction", "release", bank.seq({"transaction", "hold", "alice", "20", "--at", "2025-02-03"})});
}

Words statement(std::initializer_list<std::string> more = {}) {
    Words words{"account", "statement", "alice"};
    words.insert(words.end(), more);
    return words;
}

std::int64_t minor(const Json& money) { return money.at("minor").get<std::int64_t>(); }

void require_sum(const Json& data) {
    std::int64_t balance = minor(data.at("opening_balance"));
    std::int64_t credits = 0;
    std::int64_t debits = 0;
    for (const Json& transaction : data.at("transactions")) {
        const std::int64_t amount = minor(transaction.at("amount"));
        balance += amount;
        (amount < 0 ? debits : credits) += std::abs(amount);
        CHECK(minor(transaction.at("balance")) == balance);
        CHECK(transaction.at("date") >= data.at("since"));
        CHECK(transaction.at("date") < data.at("until"));
    }
    CHECK(minor(data.at("closing_balance")) == balance);
    CHECK(minor(data.at("total_credits")) == credits);
    CHECK(minor(data.at("total_debits")) == debits);
}

TEST_CASE("a statement goes from the account's opening until now", "[cli][statement]") {
    const Bank bank;
    fill(bank);
    const Json data = bank.data(statement());
    CHECK(data.at("account") == "alice");
    CHECK(data.at("customer") == Json{{"id", "c1"}, {"name", "Ada <Lovelace> & Co"}});
    CHECK(data.at("currency") == "USD");
    CHECK(data.at("since") == "2025-01-01T00:00:00.000000Z");
    CHECK(data.at("opening_balance").at("decimal") == "0.00");
    CHECK(data.at("closing_balance") == bank.data({"balance", "alice"}).at("balance"));
    CHECK(data.at("total_credits").at("decimal") == "105.25");
    CHECK(data.at("total_debits").at("decimal") == "312.50");
    const Json& transactions = data.at("transactions");
    REQUIRE(transactions.size() == 4);  // holds and releases move no money
    CHECK(transactions[0].at("kind") == "opening");
    CHECK(transactions[0].at("counterparty") == "@cash.USD");
    CHECK(transactions[1].at("memo") == "Interest");
    CHECK(transactions[2].at("counterparty") == "bob");
    CHECK(transactions[2].at("amount").at("decimal") == "-300.00");
    CHECK(transactions[2].at("memo").get<std::string>().starts_with("=1+1; <script>"));
    CHECK(transactions[3].at("kind") == "capture");
    require_sum(data);
    CHECK(parse_lines(bank.ok(statement({"--output", "ndjson"})))[0].at("transactions") == transactions);
}

TEST_CASE("a statement's period begins at since and ends before until", "[cli][statement]") {
    const Bank bank;
    fill(bank);
    const auto numbers = [&](const std::string& since, const std::string& until) {
        const Json data = bank.data(statement({"--since", since, "--until", until}));
        require_sum(data);
        return std::make_tuple(data.at("opening_balance").at("decimal").get<std::string>(),
                               data.at("transactions").size(),
                               data.at("closing_balance").at("decimal").get<std::string>());
    };
    CHECK(numbers("2025-01-10", "2025-01-20") == std::make_tuple("100.00", 1U, "105.25"));
    CHECK(numbers("2025-01-10T00:00:00.000001Z", "2025-01-20T00:00:00.000001Z") ==
          std::make_tuple("105.25", 1U, "-194.75"));
    CHECK(numbers("2024-01-01", "2025-01-01") == std::make_tuple("0.00", 0U, "0.00"));
    CHECK(numbers("2025-01-10", "2025-01-10") == std::make_tuple("100.00", 0U, "100.00"));
    CHECK(numbers("2025-03-01", "9999-01-01") == std::make_tuple("-207.25", 0U, "-207.25"));
    CHECK(numbers("0001-01-01", "9999-12-31") == std::make_tuple("0.00", 4U, "-207.25"));
}

TEST_CASE("an account without transactions has an empty statement", "[cli][statement]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    const Json data = bank.data(statement());
    CHECK(data.at("transactions").empty());
    CHECK(data.at("since") == bank.data({"account", "show", "alice"}).at("opened_at"));
    require_sum(data);
    CHECK(lines_of(bank.ok(statement())).size() == 7);
    CHECK(parse_csv(bank.ok(statement({"--format", "csv"}))).size() == 1);
}

TEST_CASE("a statement keeps the decimals of its currency", "[cli][statement]") {
    const Bank bank;
    bank.ok({"customer", "add", "c1", "--name", "Ada"});
    for (const auto& [currency, amount] : std::vector<std::pair<std::string, std::string>>{
             {"JPY", "9007199254740991"}, {"KWD", "9007199254740.991"}, {"CLF", "1.0001"}}) {
        bank.ok({"account", "open", currency, "--customer", "c1", "--currency", currency, "--opening-balance", amount});
        const Words words{"account", "statement", currency};
        CHECK(bank.data(words).at("closing_balance").at("decimal") == amount);
        const std::string table = bank.ok(words);
        require_narrow(table);
        CHECK(table.find(" " + amount + "\n") != std::string::npos);
    }
}

TEST_CASE("a statement's table reads like one", "[cli][statement]") {
    const Bank bank;
    fill(bank);
    const std::string table = bank.ok(statement({"--until", "2025-02-03"}));
    require_narrow(table);
    CHECK_FALSE(has_harmful_characters(table, "\n"));
    const Words lines = lines_of(table);
    REQUIRE(lines.size() == 11);
    CHECK(lines[0] == "Statement of account alice in USD");
    CHECK(lines[1] == "Ada <Lovelace> & Co (c1)");
    CHECK(lines[2] == "2025-01-01 to 2025-02-02");
    CHECK(lines[3].empty());
    const std::string rows = table.substr(table.find("DATE"));
    require_right_aligned(rows, "BALANCE");
    CHECK(lines[5].starts_with("2025-01-01  Opening balance "));
    CHECK(lines[5].ends_with(" 0.00"));
    CHECK(lines[7].starts_with("2025-01-10  credit @cash.USD: Interest "));
    CHECK(lines[7].ends_with("    5.25   105.25"));
    CHECK(lines[8].ends_with("…  300.00          -194.75"));
    CHECK(lines[10].starts_with("2025-02-02  Closing balance"));
    CHECK(lines[10].ends_with("312.50  105.25  -207.25"));
    CHECK(bank.ok(statement({"--format", "table", "--json", "--until", "2025-02-03"})) == table);
}

TEST_CASE("a statement's period is days where it is whole ones, else times", "[cli][statement]") {
    const Bank bank;
    fill(bank);
    struct Case {
        std::string since, until, period, html_period, closing_date;
    };
    for (const Case& expected : std::vector<Case>{
             {"2025-01-01", "2025-02-01", "2025-01-01 to 2025-01-31",
              "<time datetime=\"2025-01-01T00:00:00.000Z\">2025-01-01</time> to "
              "<time datetime=\"2025-01-31T23:59:59.999Z\">2025-01-31</time>",
              "2025-01-31"},
             {"2025-01-10", "2025-01-11", "2025-01-10 to 2025-01-10",
              "<time datetime=\"2025-01-10T00:00:00.000Z\">2025-01-10</time> to "
              "<time datetime=\"2025-01-10T23:59:59.999Z\">2025-01-10</time>",
              "2025-01-10"},
             {"2025-01-01T06:00:00Z", "2025-02-01", "2025-01-01 06:00:00 to 2025-02-01 00:00:00 UTC",
              "<time datetime=\"2025-01-01T06:00:00.000Z\">2025-01-01 06:00:00</time> to "
              "<time datetime=\"2025-02-01T00:00:00.000Z\">2025-02-01 00:00:00</time> UTC",
              "2025-01-31"},
             {"2025-01-01", "2025-02-01T00:00:00.000001Z", "2025-01-01 00:00:00 to 2025-02-01 00:00:00 UTC",
              "<time datetime=\"2025-01-01T00:00:00.000Z\">2025-01-01 00:00:00</time> to "
              "<time datetime=\"2025-02-01T00:00:00.000Z\">2025-02-01 00:00:00</time> UTC",
              "2025-02-01"},
             // Nothing lies in it, no day either.
             {"2025-01-10", "2025-01-10", "2025-01-10 00:00:00 to 2025-01-10 00:00:00 UTC",
              "<time datetime=\"2025-01-10T00:00:00.000Z\">2025-01-10 00:00:00</time> to "
              "<time datetime=\"2025-01-10T00:00:00.000Z\">2025-01-10 00:00:00</time> UTC",
              "2025-01-10"}}) {
        const Words period{"--since", expected.since, "--until", expected.until};
        INFO(expected.since << " " << expected.until);
        Words words = statement();
        words.insert(words.end(), period.begin(), period.end());
        const Words lines = lines_of(bank.ok(words));
        CHECK(lines[2] == expected.period);
        CHECK(lines.back().starts_with(expected.closing_date + "  Closing balance"));
        words.insert(words.end(), {"--format", "html"});
        const std::string html = bank.ok(words);
        CHECK(html.find("<dt>Period</dt><dd>" + expected.html_period + "</dd>") != std::string::npos);
        CHECK(html.find(">" + expected.closing_date + "</time></td><th scope=\"row\">Closing balance") !=
              std::string::npos);
    }
}

TEST_CASE("a statement's table stays narrow with the largest amounts and the longest names", "[cli][statement]") {
    const Bank bank;
    const std::string id(64, 'a');
    bank.ok({"customer", "add", "c1", "--name", std::string(256, 'n')});
    bank.ok({"account", "open", id, "--customer", "c1", "--currency", "USD", "--overdraft", "90071992547409.91"});
    bank.ok({"transaction", "debit", id, "90071992547409.91", "--memo", std::string(4096, 'm')});
    bank.ok({"transaction", "credit", id, "90071992547409.91"});
    const std::string table = bank.ok({"account", "statement", id});
    require_narrow(table);
    CHECK(table.find("-90071992547409.91\n") != std::string::npos);
    // What its totals would be is no amount any more.
    bank.ok({"transaction", "debit", id, "0.01"});
    bank.fails({"account", "statement", id}, "balance_overflow");
}

TEST_CASE("a statement's CSV has its transactions", "[cli][statement]") {
    const Bank bank;
    fill(bank);
    const std::string csv = bank.ok(statement({"--format", "csv"}));
    const std::vector<Words> rows = parse_csv(csv);
    REQUIRE(rows.size() == 5);
    CHECK(rows[0] == Words{"seq", "date", "kind", "counterparty", "memo", "amount", "balance", "currency"});
    const Json transactions = bank.data(statement()).at("transactions");
    for (std::size_t i = 0; i < transactions.size(); ++i) {
        CHECK(rows[i + 1][0] == transactions[i].at("seq").dump());
        CHECK(rows[i + 1][5] == transactions[i].at("amount").at("decimal"));
        CHECK(rows[i + 1][6] == transactions[i].at("balance").at("decimal"));
        CHECK(rows[i + 1][7] == "USD");
    }
    CHECK(rows[1][3] == "'@cash.USD");
    CHECK(rows[3][4].starts_with("'=1+1"));
    CHECK(bank.ok(statement({"--output", "csv"})) == csv);
    // Chosen fields are printed as for any other document.
    const std::vector<Words> chosen =
        parse_csv(bank.ok(statement({"--output", "csv", "--fields", "closing_balance,account"})));
    CHECK(chosen == std::vector<Words>{{"closing_balance", "account"}, {"-207.25", "alice"}});
    CHECK(bank.ok(statement({"--fields", "closing_balance"})) == "closing_balance  -207.25 USD\n");
}

TEST_CASE("a statement's HTML is one page of its own, with all data escaped", "[cli][statement]") {
    const Bank bank;
    fill(bank);
    const std::string html = bank.ok(statement({"--format", "html"}));
    CHECK(html.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
    CHECK(html.find("<title>Statement of account alice</title>") != std::string::npos);
    CHECK(html.find("Ada &lt;Lovelace&gt; &amp; Co (c1)") != std::string::npos);
    CHECK(html.find("&lt;script&gt;alert(1)") != std::string::npos);
    for (const char* absent : {"<script", "http", "src=", "url(", "@import", "<link"}) {
        INFO(absent);
        CHECK(html.find(absent) == std::string::npos);
    }
    CHECK_FALSE(has_harmful_characters(html, "\n"));
    CHECK(html.find("@media print") != std::string::npos);
    const Json data = bank.data(statement());
    for (const Json& transaction : data.at("transactions"))
        CHECK(html.find("<td class=\"money\">" + transaction.at("balance").at("decimal").get<std::string>() +
                        "</td></tr>") != std::string::npos);
    CHECK(bank.ok(statement({"--format", "html", "--output", "csv", "--until", "2025-03-01"})) ==
          bank.ok(statement({"--format", "html", "--until", "2025-03-01"})));

    if (!has_program("tidy")) return;
    const std::string path = bank.file("statement.html");
    test::write_file(path, html);
    CHECK(run_shell("tidy -quiet -errors '" + path + "'").exit_code == 0);
    test::write_file(path, html.substr(0, html.find("</table>")));
    CHECK(run_shell("tidy -quiet -errors '" + path + "'").exit_code != 0);
}

TEST_CASE("a statement's OFX leads to its closing balance", "[cli][statement]") {
    const Bank bank;
    fill(bank);
    const std::string path = bank.file("statement.ofx");
    test::write_file(path, bank.ok(statement({"--format", "ofx", "--until", "2025-01-20"})));
    if (!has_program("ofxdump")) return;
    CHECK(balances_of_ofx(path) == Balances{{"alice", "105.25"}});
    // From the middle on the amounts are a part of the balance.
    test::write_file(path, bank.ok(statement({"--format", "ofx", "--since", "2025-01-10", "--until", "2025-02-01"})));
    const auto accounts = read_ofx(path);
    REQUIRE(accounts.size() == 1);
    CHECK(accounts.at("alice").sum_minor == -29'475);
    CHECK(accounts.at("alice").ledger_minor == -19'475);
}

TEST_CASE("what account statement refuses", "[cli][statement]") {
    const Bank bank;
    fill(bank);
    bank.fails({"account", "statement"}, "missing_argument");
    bank.fails({"account", "statement", "alice", "bob"}, "usage");
    bank.fails({"account", "statement", "nobody"}, "account_not_found");
    bank.fails({"account", "statement", "@cash.USD"}, "invalid_id");
    bank.fails({"account", "statement", "a b"}, "invalid_id");
    for (const std::string format : {"xml", "", "json", "HTML"}) bank.fails(statement({"--format", format}), "usage");
    bank.fails(statement({"--since", "x"}), "invalid_time");
    bank.fails(statement({"--until", "2025-02-30"}), "invalid_time");
    bank.fails(statement({"--since", "2025-02-01", "--until", "2025-01-31"}), "invalid_time");
    bank.fails(statement({"--until", "2024-12-31"}), "invalid_time");
    bank.fails(statement({"--since", "9999-01-01"}), "invalid_time");
    bank.fails(statement({"--fields", "balance"}), "unknown_field");
    bank.fails(statement({"--format", "html", "--fields", "account"}), "usage");
    // Arguments are looked at before the database.
    const Bank nothing(Bank::Nothing::yet);
    nothing.fails(statement({"--since", "2025-02-01", "--until", "2025-01-31"}), "invalid_time");
    nothing.fails(statement({"--format", "html", "--fields", "account"}), "usage");
    nothing.fails(statement(), "not_initialized");
}

}  // namespace
}  // namespace bankctl::cli_test
