#include "tests/cli/forms.h"

#include <algorithm>

#include <catch2/catch.hpp>

namespace bankctl::cli_test {
namespace {

constexpr std::size_t k_width_max = 80;

Words with(Words words, std::initializer_list<std::string> more) {
    words.insert(words.end(), more);
    return words;
}

/// A line with one character for each column, so that a place in it is a column.
std::string by_columns(const std::string& line) {
    std::string columns;
    for (const char c : line) {
        if ((static_cast<unsigned char>(c) & 0xC0U) == 0x80U) continue;
        columns += static_cast<unsigned char>(c) < 0x80 ? c : '?';
    }
    return columns;
}

bool is_money(const Json& value) { return value.is_object() && value.contains("decimal"); }

/// What a cell of CSV must hold for a value, as CLI.md says it: null is empty, money its decimal number, and a text
/// that a spreadsheet would run gets an apostrophe.
std::string expected_cell(const Json& value) {
    if (value.is_null()) return "";
    if (is_money(value)) return value.at("decimal").get<std::string>();
    if (value.is_string()) {
        const auto text = value.get<std::string>();
        const bool is_dangerous = !text.empty() && std::string("=+-@\t\r").find(text.front()) != std::string::npos;
        return (is_dangerous ? "'" : "") + text;
    }
    return value.dump();
}

void mask_times(Json& row) {
    for (const char* key : {"posted_at", "effective_at", "opened_at", "added_at", "elapsed_ms"}) {
        if (row.contains(key)) row[key] = "masked";
    }
}

void require_cell(const Json& value, const std::string& cell) {
    if (value.is_array() && std::ranges::all_of(value, [](const Json& element) { return element.is_number(); })) {
        std::string joined;
        for (const Json& element : value) joined += (joined.empty() ? "" : " ") + element.dump();
        CHECK(cell == joined);
    } else if (value.is_structured() && !is_money(value)) {
        CHECK(Json::parse(cell) == value);
    } else {
        CHECK(cell == expected_cell(value));
    }
}

void require_csv(const std::string& text, const std::vector<Json>& rows) {
    const std::vector<Words> lines = parse_csv(text);
    REQUIRE(lines.size() == rows.size() + 1);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        REQUIRE(lines[i + 1].size() == lines[0].size());
        REQUIRE(lines[0].size() == rows[i].size());
        for (std::size_t column = 0; column < lines[0].size(); ++column) {
            const std::string& key = lines[0][column];
            INFO(key);
            REQUIRE(rows[i].contains(key));
            if (rows[i].at(key) != "masked") require_cell(rows[i].at(key), lines[i + 1][column]);
        }
    }
}

/// One object's table: a line for each key that is shown, and none for what is null.
void require_object_table(const std::string& text, const Json& row) {
    for (const std::string& line : lines_of(text)) {
        if (line.starts_with(' ')) continue;  // goes on with the value above
        const std::string key = line.substr(0, line.find(' '));
        INFO(line);
        REQUIRE(row.contains(key));
        CHECK_FALSE(row.at(key).is_null());
    }
}

/// With every field asked for, everything that is not null is shown.
void require_all_fields_shown(const Bank& bank, const Words& words, const Json& row) {
    std::string fields;
    for (const auto& [key, value] : row.items()) fields += (fields.empty() ? "" : ",") + key;
    const Words lines = lines_of(bank.ok(with(words, {"--fields", fields})));
    for (const auto& [key, value] : row.items()) {
        INFO(key);
        const auto begins = [&name = key](const std::string& line) { return line.starts_with(name + " "); };
        CHECK(std::ranges::any_of(lines, begins) == !value.is_null());
    }
}

}  // namespace

void require_same_in_all_forms(const Bank& bank, const Words& asked) {
    static int users = 0;
    const Words words = with(asked, {"--user", "form-" + std::to_string(++users)});  // one for all forms
    const Json document = bank.ok_json(words);
    const bool is_list = document.at("data").is_array();
    std::vector<Json> rows = is_list ? document.at("data").get<std::vector<Json>>() : std::vector{document.at("data")};
    std::ranges::for_each(rows, mask_times);

    std::vector<Json> lines = parse_lines(bank.ok(with(words, {"--output", "ndjson"})));
    std::ranges::for_each(lines, mask_times);
    CHECK(lines == rows);

    require_csv(bank.ok(with(words, {"--output", "csv"})), rows);

    const std::string table = bank.ok(with(words, {"--output", "table"}));
    if (!is_list) {
        require_object_table(table, rows.front());
        return require_all_fields_shown(bank, words, rows.front());
    }
    require_narrow(table);
    CHECK(lines_of(table).size() == rows.size() + 1);
}

void require_narrow(const std::string& table) {
    for (const std::string& line : lines_of(table)) {
        INFO(line);
        CHECK(by_columns(line).size() <= k_width_max);
    }
}

void require_right_aligned(const std::string& table, const std::string& header) {
    const Words lines = lines_of(table);
    REQUIRE(!lines.empty());
    const std::size_t begin = lines[0].find(header);
    REQUIRE(begin != std::string::npos);
    const std::size_t end = begin + header.size();
    for (const std::string& text : lines) {
        const std::string line = by_columns(text);
        INFO(text);
        REQUIRE(line.size() >= end);
        CHECK(line[end - 1] != ' ');
        CHECK((line.size() == end || line[end] == ' '));
    }
}

}  // namespace bankctl::cli_test
