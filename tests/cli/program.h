// Other programs that tests use: shells, mandoc, tools that read exports.
#pragma once

#include <string>

#include "tests/cli/bank.h"

namespace bankctl::cli_test {

/// True if the program is installed; else says that the test is skipped.
bool has_program(const std::string& program);

/// Runs a program that is found in PATH, in `directory`, with the caller's environment and `more`. bankctl itself comes
/// first in its PATH.
Run run_program(const std::string& program, const Words& words, const std::string& directory = "/",
                const Environment& more = {}, const std::string& input = {});

/// The same with a bank: its folder and its environment.
Run run_program(const Bank& bank, const std::string& program, const Words& words, const std::string& input = {});

/// Runs a line of shell, in UTF-8.
Run run_shell(const std::string& line);

}  // namespace bankctl::cli_test
