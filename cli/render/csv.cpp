#include "core/base/csv.h"

#include "cli/render/render.h"

namespace bankctl::cli {
namespace {

std::string cell_of(const Json& value, CellType type) {
    if (value.is_null()) return {};
    if (type == CellType::money && value.is_object()) return value.at("decimal").get<std::string>();
    if (value.is_string()) return csv_text_cell(value.get<std::string>());
    if (value.is_array() && type == CellType::list) {
        std::string text;
        for (const Json& element : value)
            text += (text.empty() ? "" : " ") + (element.is_string() ? element.get<std::string>() : element.dump());
        return csv_text_cell(text);
    }
    const std::string line = json_line(value);
    return csv_cell(value.is_structured() ? line.substr(0, line.size() - 1) : value.dump());
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
        line += (is_first ? "" : ",") + cell_of(row.at(field.name), field.type);
        is_first = false;
    }
    return line + "\n";
}

}  // namespace bankctl::cli
