#include "core/service/import_rules.h"

#include <catch2/catch.hpp>

#include "tests/support/failure.h"

using namespace bankctl;
using test::outcome;

namespace {

std::string rules_with(const std::string& members) {
    return R"({"columns":{"account":"a","amount":"b"})" + (members.empty() ? "" : "," + members) + "}";
}

std::string time_of(const std::string& format, const std::string& text) {
    const auto parsed = DateFormat::parse(format);
    REQUIRE(parsed);
    const auto time = parsed->read(text);
    return time ? format_time(*time) : outcome(time);
}

}  // namespace

TEST_CASE("rules have defaults for all but two columns") {
    const auto rules = parse_rules(rules_with(""));
    REQUIRE(rules);
    CHECK(rules->delimiter == ',');
    CHECK_FALSE(rules->is_latin1);
    CHECK(rules->decimal == '.');
    CHECK(rules->skip_lines == 0);
    CHECK_FALSE(rules->open);
    CHECK(parse_rules(rules_with(R"("delimiter":"\t","decimal":",","memo":null)"))->delimiter == '\t');
}

TEST_CASE("rules that do not fit are invalid_rules and name the key") {
    const auto [text, key] = GENERATE(table<std::string, std::string>({
        {R"({})", "columns"},
        {R"({"columns":{"account":"a"}})", "columns.amount"},
        {R"({"columns":{"account":"a","amount":""}})", "columns.amount"},
        {R"({"columns":{"account":"a","amount":"b","colour":"c"}})", "columns.colour"},
        {rules_with(R"("colour":1)"), "colour"},
        {rules_with(R"("delimiter":";;")"), "delimiter"},
        {rules_with(R"("delimiter":"\"")"), "delimiter"},
        {rules_with(R"("delimiter":7)"), "delimiter"},
        {rules_with(R"("decimal":"'")"), "decimal"},
        {rules_with(R"("encoding":"cp1250")"), "encoding"},
        {rules_with(R"("skip_lines":-1)"), "skip_lines"},
        {rules_with(R"("skip_lines":1.5)"), "skip_lines"},
        {rules_with(R"("skip_lines":18446744073709551617)"), "skip_lines"},
        {rules_with(R"("date_format":"%d.%m")"), "date_format"},
        {rules_with(R"("date_format":"%Y-%m-%d %p")"), "date_format"},
        {rules_with(R"("date_format":"%Y-%m-%d %y")"), "date_format"},
        {rules_with(R"("date_format":"%Y-%m-%d%")"), "date_format"},
        {rules_with(R"("type":"t")"), "type"},
        {rules_with(R"("type":{"credit":["x"]})"), "type.column"},
        {rules_with(R"("type":{"column":"t","credit":["x"],"debit":["x"]})"), "type"},
        {rules_with(R"("type":{"column":"t","credit":"x"})"), "type.credit"},
        {rules_with(R"("memo":"text")"), "memo"},
        {rules_with(R"("memo":[1])"), "memo"},
        {rules_with(R"("open":{"currency":"CZK"})"), "open.customer"},
        {rules_with(R"("open":{"customer":"?","currency":"CZK"})"), "open.customer"},
        {rules_with(R"("open":{"customer":"c","currency":"XXX"})"), "open.currency"},
        {rules_with(R"("open":{"customer":"c","currency":"CZK","overdraft":5})"), "open.overdraft"},
        {rules_with(R"("open":{"customer":"c","currency":"JPY","overdraft":"5.00"})"), "open.overdraft"},
        {rules_with(R"("open":{"customer":"c","currency":"CZK","overdraft":{"accounts":{"@x":"5"}}})"),
         "open.overdraft.accounts.@x"},
        {rules_with(R"("open":{"customer":"c","currency":"CZK","overdraft":{"accounts":{"x":"-5"}}})"),
         "open.overdraft.accounts.x"},
        {rules_with(R"("decimal":".","decimal":",")"), "decimal"},
        {R"({"columns":{"account":"a","amount":"b","amount":"c"}})", "amount"},
    }));
    INFO(text);
    const auto rules = parse_rules(text);
    REQUIRE(outcome(rules) == "invalid_rules");
    REQUIRE(rules.error().details.size() == 1);
    CHECK(std::get<std::string>(rules.error().details[0].second) == key);
}

TEST_CASE("rules that are no JSON object are invalid_rules") {
    CHECK(outcome(parse_rules("")) == "invalid_rules");
    CHECK(outcome(parse_rules("[]")) == "invalid_rules");
    CHECK(outcome(parse_rules(rules_with("") + "x")) == "invalid_rules");
    CHECK(outcome(parse_rules(rules_with("") + std::string("\0", 1))) == "invalid_rules");
    CHECK(outcome(parse_rules(R"({"columns":)" + std::string(100'000, '[') + std::string(100'000, ']') + "}")) ==
          "invalid_rules");
}

TEST_CASE("dates are read after their format") {
    CHECK(time_of("%y%m%d", "930101") == "1993-01-01T00:00:00.000000Z");
    CHECK(time_of("%y%m%d", "680229") == "2068-02-29T00:00:00.000000Z");
    CHECK(time_of("%y%m%d", "690101") == "1969-01-01T00:00:00.000000Z");
    CHECK(time_of("%d.%m.%Y %H:%M:%S", "31.12.1999 23:59:58") == "1999-12-31T23:59:58.000000Z");
    CHECK(time_of("%Y%%%m%%%d", "2026%01%02") == "2026-01-02T00:00:00.000000Z");
    CHECK(time_of("%y%m%d", "93010") == "invalid_time");
    CHECK(time_of("%y%m%d", "9301011") == "invalid_time");
    CHECK(time_of("%y%m%d", "930230") == "invalid_time");
    CHECK(time_of("%y%m%d", "93 1 1") == "invalid_time");
    CHECK(time_of("%y%m%d", "") == "invalid_time");
    CHECK(time_of("%d.%m.%Y %H", "31.12.1999 24") == "invalid_time");
    CHECK(time_of("%d.%m.%Y", "01.01.0000") == "invalid_time");
}
