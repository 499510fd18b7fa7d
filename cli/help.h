// Help, made from the declarations of the commands and the table of error codes.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "core/base/result.h"

namespace bankctl::cli {

/// The help on what `topic` names: nothing, a noun, a noun and a verb, or a topic; else `unknown_topic`.
Result<std::string> help_text(const std::vector<std::string>& topic);

std::string command_help(const Command& command);

}  // namespace bankctl::cli
