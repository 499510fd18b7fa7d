// A bank in a directory of its own, used through the executable alone.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "tests/cli/process.h"
#include "tests/support/document.h"
#include "tests/support/temp_directory.h"

namespace bankctl::cli_test {

using test::documented_exit_code;
using test::has_harmful_characters;
using test::Json;
using test::parse_document;
using test::schema_faults;

/// The environment that tests run in: HOME in `directory`, no variable of bankctl's.
Environment bare_environment(const std::string& directory);

class Bank {
public:
    /// A bank that `bankctl init` has created.
    Bank();
    /// A directory without a database yet.
    enum class Nothing { yet };
    explicit Bank(Nothing);

    std::string path() const { return directory_.file("bank.db"); }
    std::string file(std::string_view name) const { return directory_.file(name); }
    const std::string& directory() const { return directory_.path(); }
    /// BANKCTL_DB and what bare_environment has; tests may change it.
    Environment& environment() { return environment_; }
    const Environment& environment() const { return environment_; }
    ProcessOptions options(const Words& words, const std::string& input = {}) const;

    Run run(const Words& words, const std::string& input = {}) const;

    /// Runs what must succeed and write nothing to stderr; returns stdout.
    std::string ok(const Words& words, const std::string& input = {}) const;
    /// The same with --json: the whole document, which its schema describes.
    Json ok_json(Words words, const std::string& input = {}) const;
    /// The data of the document.
    Json data(const Words& words, const std::string& input = {}) const { return ok_json(words, input).at("data"); }
    /// The seq of the transaction that it posts.
    std::string seq(const Words& words) const { return data(words).at("seq").dump(); }

    /// Runs with --json what must fail with `code`: stdout empty, one error document on stderr, and the exit code of
    /// its kind as documented. Returns the error.
    Json fails(Words words, std::string_view code, const std::string& input = {}) const;

    /// Customer c1 and accounts of theirs in USD, each with an opening balance unless that is empty.
    void add_accounts(std::initializer_list<std::string> ids, const std::string& opening_balance = "") const;

    /// The journal's end, after all of it was verified.
    Json head() const { return data({"verify"}).at("head"); }
    std::string balance_of(const std::string& account) const;

private:
    test::TempDirectory directory_;
    Environment environment_;
};

/// Checks an error's document and exit code as Bank::fails does.
Json require_failure(const Words& words, const Run& run, std::string_view code);

/// A document's rows as NDJSON: one JSON value for each line.
std::vector<Json> parse_lines(const std::string& text);

/// `text` as CSV: rows of cells.
std::vector<Words> parse_csv(const std::string& text);

/// What lies in a directory, by name, but for what the limiter keeps beside a bank.
Words names_in(const std::string& directory);

/// The lines of `text`, without their ends.
Words lines_of(const std::string& text);

}  // namespace bankctl::cli_test
