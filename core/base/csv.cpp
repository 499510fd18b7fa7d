#include "core/base/csv.h"

namespace bankctl {

std::string csv_cell(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
    std::string quoted_text = "\"";
    for (const char c : text) {
        if (c == '"') quoted_text += '"';
        quoted_text += c;
    }
    return quoted_text + "\"";
}

std::string csv_text_cell(std::string_view text) {
    constexpr std::string_view k_dangerous = "=+-@\t\r";
    const bool is_dangerous = !text.empty() && k_dangerous.find(text.front()) != std::string_view::npos;
    return csv_cell(is_dangerous ? "'" + std::string(text) : text);
}

}  // namespace bankctl
