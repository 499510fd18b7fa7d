#include "core/base/csv.h"

#include <catch2/catch.hpp>

using namespace bankctl;

TEST_CASE("a CSV cell is quoted where it must be", "[csv]") {
    CHECK(csv_cell("").empty());
    CHECK(csv_cell("plain; text") == "plain; text");
    CHECK(csv_cell("a,b") == "\"a,b\"");
    CHECK(csv_cell("a\nb") == "\"a\nb\"");
    CHECK(csv_cell("a\rb") == "\"a\rb\"");
    CHECK(csv_cell("a\"b") == "\"a\"\"b\"");
    CHECK(csv_cell("-1.00") == "-1.00");
}

TEST_CASE("text that begins like a formula is disarmed", "[csv]") {
    for (const std::string text : {"=1", "+1", "-1", "@x", "\t=1"}) CHECK(csv_text_cell(text) == "'" + text);
    CHECK(csv_text_cell("\r=1") == "\"'\r=1\"");
    CHECK(csv_text_cell("=1,2") == "\"'=1,2\"");
    CHECK(csv_text_cell("a=1") == "a=1");
    CHECK(csv_text_cell("").empty());
}
