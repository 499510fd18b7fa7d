// Records of a CSV stream (RFC 4180, read strictly by libcsv), each with the lines it came from.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/service/line_source.h"

namespace bankctl {

struct CsvFormat {
    char delimiter = ',';
    bool is_latin1 = false;  ///< else UTF-8
};

struct CsvRecord {
    std::int64_t line = 0;  ///< where it begins, counted from 1
    std::string raw;        ///< its bytes without the last line end; of a record beyond 1 MiB the beginning
    Result<std::vector<std::string>> cells;
};

class CsvRecords {
public:
    /// Reads `input`, which must outlive it, after `skip_lines` lines.
    CsvRecords(std::istream& input, CsvFormat format, std::int64_t skip_lines);
    ~CsvRecords();
    CsvRecords(const CsvRecords&) = delete;
    CsvRecords& operator=(const CsvRecords&) = delete;

    /// The next record; blank lines are passed over. Its cells are `invalid_csv` where the quoting or the encoding is
    /// broken, there is a NUL, or it is longer than 1 MiB; the next record then begins on the next line.
    std::optional<CsvRecord> next();

private:
    class Parser;
    Result<std::vector<std::string>> read_cells(std::string& raw);
    Status check_line(std::string_view line) const;

    LineSource source_;
    CsvFormat format_;
    std::int64_t skip_lines_;
    std::unique_ptr<Parser> parser_;
};

}  // namespace bankctl
