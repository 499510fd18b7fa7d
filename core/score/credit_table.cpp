#include "core/score/credit_table.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <set>
#include <unordered_map>

#include "core/base/text.h"

namespace bankctl::score {
namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view k_blanks = " \t\r";
    const std::size_t begin = text.find_first_not_of(k_blanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(k_blanks) + 1 - begin);
}

bool is_valid_name(std::string_view name) { return name.size() <= k_column_name_bytes_max && printable(name) == name; }

}  // namespace

std::optional<double> parse_cell_number(std::string_view cell) {
    const std::string_view text = trimmed(cell);
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc() || end != text.data() + text.size() || !std::isfinite(number))
        return std::nullopt;
    return number + 0.0;  // no negative zero, which prints differently
}

std::string number_text(double number) {
    char text[32];
    return {text, std::to_chars(std::begin(text), std::end(text), number).ptr};
}

bool is_missing_cell(std::string_view cell) {
    std::string text(trimmed(cell));
    if (text.size() > 4) return false;
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    constexpr std::string_view k_words[] = {"", "na", "n/a", "nan", "null", "?", "."};
    return std::ranges::find(k_words, text) != std::end(k_words);
}

std::string category_text(std::string_view cell) {
    if (const auto number = parse_cell_number(cell)) return number_text(*number);
    std::string_view text = trimmed(cell);
    if (text.size() <= k_level_bytes_max) return std::string(text);
    // Not in the middle of a character.
    text = text.substr(0, k_level_bytes_max);
    while (!is_utf8(text)) text.remove_suffix(1);
    return std::string(text);
}

const Column* CreditTable::find(std::string_view name) const {
    const auto found = std::ranges::find(columns, name, &Column::name);
    return found == columns.end() ? nullptr : &*found;
}

std::size_t CreditTable::bad_count() const {
    return static_cast<std::size_t>(std::ranges::count(outcomes, std::uint8_t{1}));
}

Result<CreditTableBuilder> CreditTableBuilder::create(std::span<const std::string> header, std::string_view target,
                                                      std::span<const std::string> left_out) {
    CreditTableBuilder builder;
    std::vector<std::string_view> names;
    for (const std::string& cell : header) names.push_back(trimmed(cell));
    const auto position_of = [&](std::string_view name) -> Result<std::size_t> {
        const auto found = std::ranges::find(names, name);
        if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
        return Error(ErrorCode::unknown_field, "the data has no column " + in_quotes(name),
                     "the first line of the file names its columns")
            .with("column", std::string(name));
    };
    if (header.size() > k_columns_max)
        return Error(ErrorCode::invalid_csv, "there are more than " + std::to_string(k_columns_max) + " columns");
    BANKCTL_TRY(target_position, position_of(target));
    builder.target_ = std::string(target);
    builder.target_position_ = target_position;
    builder.cell_count_ = header.size();
    std::vector<bool> is_left_out(header.size());
    is_left_out[target_position] = true;
    for (const std::string& name : left_out) {
        BANKCTL_TRY(position, position_of(name));
        if (position == target_position)
            return Error(ErrorCode::usage, in_quotes(name) + " is the target and cannot be left out");
        is_left_out[position] = true;
    }
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i].empty()) continue;
        if (!is_valid_name(names[i]))
            return Error(ErrorCode::invalid_csv, in_quotes(names[i]) + " cannot be a column's name",
                         "give it at most 128 bytes without control characters");
        if (!seen.insert(names[i]).second)
            return Error(ErrorCode::invalid_csv, "two columns are called " + in_quotes(names[i]));
        if (is_left_out[i]) continue;
        builder.table_.columns.push_back({std::string(names[i]), false, {}, {}, {}});
        builder.sources_.push_back({i, {}});
    }
    return builder;
}

std::uint32_t CreditTableBuilder::level_of(Column& column, Source& source, std::string_view cell) {
    if (is_missing_cell(cell)) return Column::k_no_level;
    const auto [found, is_new] =
        source.level_by_text.try_emplace(category_text(cell), static_cast<std::uint32_t>(column.levels.size()));
    if (is_new) column.levels.push_back(found->first);
    return found->second;
}

void CreditTableBuilder::make_categorical(Column& column, Source& source) {
    column.is_categorical = true;
    column.level_of_row.reserve(column.numbers.size());
    for (const double number : column.numbers)
        column.level_of_row.push_back(level_of(column, source, std::isnan(number) ? "" : number_text(number)));
    column.numbers = {};
}

void CreditTableBuilder::add_cell(std::size_t index, std::string_view cell) {
    Column& column = table_.columns[index];
    if (!column.is_categorical) {
        const std::optional<double> number = parse_cell_number(cell);
        if (number || is_missing_cell(cell)) {
            column.numbers.push_back(number.value_or(std::numeric_limits<double>::quiet_NaN()));
            return;
        }
        make_categorical(column, sources_[index]);
    }
    column.level_of_row.push_back(level_of(column, sources_[index], cell));
}

Status CreditTableBuilder::add(std::span<const std::string> cells, std::int64_t line) {
    const std::string place = "line " + std::to_string(line);
    if (cells.size() != cell_count_)
        return Error(ErrorCode::invalid_csv, place + " has " + std::to_string(cells.size()) + " cells, but there are " +
                                                 std::to_string(cell_count_) + " columns")
            .with("line", line);
    const std::optional<double> outcome = parse_cell_number(cells[target_position_]);
    if (outcome != 0.0 && outcome != 1.0)
        return Error(ErrorCode::invalid_csv,
                     place + ": the target " + in_quotes(target_) + " is " + in_quotes(cells[target_position_]),
                     "it must be 1 for a loan that went bad and 0 for one that was repaid")
            .with("line", line)
            .with("column", target_);
    if (table_.outcomes.size() == k_rows_max)
        return Error(ErrorCode::invalid_csv, "there are more than " + std::to_string(k_rows_max) + " rows");
    table_.outcomes.push_back(outcome == 1.0 ? 1 : 0);
    for (std::size_t i = 0; i < table_.columns.size(); ++i) add_cell(i, cells[sources_[i].position]);
    return ok();
}

Result<CreditTable> CreditTableBuilder::finish() && {
    if (table_.outcomes.empty())
        return Error(ErrorCode::invalid_csv, "there are no rows below the names of the columns");
    const std::size_t bad = table_.bad_count();
    if (bad == 0 || bad == table_.outcomes.size())
        return Error(ErrorCode::invalid_csv, "every loan has the same outcome in " + in_quotes(target_),
                     "the data needs loans that went bad and loans that were repaid");
    return std::move(table_);
}

}  // namespace bankctl::score
