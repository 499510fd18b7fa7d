#include "core/base/text.h"

#include <catch2/catch.hpp>

#include "tests/support/failure.h"

namespace bankctl::test {
namespace {

struct Case {
    std::string text;
    std::string expected;
};

/// The UTF-8 of a code point, surrogates and what is beyond Unicode too.
std::string encode(unsigned code_point) {
    const auto byte = [](unsigned value) { return static_cast<char>(value); };
    const auto tail = [&](unsigned shift) { return byte(0x80 | (code_point >> shift & 0x3F)); };
    if (code_point < 0x80) return {byte(code_point)};
    if (code_point < 0x800) return {byte(0xC0 | code_point >> 6), tail(0)};
    if (code_point < 0x10000) return {byte(0xE0 | code_point >> 12), tail(6), tail(0)};
    return {byte(0xF0 | code_point >> 18), tail(12), tail(6), tail(0)};
}

}  // namespace

TEST_CASE("every code point but the surrogates is UTF-8") {
    for (unsigned code_point = 0; code_point <= 0x120000; ++code_point) {
        const bool is_scalar = code_point <= 0x10FFFF && (code_point < 0xD800 || code_point > 0xDFFF);
        if (is_utf8(encode(code_point)) != is_scalar) FAIL("U+" << std::hex << code_point);
    }
}

TEST_CASE("well-formed texts are UTF-8") {
    const std::string text = GENERATE(as<std::string>{}, "", "plain", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80",
                                      "a\xC3\xA9z\xE2\x82\xAC.", "\xEF\xBF\xBF", "\xF4\x8F\xBF\xBF", "\xEE\x80\x80");
    CHECK(is_utf8(text));
}

TEST_CASE("malformed texts are not UTF-8") {
    // Overlong forms, surrogates, beyond U+10FFFF, stray and missing continuation bytes, bytes that never occur.
    const std::string text =
        GENERATE(as<std::string>{}, "\x80", "\xBF", "\xC0\x80", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF",
                 "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF", "\xED\xA0\x80", "\xED\xBF\xBF", "\xED\xA0\xBD\xED\xB8\x80",
                 "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xF8\x88\x80\x80\x80", "\xFC\x84\x80\x80\x80\x80", "\xFE",
                 "\xFF", "\xC3", "a\xC3", "\xC3z", "\xE2\x82", "\xE2\x82z", "\xE2z\xAC", "\xF0\x9F\x98",
                 "\xF0\x9F\x98z", "\xC3\xA9\xA9", "ok \xFF ok");
    CAPTURE(text.size());
    CHECK_FALSE(is_utf8(text));
    CHECK_FALSE(is_utf8("before" + text));
    CHECK_FALSE(is_utf8(text + "after"));
}

TEST_CASE("harmful characters become visible") {
    const auto& [text, expected] = GENERATE(values<Case>({
        {"plain 'text' \\ é €", "plain 'text' \\ é €"},
        {"\x1B[31mred", "\\x1b[31mred"},
        {std::string("\0", 1), "\\x00"},
        {"a\nb\tc\r", "a\\x0ab\\x09c\\x0d"},
        {"\x7F", "\\u007f"},
        {"\xC2\x80", "\\u0080"},
        {"\xC2\x9B", "\\u009b"},  // the one-byte CSI of C1
        {"\xC2\xA0", "\xC2\xA0"},
        {"\xE2\x80\xAE", "\\u202e"},
        {"\xE2\x80\xA8", "\\u2028"},
        {"\xE2\x80\x8E\xE2\x80\x8F", "\\u200e\\u200f"},
        {"\xE2\x81\xA6\xE2\x81\xA9", "\\u2066\\u2069"},
        {"\xD8\x9C", "\\u061c"},
        {"\xFF", "\\xff"},
        {"\xC3", "\\xc3"},
        {"\xED\xA0\x80", "\\xed\\xa0\\x80"},
        {"\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80"},
    }));
    CHECK(printable(text) == expected);
}

TEST_CASE("quoted texts are cut short") {
    CHECK(in_quotes("") == "''");
    CHECK(in_quotes("a\x1B") == "'a\\x1b'");
    CHECK(in_quotes(std::string(64, 'a')) == "'" + std::string(64, 'a') + "'");
    CHECK(in_quotes(std::string(65, 'a')) == "'" + std::string(64, 'a') + "…'");
    CHECK(in_quotes(std::string(1'000'000, 'a')).size() < 100);
}

TEST_CASE("JSON text keeps its meaning while harmful characters are escaped") {
    const auto& [text, expected] = GENERATE(values<Case>({
        {R"({"a":"plain"})", R"({"a":"plain"})"},
        {"{\"a\":\"é\"}\n", "{\"a\":\"é\"}\n"},
        {"\"\x7F\"", "\"\\u007f\""},
        {"\"\xC2\x85\"", "\"\\u0085\""},
        {"\"x\xE2\x80\xAEy\"", "\"x\\u202ey\""},
        {"\"\xE2\x80\xA9\"", "\"\\u2029\""},
        {"\"\xD8\x9C\xE2\x81\xA7\"", "\"\\u061c\\u2067\""},
        {"\"\xF0\x9F\x98\x80\"", "\"\xF0\x9F\x98\x80\""},
    }));
    CHECK(escape_json_text(text) == expected);
}

TEST_CASE("a text is as wide as it has characters") {
    CHECK(display_width("") == 0);
    CHECK(display_width("abc") == 3);
    CHECK(display_width("é€\xF0\x9F\x98\x80") == 3);
}

TEST_CASE("text for XML has its marks as entities and nothing that XML forbids") {
    CHECK(xml_text("a <b> & 'c' \"d\" ]]>") == "a &lt;b&gt; &amp; 'c' \"d\" ]]&gt;");
    CHECK(xml_text("a\tb\r\nc") == "a b  c");
    CHECK(xml_text("\x01\x1b[31m\x7f|\u0085|\u202e|\u2028|\uFFFE|\uFFFF|\xFF|") == "[31m|||||||");
    CHECK(xml_text("é€\xF0\x9F\x98\x80\uFFFD") == "é€\xF0\x9F\x98\x80\uFFFD");
}

TEST_CASE("the beginning of a text ends between characters") {
    CHECK(first_characters("é€\xF0\x9F\x98\x80x", 0).empty());
    CHECK(first_characters("é€\xF0\x9F\x98\x80x", 3) == "é€\xF0\x9F\x98\x80");
    CHECK(first_characters("é€", 9) == "é€");
    CHECK(shortened("é€ab", 4) == "é€ab");
    CHECK(shortened("é€abc", 4) == "é€a…");
}

TEST_CASE("free text is valid UTF-8 without NUL within its length") {
    CHECK(parse_text("", 4, "the memo").value_or_throw().empty());
    CHECK(parse_text("€a", 4, "the memo").value_or_throw() == "€a");
    CHECK(parse_text("\n", 4, "the memo").value_or_throw() == "\n");
    CHECK(outcome(parse_text("€ab", 4, "the memo")) == "invalid_text");
    CHECK(outcome(parse_text(std::string_view("a\0", 2), 4, "the memo")) == "invalid_text");
    CHECK(outcome(parse_text("\xC0\x80", 4, "the memo")) == "invalid_text");
    const Result<std::string> refused = parse_text("\xFF", 4, "the memo");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("the memo") == 0);
}

}  // namespace bankctl::test
