// Questions to the person at the terminal. None is asked unless stdin and stderr are terminals and --no-input is
// absent.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/command.h"
#include "cli/settings.h"

namespace bankctl::cli {

bool can_ask(const Settings& settings);

/// Writes the question to stderr and reads one line; nothing if the input ends instead. An interrupt meanwhile leaves
/// the line first.
std::optional<std::string> ask(const std::string& question);

/// Asks for what the command requires and `arguments` lacks, up to three times each. What is still absent then, and
/// answers that do not fit, are for the checks that every command line meets.
void ask_for_missing(const Command& command, Arguments& arguments);

}  // namespace bankctl::cli
