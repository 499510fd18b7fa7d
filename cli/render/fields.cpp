#include <algorithm>

#include "cli/render/render.h"
#include "core/base/text.h"

namespace bankctl::cli {

std::string json_line(const Json& json) {
    // A path may hold bytes that are no UTF-8; they become U+FFFD rather than no document at all.
    return escape_json_text(json.dump(-1, ' ', false, Json::error_handler_t::replace)) + "\n";
}

std::vector<Field> chosen_fields(const DocumentInfo& document, const std::vector<std::string>& names, bool is_table) {
    std::vector<Field> fields;
    for (const std::string& name : names) fields.push_back(*std::ranges::find(document.fields, name, &Field::name));
    if (!names.empty()) return fields;
    std::ranges::copy_if(document.fields, std::back_inserter(fields),
                         [&](const Field& field) { return !is_table || field.in_table; });
    return fields;
}

Json with_fields(const Json& row, const std::vector<std::string>& names) {
    if (names.empty()) return row;
    Json kept = Json::object();
    for (const std::string& name : names) kept[name] = row.at(name);
    return kept;
}

}  // namespace bankctl::cli
