#include "tests/cli/bank.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include <catch2/catch.hpp>

namespace bankctl::cli_test {

Environment bare_environment(const std::string& directory) {
    return {{"HOME", directory}, {"PATH", "/usr/bin:/bin"}, {"TMPDIR", directory}};
}

Bank::Bank(Nothing) : environment_(bare_environment(directory_.path())) { environment_["BANKCTL_DB"] = path(); }

Bank::Bank() : Bank(Nothing::yet) { ok_json({"init"}); }

ProcessOptions Bank::options(const Words& words, const std::string& input) const {
    ProcessOptions options;
    options.words = words;
    options.environment = environment_;
    options.input = input;
    options.directory = directory();
    return options;
}

Run Bank::run(const Words& words, const std::string& input) const { return run_process(options(words, input)); }

std::string Bank::ok(const Words& words, const std::string& input) const {
    const Run done = run(words, input);
    INFO(describe(words, done));
    REQUIRE(done.exit_code == 0);
    REQUIRE(done.err.empty());
    return done.out;
}

Json Bank::ok_json(Words words, const std::string& input) const {
    words.insert(words.begin(), "--json");
    const Run done = run(words, input);
    INFO(describe(words, done));
    REQUIRE(done.exit_code == 0);
    REQUIRE(done.err.empty());
    Json document = parse_document(done.out);
    REQUIRE_FALSE(has_harmful_characters(done.out, "\n"));
    REQUIRE(schema_faults(document).empty());
    return document;
}

Json require_failure(const Words& words, const Run& run, std::string_view code) {
    INFO(describe(words, run));
    REQUIRE(run.signal == 0);
    REQUIRE(run.out.empty());
    const Json document = parse_document(run.err);
    REQUIRE_FALSE(has_harmful_characters(run.err, "\n"));
    REQUIRE(schema_faults(document).empty());
    REQUIRE(document.at("schema") == "error/v1");
    const Json& error = document.at("error");
    REQUIRE(error.at("code") == code);
    REQUIRE(run.exit_code == documented_exit_code(error.at("kind").get<std::string>()));
    REQUIRE(error.at("retryable") == (error.at("kind") == "retry_later"));
    return error;
}

Json Bank::fails(Words words, std::string_view code, const std::string& input) const {
    words.insert(words.begin(), "--json");
    return require_failure(words, run(words, input), code);
}

void Bank::add_accounts(std::initializer_list<std::string> ids, const std::string& opening_balance) const {
    if (run({"customer", "show", "c1"}).exit_code != 0) ok({"customer", "add", "c1", "--name", "Ada Lovelace"});
    for (const std::string& id : ids) {
        Words words{"account", "open", id, "--customer", "c1", "--currency", "USD"};
        if (!opening_balance.empty()) words.insert(words.end(), {"--opening-balance", opening_balance});
        ok(words);
    }
}

std::string Bank::balance_of(const std::string& account) const {
    return data({"balance", account}).at("balance").at("decimal").get<std::string>();
}

std::vector<Json> parse_lines(const std::string& text) {
    std::vector<Json> rows;
    for (const std::string& line : lines_of(text)) rows.push_back(Json::parse(line));
    return rows;
}

Words lines_of(const std::string& text) {
    Words lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

Words names_in(const std::string& directory) {
    Words found;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
        const std::string name = entry.path().filename();
        if (name.find("-limit-") == std::string::npos && !name.ends_with("-boot")) found.push_back(name);
    }
    std::ranges::sort(found);
    return found;
}

std::vector<Words> parse_csv(const std::string& text) {
    std::vector<Words> rows;
    Words row;
    std::string cell;
    bool is_quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '"') {
            const bool is_doubled = is_quoted && i + 1 < text.size() && text[i + 1] == '"';
            if (is_doubled) cell += text[++i];
            if (!is_doubled) is_quoted = !is_quoted;
        } else if (!is_quoted && (c == ',' || c == '\n')) {
            row.push_back(std::move(cell));
            cell.clear();
            if (c == '\n') rows.push_back(std::move(row));
            if (c == '\n') row.clear();
        } else {
            cell += c;
        }
    }
    REQUIRE_FALSE(is_quoted);
    REQUIRE(row.empty());  // the last line ends like the others
    return rows;
}

}  // namespace bankctl::cli_test
