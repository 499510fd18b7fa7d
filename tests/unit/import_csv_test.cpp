#include "core/service/import_csv.h"

#include <sstream>

#include <catch2/catch.hpp>

#include "tests/support/failure.h"

using namespace bankctl;
using test::outcome;

namespace {

std::vector<ImportLine> read_all(const std::string& text, const std::string& rules = "") {
    std::istringstream input(text);
    std::optional<ImportRules> parsed;
    if (!rules.empty()) parsed = parse_rules(rules).value_or_throw();
    const auto reader = read_csv(input, "f.csv", parsed);
    std::vector<ImportLine> lines;
    while (auto line = reader->next()) lines.push_back(std::move(*line));
    return lines;
}

const TransactionRequest& transaction(const ImportLine& line) {
    INFO(outcome(line.request));
    REQUIRE(line.request);
    return std::get<TransactionRequest>(*line.request);
}

std::int64_t cents(const ImportLine& line) { return transaction(line).amount->minor_in({"USD", 2}).value(); }

std::optional<ErrorCode> header_failure(const std::string& text, const std::string& rules = "") {
    return test::failure_code([&] { read_all(text, rules); });
}

constexpr auto k_header = "type,account,amount,to,memo,key,group\n";
constexpr auto k_rules = R"({"delimiter":";","columns":{"account":"acc","amount":"sum","date":"day"},
    "date_format":"%d.%m.%Y","decimal":",","memo":["text","partner"]})";

}  // namespace

TEST_CASE("CSV columns are named like the keys of NDJSON") {
    const auto lines = read_all(std::string("\xEF\xBB\xBF") + k_header +
                                "credit,a,1.50,,\"Rent, \"\"May\"\"\",k1,\r\n"
                                "\r\n"
                                "transfer,a,2,b,\"two\r\nlines\",,g1\n"
                                "debit,a,3.00,,,,g1");
    REQUIRE(lines.size() == 3);
    CHECK(transaction(lines[0]).memo == "Rent, \"May\"");
    CHECK(transaction(lines[0]).key->text == "k1");
    CHECK(cents(lines[0]) == 150);
    CHECK(lines[0].raw == "credit,a,1.50,,\"Rent, \"\"May\"\"\",k1,\r");
    CHECK(transaction(lines[1]).memo == "two\r\nlines");
    CHECK(transaction(lines[1]).key->text == "f.csv:4");
    CHECK(lines[1].group == "g1");
    CHECK(transaction(lines[2]).key->text == "f.csv:6");
    CHECK_FALSE(transaction(lines[2]).memo);
    CHECK(lines[2].line == 6);
}

TEST_CASE("every kind of line can stand in a CSV") {
    const auto lines = read_all(
        "type,id,name,account,customer,currency,overdraft,of,amount_minor\n"
        "customer,c,N,,,,,,\nopen,,,a,c,USD,5,,\nfreeze,,,a,,,,,\ncapture,,,,,,,7,55\ncapture,,,,,,,x,\n");
    REQUIRE(lines.size() == 5);
    CHECK(std::get<PutCustomer>(*lines[0].request).name == "N");
    CHECK(std::get<OpenAccount>(*lines[1].request).overdraft);
    CHECK(std::get<ChangeAccount>(*lines[2].request).kind == EntryKind::account_frozen);
    CHECK(cents(lines[3]) == 55);
    CHECK(outcome(lines[4].request) == "invalid_number");
}

TEST_CASE("a broken row is invalid_csv and the next one is read") {
    const std::string broken = GENERATE(
        std::string("credit,a,1"), std::string("credit,a,1,,,,,"), std::string("credit,a,1,,a\"b,,"),
        std::string("credit,a,1,,\"a\"b,,"), std::string("credit,a,1,,\xFF,,"), std::string("credit,a,1,,\0,,", 16),
        "credit,a,1,," + std::string(2 << 20, 'x') + ",,", std::string("pay,a,1,,,,"), std::string(",a,1,,,,"));
    const auto lines = read_all(k_header + broken + "\ncredit,a,2,,,,\n");
    REQUIRE(lines.size() == 2);
    CHECK(outcome(lines[0].request) == "invalid_csv");
    CHECK(cents(lines[1]) == 200);
    CHECK(lines[1].line == 3);
}

TEST_CASE("cells are taken as they are, blanks too") {
    const auto lines = read_all(k_header + std::string("credit,a, 1,,,,\ncredit,a ,1,,,,\ncredit,a,1,, x ,,\n"));
    CHECK(outcome(lines[0].request) == "invalid_amount");
    CHECK(outcome(lines[1].request) == "invalid_id");
    CHECK(transaction(lines[2]).memo == " x ");
}

TEST_CASE("a quote that is never closed is one refused row") {
    const auto lines = read_all(k_header + std::string("credit,a,1,,,,\ncredit,a,2,,\"open,,\ncredit,a,3,,,,\n"));
    REQUIRE(lines.size() == 2);
    CHECK(outcome(lines[1].request) == "invalid_csv");
    CHECK(lines[1].line == 3);
    CHECK(lines[1].raw == "credit,a,2,,\"open,,\ncredit,a,3,,,,");
}

TEST_CASE("a header that does not fit ends the import before it begins") {
    CHECK(header_failure("type,account,colour\n") == ErrorCode::invalid_csv);
    CHECK(header_failure("type,account,account\n") == ErrorCode::invalid_csv);
    CHECK(header_failure("account,amount\n") == ErrorCode::invalid_csv);
    CHECK(header_failure("type;account;amount\n") == ErrorCode::invalid_csv);
    CHECK(header_failure("\"type,account\n") == ErrorCode::invalid_csv);
    CHECK(header_failure("acc;sum\n", k_rules) == ErrorCode::invalid_csv);
    CHECK(header_failure("acc;sum;day;text;partner;acc\n", k_rules) == ErrorCode::invalid_csv);
    CHECK_FALSE(header_failure("acc;sum;day;text;partner;x;x\n", k_rules));
    CHECK(read_all("").empty());
    CHECK(read_all("\n\n").empty());
    CHECK(read_all(k_header).empty());
}

TEST_CASE("rules map a bank's own columns") {
    const auto lines = read_all(
        "acc;sum;day;text;partner;x\n"
        "A-1;12,50;31.01.2026;Salary;ACME;1\n"
        "A-1;-3;01.02.2026;;Shop;2\n"
        "A-1;-3;01.02.2026;;;3\n",
        k_rules);
    REQUIRE(lines.size() == 3);
    CHECK(transaction(lines[0]).kind == EntryKind::credit);
    CHECK(cents(lines[0]) == 1250);
    CHECK(transaction(lines[0]).at == parse_time("2026-01-31").value());
    CHECK(transaction(lines[0]).memo == "Salary, ACME");
    CHECK(transaction(lines[0]).key->text == "f.csv:2");
    CHECK(transaction(lines[1]).kind == EntryKind::debit);
    CHECK(transaction(lines[1]).memo == "Shop");
    CHECK_FALSE(transaction(lines[2]).memo);
    CHECK_FALSE(lines[0].opening);
    CHECK(lines[0].group == "");
}

TEST_CASE("rules take no amount for another one") {
    const std::string sum =
        GENERATE("1.250,00", "1.250", "1 250,00", "+5", "--5", "1,2,3", ",5", "5,", "", "0,00", "1?5");
    const auto lines = read_all("acc;sum;day;text;partner\nA;" + sum + ";31.01.2026;;\n", k_rules);
    CHECK(outcome(lines[0].request) == "invalid_amount");
    const auto points = read_all("acc,sum\nA,\"1,5\"\n", R"({"columns":{"account":"acc","amount":"sum"}})");
    CHECK(outcome(points[0].request) == "invalid_amount");
}

TEST_CASE("rules know credit from debit by a column's values") {
    const std::string rules = R"({"columns":{"account":"acc","amount":"sum","key":"id","counter":"till"},
        "type":{"column":"t","credit":["IN"],"debit":["OUT","FEE"]}})";
    const auto lines =
        read_all("t,acc,sum,id,till\nIN,A,5,k1,@shop\nFEE,A,5,,\nfee,A,5,,\nOUT,A,-5,,\nOUT,A,5,,shop\n", rules);
    CHECK(transaction(lines[0]).kind == EntryKind::credit);
    CHECK(transaction(lines[0]).key->text == "k1");
    CHECK(transaction(lines[0]).counter->text == "@shop");
    CHECK(transaction(lines[1]).kind == EntryKind::debit);
    CHECK(transaction(lines[1]).key->text == "f.csv:3");
    CHECK(outcome(lines[2].request) == "invalid_csv");
    CHECK(outcome(lines[3].request) == "invalid_amount");
    CHECK(outcome(lines[4].request) == "invalid_id");
}

TEST_CASE("rules read Latin-1 and pass over lines before the header") {
    const std::string rules = R"({"encoding":"latin1","skip_lines":2,"memo":["text"],
        "columns":{"account":"acc","amount":"sum"},
        "open":{"customer":"them","currency":"CZK","overdraft":{"default":"0","accounts":{"B":"50.00"}}}})";
    const auto lines = read_all("Bank of\n\"Nowhere\nacc,sum,text\nA,5,Caf\xE9\nB,5,\n", rules);
    REQUIRE(lines.size() == 2);
    CHECK(lines[0].line == 4);
    CHECK(lines[0].raw == "A,5,Caf\xE9");
    CHECK(transaction(lines[0]).memo == "Caf\xC3\xA9");
    REQUIRE(lines[1].opening);
    CHECK(lines[1].opening->id.text == "B");
    CHECK(lines[1].opening->customer.text == "them");
    CHECK(lines[0].opening->overdraft->minor_in({"CZK", 2}).value() == 0);
    CHECK(lines[1].opening->overdraft->minor_in({"CZK", 2}).value() == 5000);
}
