#include "tests/cli/terminal.h"

#include <regex>

namespace bankctl::cli_test {

Run run_on_terminal(const Bank& bank, const Words& words, const Terminal& terminal, const std::string& input) {
    ProcessOptions options = bank.options(words, input);
    options.environment.try_emplace("TERM", "xterm");
    options.terminal = terminal;
    return run_process(options);
}

std::string without_colors(const std::string& text) {
    return std::regex_replace(text, std::regex("\x1b\\[[0-9;]*m"), "");
}

std::size_t count_of(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++count;
    return count;
}

}  // namespace bankctl::cli_test
