// CSV as `transaction import` reads it: after the rules in the input's first document, or, where the input is one
// document only, by the names of the columns. Rules and headers that do not fit are refused whole, rows one by one; a
// row that is accepted says what a second CSV reader finds in its cells.
#include <algorithm>
#include <sstream>

#include "core/service/csv_records.h"
#include "core/service/import_csv.h"
#include "tests/fuzz/support/fuzz.h"
#include "tests/fuzz/support/oracle.h"

using namespace bankctl;
using fuzz::expect;

namespace {

using Cells = std::vector<std::string>;

constexpr const char* k_source = "f";

std::string from_latin1(std::string_view bytes) {
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            text += c;
        } else {
            text += static_cast<char>(0xC0 | byte >> 6);
            text += static_cast<char>(0x80 | (byte & 0x3F));
        }
    }
    return text;
}

/// The cells of one well-formed record: quotes stand around a whole cell, and doubled inside it.
Cells cells_of(std::string_view record, char delimiter) {
    if (record.ends_with('\r')) record.remove_suffix(1);
    Cells cells(1);
    bool is_quoted = false;
    for (std::size_t i = 0; i < record.size(); ++i) {
        const char c = record[i];
        if (c == '"' && is_quoted && i + 1 < record.size() && record[i + 1] == '"') {
            cells.back() += record[++i];
        } else if (c == '"') {
            is_quoted = !is_quoted;
        } else if (c == delimiter && !is_quoted) {
            cells.emplace_back();
        } else {
            cells.back() += c;
        }
    }
    return cells;
}

/// A row's cells by the names of their columns.
class Row {
public:
    Row(const Cells& header, std::string_view record, const ImportRules& rules) : header_(header) {
        cells_ = cells_of(rules.is_latin1 ? from_latin1(record) : std::string(record), rules.delimiter);
        expect(cells_.size() == header_.size(), "an accepted row has a cell for each column");
    }
    /// None where the column is not there or the cell is empty.
    std::optional<std::string> find(const std::optional<std::string>& column) const {
        for (std::size_t i = 0; column && i < header_.size(); ++i) {
            if (header_[i] == *column && !cells_[i].empty()) return cells_[i];
        }
        return std::nullopt;
    }

private:
    const Cells& header_;
    Cells cells_;
};

void check_key(const std::optional<std::string>& cell, const std::optional<IdempotencyKey>& key, std::int64_t line) {
    expect(key && key->text == cell.value_or(k_source + (":" + std::to_string(line))),
           "a key is the row's, or else names the line");
}

template <class Id>
void check_id(const std::optional<std::string>& cell, const std::optional<Id>& id) {
    expect(cell == (id ? std::optional(id->text) : std::nullopt), "an id is the row's");
}

/// What the rules make of the row must be what they say.
void check_ruled(const Row& row, const ImportLine& line, const ImportRules& rules) {
    const auto& request = std::get<TransactionRequest>(*line.request);
    check_id(row.find(rules.columns.account), request.account);
    check_id(row.find(rules.columns.counter), request.counter);
    check_key(row.find(rules.columns.key), request.key, line.line);
    expect(request.at.has_value() == rules.columns.date.has_value(), "a row has a time where the rules name a column");

    std::string amount = row.find(rules.columns.amount).value_or("");
    bool is_credit = !amount.starts_with('-');
    if (rules.type) {
        const std::string value = row.find(rules.type->column).value_or("");
        is_credit = std::count(rules.type->credit.begin(), rules.type->credit.end(), value) > 0;
        expect(is_credit || std::count(rules.type->debit.begin(), rules.type->debit.end(), value) > 0,
               "an accepted row is a credit or a debit");
    } else if (!is_credit) {
        amount.erase(0, 1);
    }
    expect(request.kind == (is_credit ? EntryKind::credit : EntryKind::debit), "credit and debit are not swapped");
    if (rules.decimal == ',') {
        expect(amount.find('.') == std::string::npos, "a group mark is never a decimal point");
        std::replace(amount.begin(), amount.end(), ',', '.');
    }
    expect(request.amount && fuzz::is_amount_of(*request.amount, amount), "an amount is the row's");

    std::string memo;
    for (const std::string& column : rules.memo) {
        const std::optional<std::string> cell = row.find(column);
        if (cell) memo += (memo.empty() ? "" : ", ") + *cell;
    }
    expect(request.memo.value_or("") == memo, "a memo is made of the row's cells");
    expect(line.opening.has_value() == rules.open.has_value(), "unknown accounts are opened where the rules say so");
    if (line.opening) expect(line.opening->id == *request.account, "the account that is opened is the row's");
}

void check_named(const Row& row, const ImportLine& line) {
    std::visit([&](const auto& request) { check_key(row.find("key"), request.key, line.line); }, *line.request);
    expect(line.group == row.find("group").value_or(""), "a group is the row's");
    const auto* const request = std::get_if<TransactionRequest>(&*line.request);
    if (request == nullptr) return;
    check_id(row.find("account"), request->account);
    check_id(row.find("to"), request->to);
    check_id(row.find("counter"), request->counter);
    expect((row.find("memo") ? row.find("memo") : row.find("reason")) == request->memo, "a memo is the row's");
    if (const auto amount = row.find("amount")) {
        expect(request->amount && fuzz::is_amount_of(*request->amount, *amount), "an amount is the row's");
    }
}

Cells header_of(std::string_view csv, const ImportRules& rules) {
    std::istringstream stream{std::string(csv)};
    auto header = CsvRecords(stream, {rules.delimiter, rules.is_latin1}, rules.skip_lines).next();
    return header ? std::move(header->cells).value_or_throw() : Cells{};
}

void check_rows(std::string_view csv, const std::optional<ImportRules>& rules) {
    std::istringstream stream{std::string(csv)};
    const auto reader = read_csv(stream, k_source, rules);
    const ImportRules format = rules.value_or(ImportRules{});
    const Cells header = header_of(csv, format);
    std::int64_t previous = format.skip_lines;
    std::size_t bytes = 0;
    while (const auto line = reader->next()) {
        expect(line->line > previous, "lines are read in their order");
        previous = line->line;
        bytes += line->raw.size() + 1;
        if (!line->request) {
            fuzz::expect_invalid(line->request.error());
            continue;
        }
        const Row row(header, line->raw, format);
        if (rules) {
            check_ruled(row, *line, *rules);
        } else {
            check_named(row, *line);
        }
    }
    expect(bytes <= csv.size() + 1, "every byte belongs to one row at most");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto [first, second] = fuzz::two_documents(fuzz::text_of(data, size));
    const bool has_rules = !second.empty();
    std::optional<ImportRules> rules;
    if (has_rules) {
        Result<ImportRules> parsed = parse_rules(first);
        if (!parsed) {
            expect(parsed.error().code == ErrorCode::invalid_rules, "rules that do not fit are invalid_rules");
            fuzz::expect_invalid(parsed.error());
            return 0;
        }
        rules = std::move(*parsed);
    }
    try {
        check_rows(has_rules ? second : first, rules);
    } catch (const Failure& failure) {
        expect(failure.error().code == ErrorCode::invalid_csv, "a header that does not fit is invalid_csv");
    }
    return 0;
}
