#include <algorithm>

#include "cli/render/render.h"
#include "cli/style.h"
#include "cli/wrap.h"
#include "core/base/text.h"

namespace bankctl::cli {
namespace {

constexpr std::size_t k_width_max = 80;
constexpr std::size_t k_text_width_min = 10;
constexpr std::size_t k_second_width = 19;  // of 2026-01-31 09:00:00
constexpr std::size_t k_minute_width = 16;
constexpr std::string_view k_gap = "  ";

std::string cell_text(const Json& value, CellType type, std::size_t time_width = k_second_width);
std::string nested_text(const Json& list);

std::string joined(const Json& list) {
    std::string text;
    for (const Json& element : list) text += (text.empty() ? "" : " ") + cell_text(element, CellType::text);
    return text;
}

/// `accounts` of a transaction and the like: each element's values in a row, but for what says nothing: null, and a
/// flag that is true.
std::string nested_text(const Json& list) {
    std::string text;
    for (const Json& element : list) {
        std::string line;
        for (const auto& [key, value] : element.items()) {
            if (value.is_null() || value == true) continue;
            std::string cell = value.is_object() ? cell_text(value, CellType::money) : cell_text(value, CellType::text);
            if (value.is_number()) cell = key + " " + cell;
            if (value == false) cell = "not " + key;
            line += (line.empty() ? "" : " ") + cell;
        }
        text += (text.empty() ? "" : "; ") + line;
    }
    return text;
}

/// `clock: problem: it is 1970-…; set the system's clock`.
std::string check_text(const Json& check) {
    const std::string status = check.contains("status")     ? check["status"].get<std::string>()
                               : check.at("ok").get<bool>() ? "ok"
                                                            : "not ok";
    std::string text =
        check.at("name").get<std::string>() + ": " + status + ": " + check.at("detail").get<std::string>();
    if (check.contains("remedy") && !check["remedy"].is_null()) text += "; " + check["remedy"].get<std::string>();
    return printable(text);
}

std::string cell_text(const Json& value, CellType type, std::size_t time_width) {
    if (value.is_null()) return "-";
    if (type == CellType::money && value.contains("decimal"))
        return value["decimal"].get<std::string>() + " " + value["currency"].get<std::string>();
    if (type == CellType::time) {  // of 2026-01-31T09:00:00.000000Z
        std::string text = value.get<std::string>().substr(0, time_width);
        text[10] = ' ';
        return text;
    }
    if (value.is_object()) return nested_text(Json::array({value}));
    if (type == CellType::nested && value.is_array()) return nested_text(value);
    if (value.is_array()) return value.empty() ? "-" : joined(value);
    if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
    if (value.is_string()) return printable(value.get<std::string>());
    return value.dump();
}

bool is_right_aligned(CellType type) { return type == CellType::money || type == CellType::number; }

std::string spaces(std::size_t count) { return std::string(count, ' '); }

/// Takes columns away from the widest texts until the table fits, or they are as narrow as is of use.
void fit(std::vector<std::size_t>& widths, const std::vector<Field>& fields) {
    std::size_t total = k_gap.size() * (widths.size() - 1);
    for (const std::size_t width : widths) total += width;
    while (total > k_width_max) {
        std::size_t widest = widths.size();
        for (std::size_t i = 0; i < widths.size(); ++i) {
            const bool can_shrink = (fields[i].type == CellType::text || fields[i].type == CellType::list ||
                                     fields[i].type == CellType::nested) &&
                                    widths[i] > k_text_width_min;
            if (can_shrink && (widest == widths.size() || widths[i] > widths[widest])) widest = i;
        }
        if (widest == widths.size()) return;
        --widths[widest];
        --total;
    }
}

/// `debit_account` as DEBIT, `effective_at` as EFFECTIVE: the column shows what it is.
std::string header_of(const Field& field) {
    std::string text(field.name);
    for (const std::string_view suffix : {"_account", "_at"}) {
        if (text.ends_with(suffix)) text.resize(text.size() - suffix.size());
    }
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return text;
}

/// How a value stands out on a terminal with colours.
Look look_of(const Json& value, const Field& field) {
    constexpr std::string_view k_stopped[] = {"frozen", "closed", "expired", "refused"};
    if (field.type == CellType::money && value.is_object() && value.value("minor", 0LL) < 0) return Look::negative;
    if (field.name == "ok" && value.is_boolean() && !value.get<bool>()) return Look::negative;
    const bool is_state = field.name.ends_with("status") && value.is_string();
    if (is_state && std::ranges::find(k_stopped, value.get_ref<const std::string&>()) != std::end(k_stopped))
        return Look::caution;
    return Look::plain;
}

/// A cell's text and how it looks; its width is that of the text.
struct Cell {
    std::string text;
    Look look = Look::plain;
};

std::string line_of(const std::vector<Cell>& cells, const std::vector<std::size_t>& widths,
                    const std::vector<Field>& fields) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const std::string text = shortened(cells[i].text, widths[i]);
        const std::string padding = spaces(widths[i] - display_width(text));
        const std::string cell = styled(text, cells[i].look);
        line +=
            (i == 0 ? "" : std::string(k_gap)) + (is_right_aligned(fields[i].type) ? padding + cell : cell + padding);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line + "\n";
}

}  // namespace

std::string list_table(const std::vector<Field>& fields, const std::vector<Json>& rows, bool has_color) {
    std::vector<std::vector<Cell>> lines(1);
    for (const Field& field : fields) lines[0].push_back({header_of(field), has_color ? Look::heading : Look::plain});
    for (const Json& row : rows) {
        std::vector<Cell>& cells = lines.emplace_back();
        for (const Field& field : fields) {
            const Json& value = row.at(field.name);
            cells.push_back(
                {cell_text(value, field.type, k_minute_width), has_color ? look_of(value, field) : Look::plain});
        }
    }
    std::vector<std::size_t> widths(fields.size(), 0);
    for (const auto& cells : lines) {
        for (std::size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], display_width(cells[i].text));
    }
    fit(widths, fields);
    std::string text;
    for (const auto& cells : lines) text += line_of(cells, widths, fields);
    return text;
}

std::string object_table(const std::vector<Field>& fields, const Json& row, bool has_color) {
    std::size_t width = 0;
    for (const Field& field : fields) width = std::max(width, field.name.size());
    std::string text;
    for (const Field& field : fields) {
        const Json& value = row.at(field.name);
        if (value.is_null()) continue;
        std::string label = std::string(field.name) + spaces(width - field.name.size()) + std::string(k_gap);
        if (field.type == CellType::report) {
            for (const Json& check : value) {
                const std::string body = wrapped(check_text(check), label.size());
                text += label + body.substr(label.size());
                label.assign(label.size(), ' ');
            }
            continue;
        }
        if (field.type != CellType::nested || !value.is_array()) {
            const Look look = has_color ? look_of(value, field) : Look::plain;
            text += label + styled(cell_text(value, field.type), look) + "\n";
            continue;
        }
        for (const Json& element : value) {
            text += label + nested_text(Json::array({element})) + "\n";
            label.assign(label.size(), ' ');
        }
    }
    return text;
}

}  // namespace bankctl::cli
