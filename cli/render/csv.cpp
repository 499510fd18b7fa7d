#include "cli/render/render.h"

namespace bankctl::cli {
namespace {

/// RFC 4180: quoted where it must be, quotes doubled.
std::string csv_cell(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted_text = "\"";
    for (const char c : text) {
        if (c == '"') quoted_text += '"';
        quoted_text += c;
    }
    return quoted_text + "\"";
}

/// Text that came from outside and begins like a formula would be run by a spreadsheet (OWASP, "CSV injection").
std::string disarmed(const std::string& text) {
    constexpr std::string_view k_dangerous = "=+-@\t\r";
    const bool is_dangerous = !text.empty() && k_dangerous.find(text.front()) != std::string_view::npos;
    return is_dangerous ? "'" + text : text;
}

std::string plain_text(const Json& value, CellType type) {
    if (value.is_null()) return {};
    if (type == CellType::money && value.is_object()) return value.at("decimal").get<std::string>();
    if (value.is_string()) return disarmed(value.get<std::string>());
    if (value.is_array() && type == CellType::list) {
        std::string text;
        for (const Json& element : value)
            text += (text.empty() ? "" : " ") + (element.is_string() ? element.get<std::string>() : element.dump());
        return disarmed(text);
    }
    return value.is_structured() ? json_line(value).substr(0, json_line(value).size() - 1) : value.dump();
}

}  // namespace

std::string csv_header(const std::vector<Field>& fields) {
    std::string line;
    for (const Field& field : fields) line += (line.empty() ? "" : ",") + std::string(field.name);
    return line + "\n";
}

std::string csv_row(const std::vector<Field>& fields, const Json& row) {
    std::string line;
    bool is_first = true;
    for (const Field& field : fields) {
        line += (is_first ? "" : ",") + csv_cell(plain_text(row.at(field.name), field.type));
        is_first = false;
    }
    return line + "\n";
}

}  // namespace bankctl::cli
