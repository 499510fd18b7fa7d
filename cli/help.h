// Help, made from the declarations of the commands and the table of error codes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "core/base/result.h"

namespace bankctl::cli {

/// The help on what `topic` names: nothing, a noun, a noun and a verb, a topic, a man page, an error code or an exit
/// code; else `unknown_topic`.
Result<std::string> help_text(const std::vector<std::string>& topic);

std::string command_help(const Command& command);

/// The file of the man page about the commands of a noun: `bankctl-dispute-policy.1`.
std::string page_of(std::string_view noun);

/// The topics that are neither commands nor pages, and the man pages by name.
std::vector<std::string_view> help_topics();
std::vector<std::string_view> help_pages();

}  // namespace bankctl::cli
