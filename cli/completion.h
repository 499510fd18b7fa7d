// Completion scripts for shells, made from the declarations of the commands.
#pragma once

#include <string>
#include <string_view>

namespace bankctl::cli {

/// The script of bash, zsh or fish.
std::string completion_script(std::string_view shell);

}  // namespace bankctl::cli
