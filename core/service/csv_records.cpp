#include "core/service/csv_records.h"

#include <algorithm>
#include <new>

#include <csv.h>

#include "core/base/text.h"

namespace bankctl {
namespace {

int is_never(unsigned char) { return 0; }
int is_line_feed(unsigned char c) { return c == '\n' ? 1 : 0; }

Error invalid(const std::string& what) { return Error(ErrorCode::invalid_csv, what); }

}  // namespace

/// libcsv, told to leave blanks in cells alone and to take only a line feed for a line's end.
class CsvRecords::Parser {
public:
    explicit Parser(char delimiter) : delimiter_(delimiter) { begin(); }
    ~Parser() { csv_free(&parser_); }
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;

    /// Forgets a record that was not finished.
    void restart() {
        csv_free(&parser_);
        begin();
    }
    bool feed(std::string_view bytes) {
        return check(csv_parse(&parser_, bytes.data(), bytes.size(), take_cell, take_row, this) == bytes.size());
    }
    bool finish() { return check(csv_fini(&parser_, take_cell, take_row, this) == 0); }
    std::vector<std::string> take() { return std::move(cells_); }

private:
    void begin() {
        if (csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI) != 0) throw std::bad_alloc();
        csv_set_delim(&parser_, static_cast<unsigned char>(delimiter_));
        csv_set_space_func(&parser_, is_never);
        csv_set_term_func(&parser_, is_line_feed);
        cells_.clear();
    }
    bool check(bool is_done) {
        if (!is_done && csv_error(&parser_) == CSV_ENOMEM) throw std::bad_alloc();
        return is_done;
    }
    static void take_cell(void* cell, std::size_t length, void* self) {
        static_cast<Parser*>(self)->cells_.emplace_back(static_cast<const char*>(cell), length);
    }
    static void take_row(int, void*) {}

    csv_parser parser_{};
    char delimiter_;
    std::vector<std::string> cells_;
};

CsvRecords::CsvRecords(std::istream& input, CsvFormat format, std::int64_t skip_lines)
    : source_(input), format_(format), skip_lines_(skip_lines), parser_(std::make_unique<Parser>(format.delimiter)) {}

CsvRecords::~CsvRecords() = default;

Status CsvRecords::check_line(std::string_view line) const {
    if (source_.is_too_long()) return invalid("the line is longer than 1 MiB");
    if (line.find('\0') != std::string_view::npos) return invalid("the line has a NUL character");
    if (!format_.is_latin1 && !is_utf8(line)) return invalid("the line is not valid UTF-8");
    return ok();
}

/// Parses the record that begins with `raw`, reading on while it is inside quotes: a record that libcsv accepts has an
/// odd number of quotes up to there.
Result<std::vector<std::string>> CsvRecords::read_cells(std::string& raw) {
    const std::string first = raw;
    std::string_view line = first;
    bool is_quoted = false;
    while (true) {
        BANKCTL_CHECK(check_line(line));
        is_quoted ^= std::ranges::count(line, '"') % 2 != 0;
        if (!is_quoted) line = without_carriage_return(line);
        const bool fits = format_.is_latin1 ? parser_->feed(utf8_from_latin1(line)) : parser_->feed(line);
        if (!fits) return invalid("a quote is misplaced");
        if (!is_quoted) break;
        if (raw.size() > k_line_bytes_max) return invalid("the record is longer than 1 MiB");
        if (!parser_->feed("\n") || !source_.next()) return invalid("a quote is never closed");
        line = source_.text();
        raw += '\n';
        raw += line;
    }
    if (raw.size() > k_line_bytes_max) return invalid("the record is longer than 1 MiB");
    if (!parser_->finish()) return invalid("a quote is misplaced");
    return parser_->take();
}

std::optional<CsvRecord> CsvRecords::next() {
    while (source_.next()) {
        std::string_view text = source_.text();
        if (source_.number() == 1 && !format_.is_latin1) text = without_byte_order_mark(text);
        if (source_.number() <= skip_lines_ || is_blank(text)) continue;
        parser_->restart();
        CsvRecord record{source_.number(), std::string(text), std::vector<std::string>()};
        record.cells = read_cells(record.raw);
        return record;
    }
    return std::nullopt;
}

}  // namespace bankctl
