#include "tests/cli/raw_database.h"

#include <catch2/catch.hpp>

namespace bankctl::cli_test {
namespace {

/// A value as an SQL literal.
std::string literal(sqlite3_stmt* statement, int column) {
    const int size = sqlite3_column_bytes(statement, column);
    switch (sqlite3_column_type(statement, column)) {
        case SQLITE_NULL: return "NULL";
        case SQLITE_INTEGER: return std::to_string(sqlite3_column_int64(statement, column));
        case SQLITE_FLOAT: return std::to_string(sqlite3_column_double(statement, column)) + "e0";
        default: break;
    }
    const auto* const bytes = static_cast<const unsigned char*>(sqlite3_column_blob(statement, column));
    const bool is_text = sqlite3_column_type(statement, column) == SQLITE_TEXT;
    std::string hex = is_text ? "CAST(X'" : "X'";
    for (int i = 0; i < size; ++i) {
        hex += "0123456789ABCDEF"[bytes[i] >> 4U];
        hex += "0123456789ABCDEF"[bytes[i] & 15U];
    }
    return hex + (is_text ? "' AS TEXT)" : "'");
}

}  // namespace

RawDatabase::RawDatabase(const std::string& path) {
    REQUIRE(sqlite3_open_v2(path.c_str(), &database_, SQLITE_OPEN_READWRITE, nullptr) == SQLITE_OK);
    sqlite3_db_config(database_, SQLITE_DBCONFIG_DEFENSIVE, 0, nullptr);
    execute("PRAGMA foreign_keys=OFF");
    execute("PRAGMA ignore_check_constraints=ON");
    execute("PRAGMA writable_schema=ON");
    execute("PRAGMA synchronous=OFF");
}

RawDatabase::~RawDatabase() { sqlite3_close(database_); }

int RawDatabase::execute(const std::string& sql) {
    return sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr);
}

std::vector<std::vector<std::string>> RawDatabase::rows(const std::string& sql) {
    std::vector<std::vector<std::string>> rows;
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(database_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) return rows;
    while (sqlite3_step(statement) == SQLITE_ROW) {
        std::vector<std::string>& row = rows.emplace_back();
        for (int column = 0; column < sqlite3_column_count(statement); ++column)
            row.push_back(literal(statement, column));
    }
    if (sqlite3_finalize(statement) != SQLITE_OK) rows.clear();
    return rows;
}

std::vector<std::string> RawDatabase::column(const std::string& sql) {
    std::vector<std::string> values;
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(database_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) return values;
    while (sqlite3_step(statement) == SQLITE_ROW)
        values.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(statement, 0)));
    sqlite3_finalize(statement);
    return values;
}

std::string RawDatabase::dump() {
    std::string text;
    const auto add = [&](const std::string& sql) {
        for (const auto& row : rows(sql)) {
            for (const std::string& value : row) text += value + ",";
            text += "\n";
        }
    };
    add("SELECT type,name,tbl_name,sql FROM sqlite_schema ORDER BY type,name");
    const std::vector<std::string> tables = column("SELECT name FROM sqlite_schema WHERE type='table' ORDER BY name");
    if (tables.empty()) return "unreadable";
    for (const std::string& table : tables) {
        text += table + ":\n";
        add("SELECT * FROM \"" + table + "\" ORDER BY 1,2");
    }
    add("PRAGMA application_id");
    add("PRAGMA user_version");
    return text;
}

}  // namespace bankctl::cli_test
