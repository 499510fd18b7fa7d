#include "core/model/money.h"

#include <catch2/catch.hpp>

#include "tests/support/failure.h"

namespace bankctl::test {
namespace {

Currency currency(std::string_view code) { return find_currency(code).value_or_throw(); }

/// What becomes of an amount on its way to minor units: digits, or the name of the code that refuses it.
std::string minor_of(std::string_view text, std::string_view code) {
    const Result<Amount> amount = Amount::parse(text);
    if (!amount) return outcome(amount);
    const Result<std::int64_t> minor = amount->minor_in(currency(code));
    return minor ? std::to_string(*minor) : outcome(minor);
}

struct Case {
    std::string_view text;
    std::string_view currency;
    std::string_view expected;
};

}  // namespace

TEST_CASE("amounts in major units become exact minor units") {
    const auto& [text, code, expected] = GENERATE(values<Case>({
        {"1", "USD", "100"},
        {"1.0", "USD", "100"},
        {"1.00", "USD", "100"},
        {"12.34", "USD", "1234"},
        {"0.01", "USD", "1"},
        {"0.10", "USD", "10"},
        {"0.1", "USD", "10"},
        {"100.05", "USD", "10005"},
        {"1", "JPY", "1"},
        {"9007199254740991", "JPY", "9007199254740991"},
        {"0.001", "KWD", "1"},
        {"1.5", "KWD", "1500"},
        {"12.345", "KWD", "12345"},
        {"0.0001", "CLF", "1"},
        {"1.2345", "CLF", "12345"},
        {"90071992547409.91", "USD", "9007199254740991"},
        {"9007199254740.991", "KWD", "9007199254740991"},
        {"900719925474.0991", "CLF", "9007199254740991"},
    }));
    CAPTURE(text, code);
    CHECK(minor_of(text, code) == expected);
}

TEST_CASE("more decimals than the currency has are refused, zeros too") {
    const auto& [text, code, expected] = GENERATE(values<Case>({
        {"1.0", "JPY", "amount_precision"},
        {"1.5", "JPY", "amount_precision"},
        {"1.000", "USD", "amount_precision"},
        {"0.001", "USD", "amount_precision"},
        {"1.2345", "KWD", "amount_precision"},
        {"1.23456", "CLF", "amount_precision"},
        {"1.23450", "CLF", "amount_precision"},
        {"0.00000000000000000000000000000000000001", "USD", "amount_precision"},
        {"9007199254740991.000", "USD", "amount_precision"},
    }));
    CAPTURE(text, code);
    CHECK(minor_of(text, code) == expected);
}

TEST_CASE("amounts beyond 2^53 - 1 minor units are too large") {
    const auto& [text, code, expected] = GENERATE(values<Case>({
        {"9007199254740992", "JPY", "amount_too_large"},
        {"90071992547409.92", "USD", "amount_too_large"},
        {"90071992547410", "USD", "amount_too_large"},
        {"9007199254740.992", "KWD", "amount_too_large"},
        {"900719925474.0992", "CLF", "amount_too_large"},
        {"9007199254740991", "USD", "amount_too_large"},
        {"9223372036854775807", "JPY", "amount_too_large"},
        {"9223372036854775808", "JPY", "amount_too_large"},
        {"18446744073709551617", "JPY", "amount_too_large"},
        {"99999999999999999999999999999999999999999999", "JPY", "amount_too_large"},
        {"9007199254740992.5", "JPY", "amount_too_large"},  // the whole part is judged as syntax, before the decimals
    }));
    CAPTURE(text, code);
    CHECK(minor_of(text, code) == expected);
}

TEST_CASE("what is not a positive decimal number in plain digits is no amount") {
    const std::string text = GENERATE(as<std::string>{}, "", "0", "0.0", "0.00", "0.000000000", "-1", "+1", "-0", " 1",
                                      "1 ", "1 0", "\t1", "1\n", "01", "00", "00.5", "010", ".5", "1.", ".", "1..2",
                                      "1.2.3", "1,000", "1'000", "1_000", "1,5", "1e3", "1E3", "1.5e1", "0x10", "NaN",
                                      "inf", "nan", "USD 1", "1USD", "$1", "１", "١", "1\xC2\xA0", "1.2x", "x1.2");
    CAPTURE(text);
    CHECK(outcome(Amount::parse(text)) == "invalid_amount");
}

TEST_CASE("an amount with a NUL in it is no amount") {
    CHECK(outcome(Amount::parse(std::string_view("1\0", 2))) == "invalid_amount");
    CHECK(outcome(Amount::parse(std::string_view("1.\0", 3))) == "invalid_amount");
}

TEST_CASE("an overdraft may be zero and is else written like an amount") {
    CHECK(Amount::parse_or_zero("0").value_or_throw().minor_in(currency("USD")).value_or_throw() == 0);
    CHECK(Amount::parse_or_zero("0.00").value_or_throw().minor_in(currency("USD")).value_or_throw() == 0);
    CHECK(Amount::parse_or_zero("5.25").value_or_throw().minor_in(currency("USD")).value_or_throw() == 525);
    CHECK(outcome(Amount::parse_or_zero("-1")) == "invalid_amount");
    CHECK(outcome(Amount::parse_or_zero("00")) == "invalid_amount");
    CHECK(outcome(Amount::parse_or_zero("")) == "invalid_amount");
    CHECK(outcome(Amount::parse_or_zero("9007199254740992")) == "amount_too_large");
}

TEST_CASE("amounts given in minor units are taken as they are") {
    for (const std::int64_t minor : {std::int64_t{1}, std::int64_t{12345}, k_minor_max}) {
        for (const char* code : {"JPY", "USD", "KWD"})
            CHECK(Amount::from_minor(minor).value_or_throw().minor_in(currency(code)).value_or_throw() == minor);
    }
    CHECK(outcome(Amount::from_minor(0)) == "invalid_amount");
    CHECK(outcome(Amount::from_minor(-1)) == "invalid_amount");
    CHECK(outcome(Amount::from_minor(INT64_MIN)) == "invalid_amount");
    CHECK(outcome(Amount::from_minor(k_minor_max + 1)) == "amount_too_large");
    CHECK(outcome(Amount::from_minor(INT64_MAX)) == "amount_too_large");
}

TEST_CASE("money is written in major units with all of its currency's decimals") {
    struct Written {
        std::int64_t minor;
        std::string_view currency;
        std::string_view text;
    };
    const auto& [minor, code, text] = GENERATE(values<Written>({
        {0, "USD", "0.00"},
        {1, "USD", "0.01"},
        {-1, "USD", "-0.01"},
        {10, "USD", "0.10"},
        {99, "USD", "0.99"},
        {100, "USD", "1.00"},
        {-1230, "USD", "-12.30"},
        {0, "JPY", "0"},
        {-7, "JPY", "-7"},
        {1000, "JPY", "1000"},
        {1, "KWD", "0.001"},
        {12345, "KWD", "12.345"},
        {9, "CLF", "0.0009"},
        {12345, "CLF", "1.2345"},
        {k_minor_max, "USD", "90071992547409.91"},
        {-k_minor_max, "USD", "-90071992547409.91"},
        {k_minor_max, "JPY", "9007199254740991"},
    }));
    CHECK(decimal_text({currency(code), minor}) == text);
}

TEST_CASE("sums stay within 2^53 - 1 on both sides") {
    CHECK(add_within_limit(k_minor_max - 1, 1).value_or_throw() == k_minor_max);
    CHECK(add_within_limit(-k_minor_max + 1, -1).value_or_throw() == -k_minor_max);
    CHECK(add_within_limit(k_minor_max, -k_minor_max).value_or_throw() == 0);
    CHECK(outcome(add_within_limit(k_minor_max, 1)) == "balance_overflow");
    CHECK(outcome(add_within_limit(-k_minor_max, -1)) == "balance_overflow");
    CHECK(outcome(add_within_limit(k_minor_max, k_minor_max)) == "balance_overflow");
    CHECK(outcome(add_within_limit(-k_minor_max, -k_minor_max)) == "balance_overflow");
}

}  // namespace bankctl::test
