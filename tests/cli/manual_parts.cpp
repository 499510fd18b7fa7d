#include "tests/cli/manual_parts.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>
#include <vector>

#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/help.h"
#include "cli/wrap.h"
#include "core/model/dispute_facts.h"

namespace bankctl::cli_test {
namespace {

using cli::all_commands;
using cli::Command;
using Json = nlohmann::ordered_json;

/// Text as mdoc's input: each sentence on lines of its own, escaped.
std::string prose(std::string_view text) {
    std::string lines;
    while (!text.empty()) {
        std::size_t end = 0;
        do {
            end = std::min(text.find(' ', end + 1), text.size());
        } while (end < text.size() && text[end - 1] != '.' && text[end - 1] != '?');
        lines += cli::wrapped(text.substr(0, end), 0);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    std::string escaped;
    bool is_line_start = true;
    for (const char c : lines) {
        if (is_line_start && (c == '.' || c == '\'')) escaped += "\\&";
        escaped += c == '\\' ? "\\e" : std::string(1, c);
        is_line_start = c == '\n';
    }
    return escaped;
}

std::string sentence(std::string_view text) {
    std::string whole(text);
    whole[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(whole[0])));
    return whole + (whole.ends_with('.') ? "" : ".");
}

std::string name_of(const Command& command) {
    return "bankctl " + std::string(command.noun) + (command.verb.empty() ? "" : " " + std::string(command.verb));
}

std::string option_macro(const cli::Option& option) {
    const std::string flag = "Fl Fl " + std::string(option.name);
    if (option.value.empty()) return flag;
    if (!option.value_if_bare.empty()) return flag + " Ns Op = Ns Ar " + std::string(option.value);
    return flag + " Ar " + std::string(option.value);
}

/// The commands of a page: those of its noun.
std::vector<const Command*> commands_of(std::string_view file_name) {
    std::vector<const Command*> commands;
    for (const Command* command : all_commands()) {
        if (file_name == cli::page_of(command->noun)) commands.push_back(command);
    }
    return commands;
}

std::string synopsis(std::string_view file_name) {
    std::string text;
    for (const Command* command : commands_of(file_name)) {
        text += ".Nm " + name_of(*command) + "\n";
        for (const cli::Positional& positional : command->positionals) {
            const std::string word = std::string(positional.name) + (positional.is_repeated ? " ..." : "");
            text += (positional.is_required ? ".Ar " : ".Op Ar ") + word + "\n";
        }
        for (const cli::Option& option : command->options) {
            if (option.is_required) text += "." + option_macro(option) + "\n";
        }
        const bool has_optional = std::ranges::any_of(command->options, [](const auto& o) { return !o.is_required; });
        if (has_optional) text += ".Op Ar OPTIONS\n";
    }
    return text;
}

std::string choices_text(std::span<const std::string_view> choices) {
    std::string text;
    for (const std::string_view choice : choices) text += (text.empty() ? ": " : ", ") + std::string(choice);
    return text;
}

std::string option_items(std::span<const cli::Option> options) {
    std::string text;
    for (const cli::Option& option : options) {
        text += ".It " + option_macro(option) + "\n" +
                prose(sentence(std::string(option.summary) + (option.is_required ? " (required)" : "") +
                               choices_text(option.choices)));
    }
    return text;
}

std::string in_list(const std::string& items) { return items.empty() ? "" : ".Bl -tag -width Ds\n" + items + ".El\n"; }

std::string command_part(const Command& command) {
    std::string items;
    for (const cli::Positional& positional : command.positionals) {
        items += ".It Ar " + std::string(positional.name) + "\n" +
                 prose(sentence(std::string(positional.summary) + choices_text(positional.choices)));
    }
    items += option_items(command.options);
    std::string text = ".Ss " + name_of(command) + "\n" + prose(command.description) + in_list(items);
    std::string documents;
    for (const cli::DocumentInfo* document : {command.document, command.list_document}) {
        if (document != nullptr)
            documents += (documents.empty() ? "" : "or\n") + (".Ql " + std::string(document->schema) + "\n");
    }
    if (documents.empty() && command.errors.empty()) return text;
    text += ".Pp\n" +
            (documents.empty() ? std::string() : "It prints\n" + documents.substr(0, documents.size() - 1) + " .\n");
    if (command.errors.empty()) return text;
    text += "Its errors, beside those that every command can meet:\n";
    for (const ErrorCode code : command.errors)
        text += ".Er " + std::string(info(code).name) + (code == command.errors.back() ? " .\n" : " ,\n");
    return text;
}

std::string commands(std::string_view file_name) {
    std::string text;
    for (const Command* command : commands_of(file_name)) text += command_part(*command);
    return text;
}

std::string examples(std::string_view file_name) {
    std::string text;
    for (const Command* command : commands_of(file_name)) {
        for (const cli::Example& example : command->examples) {
            std::string line(example.command);
            for (std::size_t i = 0; (i = line.find('\\', i)) != std::string::npos; i += 2) line.replace(i, 1, "\\e");
            std::string what = sentence(example.what);
            what.back() = ':';
            text += (text.empty() ? "" : ".Pp\n") + prose(what) + ".Bd -literal -offset indent\n" + line + "\n.Ed\n";
        }
    }
    return text;
}

std::string command_list() {
    std::string items;
    for (const Command* command : all_commands()) {
        items += ".It Ic " + std::string(command->noun) +
                 (command->verb.empty() ? "" : " " + std::string(command->verb)) + "\n" +
                 prose(sentence(command->summary));
    }
    return in_list(items);
}

std::string page_list() {
    std::set<std::string> references;
    for (const Command* command : all_commands()) {
        const std::string page = cli::page_of(command->noun);
        references.insert(page.substr(0, page.size() - 2) + " 1");
    }
    std::string text;
    for (const std::string& reference : references) text += ".Xr " + reference + " ,\n";
    return text +
           ".Xr bankctl-json 5 ,\n.Xr bankctl-errors 7 ,\n.Xr bankctl-dispute-policy 5 ,\n.Xr "
           "bankctl-loan-policy 5 ,\n.Xr bankctl-loan-policy-training 7 ,\n.Xr bankctl-rate-limits 7\n";
}

std::string exit_codes() {
    std::string items = ".It 0\nDone; also an exact replay and an empty list.\n";
    const ErrorCodeInfo* previous = nullptr;
    for (const ErrorCodeInfo& code : error_codes()) {
        if (previous == nullptr || previous->kind != code.kind)
            items += ".It " + std::to_string(exit_code(code.kind)) + "\n.Em " + std::string(name(code.kind)) + " :\n" +
                     prose(meaning(code.kind));
        previous = &code;
    }
    return ".Bl -tag -width Ds -compact\n" + items + ".El\n";
}

std::string errors() {
    std::string text;
    std::string items;
    const ErrorCodeInfo* previous = nullptr;
    for (const ErrorCodeInfo& code : error_codes()) {
        if (previous == nullptr || previous->kind != code.kind) {
            text += in_list(items);
            items.clear();
            text += ".Ss Exit " + std::to_string(exit_code(code.kind)) + ", " + std::string(name(code.kind)) + "\n" +
                    prose(meaning(code.kind));
        }
        items += ".It Er " + std::string(code.name) + "\n" + prose(code.cause) + ".Em Remedy :\n" + prose(code.remedy);
        previous = &code;
    }
    return text + in_list(items);
}

Json read_json(const std::filesystem::path& path) {
    std::ifstream file(path);
    return Json::parse(file);
}

std::string shape_name(const Json& reference) {
    const std::string text = reference.get<std::string>();
    return text.substr(text.rfind('/') + 1);
}

std::string type_text(const Json& node) {
    if (node.contains("$ref")) return shape_name(node["$ref"]);
    if (node.contains("allOf")) return type_text(node["allOf"][0]);
    if (node.contains("const")) return node["const"].dump();
    std::string text;
    for (const char* alternatives : {"oneOf", "anyOf"}) {
        if (!node.contains(alternatives)) continue;
        for (const Json& one : node[alternatives]) {
            if (type_text(one) != "null") text += (text.empty() ? "" : " or ") + type_text(one);
        }
        return text + " or null";
    }
    if (node.contains("enum")) {
        for (const Json& value : node["enum"])
            text += (text.empty() ? "" : ", ") + (value.is_string() ? value.get<std::string>() : value.dump());
        return "one of " + text;
    }
    if (!node.contains("type")) return "any";
    if (node["type"].is_array()) {
        for (const Json& type : node["type"]) text += (text.empty() ? "" : " or ") + type.get<std::string>();
        return text;
    }
    if (node["type"] == "array") return "list" + (node.contains("items") ? " of " + type_text(node["items"]) : "");
    return node["type"];
}

/// The keys of an object and of the objects in it that have no name of their own.
std::string key_items(const Json& node, const std::string& prefix = "") {
    if (node.contains("items"))
        return key_items(node["items"], prefix.empty() ? "" : prefix.substr(0, prefix.size() - 1) + "[].");
    if (node.contains("oneOf")) {
        std::string items;
        for (const Json& one : node["oneOf"]) items += key_items(one, prefix);
        return items;
    }
    if (!node.contains("properties")) return "";
    std::string items;
    for (const auto& [key, value] : node["properties"].items()) {
        const std::string description = value.value("description", "");
        items += ".It Va " + prefix + key + "\n" + prose("(" + type_text(value) + ") " + description) +
                 key_items(value, prefix + key + ".");
    }
    return items;
}

std::string documents() {
    std::set<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(BANKCTL_SOURCE_DIR "/schema/json"))
        files.insert(entry.path());
    std::string text;
    for (const std::filesystem::path& file : files) {
        if (file.filename() == "definitions.schema.json") continue;
        const Json schema = read_json(file);
        const Json& properties = schema.at("properties");
        if (!properties.contains("schema")) continue;  // of what bankctl reads
        text += ".Ss " + properties.at("schema").at("const").get<std::string>() + "\n" +
                prose(schema.at("description").get<std::string>()) + in_list(key_items(schema));
    }
    return text;
}

std::string shapes() {
    const Json schema = read_json(BANKCTL_SOURCE_DIR "/schema/json/definitions.schema.json");
    std::string text;
    for (const auto& [key, shape] : schema.at("definitions").items()) {
        std::string what = shape.at("description").get<std::string>();
        if (!shape.contains("properties")) what += " (" + type_text(shape) + ")";
        text += ".Ss " + key + "\n" + prose(what) + in_list(key_items(shape));
    }
    return text;
}

std::string facts() {
    std::string items;
    for (const FactInfo& fact : all_facts()) {
        std::string what = std::string(name(fact.type)) + ", " + std::string(name(fact.origin)) + ": " +
                           std::string(fact.what) + choices_text(fact.values);
        items += ".It Va " + std::string(fact.name) + "\n" + prose(sentence(what));
    }
    return in_list(items);
}

}  // namespace

std::string page_directory() { return BANKCTL_SOURCE_DIR "/man"; }

std::string generated_part(std::string_view file_name, std::string_view name) {
    if (name == "synopsis") return synopsis(file_name);
    if (name == "commands") return commands(file_name);
    if (name == "examples") return examples(file_name);
    if (name == "command-list") return command_list();
    if (name == "page-list") return page_list();
    if (name == "global-options") return in_list(option_items(cli::global_options()));
    if (name == "exit-codes") return exit_codes();
    if (name == "errors") return errors();
    if (name == "documents") return documents();
    if (name == "shapes") return shapes();
    if (name == "facts") return facts();
    throw std::runtime_error("there is no generated part '" + std::string(name) + "'");
}

std::string with_generated_parts(std::string_view file_name, const std::string& page) {
    constexpr std::string_view k_begin = ".\\\" generated: ";
    constexpr std::string_view k_end = ".\\\" end";
    std::istringstream lines(page);
    std::string text;
    bool is_generated = false;
    for (std::string line; std::getline(lines, line);) {
        if (line == k_end) is_generated = false;
        if (!is_generated) text += line + "\n";
        if (!line.starts_with(k_begin)) continue;
        text += generated_part(file_name, line.substr(k_begin.size()));
        is_generated = true;
    }
    if (is_generated) throw std::runtime_error("a generated part has no end");
    return text;
}

}  // namespace bankctl::cli_test
