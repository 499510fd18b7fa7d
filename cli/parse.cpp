#include "cli/parse.h"

#include <algorithm>
#include <map>

#include <CLI/CLI.hpp>

#include "cli/suggest.h"
#include "core/base/text.h"

namespace bankctl::cli {
namespace {

using Words = std::vector<std::string>;

const Option* find_option(std::span<const Option> options, std::string_view name) {
    const auto found = std::ranges::find(options, name, &Option::name);
    return found == options.end() ? nullptr : &*found;
}

/// The option that `word` names: `--name` or `--name=value`.
const Option* option_of(std::string_view word, const Command* command) {
    if (!word.starts_with("--")) return nullptr;
    const std::string_view name = word.substr(2, word.find('=') - 2);
    if (const Option* global = find_option(global_options(), name)) return global;
    return command == nullptr ? nullptr : find_option(command->options, name);
}

/// True if the option that `word` names takes the next word as its value.
bool takes_next_word(std::string_view word, const Option& option) {
    return !option.value.empty() && option.value_if_bare.empty() && word.find('=') == std::string_view::npos;
}

bool is_help_flag(std::string_view word) { return word == "--help" || word == "-h"; }

/// The words split into the command's name and the rest.
struct Split {
    std::string noun;
    std::string verb;
    Words rest;
};

/// What of the command's name may follow `noun`: its verb or, where its noun goes on, the noun's second word.
std::string_view word_after(const Command& command, std::string_view noun) {
    if (command.noun == noun) return command.verb;
    const bool goes_on = command.noun.starts_with(noun) && command.noun.substr(noun.size()).starts_with(' ');
    return goes_on ? command.noun.substr(noun.size() + 1) : std::string_view();
}

bool has_verbs(std::string_view noun) {
    return std::ranges::any_of(all_commands(),
                               [&](const Command* command) { return !word_after(*command, noun).empty(); });
}

bool is_noun(std::string_view words) {
    return std::ranges::any_of(all_commands(), [&](const Command* command) { return command->noun == words; });
}

/// Takes the noun, and the verb of a noun that has verbs, from between the global options. `--version` is a noun too.
Split split_words(std::span<const std::string> words) {
    Split split;
    bool expects_name = true;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (word == "--version" && split.noun.empty() && expects_name) {
            split.noun = "version";
            expects_name = false;
            continue;
        }
        const bool is_name = expects_name && !word.starts_with('-');
        if (is_name && split.noun.empty()) {
            split.noun = word == "tx" ? "transaction" : word;
            expects_name = has_verbs(split.noun);
            continue;
        }
        if (is_name && is_noun(split.noun + " " + word)) {
            split.noun += " " + word;
            continue;
        }
        if (is_name) {
            split.verb = word;
            expects_name = false;
            continue;
        }
        split.rest.push_back(word);
        if (!expects_name) continue;
        const Option* const option = option_of(word, nullptr);
        if (option == nullptr && !is_help_flag(word)) expects_name = false;  // the parser will say what is wrong
        if (option != nullptr && takes_next_word(word, *option) && i + 1 < words.size())
            split.rest.push_back(words[++i]);
    }
    return split;
}

Error unknown_word(std::string_view what, std::string_view word, std::vector<std::string_view> candidates,
                   const std::string& otherwise) {
    std::ranges::sort(candidates);
    candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
    return Error(ErrorCode::unknown_command, "there is no " + std::string(what) + " " + in_quotes(word),
                 suggestion(word, candidates, otherwise));
}

Result<const Command*> find_command(const Split& split) {
    std::vector<std::string_view> nouns;
    std::vector<std::string_view> verbs;
    for (const Command* command : all_commands()) {
        if (command->noun == split.noun && command->verb == split.verb) return command;
        nouns.push_back(command->noun.substr(0, command->noun.find(' ')));
        const std::string_view next = word_after(*command, split.noun);
        const bool is_new = verbs.empty() || verbs.back() != next;
        if (is_new && (command->noun == split.noun || !next.empty())) verbs.push_back(next);
    }
    if (split.noun.empty()) return Error(ErrorCode::missing_argument, "a command is needed", "see bankctl help");
    if (verbs.empty()) return unknown_word("command", split.noun, nouns, "see bankctl help");
    if (!split.verb.empty())
        return unknown_word("command '" + split.noun + "' with the verb", split.verb, verbs,
                            "see bankctl help " + split.noun);
    std::string list;
    for (const std::string_view verb : verbs) list += (list.empty() ? "" : ", ") + std::string(verb);
    return Error(ErrorCode::missing_argument, split.noun + " needs a verb", "one of " + list);
}

/// The command's options, taken from between the other words.
struct TakenOptions {
    Words words;  ///< the others
    std::map<std::string_view, Words> values;
};

Error needs_value(const Option& option) {
    const std::string name = "--" + std::string(option.name);
    return Error(ErrorCode::missing_argument, name + " needs " + std::string(option.value)).with("argument", name);
}

/// `usage` for a flag with a value and for an option given twice.
Result<TakenOptions> take_options(const Words& words, const Command& command) {
    TakenOptions taken;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (word == "--") {
            taken.words.insert(taken.words.end(), words.begin() + static_cast<std::ptrdiff_t>(i), words.end());
            break;
        }
        const Option* const option = option_of(word, &command);
        if (option == nullptr) {
            taken.words.push_back(word);
            continue;
        }
        const std::size_t equals = word.find('=');
        const bool has_value = equals != std::string::npos;
        const std::string name = "--" + std::string(option->name);
        Words& values = taken.values[option->name];
        if (option->value.empty()) {
            if (has_value) return Error(ErrorCode::usage, name + " takes no value");
            values = {"true"};
            continue;
        }
        if (!values.empty() && !option->is_repeated) return Error(ErrorCode::usage, name + " is given twice");
        const bool is_next = takes_next_word(word, *option);
        if (is_next && i + 1 == words.size()) return needs_value(*option);
        values.push_back(is_next     ? words[++i]
                         : has_value ? word.substr(equals + 1)
                                     : std::string(option->value_if_bare));
    }
    return taken;
}

/// The error of an option that `options` and the global ones do not have; `see` says where to look.
Error unknown_option(const std::string& word, std::span<const Option> options, const std::string& see) {
    std::vector<std::string> names;
    for (const Option& option : global_options()) names.push_back("--" + std::string(option.name));
    for (const Option& option : options) names.push_back("--" + std::string(option.name));
    const std::vector<std::string_view> candidates(names.begin(), names.end());
    const std::string_view name = std::string_view(word).substr(0, word.find('='));
    return Error(ErrorCode::unknown_option, "there is no option " + in_quotes(name), suggestion(name, candidates, see));
}

/// The error of a word with a dash that is no option of the command; an amount with a sign is the likeliest slip.
Error not_an_option(const std::string& word, const Command& command) {
    const bool takes_amount = std::ranges::any_of(
        command.positionals, [](const Positional& positional) { return positional.name == "AMOUNT"; });
    const bool looks_signed = (word[1] >= '0' && word[1] <= '9') || word[1] == '.';
    if (takes_amount && looks_signed) {
        return Error(ErrorCode::invalid_amount, in_quotes(word) + " is not an amount",
                     "write a decimal number greater than zero, like 12.34");
    }
    return unknown_option(word, command.options, "see bankctl help " + std::string(command.noun));
}

/// Gives the words that are no options to the positionals, in their order. After `--` no word is an option. CLI11 would
/// take `[a,b]` for two words.
Status take_positionals(const Words& words, const Command& command, Arguments& arguments) {
    auto positional = command.positionals.begin();
    Words repeated;
    bool is_after_mark = false;
    for (const std::string& word : words) {
        if (word == "--" && !is_after_mark) {
            is_after_mark = true;
            continue;
        }
        const bool is_option = !is_after_mark && word.size() > 1 && word[0] == '-';
        if (is_option) return not_an_option(word, command);
        if (positional == command.positionals.end()) {
            return Error(ErrorCode::usage, in_quotes(word) + " is one word too many",
                         "see bankctl help " + std::string(command.noun));
        }
        if (positional->is_repeated) {
            repeated.push_back(word);
            arguments.set(positional->name, repeated);
        } else {
            arguments.set(positional->name, {word});
            ++positional;
        }
    }
    return ok();
}

/// `usage` if the value is none of the choices, where there are any.
Status check_choice(const std::string& name, std::span<const std::string_view> choices, const std::string& value) {
    if (choices.empty() || std::ranges::find(choices, std::string_view(value)) != choices.end()) return ok();
    std::string list;
    for (const std::string_view choice : choices) list += (list.empty() ? "" : ", ") + std::string(choice);
    return Error(ErrorCode::usage, name + " cannot be " + in_quotes(value),
                 suggestion(value, choices, "one of " + list));
}

Error missing_argument(const Command& command, const Missing& missing) {
    const std::string verb = command.verb.empty() ? "" : " " + std::string(command.verb);
    const std::string hint = missing.positional != nullptr
                                 ? "see bankctl help " + std::string(command.noun) + verb
                                 : "give " + missing.name() + " " + std::string(missing.option->value);
    return Error(ErrorCode::missing_argument, missing.name() + " is missing", hint).with("argument", missing.name());
}

/// CLI11 is set up only where help may be asked for: setting it up takes longer than refusing a request.
Result<Invocation> parse_arguments(const Command& command, const Words& words) {
    Invocation invocation{&command, {}, false};
    BANKCTL_TRY(taken, take_options(words, command));
    for (auto& [name, values] : taken.values) invocation.arguments.set(name, std::move(values));
    if (std::ranges::any_of(taken.words, is_help_flag)) {
        CLI::App app;
        app.set_help_flag();  // its own would throw
        app.allow_extras();
        const CLI::Option* const help = app.add_flag("-h,--help");
        std::ranges::reverse(taken.words);  // as CLI11 wants them
        try {
            app.parse(taken.words);
        } catch (const CLI::ParseError& error) {
            return Error(ErrorCode::usage, printable(error.what()), "see bankctl help " + std::string(command.noun));
        }
        invocation.wants_help = help->count() > 0;
        if (invocation.wants_help) return invocation;
        taken.words = app.remaining();
    }
    BANKCTL_CHECK(take_positionals(taken.words, command, invocation.arguments));
    return invocation;
}

}  // namespace

Result<Invocation> parse_command_line(std::span<const std::string> words) {
    const Split split = split_words(words);
    const Result<const Command*> command = find_command(split);
    if (command) return parse_arguments(**command, split.rest);
    const auto global_command = [](std::string_view noun) {
        return Invocation{*std::ranges::find(all_commands(), noun, &Command::noun), {}, false};
    };
    if (std::ranges::any_of(split.rest, is_help_flag)) {
        // `bankctl --help` and `bankctl account --help` name no command: the help command knows what to show.
        Invocation invocation = global_command("help");
        if (!split.noun.empty()) invocation.arguments.set("TOPIC", {split.noun});
        return invocation;
    }
    if (split.noun.empty() && !split.rest.empty()) {
        for (const std::string& word : split.rest) {
            if (word.starts_with('-') && word != "--" && option_of(word, nullptr) == nullptr)
                return unknown_option(word, {}, "see bankctl help");
        }
    }
    return command.error();
}

Arguments understood_options(std::span<const std::string> words) {
    const Split split = split_words(words);
    const Result<const Command*> command = find_command(split);
    Arguments arguments;
    for (std::size_t i = 0; i < split.rest.size() && split.rest[i] != "--"; ++i) {
        const std::string& word = split.rest[i];
        const Option* const option = option_of(word, command ? *command : nullptr);
        if (option == nullptr) continue;
        const std::size_t equals = word.find('=');
        const bool is_next = takes_next_word(word, *option) && i + 1 < split.rest.size();
        const bool is_global = find_option(global_options(), option->name) != nullptr;
        std::string value = is_next ? split.rest[i + 1] : equals == std::string::npos ? "" : word.substr(equals + 1);
        if (is_global) arguments.set(option->name, {std::move(value)});
        if (is_next) ++i;
    }
    return arguments;
}

std::optional<Missing> first_missing(const Command& command, const Arguments& arguments) {
    for (const Positional& positional : command.positionals) {
        if (positional.is_required && !arguments.has(positional.name)) return Missing{&positional, nullptr};
    }
    for (const Option& option : command.options) {
        if (option.is_required && !arguments.has(option.name)) return Missing{nullptr, &option};
    }
    return std::nullopt;
}

Status check_arguments(const Command& command, const Arguments& arguments) {
    if (const std::optional<Missing> missing = first_missing(command, arguments))
        return missing_argument(command, *missing);
    for (const Positional& positional : command.positionals) {
        if (positional.choices.empty()) continue;
        for (const std::string& value : arguments.values(positional.name))
            BANKCTL_CHECK(check_choice(std::string(positional.name), positional.choices, value));
    }
    for (const std::span<const Option> options : {command.options, global_options()}) {
        for (const Option& option : options) {
            if (option.choices.empty() || !arguments.has(option.name)) continue;
            BANKCTL_CHECK(
                check_choice("--" + std::string(option.name), option.choices, arguments.required(option.name)));
        }
    }
    return ok();
}

}  // namespace bankctl::cli
