// From words to a command and its arguments. Nothing is opened here, and no word is guessed.
#pragma once

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
/// `invalid_amount` for an amount with a sign.
Result<Invocation> parse_command_line(std::span<const std::string> words);

/// The output format that the words ask for, as far as they can be understood: for the form of an error about them.
std::string requested_output(std::span<const std::string> words);

}  // namespace bankctl::cli
