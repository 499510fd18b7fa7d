#include "cli/wrap.h"

#include <algorithm>

namespace bankctl::cli {

std::string wrapped(std::string_view text, std::size_t indent) {
    constexpr std::size_t k_width = 80;
    std::string out;
    std::string line(indent, ' ');
    bool is_empty = true;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!is_empty && line.size() + 1 + word.size() > k_width) {
            out += line + "\n";
            line.assign(indent, ' ');
            is_empty = true;
        }
        line += (is_empty ? "" : " ") + std::string(word);
        is_empty = false;
    }
    return out + line + "\n";
}

std::string labelled(const std::string& word, const std::string& text, std::size_t indent) {
    const std::string body = wrapped(text.empty() ? "-" : text, indent);
    if (word.size() + 1 > indent) return word + "\n" + body;
    return word + body.substr(word.size());
}

}  // namespace bankctl::cli
