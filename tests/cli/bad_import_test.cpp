// Lines and files of an import that are wrong.
// Every piece of it gets one documented error, one exit code, an empty stdout, and leaves the books as they were.
#include <catch2/catch.hpp>

#include "tests/cli/bad_input.h"

namespace bankctl::cli_test {
namespace {

/// Runs an import of `input` for each case: a line that nobody may apply.
void require_refused_lines(const Bank& bank, const std::vector<Case>& cases, const Words& options = {}) {
    for (const auto& [text, code] : cases) {
        INFO(text.substr(0, 300));
        Words words{"transaction", "import", "-", "--source", "s"};
        words.insert(words.end(), options.begin(), options.end());
        const Json error = bank.fails(words, code, text);
        if (!error.at("details").contains("line")) continue;  // a header is no line
        CHECK(error.at("details").at("applied") == 0);
        CHECK(error.at("details").at("line").get<int>() >= 1);
    }
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST_CASE("bad lines of NDJSON: syntax", "[cli][bad_input]") {
    const UnchangedBank bank;
    const std::string start = R"({"type":"credit","account":"alice",)";
    std::vector<Case> cases;
    for (const std::string& line :
         std::vector<std::string>{"{",
                                  "}",
                                  "{}",
                                  "[]",
                                  "null",
                                  "true",
                                  "1",
                                  "\"text\"",
                                  "nonsense",
                                  "{]",
                                  "{\"type\"}",
                                  "{\"type\":}",
                                  "{'type':'credit'}",
                                  "{type:\"credit\"}",
                                  start,
                                  start + R"("amount":"1.00")",
                                  start + R"("amount":"1.00"}x)",
                                  start + R"("amount":"1.00"} {})",
                                  start + R"("amount":"1.00",})",
                                  start + R"("amount":"1.00"}})",
                                  start + R"("amount":"1.00","amount":"1.00"})",
                                  start + R"("amount":"1.00","type":"credit"})",
                                  start + R"("amount":"1.00","nonsense":1})",
                                  start + R"("amount":"1.00","Memo":"x"})",
                                  start + R"("amount":"1.00","to":"bob"})",
                                  start + R"("amount":"1.00","amount_minor":100})",
                                  start + R"("amount":"1.00","of":3})",
                                  start + R"("amount":"1.00","memo":{}})",
                                  start + R"("amount":"1.00","memo":[]})",
                                  start + R"("amount":"1.00","memo":1})",
                                  start + R"("amount":"1.00","memo":true})",
                                  start + R"("amount":["1.00"]})",
                                  start + R"("amount":"1.00","key":5})",
                                  start + R"("amount":"1.00","group":5})",
                                  start + R"("amount":"1.00","memo":"\u0000"})",
                                  start + R"("amount":"1.00","memo":"\ud800"})",
                                  start + R"("amount":"1.00","memo":"\x"})",
                                  start + "\"amount\":\"1.00\",\"memo\":\"a\tb\"}",
                                  start + "\"amount\":\"1.00\",\"memo\":\"\xff\"}",
                                  start + "\"amount\":\"1.00\",\"memo\":\"\xc0\x80\"}",
                                  start + "\"amount\":\"1.00\",\"memo\":\"\xed\xa0\x80\"}",
                                  start + R"("amount":"1.00","if_version":"1"})",
                                  start + R"("amount":"1.00","memo":)" + nested(40) + "}",
                                  nested(40),
                                  nested(100'000),
                                  R"({"type":"nonsense"})",
                                  R"({"type":"Credit","account":"alice","amount":"1.00"})",
                                  R"({"type":"opening","account":"alice"})",
                                  R"({"type":5})",
                                  R"({"type":null})",
                                  R"({"account":"alice","amount":"1.00"})",
                                  R"({"type":"credit","amount":"1.00"})",
                                  R"({"type":"credit","account":"alice"})",
                                  R"({"type":"transfer","account":"alice","amount":"1.00"})",
                                  R"({"type":"capture","amount":"1.00"})",
                                  R"({"type":"capture","of":3,"of_key":"k"})",
                                  R"({"type":"release","of":3,"amount":"1.00"})",
                                  R"({"type":"release","of":"3"})",
                                  R"({"type":"reverse"})",
                                  R"({"type":"customer","id":"c9"})",
                                  R"({"type":"open","account":"x","currency":"USD"})",
                                  R"({"type":"freeze"})",
                                  R"(// {"type":"freeze","account":"alice"})",
                                  R"({"type":"freeze","account":"alice"} // why)",
                                  "\xef\xbb\xbf\xef\xbb\xbf{}",
                                  "\xff\xfe{\0}\0",
                                  start + "\"amount\":\"1.00\",\"memo\":\"" + std::string(1 << 20, 'x') + "\"}"}) {
        cases.push_back({line + "\n", "invalid_json"});
    }
    cases.push_back({std::string("{\0}\n", 4), "invalid_json"});
    cases.push_back({start + "\"amount\":\"1.00\"}" + std::string(1, '\0') + "\n", "invalid_json"});
    require_refused_lines(*bank, cases);
}

TEST_CASE("bad lines of NDJSON: values", "[cli][bad_input]") {
    const UnchangedBank bank;
    std::vector<Case> cases;
    for (const auto& [text, code] : bad_amounts()) {
        if (text.find_first_of("\"\n\t\xff\x1b") == std::string::npos)
            cases.push_back({R"({"type":"credit","account":"alice","amount":")" + text + "\"}\n", code});
    }
    for (const std::string number : {"1", "1.00", "1.5", "0", "-1", "1e2", "100000000000000000000"})
        cases.push_back({R"({"type":"credit","account":"alice","amount":)" + number + "}\n", "invalid_amount"});
    for (const std::string number : {"0", "-1", "1.0", "1.5", "1e2"})
        cases.push_back({R"({"type":"credit","account":"alice","amount_minor":)" + number + "}\n", "invalid_amount"});
    for (const std::string number : {"9007199254740992", "9223372036854775807", "18446744073709551615"})
        cases.push_back({R"({"type":"credit","account":"alice","amount_minor":)" + number + "}\n", "amount_too_large"});
    const std::string credit = R"({"type":"credit","account":"alice","amount":"1.00",)";
    const std::vector<Case> more{
        {R"({"type":"credit","account":"a b","amount":"1.00"})", "invalid_id"},
        {R"({"type":"credit","account":"@cash.USD","amount":"1.00"})", "invalid_id"},
        {R"({"type":"credit","account":"","amount":"1.00"})", "invalid_id"},
        {R"({"type":"credit","account":"nobody","amount":"1.00"})", "account_not_found"},
        {R"({"type":"transfer","account":"alice","to":"alice","amount":"1.00"})", "same_account"},
        {R"({"type":"transfer","account":"alice","to":"yen","amount":"1"})", "currency_mismatch"},
        {R"({"type":"debit","account":"alice","amount":"100.01"})", "insufficient_funds"},
        {R"({"type":"credit","account":"alice","amount":"90071992547409.91"})", "balance_overflow"},
        {credit + R"("counter":"bob"})", "invalid_id"},
        {credit + R"("key":""})", "invalid_key"},
        {credit + R"("key":"\u00e4"})", "invalid_key"},
        {credit + R"("key":")" + std::string(256, 'k') + "\"}", "invalid_key"},
        {credit + R"("at":"yesterday"})", "invalid_time"},
        {credit + R"("at":""})", "invalid_time"},
        {credit + R"("at":"9999-01-01"})", "invalid_time"},
        {credit + R"("at":"2026-01-01"})", "invalid_time"},
        {credit + R"("memo":")" + std::string(4097, 'x') + "\"}", "invalid_text"},
        {credit + R"("if_version":99})", "version_conflict"},
        {R"({"type":"hold","account":"alice","amount":"1.00","expires":"2026-01-01"})", "invalid_time"},
        {R"({"type":"capture","of":999})", "transaction_not_found"},
        {R"({"type":"capture","of":1})", "transaction_not_found"},
        {R"({"type":"capture","of":0})", "invalid_number"},
        {R"({"type":"capture","of":-1})", "invalid_number"},
        {R"({"type":"capture","of_key":"never"})", "transaction_not_found"},
        {R"({"type":"release","of":999})", "transaction_not_found"},
        {R"({"type":"reverse","of":999})", "transaction_not_found"},
        {R"({"type":"customer","id":"c1","name":"Ada"})", "already_exists"},
        {R"({"type":"customer","id":"c 9","name":"Ada"})", "invalid_id"},
        {R"({"type":"customer","id":"c9","name":""})", "invalid_text"},
        {R"({"type":"customer","id":"c9","name":")" + std::string(257, 'x') + "\"}", "invalid_text"},
        {R"({"type":"customer_update","id":"c9","name":"Ada"})", "customer_not_found"},
        {R"({"type":"open","account":"x","customer":"c9","currency":"USD"})", "customer_not_found"},
        {R"({"type":"open","account":"x","customer":"c1","currency":"usd"})", "unknown_currency"},
        {R"({"type":"open","account":"alice","customer":"c1","currency":"USD"})", "already_exists"},
        {R"({"type":"open","account":"x","customer":"c1","currency":"USD","overdraft":5})", "invalid_amount"},
        {R"({"type":"open","account":"x","customer":"c1","currency":"JPY","overdraft":"5.5"})", "amount_precision"},
        {R"({"type":"freeze","account":"nobody"})", "account_not_found"},
        {R"({"type":"unfreeze","account":"alice"})", "illegal_transition"},
        {R"({"type":"close","account":"alice"})", "balance_not_zero"}};
    for (const auto& [text, code] : more) cases.push_back({text + "\n", code});
    require_refused_lines(*bank, cases);
}

TEST_CASE("bad CSV", "[cli][bad_input]") {
    const UnchangedBank bank;
    const std::string header = "type,account,amount,memo\n";
    const std::vector<Case> cases{{"nonsense\n1\n", "invalid_csv"},
                                  {"type,account,amount,amount\ncredit,alice,1.00,1.00\n", "invalid_csv"},
                                  {"account,amount\nalice,1.00\n", "invalid_csv"},
                                  {"Type,account,amount\ncredit,alice,1.00\n", "invalid_csv"},
                                  {"type, account,amount\ncredit,alice,1.00\n", "invalid_csv"},
                                  {"type;account;amount\ncredit;alice;1.00\n", "invalid_csv"},
                                  {"\"type,account,amount\ncredit,alice,1.00\n", "invalid_csv"},
                                  {"\xff\n", "invalid_csv"},
                                  {header + "credit,alice,1.00\n", "invalid_csv"},
                                  {header + "credit,alice,1.00,m,x\n", "invalid_csv"},
                                  {header + "credit,alice,1.00,\"open\n", "invalid_csv"},
                                  {header + "credit,alice,1.00,a\"b\n", "invalid_csv"},
                                  {header + "credit,alice,1.00,\"a\"b\n", "invalid_csv"},
                                  {header + "credit,alice,1.00,\xff\n", "invalid_csv"},
                                  {header + "credit,alice,1.00," + std::string(1, '\0') + "\n", "invalid_csv"},
                                  {header + "credit,alice,1.00," + std::string(1 << 20, 'x') + "\n", "invalid_csv"},
                                  {header + ",alice,1.00,\n", "invalid_csv"},
                                  {header + "nonsense,alice,1.00,\n", "invalid_csv"},
                                  {header + "credit,,1.00,\n", "invalid_csv"},
                                  {header + "credit,alice,,\n", "invalid_csv"},
                                  {header + "transfer,alice,1.00,\n", "invalid_csv"},
                                  {header + "credit, alice,1.00,\n", "invalid_id"},
                                  {header + "credit,alice, 1.00,\n", "invalid_amount"},
                                  {header + "credit,alice,-1.00,\n", "invalid_amount"},
                                  {header + "credit,alice,\"1,000.00\",\n", "invalid_amount"},
                                  {header + "credit,alice,1.001,\n", "amount_precision"},
                                  {header + "credit,nobody,1.00,\n", "account_not_found"},
                                  {header + "debit,alice,100.01,\n", "insufficient_funds"},
                                  {header + "credit,alice,1.00," + std::string(4097, 'x') + "\n", "invalid_text"}};
    require_refused_lines(*bank, cases, {"--format", "csv"});
}

TEST_CASE("bad rules files", "[cli][bad_input]") {
    const UnchangedBank bank;
    const std::string columns = R"("columns":{"account":"a","amount":"b"})";
    for (const std::string& rules : std::vector<std::string>{
             "",
             "{",
             "[]",
             "null",
             "{}",
             "nonsense",
             "{" + columns,
             "{" + columns + ",}",
             "{" + columns + "," + columns + "}",
             "{" + columns + R"(,"nonsense":1})",
             R"({"columns":{}})",
             R"({"columns":[]})",
             R"({"columns":"a"})",
             R"({"columns":{"account":"a"}})",
             R"({"columns":{"account":"","amount":"b"}})",
             R"({"columns":{"account":1,"amount":"b"}})",
             R"({"columns":{"account":"a","amount":"b","nonsense":"c"}})",
             "{" + columns + R"(,"delimiter":""})",
             "{" + columns + R"(,"delimiter":";;"})",
             "{" + columns + R"(,"delimiter":"\""})",
             "{" + columns + R"(,"delimiter":"ä"})",
             "{" + columns + R"(,"delimiter":1})",
             "{" + columns + R"(,"decimal":";"})",
             "{" + columns + R"(,"encoding":"utf-16"})",
             "{" + columns + R"(,"skip_lines":-1})",
             "{" + columns + R"(,"skip_lines":1.5})",
             "{" + columns + R"(,"skip_lines":"1"})",
             "{" + columns + R"(,"skip_lines":1000001})",
             "{" + columns + R"(,"skip_lines":18446744073709551616})",
             "{" + columns + R"(,"date_format":"%Q"})",
             "{" + columns + R"(,"date_format":"%Y-%m"})",
             "{" + columns + R"(,"date_format":"%Y-%m-%d-%d"})",
             "{" + columns + R"(,"date_format":"%"})",
             "{" + columns + R"(,"type":{}})",
             "{" + columns + R"(,"type":{"column":"t","credit":["x"],"debit":["x"]}})",
             "{" + columns + R"(,"type":{"column":"t","credit":"x"}})",
             "{" + columns + R"(,"memo":"m"})",
             "{" + columns + R"(,"memo":[1]})",
             "{" + columns + R"(,"open":{}})",
             "{" + columns + R"(,"open":{"customer":"c 1","currency":"USD"}})",
             "{" + columns + R"(,"open":{"customer":"c1","currency":"usd"}})",
             "{" + columns + R"(,"open":{"customer":"c1","currency":"USD","overdraft":5}})",
             "{" + columns + R"(,"open":{"customer":"c1","currency":"USD","overdraft":"5.001"}})",
             "{" + columns + R"(,"open":{"customer":"c1","currency":"USD","overdraft":{"x":"1"}}})",
             "{" + columns + R"(,"memo":)" + nested(50) + "}",
             "{" + columns + R"(,"memo":)" + nested(100'000) + "}",
             "{" + columns + ",\"memo\":[\"\xff\"]}",
             std::string("{\0}", 3),
             "{" + columns + R"(,"memo":[")" + std::string(1 << 20, 'x') + "\"]}"}) {
        INFO(rules.substr(0, 300));
        test::write_file(bank->file("rules.json"), rules);
        bank->fails({"transaction", "import", "-", "--source", "s", "--rules", bank->file("rules.json")},
                    "invalid_rules", "a,b\nalice,1.00\n");
    }
    // Rules that are well formed and do not fit the file.
    test::write_file(bank->file("rules.json"), R"({"columns":{"account":"a","amount":"c"}})");
    bank->fails({"transaction", "import", "-", "--source", "s", "--rules", bank->file("rules.json")}, "invalid_csv",
                "a,b\nalice,1.00\n");
}

}  // namespace
}  // namespace bankctl::cli_test
