// Each script has tables, written in the shell's own syntax from the declarations, and a fixed part that finds out
// where the cursor is and looks the candidates up. The tables:
//
//   nouns                       all nouns
//   verbs NOUN                  its verbs
//   options COMMAND             its options, the global ones too
//   value COMMAND OPTION        what the option takes; fails where it takes nothing
//   argument COMMAND N|*        what the Nth argument, or any further one, is
//
// The first three print `word TAB summary` lines. The last two print the words to choose from, or one of :file,
// :account, :internal (an account of the bank's own), :customer, :nothing.
#include "cli/completion.h"

#include <map>
#include <set>
#include <span>
#include <vector>

#include "cli/command.h"
#include "cli/completion_script.h"
#include "cli/help.h"

namespace bankctl::cli {
namespace {

/// What differs between the shells in writing a table down.
struct Dialect {
    std::string_view begin_function;  ///< before and after the name
    std::string_view after_name;
    std::string_view begin_switch;  ///< on the function's arguments, joined by a blank
    std::string_view before_label;
    std::string_view after_label;
    std::string_view end_label;
    std::string_view end_switch;
    std::string_view otherwise;  ///< the branch of all other labels, which fails
    std::string_view end_function;
};
constexpr Dialect k_posix{"",    "() {\n",           "    case \"$*\" in\n", "        ",
                          ")\n", "            ;;\n", "    esac\n",           "        *) return 1 ;;\n",
                          "}\n"};
constexpr Dialect k_fish{"function ",
                         "\n",
                         "    switch \"$argv\"\n",
                         "        case ",
                         "\n",
                         "",
                         "    end\n",
                         "        case '*'\n            return 1\n",
                         "end\n"};

/// In single quotes, for all three shells.
std::string in_single_quotes(std::string_view text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? "'\\''" : std::string(1, c);
    return out + "'";
}

struct Entry {
    std::string word;
    std::string summary;
};

std::string command_name(const Command& command) {
    return std::string(command.noun) + (command.verb.empty() ? "" : " " + std::string(command.verb));
}

std::string print_entries(const std::vector<Entry>& entries) {
    if (entries.empty()) return "            true\n";
    std::string text = "            printf '%s\\t%s\\n'";
    for (const Entry& entry : entries)
        text += " \\\n                " + in_single_quotes(entry.word) + " " + in_single_quotes(entry.summary);
    return text + "\n";
}

/// One table: labels, and what each prints.
class Table {
public:
    Table(const Dialect& dialect, std::string_view name) : dialect_(dialect) {
        text_ = std::string(dialect.begin_function) + "_bankctl_" + std::string(name) +
                std::string(dialect.after_name) + std::string(dialect.begin_switch);
    }
    void add(const std::string& label, const std::string& body) {
        text_ += std::string(dialect_.before_label) + in_single_quotes(label) + std::string(dialect_.after_label) +
                 body + std::string(dialect_.end_label);
    }
    std::string text() const {
        return text_ + std::string(dialect_.otherwise) + std::string(dialect_.end_switch) +
               std::string(dialect_.end_function) + "\n";
    }

private:
    const Dialect& dialect_;
    std::string text_;
};

/// The first words of commands. The words that may follow one are its summary.
std::vector<Entry> nouns() {
    std::vector<Entry> entries;
    for (const Command* command : all_commands()) {
        const std::string name = command_name(*command);
        const std::size_t blank = std::min(name.find(' '), name.size());
        const std::string word = name.substr(0, blank);
        const std::string next = blank == name.size() ? std::string(command->summary) : name.substr(blank + 1);
        if (entries.empty() || entries.back().word != word) {
            entries.push_back({word, next});
        } else {
            entries.back().summary += ", " + next;
        }
    }
    return entries;
}

/// For each noun, and for the first word of two, the words that may follow.
std::map<std::string, std::vector<Entry>> words_of_nouns() {
    std::map<std::string, std::vector<Entry>> words;
    for (const Command* command : all_commands()) {
        const std::string noun(command->noun);
        if (!command->verb.empty()) words[noun].push_back({std::string(command->verb), std::string(command->summary)});
        const std::size_t blank = noun.find(' ');
        if (blank == std::string::npos) continue;
        std::vector<Entry>& firsts = words[noun.substr(0, blank)];
        if (firsts.empty() || firsts.back().word != noun.substr(blank + 1))
            firsts.push_back({noun.substr(blank + 1), std::string(command->verb)});
        else
            firsts.back().summary += ", " + std::string(command->verb);
    }
    return words;
}

std::vector<Entry> options_of(std::span<const Option> options) {
    std::vector<Entry> entries;
    for (const Option& option : options)
        entries.push_back({"--" + std::string(option.name), std::string(option.summary)});
    return entries;
}

/// What an option or argument takes, by its choices or by the name that stands for its value.
std::string candidates(const Command* command, std::string_view name, std::span<const std::string_view> choices) {
    std::string words;
    for (const std::string_view choice : choices) words += (words.empty() ? "" : " ") + std::string(choice);
    if (!words.empty()) return words;
    if (name == "FILE" || name == "PATH" || name == "TRACE") return ":file";
    if (name == "ACCOUNT" || name == "FROM" || name == "TO") return ":account";
    if (name == "@ACCOUNT") return ":internal";
    if (name == "CUSTOMER") return ":customer";
    if (name == "TOPIC") {
        std::set<std::string> topics;
        for (const Command* each : all_commands()) {
            topics.emplace(each->noun);
            if (!each->verb.empty()) topics.emplace(each->verb);
        }
        for (const auto& names : {help_topics(), help_pages()}) topics.insert(names.begin(), names.end());
        for (const ErrorCodeInfo& code : error_codes()) topics.emplace(code.name);
        for (const std::string& topic : topics) words += (words.empty() ? "" : " ") + topic;
        return words;
    }
    // ID names what the noun is about, unless the command is what gives it its name.
    const bool is_new = command != nullptr && (command->verb == "open" || command->verb == "add");
    if (name == "ID" && command != nullptr && !is_new) return ":" + std::string(command->noun);
    return ":nothing";
}

std::string print_line(const std::string& line) { return "            echo " + in_single_quotes(line) + "\n"; }

void add_values(Table& table, const Command* command, std::span<const Option> options) {
    const std::string prefix = command == nullptr ? "" : command_name(*command) + " ";
    for (const Option& option : options) {
        if (option.value.empty() || !option.value_if_bare.empty()) continue;
        table.add(prefix + "--" + std::string(option.name),
                  print_line(candidates(command, option.value, option.choices)));
    }
}

std::string tables(const Dialect& dialect) {
    Table noun_table(dialect, "nouns");
    noun_table.add("", print_entries(nouns()));
    Table verbs(dialect, "verbs");
    Table options(dialect, "options");
    Table values(dialect, "value");
    Table arguments(dialect, "argument");
    std::vector<Entry> global = options_of(global_options());
    global.push_back({"--help", "show help"});
    options.add("", print_entries(global));
    add_values(values, nullptr, global_options());
    for (const auto& [noun, words] : words_of_nouns()) verbs.add(noun, print_entries(words));
    for (const Command* each : all_commands()) {
        const Command& command = *each;
        const std::string name = command_name(command);
        options.add(name, print_entries(options_of(command.options)));
        add_values(values, &command, command.options);
        int position = 0;
        for (const Positional& positional : command.positionals) {
            ++position;
            arguments.add(name + (positional.is_repeated ? " *" : " " + std::to_string(position)),
                          print_line(candidates(&command, positional.name, positional.choices)));
        }
    }
    return noun_table.text() + verbs.text() + options.text() + values.text() + arguments.text();
}

}  // namespace

std::string completion_script(std::string_view shell) {
    const std::string header = (shell == "zsh" ? "#compdef bankctl\n" : "") +
                               std::string("# Completions of bankctl for ") + std::string(shell) +
                               ", printed by `bankctl completion " + std::string(shell) + "`.\n";
    if (shell == "fish") return header + tables(k_fish) + std::string(k_fish_completion);
    const std::string common =
        header + "# shellcheck shell=bash disable=SC2120,SC2154\n" + tables(k_posix) + std::string(k_posix_completion);
    return common + std::string(shell == "bash" ? k_bash_completion : k_zsh_completion);
}

}  // namespace bankctl::cli
