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

// The fixed parts. Each walks the words before the cursor as the parser does: options and their values are skipped, the
// first words are the noun and the verb, the rest are arguments. The ids are asked of the bank that the words before
// the cursor name, at most 200 from the word at the cursor on, so that a large bank answers as quickly as a small one.
constexpr std::string_view k_posix_walk = R"(
# Sets command, position and, if the cursor is at an option's value, kind.
_bankctl_walk() {
    noun='' command='' position=1 kind='' after_mark='' bank=''
    pending=''
    for word in "$@"; do
        if [ -n "$pending" ]; then
            case "$pending" in --db | --config | --user) bank="$bank $pending=$word" ;; esac
            pending=''
        elif [ -n "$after_mark" ]; then
            position=$((position + 1))
        else
            case "$word" in
                --) after_mark=1 ;;
                --db=* | --config=* | --user=*) bank="$bank $word" ;;
                --*)
                    if _bankctl_value "$word" >/dev/null || _bankctl_value "$command" "$word" >/dev/null; then
                        pending=$word
                    fi
                    ;;
                -*) ;;
                *)
                    [ "$word" = tx ] && [ -z "$noun" ] && word=transaction
                    if [ -z "$noun" ]; then
                        noun=$word
                        _bankctl_verbs "$noun" >/dev/null || command=$noun
                    elif [ -n "$command" ]; then
                        position=$((position + 1))
                    elif _bankctl_verbs "$noun $word" >/dev/null; then
                        noun="$noun $word"
                    else
                        command="$noun $word"
                    fi
                    ;;
            esac
        fi
    done
    [ -z "$pending" ] || kind=$(_bankctl_value "$pending" || _bankctl_value "$command" "$pending")
}

# The ids of accounts or customers from the word at the cursor on: that word, if it is one, and those behind it.
_bankctl_ids() {
    [ "$2" != @ ] || set -- "$1" ''
    # shellcheck disable=SC2086
    {
        [ -z "$2" ] || bankctl $bank "$1" show "$2" --output csv --fields id --quiet --no-input --wait=1
        bankctl $bank "$1" list --output csv --fields id --limit 200 ${2:+"--after=$2"} --quiet --no-input --wait=1
    } 2>/dev/null | sed -e '/^id$/d' -e "s/^'//"
}

# Candidates at the cursor, as `word TAB summary` lines; $1 is the word at the cursor. Sets kind to :file for files.
_bankctl_candidates() {
    if [ -z "$kind" ]; then
        case "$after_mark$1" in
            -*)
                if [ -n "$command" ]; then _bankctl_options "$command"; fi
                _bankctl_options
                return
                ;;
        esac
        if [ -z "$noun" ]; then
            _bankctl_nouns
            return
        elif [ -z "$command" ]; then
            _bankctl_verbs "$noun"
            return
        fi
        kind=$(_bankctl_argument "$command" "$position" || _bankctl_argument "$command" '*')
    fi
    case "$kind" in
        :internal) _bankctl_ids account "${1:-@}" | grep '^@' ;;
        :account | :customer) _bankctl_ids "${kind#:}" "$1" ;;
        :* | '') ;;
        *) echo "$kind" | tr ' ' '\n' ;;
    esac
}
)";

constexpr std::string_view k_bash = R"(
_bankctl() {
    local noun command position kind after_mark bank pending word current line prefix
    local -a words
    # Words as the shell splits them at blanks: bash itself would also split at = and :.
    read -ra words <<<"${COMP_LINE:0:COMP_POINT}"
    current=''
    if [[ ${COMP_LINE:0:COMP_POINT} != *' ' ]]; then
        current=${words[-1]}
        unset 'words[-1]'
    fi
    _bankctl_walk "${words[@]:1}"
    prefix=''
    if [[ -z $kind && -z $after_mark && $current == --*=* ]]; then
        kind=$(_bankctl_value "${current%%=*}" || _bankctl_value "$command" "${current%%=*}") || kind=:nothing
        prefix=${current%%=*}=
        current=${current#*=}
    fi
    COMPREPLY=()
    while IFS= read -r line; do
        line=${line%%$'\t'*}
        [[ $line == "$current"* ]] && COMPREPLY+=("$prefix$line")
    done < <(_bankctl_candidates "$current"; [[ $kind != :file ]] || compgen -f -- "$current")
    [[ $kind != :file ]] || compopt -o filenames 2>/dev/null
    # bash replaces only what follows the last = or : of the word.
    current=$prefix$current
    prefix=${current%"${current##*[:=]}"}
    COMPREPLY=("${COMPREPLY[@]#"$prefix"}")
}
complete -F _bankctl bankctl
)";

constexpr std::string_view k_zsh = R"(
# The tables and the walk are written for any POSIX shell.
_bankctl_as_sh() {
    emulate -L sh
    "$@"
}

_bankctl_kind_of_option() { _bankctl_value "$1" || _bankctl_value "$command" "$1" || echo :nothing; }

_bankctl_kind_of_argument() { _bankctl_argument "$command" "$position" || _bankctl_argument "$command" '*'; }

_bankctl() {
    local noun command position kind after_mark bank pending word current line
    local -a found summaries
    current=$PREFIX
    _bankctl_as_sh _bankctl_walk "${(@)words[2,CURRENT-1]}"
    if [[ -z $kind$after_mark && $current == --*=* ]]; then
        kind=$(_bankctl_as_sh _bankctl_kind_of_option "${current%%=*}")
        compset -P '*='
        current=${current#*=}
    elif [[ -z $kind && -n $command && ( -n $after_mark || $current != -* ) ]]; then
        kind=$(_bankctl_as_sh _bankctl_kind_of_argument) || return 1
    fi
    if [[ $kind == :file ]]; then
        _files
        return
    fi
    for line in "${(@f)$(_bankctl_as_sh _bankctl_candidates "$current")}"; do
        [[ -n $line ]] || continue
        found+=("${line%%$'\t'*}")
        summaries+=("${line/$'\t'/ -- }")
    done
    compadd -l -d summaries -a found
}
)";

constexpr std::string_view k_fish_walk = R"(
# Sets command, position, kind and bank from the words before the cursor.
function _bankctl_walk --no-scope-shadowing
    set --local pending ''
    for word in $argv
        if test -n "$pending"
            contains -- $pending --db --config --user; and set --append bank $pending=$word
            set pending ''
        else if test -n "$after_mark"
            set position (math $position + 1)
        else if test "$word" = --
            set after_mark 1
        else if string match --quiet --regex '^--(db|config|user)=' -- $word
            set --append bank $word
        else if string match --quiet -- '--*' $word
            if _bankctl_value $word >/dev/null; or _bankctl_value $command $word >/dev/null
                set pending $word
            end
        else if string match --quiet -- '-*' $word
            continue
        else if test -z "$noun"
            set noun $word
            test "$noun" = tx; and set noun transaction
            _bankctl_verbs $noun >/dev/null; or set command $noun
        else if test -z "$command"; and _bankctl_verbs "$noun $word" >/dev/null
            set noun "$noun $word"
        else if test -z "$command"
            set command "$noun $word"
        else
            set position (math $position + 1)
        end
    end
    if test -n "$pending"
        set kind (_bankctl_value $pending; or _bankctl_value $command $pending)
    end
end

# The ids of accounts or customers from the word at the cursor on: that word, if it is one, and those behind it.
function _bankctl_ids --no-scope-shadowing
    set --local form --output csv --fields id --quiet --no-input --wait=1
    set --local after
    begin
        if test -n "$argv[2]"; and test "$argv[2]" != @
            set after --after=$argv[2]
            bankctl $bank $argv[1] show $argv[2] $form
        end
        bankctl $bank $argv[1] list --limit 200 $after $form
    end 2>/dev/null | string match --invert --regex '^id$' | string replace --regex "^'" ''
end

function _bankctl_candidates
    set --local noun ''
    set --local command ''
    set --local position 1
    set --local kind ''
    set --local after_mark ''
    set --local bank
    set --local words (commandline --tokenize --cut-at-cursor --current-process)
    set --local current (commandline --current-token --cut-at-cursor)
    set --local prefix ''
    _bankctl_walk $words[2..-1]
    if test -z "$kind$after_mark"; and string match --quiet -- '--*=*' "$current"
        set --local name (string replace --regex '=.*' '' -- $current)
        set kind (_bankctl_value $name; or _bankctl_value $command $name; or echo :nothing)
        set prefix $name=
        set current (string replace --regex '^[^=]*=' '' -- $current)
    end
    if test -z "$kind"
        if test -z "$after_mark"; and string match --quiet -- '-*' "$current"
            test -n "$command"; and _bankctl_options $command
            _bankctl_options
            return
        else if test -z "$noun"
            _bankctl_nouns
            return
        else if test -z "$command"
            _bankctl_verbs $noun
            return
        end
        set kind (_bankctl_argument $command $position; or _bankctl_argument $command '*')
    end
    switch "$kind"
        case :file
            __fish_complete_path $current | string replace --regex '^' -- "$prefix"
        case :internal
            _bankctl_ids account '' | string match '@*' | string replace --regex '^' -- "$prefix"
        case :account :customer
            _bankctl_ids (string sub --start 2 -- $kind) "$current" | string replace --regex '^' -- "$prefix"
        case ':*' ''
        case '*'
            string split ' ' -- $kind | string replace --regex '^' -- "$prefix"
    end
end
complete --command bankctl --no-files --arguments '(_bankctl_candidates)'
)";

}  // namespace

std::string completion_script(std::string_view shell) {
    const std::string header = (shell == "zsh" ? "#compdef bankctl\n" : "") +
                               std::string("# Completions of bankctl for ") + std::string(shell) +
                               ", printed by `bankctl completion " + std::string(shell) + "`.\n";
    if (shell == "fish") return header + tables(k_fish) + std::string(k_fish_walk);
    const std::string common =
        header + "# shellcheck shell=bash disable=SC2120,SC2154\n" + tables(k_posix) + std::string(k_posix_walk);
    return common + std::string(shell == "bash" ? k_bash : k_zsh);
}

}  // namespace bankctl::cli
