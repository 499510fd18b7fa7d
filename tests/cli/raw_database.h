// The database file as SQLite alone sees it, for tests that alter it behind bankctl's back.
#pragma once

#include <string>
#include <vector>

#include <sqlite3.h>

namespace bankctl::cli_test {

/// A connection without any of bankctl's rules: foreign keys and CHECKs are off, the schema can be written.
class RawDatabase {
public:
    explicit RawDatabase(const std::string& path);
    ~RawDatabase();
    RawDatabase(const RawDatabase&) = delete;
    RawDatabase& operator=(const RawDatabase&) = delete;

    /// Returns SQLite's result code.
    int execute(const std::string& sql);
    /// The rows' values as SQL literals, so that types and NULL are told apart; empty if the query fails.
    std::vector<std::vector<std::string>> rows(const std::string& sql);
    /// The first column of the rows as text.
    std::vector<std::string> column(const std::string& sql);
    /// Every row of every table, and the schema, as text; "unreadable" if SQLite cannot read them.
    std::string dump();

private:
    sqlite3* database_ = nullptr;
};

}  // namespace bankctl::cli_test
