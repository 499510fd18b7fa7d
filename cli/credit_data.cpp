#include "cli/credit_data.h"

#include <algorithm>

#include "cli/input_file.h"
#include "cli/progress.h"
#include "core/base/text.h"
#include "core/service/csv_records.h"

namespace bankctl::cli {

score::CreditTable read_credit_data(Context& context, const std::string& path, const std::string& target,
                                    const std::vector<std::string>& left_out) {
    InputFile input(path);
    CsvRecords records(input.stream(), {}, 0);
    const auto cells_of = [](CsvRecord record) {
        if (record.cells) return std::move(*record.cells);
        Error error = record.cells.error();
        error.message = "line " + std::to_string(record.line) + ": " + error.message;
        throw Failure(std::move(error).with("line", record.line));
    };
    std::optional<CsvRecord> record = records.next();
    if (!record) throw Failure(Error(ErrorCode::invalid_csv, "the data is empty", "its first line names the columns"));
    auto builder = score::CreditTableBuilder::create(cells_of(std::move(*record)), target, left_out).value_or_throw();
    Progress progress(context.settings(), context.clock(), "rows");
    std::int64_t rows = 0;
    while ((record = records.next())) {
        const std::int64_t line = record->line;
        builder.add(cells_of(std::move(*record)), line).value_or_throw();
        ++rows;
        if (progress.is_due()) progress.show(rows, input.share());
    }
    progress.clear();
    return std::move(builder).finish().value_or_throw();
}

Result<std::vector<std::string>> parse_list(std::string_view text, std::string_view option) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        std::string_view part = text.substr(begin, end - begin);
        begin = end + 1;
        while (part.starts_with(' ')) part.remove_prefix(1);
        while (part.ends_with(' ')) part.remove_suffix(1);
        if (part.empty()) return Error(ErrorCode::usage, std::string(option) + " has an empty part");
        if (std::ranges::find(parts, part) != parts.end())
            return Error(ErrorCode::usage, std::string(option) + " names " + in_quotes(part) + " twice");
        parts.emplace_back(part);
    }
    return parts;
}

}  // namespace bankctl::cli
