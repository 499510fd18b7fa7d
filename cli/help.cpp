#include "cli/help.h"

#include <algorithm>

#include "cli/mdoc.h"
#include "cli/suggest.h"
#include "cli/wrap.h"
#include "core/base/text.h"
#include "embedded_export_rules.h"
#include "embedded_pages.h"

namespace bankctl::cli {
namespace {

/// Two columns: a term, and text that is wrapped beside it, or below where the term is wide.
std::string entry(const std::string& term, std::string_view text, std::size_t column) {
    const std::string body = wrapped(text, column);
    if (term.size() + 4 > column) return "  " + term + "\n" + body;
    return "  " + term + body.substr(term.size() + 2);
}

std::string name_of(const Command& command) {
    return "bankctl " + std::string(command.noun) + (command.verb.empty() ? "" : " " + std::string(command.verb));
}

std::string option_term(const Option& option) {
    std::string term = "--" + std::string(option.name);
    if (!option.value_if_bare.empty()) return term + "[=" + std::string(option.value) + "]";
    return option.value.empty() ? term : term + " " + std::string(option.value);
}

std::string usage_of(const Command& command) {
    std::string usage = name_of(command);
    for (const Positional& positional : command.positionals) {
        const std::string word = std::string(positional.name) + (positional.is_repeated ? "..." : "");
        usage += positional.is_required ? " " + word : " [" + word + "]";
    }
    for (const Option& option : command.options) {
        if (option.is_required) usage += " " + option_term(option);
    }
    return usage + (command.options.empty() ? "" : " [OPTIONS]");
}

template <class Texts>
std::string joined(const Texts& texts, std::string_view separator = ", ") {
    std::string text;
    bool is_first = true;
    for (const auto& part : texts) {
        text += (is_first ? "" : std::string(separator)) + std::string(part);
        is_first = false;
    }
    return text;
}

std::string with_choices(std::string_view summary, std::span<const std::string_view> choices) {
    return std::string(summary) + (choices.empty() ? "" : ": " + joined(choices));
}

std::string option_lines(std::span<const Option> options) {
    std::string text;
    for (const Option& option : options) {
        const std::string summary = std::string(option.summary) + (option.is_required ? " (required)" : "");
        text += entry(option_term(option), with_choices(summary, option.choices), 28);
    }
    return text;
}

/// The file of rules itself, to be written beside an export.
constexpr std::string_view k_csv_rules = "csv-rules";

/// What `help` shows beside commands: a section of a man page, or all of it where no section is named.
struct Topic {
    std::string_view name;
    std::string_view page;
    std::string_view section;
};
constexpr Topic k_topics[] = {{"exit-codes", "bankctl.1", "EXIT STATUS"},
                              {"environment", "bankctl.1", "ENVIRONMENT"},
                              {"json", "bankctl-json.5", "DESCRIPTION"},
                              {"limits", "bankctl-limit.1", "DESCRIPTION"},
                              {"import-rules", "bankctl-transaction.1", "IMPORT RULES"},
                              {"import-lines", "bankctl-transaction.1", "IMPORT LINES"},
                              {"exports", "bankctl-transaction.1", "EXPORTS"},
                              {"keys", "bankctl-transaction.1", "IDEMPOTENCY KEYS"},
                              {"rate-limits", "bankctl-rate-limits.7", ""},
                              {"dispute-policy", "bankctl-dispute-policy.5", ""},
                              {"loan-policy", "bankctl-loan-policy.5", ""}};

std::string_view page_named(std::string_view name) {
    const auto found = std::ranges::find(embedded::pages, name, &embedded::File::name);
    return found == embedded::pages.end() ? std::string_view() : found->contents;
}

/// The name of a page's file without its section number: bankctl-json of bankctl-json.5.
std::string_view stem(std::string_view file_name) { return file_name.substr(0, file_name.rfind('.')); }

std::string overview() {
    std::string text =
        "bankctl keeps a bank's books: customers, accounts, transactions and balances on\n"
        "a double-entry, hash-chained ledger in one file.\n\n"
        "usage: bankctl [GLOBAL OPTIONS] NOUN [VERB] [OPTIONS] [ARGS]\n\ncommands:\n";
    for (const Command* command : all_commands()) {
        text += entry(std::string(command->noun) + (command->verb.empty() ? "" : " " + std::string(command->verb)),
                      command->summary, 28);
    }
    text += "\nglobal options:\n" + option_lines(global_options());
    text += "\ntopics: bankctl help TOPIC shows one of\n" + wrapped(joined(help_topics()), 2);
    return text + "or of the pages\n" + wrapped(joined(help_pages()), 2) +
           "or says what an error code or an exit code means: bankctl help 75.\n";
}

std::string noun_help(std::string_view noun) {
    std::string text = "usage: bankctl " + std::string(noun) + " VERB [OPTIONS] [ARGS]\n\n";
    for (const Command* command : all_commands()) {
        const std::string name = name_of(*command);
        if (name.starts_with("bankctl " + std::string(noun) + " "))
            text += entry(name.substr(std::string("bankctl ").size() + noun.size() + 1), command->summary, 16);
    }
    text += "\n" + mdoc_text(page_named(page_of(noun)), "DESCRIPTION");
    return text + "\nSee bankctl help " + std::string(noun) + " VERB.\n";
}

bool has_commands(std::string_view noun) {
    return std::ranges::any_of(all_commands(), [&](const Command* command) { return command->noun == noun; });
}

std::string error_entry(const ErrorCodeInfo& code) {
    return entry(std::string(code.name), std::string(code.cause) + " " + std::string(code.remedy), 28);
}

std::string kind_heading(ErrorKind kind) {
    return "exit " + std::to_string(exit_code(kind)) + ", " + std::string(name(kind)) + ":\n";
}

std::string errors_topic() {
    std::string text = "Every error has a kind, which decides the exit code, and a stable code.\n";
    const ErrorCodeInfo* previous = nullptr;
    for (const ErrorCodeInfo& code : error_codes()) {
        if (previous == nullptr || previous->kind != code.kind) text += "\n" + kind_heading(code.kind);
        text += error_entry(code);
        previous = &code;
    }
    return text;
}

/// What an error code means, or the codes of an exit code; empty where `word` is neither.
std::string code_topic(std::string_view word) {
    std::string text;
    for (const ErrorCodeInfo& code : error_codes()) {
        const bool is_exit_code = word == std::to_string(exit_code(code.kind));
        if (!is_exit_code && word != code.name) continue;
        if (text.empty()) text = std::string(meaning(code.kind)) + "\n\n" + kind_heading(code.kind);
        text += error_entry(code);
    }
    return text;
}

}  // namespace

std::string page_of(std::string_view noun) {
    std::string name = "bankctl-" + std::string(noun) + ".1";
    std::ranges::replace(name, ' ', '-');
    return name;
}

std::vector<std::string_view> help_topics() {
    std::vector<std::string_view> names{"errors", k_csv_rules};
    for (const Topic& topic : k_topics) names.push_back(topic.name);
    return names;
}

std::vector<std::string_view> help_pages() {
    std::vector<std::string_view> names;
    for (const embedded::File& page : embedded::pages) {
        if (names.empty() || names.back() != stem(page.name)) names.push_back(stem(page.name));
    }
    return names;
}

std::string command_help(const Command& command) {
    std::string text = std::string(command.summary) + ".\n\n" + wrapped("usage: " + usage_of(command), 0) + "\n" +
                       wrapped(command.description, 0);
    if (!command.examples.empty()) text += "\nexamples:\n";
    for (const Example& example : command.examples)
        text += "  " + std::string(example.command) + "\n      " + std::string(example.what) + "\n";
    if (!command.positionals.empty()) text += "\narguments:\n";
    for (const Positional& positional : command.positionals)
        text += entry(std::string(positional.name), with_choices(positional.summary, positional.choices), 28);
    if (!command.options.empty()) text += "\noptions:\n" + option_lines(command.options);
    std::vector<std::string> names;
    for (const Option& option : global_options()) names.push_back("--" + std::string(option.name));
    text += "\nglobal options (see bankctl help):\n" + wrapped(joined(names), 2);
    if (command.document != nullptr || command.list_document != nullptr) {
        const DocumentInfo& document = command.document != nullptr ? *command.document : *command.list_document;
        std::vector<std::string_view> fields;
        for (const Field& field : document.fields) fields.push_back(field.name);
        text += "\ndocument: " + std::string(document.schema);
        if (command.document != nullptr && command.list_document != nullptr)
            text += " or " + std::string(command.list_document->schema);
        text += "\n" + wrapped(joined(fields), 2);
    }
    std::vector<std::string_view> codes;
    for (const ErrorCode code : command.errors) codes.push_back(info(code).name);
    if (!codes.empty()) text += "\nerrors, beside those that every command can meet:\n" + wrapped(joined(codes), 2);
    return text;
}

Result<std::string> help_text(const std::vector<std::string>& topic) {
    if (topic.empty()) return overview();
    std::vector<std::string> words = topic;
    if (words[0] == "tx") words[0] = "transaction";
    if (words.size() > 1 && has_commands(words[0] + " " + words[1])) {
        words[0] += " " + words[1];
        words.erase(words.begin() + 1);
    }
    const std::string_view verb = words.size() > 1 ? std::string_view(words[1]) : std::string_view();
    std::vector<std::string_view> known;
    bool is_noun = false;
    for (const Command* command : all_commands()) {
        known.push_back(command->noun);
        is_noun = is_noun || command->noun == words[0] || command->noun.starts_with(words[0] + " ");
        if (words.size() <= 2 && command->noun == words[0] && command->verb == verb) return command_help(*command);
    }
    if (words.size() == 1) {
        if (is_noun) return noun_help(words[0]);
        if (words[0] == "errors") return errors_topic();
        if (words[0] == k_csv_rules) return std::string(embedded::export_rules.front().contents);
        for (const Topic& page : k_topics) {
            if (words[0] == page.name) return mdoc_text(page_named(page.page), page.section);
        }
        for (const embedded::File& page : embedded::pages) {
            if (words[0] == stem(page.name) || words[0] == page.name) return mdoc_text(page.contents);
        }
        if (std::string text = code_topic(words[0]); !text.empty()) return text;
    }
    for (const auto& names : {help_topics(), help_pages()}) known.insert(known.end(), names.begin(), names.end());
    for (const ErrorCodeInfo& code : error_codes()) known.push_back(code.name);
    return Error(ErrorCode::unknown_topic, "there is no help on " + in_quotes(joined(words, " ")),
                 suggestion(words[0], known, "see bankctl help"));
}

}  // namespace bankctl::cli
