#include "core/base/ids.h"

#include <string>

#include <catch2/catch.hpp>

#include "tests/support/failure.h"

namespace bankctl::test {

TEST_CASE("customers and accounts have plain names") {
    const std::string id =
        GENERATE(as<std::string>{}, "a", "Z", "0", "alice", "A.b_c:d-e", "007", "a-", "1:2:3", std::string(64, 'x'));
    CAPTURE(id);
    CHECK(parse_customer_id(id).value_or_throw().text == id);
    CHECK(parse_account_id(id).value_or_throw().text == id);
    CHECK(parse_any_account_id(id).value_or_throw().text == id);
    CHECK(parse_any_account_id("@" + id).value_or_throw().text == "@" + id);
    CHECK(parse_internal_account_id("@" + id).value_or_throw().text == "@" + id);
    CHECK(outcome(parse_internal_account_id(id)) == "invalid_id");
    CHECK_FALSE(is_internal(AccountId{id}));
    CHECK(is_internal(AccountId{"@" + id}));
}

TEST_CASE("other names are refused") {
    const std::string id = GENERATE(as<std::string>{}, "", ".a", "_a", ":a", "-a", "--db", "@", "@@a", "@.a", " a",
                                    "a ", "a b", "a/b", "a@b", "a\n", "a\t", "\xC3\xA9", "a\xC3\xA9", "a'b", "a\"",
                                    "a,b", "a;b", "../a", std::string(65, 'x'));
    CAPTURE(id);
    CHECK(outcome(parse_customer_id(id)) == "invalid_id");
    CHECK(outcome(parse_account_id(id)) == "invalid_id");
    CHECK(outcome(parse_any_account_id(id)) == "invalid_id");
    CHECK(outcome(parse_internal_account_id(id)) == "invalid_id");
}

TEST_CASE("a NUL does not end a name early") {
    const std::string_view id("a\0b", 3);
    CHECK(outcome(parse_account_id(id)) == "invalid_id");
    CHECK(outcome(parse_key(id)) == "invalid_key");
}

TEST_CASE("the bank's own accounts are no customer's") {
    CHECK(outcome(parse_account_id("@cash.USD")) == "invalid_id");
    CHECK(outcome(parse_customer_id("@cash.USD")) == "invalid_id");
    CHECK(outcome(parse_internal_account_id("@" + std::string(65, 'x'))) == "invalid_id");
}

TEST_CASE("keys are 1 to 255 printable ASCII characters") {
    std::string all_printable;
    for (char c = ' '; c <= '~'; ++c) all_printable += c;
    for (const std::string& key : {std::string("k"), std::string(" "), all_printable, std::string(255, 'k')}) {
        CAPTURE(key);
        CHECK(parse_key(key).value_or_throw().text == key);
    }
    for (const std::string& key : {std::string(), std::string(256, 'k'), std::string("a\nb"), std::string("a\tb"),
                                   std::string("\x7F"), std::string("\xC3\xA9"), std::string("\x1B[0m")}) {
        CAPTURE(key);
        CHECK(outcome(parse_key(key)) == "invalid_key");
    }
}

TEST_CASE("numbers are plain digits within their range") {
    CHECK(parse_number("0", 0, 9, "n").value_or_throw() == 0);
    CHECK(parse_number("9", 0, 9, "n").value_or_throw() == 9);
    CHECK(parse_number("9223372036854775807", 0, INT64_MAX, "n").value_or_throw() == INT64_MAX);
    const std::string text = GENERATE(as<std::string>{}, "", "-1", "-0", "+1", "00", "01", "010", "0x1", " 1", "1 ",
                                      "1.0", "1e1", "10", "9223372036854775808", "99999999999999999999", "one");
    CAPTURE(text);
    const Result<std::int64_t> number = parse_number(text, 0, 9, "--limit");
    REQUIRE(outcome(number) == "invalid_number");
    CHECK(number.error().message.find("--limit") != std::string::npos);
}

TEST_CASE("a transaction's number is at least 1") {
    CHECK(parse_seq("1").value_or_throw() == Seq{1});
    CHECK(parse_seq("9223372036854775807").value_or_throw() == Seq{INT64_MAX});
    CHECK(outcome(parse_seq("0")) == "invalid_number");
    CHECK(outcome(parse_seq("-1")) == "invalid_number");
    CHECK(outcome(parse_seq("9223372036854775808")) == "invalid_number");
    CHECK_FALSE(Seq{});
    CHECK(Seq{1});
}

}  // namespace bankctl::test
