// The description of the command tree, and what is made of it: parser, help, man pages, completions, schemas. Nothing
// is missing in one of them, and nothing appears that does not exist.
//
// BANKCTL_UPDATE_PAGES=1 in the environment writes the generated parts of the pages anew instead of comparing them.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include <catch2/catch.hpp>

#include "cli/command.h"
#include "cli/help.h"
#include "cli/mdoc.h"
#include "tests/cli/bank.h"
#include "tests/cli/manual_parts.h"
#include "tests/cli/program.h"

namespace bankctl::cli_test {
namespace {

using cli::all_commands;
using cli::Command;
using Names = std::set<std::string>;

Names page_files() {
    Names names;
    for (const auto& entry : std::filesystem::directory_iterator(page_directory()))
        names.insert(entry.path().filename().string());
    return names;
}

std::string page(const std::string& file_name) { return test::read_file(page_directory() + "/" + file_name); }

Words words_of(const Command& command) {
    Words words{std::string(command.noun)};
    if (!command.verb.empty()) words.emplace_back(command.verb);
    return words;
}

std::string line_of(const Words& words) {
    std::string line;
    for (const std::string& word : words) line += (line.empty() ? "" : " ") + word;
    return line;
}

Names options_of(const Command& command) {
    Names names{"--help"};
    for (const auto& options : {cli::global_options(), command.options}) {
        for (const cli::Option& option : options) names.insert("--" + std::string(option.name));
    }
    return names;
}

/// All `--words` in `text`.
Names options_in(const std::string& text) {
    static const std::regex k_option("(^|[^A-Za-z0-9-])(--[a-z][a-z-]*)");
    Names names;
    for (std::sregex_iterator match(text.begin(), text.end(), k_option), end; match != end; ++match)
        names.insert((*match)[2]);
    return names;
}

TEST_CASE("the man pages hold what the declarations, the errors and the schemas say", "[cli][manual]") {
    const bool is_update = std::getenv("BANKCTL_UPDATE_PAGES") != nullptr;  // NOLINT(concurrency-mt-unsafe)
    Names expected{"bankctl.1",
                   "bankctl-json.5",
                   "bankctl-errors.7",
                   "bankctl-rate-limits.7",
                   "bankctl-dispute-workflow.7",
                   "bankctl-dispute-policy.5",
                   "bankctl-loan-policy.5",
                   "bankctl-loan-policy-training.7",
                   "bankctl-loan-workflow.7"};
    for (const Command* command : all_commands()) expected.insert(cli::page_of(command->noun));
    CHECK(page_files() == expected);
    for (const std::string& name : page_files()) {
        const std::string text = page(name);
        const std::string current = with_generated_parts(name, text);
        INFO(name << ": BANKCTL_UPDATE_PAGES=1 writes the generated parts anew");
        if (is_update && current != text) test::write_file(page_directory() + "/" + name, current);
        if (!is_update) CHECK((current == text));
        for (const char* part : {"synopsis", "commands", "examples"}) {
            const bool is_of_noun = name.ends_with(".1") && name != "bankctl.1";
            CHECK((text.find(std::string("generated: ") + part) != std::string::npos) == is_of_noun);
        }
    }
}

TEST_CASE("mandoc has nothing to say about the man pages", "[cli][manual]") {
    if (!has_program("mandoc")) return;
    for (const std::string& name : page_files()) {
        const Run run = run_program("mandoc", {"-T", "lint", "-W", "style", page_directory() + "/" + name});
        std::string findings;
        for (const std::string& line : lines_of(run.out)) {
            // Pages refer to one another before they are installed.
            if (line.find("referenced manual not found: Xr bankctl") == std::string::npos) findings += line + "\n";
        }
        CHECK(findings.empty());
        if (!findings.empty()) WARN(findings);
    }
}

/// The words of a page as text, without the lines that only mandoc puts at its ends.
Words plain_words(const std::string& text) {
    std::istringstream stream(text);
    Words words;
    for (std::string word; stream >> word;) words.push_back(word);
    return words;
}

TEST_CASE("help shows a page in the words that mandoc shows", "[cli][manual]") {
    if (!has_program("mandoc")) return;
    const Bank bank(Bank::Nothing::yet);
    for (const std::string& name : page_files()) {
        const Run run = run_program("mandoc", {"-T", "utf8", "-O", "width=200", page_directory() + "/" + name});
        // Bold and underlined characters are struck over: X, backspace, X.
        std::string shown = std::regex_replace(run.out, std::regex(".\x08"), "");
        shown = shown.substr(shown.find("NAME"));
        shown = shown.substr(0, shown.rfind("\n", shown.size() - 2));
        shown = std::regex_replace(shown, std::regex("‘|’"), "'");
        shown = std::regex_replace(shown, std::regex("–|—"), "-");
        const std::string ours = bank.ok({"help", name});
        // Without its section it is found, too, unless a page of an earlier section has the same name.
        const std::string stem = name.substr(0, name.rfind('.'));
        if (page_files().lower_bound(stem)->starts_with(name)) CHECK(bank.ok({"help", stem}) == ours);
        INFO(name);
        const Words expected = plain_words(shown);
        const Words actual = plain_words(ours);
        for (std::size_t i = 0; i < std::max(expected.size(), actual.size()); ++i) {
            REQUIRE(i < expected.size());
            REQUIRE(i < actual.size());
            INFO("word " << i << " after " << (i > 2 ? expected[i - 2] + " " + expected[i - 1] : ""));
            REQUIRE(actual[i] == expected[i]);
        }
        for (const std::string& line : lines_of(ours.substr(0, ours.find("\nEXAMPLES")))) CHECK(line.size() <= 80);
    }
}

TEST_CASE("every option is in the help, the page and the completions of its command, and no other", "[cli][manual]") {
    const Bank bank(Bank::Nothing::yet);
    const std::string main_page = cli::mdoc_text(page("bankctl.1"));
    for (const cli::Option& option : cli::global_options()) {
        INFO(option.name);
        CHECK(options_in(main_page).count("--" + std::string(option.name)) == 1);
        CHECK(options_in(bank.ok({"help"})).count("--" + std::string(option.name)) == 1);
    }
    Names all;
    for (const Command* command : all_commands()) all.merge(options_of(*command));
    for (const Command* command : all_commands()) {
        const Words words = words_of(*command);
        const std::string name = line_of(words);
        INFO(name);
        const Names options = options_of(*command);
        Words help{"help"};
        help.insert(help.end(), words.begin(), words.end());
        const std::string text = bank.ok(help);
        // The examples stand before the lists and may name options of other programs.
        std::string lists = text.substr(text.rfind("\n\nglobal options"));
        if (!command->options.empty()) lists += text.substr(text.find("\noptions:\n"));
        CHECK(options_in(lists + " --help") == options);
        const std::string whole = cli::mdoc_text(page(cli::page_of(command->noun)), "COMMANDS");
        const std::string heading = "  bankctl " + name + "\n";
        REQUIRE(whole.find(heading) != std::string::npos);
        std::string part = whole.substr(whole.find(heading) + heading.size());
        part = part.substr(0, part.find("\n  bankctl "));
        for (const cli::Option& option : command->options) {
            INFO(option.name);
            CHECK(part.find("\n--" + std::string(option.name)) != std::string::npos);
        }
        for (const std::string& option : options_in(part)) CHECK(all.count(option) == 1);
    }
}

TEST_CASE("the parser takes the options that a command declares, and no other's", "[cli][manual]") {
    const Bank bank(Bank::Nothing::yet);
    Names all{"--nonsense", "--verbose", "--force", "--file", "--version"};
    for (const Command* command : all_commands()) all.merge(options_of(*command));
    all.erase("--help");
    for (const Command* command : all_commands()) {
        const Names options = options_of(*command);
        for (const std::string& option : all) {
            Words words = words_of(*command);
            words.insert(words.begin(), "--json");
            words.push_back(option);
            words.emplace_back("x");
            // A word too many ends it, if nothing else does, before anything is opened.
            words.insert(words.end(), 20, "too-many");
            const Run run = bank.run(words);
            INFO(describe(words, run));
            CHECK((run.err.find("\"unknown_option\"") != std::string::npos) == (options.count(option) == 0));
        }
    }
}

TEST_CASE("every error code is in help and on the page, and its exit code with it", "[cli][manual]") {
    const Bank bank(Bank::Nothing::yet);
    const std::string text = cli::mdoc_text(page("bankctl-errors.7"), "CODES");
    for (const ErrorCodeInfo& code : error_codes()) {
        INFO(code.name);
        CHECK(std::regex_search(text, std::regex("\n" + std::string(code.name) + "(\n|  )")));
        CHECK(text.find("Exit " + std::to_string(exit_code(code.kind)) + ", " + std::string(name(code.kind))) !=
              std::string::npos);
        const std::string help = bank.ok({"help", std::string(code.name)});
        CHECK(help.find("exit " + std::to_string(exit_code(code.kind))) != std::string::npos);
        CHECK(bank.ok({"help", std::to_string(exit_code(code.kind))}).find(std::string(code.name)) !=
              std::string::npos);
    }
    static const std::regex k_code("\\.Er ([a-z_]+)");
    for (const std::string& name : page_files()) {
        const std::string source = page(name);
        for (std::sregex_iterator match(source.begin(), source.end(), k_code), end; match != end; ++match) {
            const std::string code = (*match)[1];
            INFO(name << " " << code);
            CHECK(std::any_of(error_codes().begin(), error_codes().end(),
                              [&](const ErrorCodeInfo& info) { return info.name == code; }));
        }
    }
}

/// The keys that a document's schema describes for its data, or for each element of it.
Names keys_of_schema(const std::string& name) {
    const auto read = [](const std::string& file) {
        return Json::parse(test::read_file(BANKCTL_SOURCE_DIR "/schema/json/" + file));
    };
    const Json definitions = read("definitions.schema.json").at("definitions");
    Json data = read(name + ".schema.json").at("properties").at("data");
    if (data.contains("items")) data = data.at("items");
    if (data.contains("allOf")) data = data.at("allOf").at(0);  // a reference with a description beside it
    if (data.contains("$ref")) {
        const std::string reference = data.at("$ref");
        data = definitions.at(reference.substr(reference.rfind('/') + 1));
    }
    Names keys;
    for (const auto& [key, value] : data.at("properties").items()) keys.insert(key);
    return keys;
}

TEST_CASE("every document that a command declares has a schema with its fields, and every schema a command",
          "[cli][manual][schema]") {
    Names documents{"definitions", "error", "notification.letter"};  // the last is for programs that deliver
    for (const Command* command : all_commands()) {
        for (const cli::DocumentInfo* document : {command->document, command->list_document}) {
            if (document == nullptr) continue;
            const std::string name(document->schema.substr(0, document->schema.find('/')));
            INFO(name);
            Names fields;
            for (const cli::Field& field : document->fields) fields.emplace(field.name);
            CHECK(fields == keys_of_schema(name));
            documents.insert(name);
        }
    }
    Names schemas;
    for (const auto& entry : std::filesystem::directory_iterator(BANKCTL_SOURCE_DIR "/schema/json")) {
        const std::string file = entry.path().filename().string();
        schemas.insert(file.substr(0, file.find(".schema.json")));
    }
    CHECK(schemas.erase("dispute.policy.file") == 1);  // of what bankctl reads
    CHECK(schemas == documents);
}

}  // namespace
}  // namespace bankctl::cli_test
