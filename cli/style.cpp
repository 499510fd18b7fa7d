#include "cli/style.h"

#include <algorithm>

#include "cli/terminal.h"

namespace bankctl::cli {
namespace {

std::string_view code_of(Look look) {
    switch (look) {
        case Look::plain: return "";
        case Look::heading: return "\x1b[1m";
        case Look::failure: return "\x1b[1;31m";
        case Look::hint: return "\x1b[1m";
        case Look::negative: return "\x1b[31m";
        case Look::caution: return "\x1b[33m";
    }
    return "";
}

constexpr std::string_view k_reset = "\x1b[0m";

}  // namespace

bool may_color(int descriptor, bool never_colors) { return !never_colors && is_capable_terminal(descriptor); }

std::string styled(std::string_view text, Look look) {
    if (look == Look::plain || text.empty()) return std::string(text);
    return std::string(code_of(look)) + std::string(text) + std::string(k_reset);
}

std::string with_styled_headings(std::string_view text) {
    constexpr std::string_view k_usage = "usage:";
    std::string out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        const bool is_heading = line.ends_with(':') && line.front() != ' ';
        const std::size_t size = is_heading ? line.size() : line.starts_with(k_usage) ? k_usage.size() : 0;
        out += styled(line.substr(0, size), Look::heading);
        line.remove_prefix(size);
        out += line;
        text.remove_prefix(end);
        if (text.empty()) break;
        out += '\n';
        text.remove_prefix(1);
    }
    return out;
}

}  // namespace bankctl::cli
