#include "core/service/labelled_texts.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/classify/words.h"
#include "core/service/csv_records.h"

namespace bankctl {
namespace {

Error invalid(std::int64_t line, const std::string& what) {
    return Error(ErrorCode::invalid_csv, "line " + std::to_string(line) + ": " + what).with("line", line);
}

/// The cells of a record, which must be as many as the header's.
Result<std::vector<std::string>> cells_of(CsvRecord& record, std::size_t columns) {
    if (!record.cells) return invalid(record.line, record.cells.error().message);
    if (record.cells->size() != columns)
        return invalid(record.line, "it has " + std::to_string(record.cells->size()) + " cells, the header " +
                                        std::to_string(columns));
    return *std::move(record.cells);
}

Result<std::vector<std::string>> header_of(CsvRecords& records) {
    std::optional<CsvRecord> record = records.next();
    if (!record) return Error(ErrorCode::invalid_csv, "the file is empty: a header is needed");
    if (!record->cells) return invalid(record->line, record->cells.error().message);
    return *std::move(record->cells);
}

Result<std::size_t> column_of(const std::vector<std::string>& header, const std::string& name) {
    const auto found = std::ranges::find(header, name);
    if (found != header.end()) return static_cast<std::size_t>(found - header.begin());
    std::string listing;
    for (const std::string& each : header) listing += (listing.empty() ? "" : ", ") + in_quotes(each);
    return Error(ErrorCode::invalid_csv, "there is no column " + in_quotes(name), "the columns are " + listing);
}

}  // namespace

Result<LabelMap> read_label_map(std::istream& input) {
    CsvRecords records(input, {}, 0);
    BANKCTL_TRY(header, header_of(records));
    if (header.size() < 2) return Error(ErrorCode::invalid_csv, "a map needs two columns: a label and its category");
    LabelMap map;
    while (std::optional<CsvRecord> record = records.next()) {
        BANKCTL_TRY(cells, cells_of(*record, header.size()));
        const std::optional<DisputeCategory> category = dispute_category(cells[1]);
        if (!category) return invalid(record->line, "there is no category " + in_quotes(cells[1]));
        if (cells[0].empty()) return invalid(record->line, "the label is empty");
        const auto [entry, is_new] = map.emplace(cells[0], *category);
        if (!is_new && entry->second != *category)
            return invalid(record->line, "the label " + in_quotes(cells[0]) + " had another category before");
    }
    return map;
}

std::optional<DisputeCategory> category_of(const LabelMap& map, std::string_view label) {
    if (const auto found = map.find(label); found != map.end()) return found->second;
    if (const std::optional<DisputeCategory> category = dispute_category(label)) return category;
    if (label == classify::k_out_of_scope) return DisputeCategory::not_a_dispute;
    return std::nullopt;
}

Status read_labelled_rows(std::istream& input, const LabelledColumns& columns,
                          const std::function<Status(LabelledRow)>& take) {
    CsvRecords records(input, {}, 0);
    BANKCTL_TRY(header, header_of(records));
    BANKCTL_TRY(text_column, column_of(header, columns.text));
    BANKCTL_TRY(label_column, column_of(header, columns.label));
    while (std::optional<CsvRecord> record = records.next()) {
        BANKCTL_TRY(cells, cells_of(*record, header.size()));
        LabelledRow row{std::move(cells[text_column]), cells[label_column], record->line};
        if (row.label.empty()) return invalid(row.line, "the label is empty");
        // They stand in model files and documents as they are.
        if (row.label.size() > 128 || printable(row.label) != row.label)
            return invalid(row.line, "the label is longer than 128 bytes or has control characters");
        if (classify::split_words(row.text).words.empty()) return invalid(row.line, "the text has no word");
        BANKCTL_CHECK(take(std::move(row)));
    }
    return ok();
}

Result<std::vector<classify::LabelledText>> read_labelled_texts(std::istream& input, const LabelledColumns& columns,
                                                                const LabelMap& map) {
    std::vector<classify::LabelledText> texts;
    BANKCTL_CHECK(read_labelled_rows(input, columns, [&](LabelledRow row) -> Status {
        const std::optional<DisputeCategory> category = category_of(map, row.label);
        if (!category)
            return Error(ErrorCode::invalid_csv,
                         "line " + std::to_string(row.line) + ": the label " + in_quotes(row.label) +
                             " is no category, and no map gives it one",
                         "give --map MAP.csv, whose first two columns are a label and its category");
        texts.push_back({std::move(row.text), std::move(row.label), *category});
        return ok();
    }));
    return texts;
}

Result<std::vector<classify::LabelledText>> read_out_of_scope(std::istream& input, const std::string& text) {
    CsvRecords records(input, {}, 0);
    BANKCTL_TRY(header, header_of(records));
    const auto found = std::ranges::find(header, text);
    const auto column = static_cast<std::size_t>(found == header.end() ? 0 : found - header.begin());
    std::vector<classify::LabelledText> texts;
    while (std::optional<CsvRecord> record = records.next()) {
        BANKCTL_TRY(cells, cells_of(*record, header.size()));
        if (classify::split_words(cells[column]).words.empty()) return invalid(record->line, "the text has no word");
        texts.push_back({cells[column], std::string(classify::k_out_of_scope), DisputeCategory::not_a_dispute});
    }
    return texts;
}

}  // namespace bankctl
