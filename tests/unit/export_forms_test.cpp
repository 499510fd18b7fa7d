// The forms that accounting tools read, to the letter; tests/cli has the tools read them.
#include <regex>
#include <set>
#include <sstream>

#include <catch2/catch.hpp>

#include "core/service/export.h"
#include "tests/support/bank.h"
#include "tests/support/failure.h"

using namespace bankctl;
using test::Adapter;
using test::Bank;

namespace {

using Exporter = void (*)(port::Snapshot&, const ExportFilter&, const Sink&);

std::string text_of(Bank& bank, Exporter exporter, const ExportFilter& filter = {}) {
    std::string text;
    bank.ledger().read(
        [&](port::Snapshot& snapshot) { exporter(snapshot, filter, [&](std::string_view part) { text += part; }); });
    return text;
}

TransactionRequest at(TransactionRequest request, std::string_view time, std::optional<std::string> memo = {}) {
    request.at = parse_time(time).value_or_throw();
    request.memo = std::move(memo);
    return request;
}

/// Two customers' accounts whose transactions, in the journal's order, go back in time on @cash.USD.
void fill(Bank& bank) {
    bank.must(test::account_request("late", "USD"));
    bank.must(test::account_request("b:c", "USD"));
    bank.must(test::account_request("unused", "JPY"));
    bank.must(at(test::credit("late", "5"), "2025-03-02T10:00:00Z"));
    bank.must(at(test::credit("b:c", "7"), "2025-03-01", "a \"b\" \\ <c> & d; e"));
    bank.must(at(test::transfer("late", "b:c", "2"), "2025-03-02T23:59:59.999999Z"));
    bank.must(at(test::hold("late", "1"), "2025-03-02T23:59:59.999999Z"));
}

std::string seq(Bank& bank, std::int64_t behind_unused) {
    return std::to_string(bank.account("unused").number.value + behind_unused);
}

std::size_t count_of(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
    return count;
}

}  // namespace

TEST_CASE("an export by date sums the bank's own accounts anew", "[export]") {
    Bank bank(GENERATE(Adapter::memory, Adapter::sqlite));
    fill(bank);
    // Opening @cash.USD took the number behind unused.
    const std::string journal = text_of(bank, export_hledger);
    CHECK(journal.substr(journal.find("\n\n") + 1) == "\n2025-03-01 * (" + seq(bank, 3) +
                                                          ") credit | a \"b\" \\ <c> & d, e\n"
                                                          "    @cash.USD  -7.00 USD = -7.00 USD\n"
                                                          "    b:c  7.00 USD = 7.00 USD\n"
                                                          "\n2025-03-02 * (" +
                                                          seq(bank, 2) +
                                                          ") credit\n"
                                                          "    @cash.USD  -5.00 USD = -12.00 USD\n"
                                                          "    late  5.00 USD = 5.00 USD\n"
                                                          "\n2025-03-02 * (" +
                                                          seq(bank, 4) +
                                                          ") transfer\n"
                                                          "    late  -2.00 USD = 3.00 USD\n"
                                                          "    b:c  2.00 USD = 9.00 USD\n");
    CHECK(journal.starts_with("commodity JPY\ncommodity USD\n    format 1000.00 USD\naccount @cash.USD\n"));
    CHECK(count_of(journal, "account unused\n") == 1);
}

TEST_CASE("by date the bank's own accounts may pass an amount's limit, but not the integer's", "[export]") {
    constexpr const char* k_most = "90071992547409.91";
    constexpr int k_sums_that_fit = 1'024;  // of 2^53 − 1 in 2^63 − 1
    Bank bank;
    const auto credit_then_debit = [&](int number) {
        const std::string id = "a" + std::to_string(number);
        bank.must(test::account_request(id, "USD"));
        bank.must(at(test::credit(id, k_most), "2025-01-01"));
        bank.must(at(test::debit(id, k_most), "2025-03-01"));  // in the journal @cash.USD never passes the limit
    };
    const ExportFilter january{AccountId{"@cash.USD"}, std::nullopt, parse_time("2025-02-01").value()};
    for (int number = 0; number < 2; ++number) credit_then_debit(number);
    for (const Exporter exporter : {export_hledger, export_csv, export_beancount})
        CHECK(text_of(bank, exporter).find("-180143985094819.82") != std::string::npos);
    CHECK(text_of(bank, export_ofx, january).find("<BALAMT>-180143985094819.82<") != std::string::npos);

    for (int number = 2; number < k_sums_that_fit; ++number) credit_then_debit(number);
    CHECK(text_of(bank, export_csv).find(",-92233720368547747.84,") != std::string::npos);
    CHECK(text_of(bank, export_ofx, january).find("<BALAMT>-92233720368547747.84<") != std::string::npos);
    credit_then_debit(k_sums_that_fit);
    for (const Exporter exporter : {export_hledger, export_csv, export_beancount})
        CHECK(test::failure_code([&] { text_of(bank, exporter); }) == ErrorCode::balance_overflow);
    CHECK(test::failure_code([&] { text_of(bank, export_ofx, january); }) == ErrorCode::balance_overflow);
}

TEST_CASE("the CSV export has both balances, and none for a part", "[export]") {
    Bank bank;
    fill(bank);
    const std::string header =
        "seq,date,effective_at,kind,amount,currency,debit_account,debit_balance,credit_account,credit_balance,memo\n";
    CHECK(text_of(bank, export_csv) ==
          header + seq(bank, 3) +
              ",2025-03-01,2025-03-01T00:00:00.000000Z,credit,7.00,USD,'@cash.USD,-7.00,b:c,7.00,"
              "\"a \"\"b\"\" \\ <c> & d; e\"\n" +
              seq(bank, 2) + ",2025-03-02,2025-03-02T10:00:00.000000Z,credit,5.00,USD,'@cash.USD,-12.00,late,5.00,\n" +
              seq(bank, 4) + ",2025-03-02,2025-03-02T23:59:59.999999Z,transfer,2.00,USD,late,3.00,b:c,9.00,\n");
    CHECK(text_of(bank, export_csv, {AccountId{"late"}, std::nullopt, parse_time("2025-03-02T11:00:00Z").value()}) ==
          header + seq(bank, 2) + ",2025-03-02,2025-03-02T10:00:00.000000Z,credit,5.00,USD,'@cash.USD,,late,,\n");
    CHECK(text_of(bank, export_csv, {AccountId{"unused"}, std::nullopt, std::nullopt}) == header);
}

TEST_CASE("the beancount export asserts each day's last balances on the next day", "[export]") {
    Bank bank;
    fill(bank);
    CHECK(text_of(bank, export_beancount) ==
          "2025-03-01 open Equity:Bank-cash-dUSD USD\n  id: \"@cash.USD\"\n"
          "2025-03-01 open Assets:Customer-b-cc USD\n  id: \"b:c\"\n"
          "\n2025-03-01 * \"credit\" \"a \\\"b\\\" \\\\ <c> & d; e\"\n  seq: " +
              seq(bank, 3) +
              "\n  Equity:Bank-cash-dUSD  -7.00 USD\n  Assets:Customer-b-cc  7.00 USD\n"
              "2025-03-02 balance Assets:Customer-b-cc  7.00 ~ 0.00 USD\n"
              "2025-03-02 balance Equity:Bank-cash-dUSD  -7.00 ~ 0.00 USD\n"
              "2025-03-02 open Assets:Customer-late USD\n  id: \"late\"\n"
              "\n2025-03-02 * \"credit\" \"\"\n  seq: " +
              seq(bank, 2) +
              "\n  Equity:Bank-cash-dUSD  -5.00 USD\n  Assets:Customer-late  5.00 USD\n"
              "\n2025-03-02 * \"transfer\" \"\"\n  seq: " +
              seq(bank, 4) +
              "\n  Assets:Customer-late  -2.00 USD\n  Assets:Customer-b-cc  2.00 USD\n"
              "2025-03-03 balance Assets:Customer-b-cc  9.00 ~ 0.00 USD\n"
              "2025-03-03 balance Assets:Customer-late  3.00 ~ 0.00 USD\n"
              "2025-03-03 balance Equity:Bank-cash-dUSD  -12.00 ~ 0.00 USD\n"
              "2026-01-31 open Assets:Customer-unused JPY\n  id: \"unused\"\n");
    const std::string part = text_of(bank, export_beancount, {AccountId{"late"}, std::nullopt, std::nullopt});
    CHECK(count_of(part, " * ") == 2);
    CHECK(count_of(part, " balance ") == 0);
    CHECK(count_of(part, " open ") == 3);
}

TEST_CASE("beancount's names differ wherever ids do, and fit its grammar", "[export]") {
    Bank bank;
    std::set<std::string> ids;
    for (const char* id : {"a-b", "a--b", "a.b", "a-db", "a_b", "a-ub", "a:b", "a-cb", "ab", "A", "a", "1", "a-", "a--",
                           "a.", "a-d", "cash.USD", "Bank-a"}) {
        bank.must(test::account_request(id, "USD"));
        TransactionRequest credit = test::credit(id, "1");
        credit.counter = AccountId{"@" + std::string(id)};
        bank.must(credit);
        ids.insert(id);
        ids.insert("@" + std::string(id));
    }
    std::set<std::string> names;
    std::istringstream text(text_of(bank, export_beancount));
    const std::regex name_of_account("[A-Z][A-Za-z0-9-]*(:[A-Z0-9][A-Za-z0-9-]*)+");
    for (std::string line; std::getline(text, line);) {
        if (line.find(" open ") != 10) continue;
        const std::string name = line.substr(16, line.find(' ', 16) - 16);
        INFO(name);
        CHECK(std::regex_match(name, name_of_account));
        CHECK(names.insert(name).second);
        std::getline(text, line);
        CHECK(ids.erase(line.substr(7, line.size() - 8)) == 1);
    }
    CHECK(ids.empty());
}

TEST_CASE("the OFX export has a statement for each account", "[export]") {
    Bank bank;
    fill(bank);
    const std::string ofx = text_of(bank, export_ofx);
    CHECK(ofx.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n<?OFX OFXHEADER=\"200\" "));
    CHECK(count_of(ofx, "<STMTRS>") == 4);
    CHECK(count_of(ofx, "<STMTTRN>") == 6);
    CHECK(ofx.find("<STMTTRN><TRNTYPE>CREDIT</TRNTYPE><DTPOSTED>20250301000000.000[0:GMT]</DTPOSTED><TRNAMT>7.00"
                   "</TRNAMT><FITID>" +
                   seq(bank, 3) +
                   "</FITID><NAME>@cash.USD</NAME><MEMO>a \"b\" \\ &lt;c&gt; &amp; d; e</MEMO></STMTTRN>") !=
          std::string::npos);
    CHECK(ofx.find("<TRNTYPE>XFER</TRNTYPE><DTPOSTED>20250302235959.999[0:GMT]</DTPOSTED><TRNAMT>-2.00</TRNAMT>") !=
          std::string::npos);
    for (const char* balance : {"-12.00", "9.00", "3.00", "0"})
        CHECK(count_of(ofx, "<BALAMT>" + std::string(balance) + "</BALAMT>") == 1);

    const Timestamp noon = parse_time("2025-03-02T12:00:00Z").value();
    const std::string part = text_of(bank, export_ofx, {AccountId{"late"}, std::nullopt, noon});
    CHECK(count_of(part, "<STMTRS>") == 1);
    CHECK(count_of(part, "<STMTTRN>") == 1);
    CHECK(count_of(part, "<DTSTART>20250302100000.000[0:GMT]</DTSTART><DTEND>20250302120000.000[0:GMT]</DTEND>") == 1);
    CHECK(count_of(part, "<BALAMT>5.00</BALAMT><DTASOF>20250302120000.000[0:GMT]</DTASOF>") == 1);
    // The bank's own account begins with its earliest transaction, not with its first.
    CHECK(count_of(text_of(bank, export_ofx, {AccountId{"@cash.USD"}, std::nullopt, std::nullopt}),
                   "<DTSTART>20250301000000.000[0:GMT]</DTSTART>") == 1);
}

TEST_CASE("OFX's texts are as short as it wants them, and ids still differ", "[export]") {
    Bank bank;
    std::set<std::string> short_ids;
    const std::string base(22, 'x');
    for (const std::string& id : {base, base + "1", base + "2", std::string(64, 'x')}) {
        bank.must(test::account_request(id, "USD"));
        const std::string statement = text_of(bank, export_ofx, {AccountId{id}, std::nullopt, std::nullopt});
        const std::size_t begin = statement.find("<ACCTID>") + 8;
        const std::string short_id = statement.substr(begin, statement.find('<', begin) - begin);
        CHECK(short_id.size() == 22);
        CHECK((short_id == id) == (id.size() == 22));
        CHECK(short_ids.insert(short_id).second);
    }
    std::string memo;
    for (int i = 0; i < 300; ++i) memo += "\xC3\xA9";
    TransactionRequest transfer = test::transfer(std::string(64, 'x'), base, "1");
    bank.must(test::credit(std::string(64, 'x'), "1"));
    transfer.memo = memo;
    bank.must(transfer);
    const std::string statement = text_of(bank, export_ofx, {AccountId{base}, std::nullopt, std::nullopt});
    CHECK(statement.find("<NAME>" + std::string(32, 'x') + "</NAME><MEMO>" + memo.substr(0, 510) + "</MEMO>") !=
          std::string::npos);
}

TEST_CASE("amounts keep the decimals of their currency in every form", "[export]") {
    Bank bank;
    for (const auto& [currency, amount] :
         std::vector<std::pair<std::string, std::string>>{{"JPY", "1700"}, {"KWD", "1.230"}, {"CLF", "0.0001"}}) {
        bank.must(test::account_request(currency, currency, amount));
        const std::string money = amount + " " + currency;
        CHECK(count_of(text_of(bank, export_hledger), "  " + money + " = " + money + "\n") == 1);
        CHECK(count_of(text_of(bank, export_hledger), "  -" + money + " = -" + money + "\n") == 1);
        CHECK(count_of(text_of(bank, export_beancount), "  " + money + "\n") == 1);
        CHECK(count_of(text_of(bank, export_csv), ",opening," + amount + "," + currency + ",") == 1);
        CHECK(count_of(text_of(bank, export_ofx), "<TRNAMT>" + amount + "</TRNAMT>") == 1);
        CHECK(count_of(text_of(bank, export_ofx), "<BALAMT>-" + amount + "</BALAMT>") == 1);
    }
    const std::string beancount = text_of(bank, export_beancount);
    for (const char* tolerance : {" ~ 0 JPY\n", " ~ 0.000 KWD\n", " ~ 0.0000 CLF\n"})
        CHECK(count_of(beancount, tolerance) == 2);
}
