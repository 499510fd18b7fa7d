#include "core/service/import_ndjson.h"

#include <sstream>

#include <catch2/catch.hpp>

#include "core/service/line_source.h"
#include "tests/support/failure.h"

using namespace bankctl;
using test::outcome;

namespace {

std::vector<ImportLine> read_all(const std::string& text, const std::string& source_name = "f") {
    std::istringstream input(text);
    const auto reader = read_ndjson(input, source_name);
    std::vector<ImportLine> lines;
    while (auto line = reader->next()) lines.push_back(std::move(*line));
    return lines;
}

/// What the only line of `text` comes to.
std::string outcome_of(const std::string& text, const std::string& source_name = "f") {
    const auto lines = read_all(text, source_name);
    REQUIRE(lines.size() == 1);
    return outcome(lines.front().request);
}

template <class Request>
Request only(const std::string& text) {
    auto lines = read_all(text);
    REQUIRE(lines.size() == 1);
    return std::get<Request>(std::move(lines.front().request).value_or_throw());
}

std::string credit_with(const std::string& members) {
    return R"({"type":"credit","account":"a","key":"k",)" + members + "}";
}

/// A stream that fails after its first bytes.
class FailingBuffer final : public std::streambuf {
public:
    explicit FailingBuffer(std::string text) : text_(std::move(text)) {
        setg(text_.data(), text_.data(), text_.data() + text_.size());
    }

private:
    int underflow() override { throw std::runtime_error("the disk is gone"); }
    std::string text_;
};

}  // namespace

TEST_CASE("each type of NDJSON line makes its request") {
    const auto transfer = only<TransactionRequest>(
        R"({"type":"transfer","account":"a","to":"b","amount":"1.00","key":"k1","memo":"m","at":"2026-01-02","if_version":3})");
    CHECK(transfer.kind == EntryKind::transfer);
    CHECK(transfer.account->text == "a");
    CHECK(transfer.to->text == "b");
    CHECK(transfer.amount->minor_in({"USD", 2}).value() == 100);
    CHECK(transfer.key->text == "k1");
    CHECK(transfer.memo == "m");
    CHECK(transfer.at == parse_time("2026-01-02").value());
    CHECK(transfer.if_version == 3);

    const auto capture = only<TransactionRequest>(R"({"type":"capture","of":7,"amount_minor":55,"counter":"@shop"})");
    CHECK(std::get<Seq>(*capture.of) == Seq{7});
    CHECK(capture.amount->minor_in({"USD", 2}).value() == 55);
    CHECK(capture.counter->text == "@shop");
    const auto reversal = only<TransactionRequest>(R"({"type":"reverse","of_key":"k1","reason":"wrong"})");
    CHECK(std::get<IdempotencyKey>(*reversal.of).text == "k1");
    CHECK(reversal.memo == "wrong");
    CHECK_FALSE(reversal.amount);
    CHECK(only<TransactionRequest>(R"({"type":"release","of":7})").kind == EntryKind::release);
    CHECK(only<TransactionRequest>(R"({"type":"hold","account":"a","amount":"2","expires":"2026-03-01T00:00:00Z"})")
              .expires_at);
    CHECK(only<TransactionRequest>(R"({"type":"debit","account":"a","amount":"2"})").kind == EntryKind::debit);

    const auto customer = only<PutCustomer>(R"({"type":"customer","id":"c","name":"N","email":null})");
    CHECK(customer.is_new);
    CHECK_FALSE(customer.email);
    const auto update = only<PutCustomer>(R"({"type":"customer_update","id":"c","phone":""})");
    CHECK_FALSE(update.is_new);
    CHECK(update.phone == "");
    const auto opened = only<OpenAccount>(
        R"({"type":"open","account":"a","customer":"c","currency":"USD","overdraft":"0","opening_balance":"5","key":"o"})");
    CHECK(opened.customer.text == "c");
    CHECK(opened.opening_balance);
    CHECK(opened.key->text == "o");
    CHECK(only<ChangeAccount>(R"({"type":"freeze","account":"a"})").kind == EntryKind::account_frozen);
    CHECK(only<ChangeAccount>(R"({"type":"unfreeze","account":"a"})").kind == EntryKind::account_unfrozen);
    CHECK(only<ChangeAccount>(R"({"type":"close","account":"a"})").kind == EntryKind::account_closed);
}

TEST_CASE("NDJSON syntax is strict") {
    const std::string valid = credit_with(R"("amount":"1")");
    CHECK(outcome_of(valid) == "ok");
    CHECK(outcome_of(credit_with(R"("amount":"1","amount":"1")")) == "invalid_json");
    CHECK(outcome_of(credit_with(R"("amount":"1","\u0061mount":"1")")) == "invalid_json");
    CHECK(outcome_of(credit_with(R"("amount":"1","colour":"red")")) == "invalid_json");
    CHECK(outcome_of(credit_with(R"("amount":"1","to":"b")")) == "invalid_json");
    CHECK(outcome_of(credit_with(R"("amount":"1","memo":5)")) == "invalid_json");
    CHECK(outcome_of(credit_with(R"("amount":"1","memo":true)")) == "invalid_json");
    CHECK(outcome_of(credit_with(R"("amount":"1","memo":["x"])")) == "invalid_json");
    CHECK(outcome_of(credit_with(R"("amount":"1","memo":"a\u0000b")")) == "invalid_json");
    CHECK(outcome_of(credit_with(R"("amount":"1","memo":"\ud800")")) == "invalid_json");
    CHECK(outcome_of(credit_with(R"("amount":"1","memo":"\ude00")")) == "invalid_json");
    CHECK(outcome_of(credit_with(R"("amount":"1","\ude00":"x")")) == "invalid_json");
    CHECK(outcome_of(credit_with(R"("amount":"1","memo":"\ud83d\ude00")")) == "ok");
    CHECK(outcome_of(credit_with("\"amount\":\"1\",\"memo\":\"\xFF\"")) == "invalid_json");
    CHECK(outcome_of(credit_with(R"("amount":"1","amount_minor":100)")) == "invalid_json");
    CHECK(outcome_of(credit_with(R"("memo":"no amount")")) == "invalid_json");
    CHECK(outcome_of(valid + valid) == "invalid_json");
    CHECK(outcome_of(valid + std::string("\0rest", 5)) == "invalid_json");
    CHECK(outcome_of(valid + "// comment") == "invalid_json");
    CHECK(outcome_of("[" + valid + "]") == "invalid_json");
    CHECK(outcome_of("null") == "invalid_json");
    CHECK(outcome_of("{") == "invalid_json");
    CHECK(outcome_of(R"({"account":"a"})") == "invalid_json");
    CHECK(outcome_of(R"({"type":"opening","account":"a"})") == "invalid_json");
    CHECK(outcome_of(R"({"type":"capture","of":1,"of_key":"k"})") == "invalid_json");
    CHECK(outcome_of(R"({"type":"capture"})") == "invalid_json");
    CHECK(outcome_of(R"({"type":"reverse","of":1,"memo":"a","reason":"b"})") == "invalid_json");
    CHECK(outcome_of(R"({"type":"capture","of":"1"})") == "invalid_json");
    CHECK(outcome_of(R"({"x":)" + std::string(40, '[') + std::string(40, ']') + "}") == "invalid_json");
    CHECK(outcome_of(R"({"x":)" + std::string(500'000, '[')) == "invalid_json");
    CHECK(read_all(valid + "\n\xEF\xBB\xBF" + valid)[1].request.error().code == ErrorCode::invalid_json);
}

TEST_CASE("a field's content has the code of its own syntax") {
    const auto number = read_all(credit_with(R"("amount":12.5)"));
    REQUIRE(outcome(number[0].request) == "invalid_amount");
    CHECK(number[0].request.error().hint.find("quotes") != std::string::npos);
    CHECK(outcome_of(credit_with(R"("amount":"-1")")) == "invalid_amount");
    CHECK(outcome_of(credit_with(R"("amount":"1e3")")) == "invalid_amount");
    CHECK(outcome_of(credit_with(R"("amount":"9007199254740992")")) == "amount_too_large");
    CHECK(outcome_of(credit_with(R"("amount_minor":-1)")) == "invalid_amount");
    CHECK(outcome_of(credit_with(R"("amount_minor":0)")) == "invalid_amount");
    CHECK(outcome_of(credit_with(R"("amount_minor":1.0)")) == "invalid_amount");
    CHECK(outcome_of(credit_with(R"("amount_minor":1e2)")) == "invalid_amount");
    CHECK(outcome_of(credit_with(R"("amount_minor":"100")")) == "invalid_json");
    // 2^63 and 2^64 + 1 would wrap into the range if they were read as 64 bits.
    CHECK(outcome_of(credit_with(R"("amount_minor":9223372036854775808)")) == "amount_too_large");
    CHECK(outcome_of(credit_with(R"("amount_minor":18446744073709551617)")) == "amount_too_large");
    CHECK(outcome_of(R"({"type":"release","of":18446744073709551617})") == "invalid_number");
    CHECK(outcome_of(R"({"type":"release","of":0})") == "invalid_number");
    CHECK(outcome_of(R"({"type":"release","of_key":""})") == "invalid_key");
    CHECK(outcome_of(R"({"type":"freeze","account":"@cash.USD"})") == "invalid_id");
    CHECK(outcome_of(credit_with(R"("amount":"1","counter":"b")")) == "invalid_id");
    CHECK(outcome_of(credit_with(R"("amount":"1","at":"yesterday")")) == "invalid_time");
    CHECK(outcome_of(R"({"type":"open","account":"a","customer":"c","currency":"usd"})") == "unknown_currency");
    CHECK(outcome_of(R"({"type":"open","account":"a","customer":"c","currency":"USD","opening_balance":5})") ==
          "invalid_amount");
    CHECK(outcome_of(credit_with("\"amount\":\"1\",\"memo\":\"" + std::string(5000, 'x') + "\"")) == "invalid_text");
}

TEST_CASE("a line without a key is named after its place") {
    const auto lines = read_all(
        "\xEF\xBB\xBF\r\n \t\n{\"type\":\"freeze\",\"account\":\"a\"}\r\n\n"
        "{\"type\":\"customer\",\"id\":\"c\",\"name\":\"N\",\"key\":null}",
        "bank.ndjson");
    REQUIRE(lines.size() == 2);
    CHECK(lines[0].line == 3);
    CHECK(std::get<ChangeAccount>(*lines[0].request).key->text == "bank.ndjson:3");
    CHECK(std::get<PutCustomer>(*lines[1].request).key->text == "bank.ndjson:5");
    CHECK(outcome_of(R"({"type":"freeze","account":"a"})", "") == "invalid_key");
    CHECK(outcome_of(R"({"type":"freeze","account":"a"})", "caf\xC3\xA9") == "invalid_key");
    CHECK(outcome_of(R"({"type":"freeze","account":"a","key":"k"})", "") == "ok");
}

TEST_CASE("an overlong line is refused without being kept, and reading goes on after it") {
    const std::string good = credit_with(R"("amount":"1")");
    const auto lines =
        read_all(std::string(3 << 20, 'x') + "\n" + good + "\n" + std::string(k_line_bytes_max + 1, ' '));
    REQUIRE(lines.size() == 2);
    CHECK(outcome(lines[0].request) == "invalid_json");
    CHECK(lines[0].raw.size() == k_line_bytes_max);
    CHECK(outcome(lines[1].request) == "ok");
    CHECK(lines[1].line == 2);

    std::string longest = good;
    longest.insert(1, k_line_bytes_max - good.size(), ' ');
    CHECK(outcome_of(longest) == "ok");
    CHECK(outcome_of(longest + " ") == "invalid_json");
}

TEST_CASE("the group of a line is known unless the line is no JSON") {
    const auto lines = read_all(R"({"type":"freeze","account":"a","group":"g"})"
                                "\n"
                                R"({"type":"freeze","account":"?","colour":1,"group":"g"})"
                                "\n"
                                R"({"type":"freeze","account":"a"})"
                                "\n{\"group\":\"g\",\n"
                                R"({"type":"freeze","account":"a","group":5})");
    REQUIRE(lines.size() == 5);
    CHECK(lines[0].group == "g");
    CHECK(lines[1].group == "g");
    CHECK(lines[2].group == "");
    CHECK_FALSE(lines[3].group);
    CHECK_FALSE(lines[4].group);
}

TEST_CASE("input that fails while it is read is unreadable_input") {
    FailingBuffer buffer(credit_with(R"("amount":"1")") + "\n");
    std::istream input(&buffer);
    const auto reader = read_ndjson(input, "f");
    CHECK(test::failure_code([&] {
              while (reader->next()) {
              }
          }) == ErrorCode::unreadable_input);
}
