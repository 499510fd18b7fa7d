// bankctl used by a person at a terminal.
#pragma once

#include <string>

#include "tests/cli/bank.h"

namespace bankctl::cli_test {

/// Runs on a terminal that knows colours, unless the bank's environment says otherwise.
Run run_on_terminal(const Bank& bank, const Words& words, const Terminal& terminal, const std::string& input = {});

/// `text` without the codes of colour and weight.
std::string without_colors(const std::string& text);

std::size_t count_of(const std::string& text, const std::string& part);

}  // namespace bankctl::cli_test
