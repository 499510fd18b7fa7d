#include "cli/help.h"

#include <algorithm>

#include "cli/suggest.h"
#include "core/base/text.h"

namespace bankctl::cli {
namespace {

constexpr std::size_t k_width = 80;

/// `text` in lines of at most 80 columns, each after `indent` spaces.
std::string wrapped(std::string_view text, std::size_t indent) {
    std::string out;
    std::string line(indent, ' ');
    bool is_empty = true;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!is_empty && line.size() + 1 + word.size() > k_width) {
            out += line + "\n";
            line.assign(indent, ' ');
            is_empty = true;
        }
        line += (is_empty ? "" : " ") + std::string(word);
        is_empty = false;
    }
    return out + line + "\n";
}

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

std::string option_lines(std::span<const Option> options) {
    std::string text;
    for (const Option& option : options) {
        std::string summary(option.summary);
        if (option.is_required) summary += " (required)";
        if (!option.choices.empty()) {
            summary += ": ";
            for (const std::string_view choice : option.choices)
                summary += (choice == option.choices.front() ? "" : ", ") + std::string(choice);
        }
        text += entry(option_term(option), summary, 28);
    }
    return text;
}

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
    return text + "\ntopics: errors, exit-codes, environment, json, import-rules.\nSee bankctl help TOPIC.\n";
}

std::string noun_help(std::string_view noun) {
    std::string text = "usage: bankctl " + std::string(noun) + " VERB [OPTIONS] [ARGS]\n\n";
    for (const Command* command : all_commands()) {
        if (command->noun == noun) text += entry(std::string(command->verb), command->summary, 16);
    }
    return text + "\nSee bankctl help " + std::string(noun) + " VERB.\n";
}

std::string errors_topic() {
    std::string text = "Every error has a kind, which decides the exit code, and a stable code.\n";
    const ErrorCodeInfo* previous = nullptr;
    for (const ErrorCodeInfo& code : error_codes()) {
        if (previous == nullptr || previous->kind != code.kind) {
            text += "\nexit " + std::to_string(exit_code(code.kind)) + ", " + std::string(name(code.kind)) + ":\n";
        }
        text += entry(std::string(code.name), std::string(code.cause) + " " + std::string(code.remedy), 28);
        previous = &code;
    }
    return text;
}

constexpr std::string_view k_exit_codes =
    "  0   done; also an exact replay and an empty list\n"
    "  1   internal: a bug\n"
    "  2   invalid: usage, configuration, malformed input\n"
    "  3   not_found: no such customer, account or transaction\n"
    "  4   refused: a rule of the bank says no\n"
    "  5   conflict: a version moved, a key was used for another request, a name is\n"
    "      taken\n"
    "  6   integrity: the books were altered\n"
    " 69   unavailable: the storage cannot be used; nothing was applied\n"
    " 74   outcome_unknown: retry with the same key to learn the outcome\n"
    " 75   retry_later: busy; nothing was applied\n"
    "130   interrupted before anything was changed; an import reports what it applied\n"
    "\n"
    "bankctl help errors lists the codes within each kind.\n";

constexpr std::string_view k_environment =
    "  BANKCTL_DB      the database, like --db\n"
    "  BANKCTL_USER    on whose behalf, like --user\n"
    "  BANKCTL_OUTPUT  table, json, ndjson or csv, like --output\n"
    "  NO_COLOR        if set and not empty, no colour, like --no-color\n"
    "  XDG_DATA_HOME   where the default database lies: bankctl/bank.db below it\n"
    "  LOGNAME         the user, where the real uid is not in /etc/passwd\n"
    "  HOME            in place of XDG_DATA_HOME: .local/share below it\n"
    "\n"
    "An option beats the environment. A variable that is empty counts as not set.\n";

constexpr std::string_view k_json =
    "--json prints one document: {\"schema\":\"account.show/v1\",\"data\":{...}}, or for a\n"
    "list {\"schema\":\"account.list/v1\",\"data\":[...],\"next\":null}, where next is the\n"
    "cursor for --after. --output ndjson prints each element of data on a line.\n"
    "\n"
    "  money   {\"currency\":\"USD\",\"minor\":1234,\"decimal\":\"12.34\"}; minor is exact\n"
    "  times   RFC 3339 in UTC with microseconds\n"
    "  keys    always present, null where there is nothing to say\n"
    "  errors  one document on stderr, stdout empty:\n"
    "          {\"schema\":\"error/v1\",\"error\":{\"kind\",\"code\",\"message\",\"hint\",\n"
    "          \"retryable\",\"retry_after_ms\",\"details\"}}\n"
    "\n"
    "In CSV an amount is its decimal number, its currency a column of its own. Text\n"
    "that begins with = + - @, a tab or a carriage return gets an apostrophe in\n"
    "front, so that no spreadsheet runs it; numbers do not.\n";

constexpr std::string_view k_import_rules =
    "A rules file for transaction import --rules is one JSON object. Only account and\n"
    "amount in columns are required.\n"
    "\n"
    "  {\"delimiter\": \";\", \"encoding\": \"latin1\", \"decimal\": \",\", \"skip_lines\": 0,\n"
    "   \"columns\": {\"account\": \"account_id\", \"amount\": \"amount\", \"date\": \"date\",\n"
    "               \"key\": \"id\", \"counter\": \"till\"},\n"
    "   \"date_format\": \"%y%m%d\",\n"
    "   \"type\": {\"column\": \"type\", \"credit\": [\"IN\"], \"debit\": [\"OUT\", \"FEE\"]},\n"
    "   \"memo\": [\"operation\", \"symbol\"],\n"
    "   \"open\": {\"customer\": \"imported\", \"currency\": \"CZK\",\n"
    "            \"overdraft\": {\"default\": \"0\", \"accounts\": {\"123\": \"5000.00\"}}}}\n"
    "\n"
    "  delimiter    default: a comma\n"
    "  encoding     utf-8 (default) or latin1\n"
    "  decimal      the decimal mark of amounts, . (default) or ,\n"
    "  skip_lines   lines before the header (default: 0)\n"
    "  columns      the header's names for account, amount, date, key and counter; a\n"
    "               key must be unique in the whole bank, not only in its file\n"
    "  date_format  of %Y %y %m %d %H %M %S and plain characters; UTC; %y from 69 on\n"
    "               is 19yy (default: RFC 3339 or YYYY-MM-DD)\n"
    "  type         which values of a column mean credit and which debit; without it\n"
    "               the amount's sign decides, minus being debit\n"
    "  memo         columns whose cells, where not empty, are joined by \", \"\n"
    "  open         unknown accounts are opened for this customer, who is added if\n"
    "               missing; overdraft is an amount, or one with exceptions; without\n"
    "               open, lines of unknown accounts are refused\n";

struct Topic {
    std::string_view name;
    std::string_view text;
};
constexpr Topic k_topics[] = {
    {"exit-codes", k_exit_codes}, {"environment", k_environment}, {"json", k_json}, {"import-rules", k_import_rules}};

}  // namespace

std::string command_help(const Command& command) {
    std::string text =
        std::string(command.summary) + ".\n\nusage: " + usage_of(command) + "\n\n" + wrapped(command.description, 0);
    if (!command.positionals.empty()) text += "\narguments:\n";
    for (const Positional& positional : command.positionals)
        text += entry(std::string(positional.name), positional.summary, 28);
    if (!command.options.empty()) text += "\noptions:\n" + option_lines(command.options);
    text += "\nglobal options:\n" + option_lines(global_options());
    if (command.document != nullptr || command.list_document != nullptr) {
        const DocumentInfo& document = command.document != nullptr ? *command.document : *command.list_document;
        std::string fields;
        for (const Field& field : document.fields) fields += (fields.empty() ? "" : ", ") + std::string(field.name);
        text += "\ndocument: " + std::string(document.schema);
        if (command.document != nullptr && command.list_document != nullptr)
            text += " or " + std::string(command.list_document->schema);
        text += "\n" + wrapped(fields, 2);
    }
    if (!command.errors.empty()) text += "\nerrors (see bankctl help errors):\n";
    std::string codes;
    for (const ErrorCode code : command.errors) codes += (codes.empty() ? "" : ", ") + std::string(info(code).name);
    if (!codes.empty()) text += wrapped(codes, 2);
    if (!command.examples.empty()) text += "\nexamples:\n";
    for (const Example& example : command.examples)
        text += "  " + std::string(example.command) + "\n      " + std::string(example.what) + "\n";
    return text;
}

Result<std::string> help_text(const std::vector<std::string>& topic) {
    if (topic.empty()) return overview();
    std::vector<std::string> words = topic;
    if (words[0] == "tx") words[0] = "transaction";
    if (words.size() == 1 && words[0] == "errors") return errors_topic();
    std::vector<std::string_view> known = {"errors"};
    for (const Topic& page : k_topics) {
        if (words.size() == 1 && words[0] == page.name) return std::string(page.text);
        known.push_back(page.name);
    }
    bool is_noun = false;
    for (const Command* command : all_commands()) {
        known.push_back(command->noun);
        is_noun = is_noun || command->noun == words[0];
        const std::string_view verb = words.size() > 1 ? std::string_view(words[1]) : std::string_view();
        if (words.size() <= 2 && command->noun == words[0] && command->verb == verb) return command_help(*command);
    }
    if (is_noun && words.size() == 1) return noun_help(words[0]);
    std::string whole;
    for (const std::string& word : words) whole += (whole.empty() ? "" : " ") + word;
    return Error(ErrorCode::unknown_topic, "there is no help on " + in_quotes(whole),
                 suggestion(words[0], known, "see bankctl help"));
}

}  // namespace bankctl::cli
