#include "core/service/import_csv.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/service/csv_records.h"
#include "core/service/import_fields.h"

namespace bankctl {
namespace {

using Cells = std::vector<std::string>;

Error invalid(const std::string& what, const std::string& hint = {}) {
    return Error(ErrorCode::invalid_csv, what, hint);
}

Failure bad_header(const std::string& what, const std::string& column, const std::string& hint = {}) {
    return Failure(invalid(what, hint).with("column", printable(column)));
}

/// Reads records and their header; what a row means is left to the kind of CSV.
class CsvReader : public LineReader {
public:
    CsvReader(std::istream& input, std::string source_name, CsvFormat format, std::int64_t skip_lines)
        : records_(input, format, skip_lines), source_name_(std::move(source_name)) {
        if (auto header = records_.next()) header_ = std::move(header->cells).value_or_throw();
    }

    bool read(ImportLine& line) override {
        auto record = records_.next();
        if (!record) return false;
        line.line = record->line;
        line.raw = std::move(record->raw);
        line.group.reset();
        line.opening.reset();
        if (!has_groups()) line.group = "";
        if (!record->cells) {
            line.request = record->cells.error();
        } else if (record->cells->size() != header_.size()) {
            line.request = invalid("the row has " + std::to_string(record->cells->size()) + " cells, the header has " +
                                   std::to_string(header_.size()));
        } else {
            read_row(*record->cells, line);
        }
        return true;
    }
    ErrorCode syntax_code() const override { return ErrorCode::invalid_csv; }

protected:
    const Cells& header() const { return header_; }
    LineOrigin origin(const ImportLine& line) const { return {source_name_, line.line}; }

private:
    virtual bool has_groups() const = 0;
    virtual void read_row(Cells& cells, ImportLine& line) const = 0;

    CsvRecords records_;
    std::string source_name_;
    Cells header_;
};

class NamedCsvReader final : public CsvReader {
public:
    NamedCsvReader(std::istream& input, std::string source_name) : CsvReader(input, std::move(source_name), {}, 0) {
        for (const std::string& column : header()) {
            const std::optional<ImportField> field = import_field(column);
            if (!field) {
                throw bad_header("the column " + in_quotes(column) + " is unknown", column,
                                 "map the columns of another bank's file with --rules");
            }
            if (std::ranges::find(fields_, *field) != fields_.end())
                throw bad_header("the column " + in_quotes(column) + " stands twice", column);
            fields_.push_back(*field);
        }
        const bool has_type = std::ranges::find(fields_, ImportField::type) != fields_.end();
        if (!header().empty() && !has_type) throw bad_header("the column 'type' is missing", "type");
    }

private:
    bool has_groups() const override { return std::ranges::find(fields_, ImportField::group) != fields_.end(); }
    void read_row(Cells& cells, ImportLine& line) const override {
        ImportFields fields;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (!cells[i].empty()) fields.set(fields_[i], std::move(cells[i]));
        }
        line.group = fields.group();
        line.request = request_from_fields(fields, origin(line), syntax_code());
    }

    std::vector<ImportField> fields_;  // of the columns
};

class RuledCsvReader final : public CsvReader {
public:
    RuledCsvReader(std::istream& input, std::string source_name, ImportRules rules)
        : CsvReader(input, std::move(source_name), {rules.delimiter, rules.is_latin1}, rules.skip_lines),
          rules_(std::move(rules)) {
        if (header().empty()) return;
        account_ = index_of(rules_.columns.account);
        amount_ = index_of(rules_.columns.amount);
        if (rules_.columns.date) date_ = index_of(*rules_.columns.date);
        if (rules_.columns.key) key_ = index_of(*rules_.columns.key);
        if (rules_.columns.counter) counter_ = index_of(*rules_.columns.counter);
        if (rules_.type) type_ = index_of(rules_.type->column);
        for (const std::string& column : rules_.memo) memo_.push_back(index_of(column));
    }

private:
    std::size_t index_of(const std::string& column) const {
        const auto found = std::ranges::find(header(), column);
        if (found == header().end())
            throw bad_header("the column " + in_quotes(column) + " is missing", column,
                             "check the names and the delimiter in the rules file");
        if (std::find(found + 1, header().end(), column) != header().end())
            throw bad_header("the column " + in_quotes(column) + " stands twice", column);
        return static_cast<std::size_t>(found - header().begin());
    }

    bool has_groups() const override { return false; }
    void read_row(Cells& cells, ImportLine& line) const override {
        line.request = read_request(cells, origin(line));
        if (!line.request || !rules_.open) return;
        line.opening = opening_of(*std::get<TransactionRequest>(*line.request).account);
    }

    Result<ImportRequest> read_request(const Cells& cells, const LineOrigin& line_origin) const {
        TransactionRequest request;
        std::string_view amount_text = cells[amount_];
        BANKCTL_TRY(kind, read_kind(cells, amount_text));
        request.kind = kind;
        BANKCTL_TRY(amount, read_amount(amount_text));
        request.amount = amount;
        BANKCTL_TRY(account, parse_account_id(cells[account_]));
        request.account = std::move(account);
        if (counter_ && !cells[*counter_].empty()) {
            BANKCTL_TRY(counter, parse_internal_account_id(cells[*counter_]));
            request.counter = std::move(counter);
        }
        if (date_) {
            BANKCTL_TRY(at, rules_.date_format ? rules_.date_format->read(cells[*date_]) : parse_time(cells[*date_]));
            request.at = at;
        }
        BANKCTL_TRY(memo, parse_text(join_memo(cells), k_memo_bytes_max, "the memo"));
        if (!memo.empty()) request.memo = std::move(memo);
        BANKCTL_TRY(key, key_of_line(key_ && !cells[*key_].empty() ? &cells[*key_] : nullptr, line_origin));
        request.key = std::move(key);
        return ImportRequest(std::move(request));
    }

    /// Credit or debit, by the type column or else by the amount's sign, which is then taken off.
    Result<EntryKind> read_kind(const Cells& cells, std::string_view& amount_text) const {
        if (!type_) {
            if (!amount_text.starts_with('-')) return EntryKind::credit;
            amount_text.remove_prefix(1);
            return EntryKind::debit;
        }
        const std::string& value = cells[*type_];
        if (std::ranges::find(rules_.type->credit, value) != rules_.type->credit.end()) return EntryKind::credit;
        if (std::ranges::find(rules_.type->debit, value) != rules_.type->debit.end()) return EntryKind::debit;
        return invalid(
            in_quotes(value) + " in the column " + in_quotes(rules_.type->column) + " means neither credit nor debit",
            "add it to the type of the rules file");
    }

    Result<Amount> read_amount(std::string_view text) const {
        if (rules_.decimal == '.') return Amount::parse(text);
        // A point would be a group mark here: taken for a decimal point it would change the amount.
        std::string converted(text);
        std::ranges::replace(converted, '.', '?');
        std::ranges::replace(converted, rules_.decimal, '.');
        Result<Amount> amount = Amount::parse(converted);
        if (!amount && amount.error().code == ErrorCode::invalid_amount) {
            return Error(ErrorCode::invalid_amount, in_quotes(text) + " is not an amount",
                         "write a number greater than zero in plain digits with a decimal comma, like 12,34");
        }
        return amount;
    }

    std::string join_memo(const Cells& cells) const {
        std::string memo;
        for (const std::size_t column : memo_) {
            if (cells[column].empty()) continue;
            if (!memo.empty()) memo += ", ";
            memo += cells[column];
        }
        return memo;
    }

    OpenAccount opening_of(const AccountId& account) const {
        const auto found = rules_.open->overdrafts.find(account);
        OpenAccount opening;
        opening.id = account;
        opening.customer = rules_.open->customer;
        opening.currency = rules_.open->currency;
        opening.overdraft = found == rules_.open->overdrafts.end() ? rules_.open->overdraft : found->second;
        return opening;
    }

    ImportRules rules_;
    std::size_t account_ = 0;
    std::size_t amount_ = 0;
    std::optional<std::size_t> date_;
    std::optional<std::size_t> key_;
    std::optional<std::size_t> counter_;
    std::optional<std::size_t> type_;
    std::vector<std::size_t> memo_;
};

}  // namespace

std::unique_ptr<LineReader> read_csv(std::istream& input, std::string source_name, std::optional<ImportRules> rules) {
    if (rules) return std::make_unique<RuledCsvReader>(input, std::move(source_name), std::move(*rules));
    return std::make_unique<NamedCsvReader>(input, std::move(source_name));
}

}  // namespace bankctl
