// From words to a command and its arguments. Nothing is opened here, and no word is guessed.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/command.h"
#include "core/base/result.h"

namespace bankctl::cli {

/// A command line that was understood.
struct Invocation {
    const Command* command = nullptr;
    Arguments arguments;  ///< global options too
    bool wants_help = false;
};

/// What the words say, or an error: `unknown_command`, `unknown_option`, `missing_argument`, `usage`, or
/// `invalid_amount` for an amount with a sign. What the command requires may still be absent: see first_missing.
Result<Invocation> parse_command_line(std::span<const std::string> words);

/// The global options among the words, as far as they can be understood: for the form of an error about them.
Arguments understood_options(std::span<const std::string> words);

/// A positional or an option that a command requires and a command line lacks.
struct Missing {
    const Positional* positional = nullptr;
    const Option* option = nullptr;  ///< if it is no positional

    std::string_view key() const { return positional != nullptr ? positional->name : option->name; }
    std::string_view summary() const { return positional != nullptr ? positional->summary : option->summary; }
    std::span<const std::string_view> choices() const {
        return positional != nullptr ? positional->choices : option->choices;
    }
    /// As the user writes it: `ACCOUNT` or `--customer`.
    std::string name() const { return (positional != nullptr ? "" : "--") + std::string(key()); }
};

std::optional<Missing> first_missing(const Command& command, const Arguments& arguments);

/// `missing_argument` where a required argument is absent, `usage` where one is none of its choices.
Status check_arguments(const Command& command, const Arguments& arguments);

}  // namespace bankctl::cli
