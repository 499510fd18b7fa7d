// A table of past loans to learn from or to judge a scorecard by: columns of numbers or categories, and how each loan
// ended. It is filled row by row from the cells of a CSV file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/result.h"

namespace bankctl::score {

inline constexpr std::size_t k_columns_max = 2000;
inline constexpr std::size_t k_column_name_bytes_max = 128;
inline constexpr std::size_t k_level_bytes_max = 128;
inline constexpr std::size_t k_rows_max = 10'000'000;

/// A cell's number: a decimal, perhaps with an exponent, that a double can hold. Blanks around it do not count.
std::optional<double> parse_cell_number(std::string_view cell);

/// The shortest decimal that is read as the same number.
std::string number_text(double number);

/// Whether a cell says that nothing is known: it is empty, NA, N/A, NaN, null, ? or a single dot, in any case.
bool is_missing_cell(std::string_view cell);

/// The text by which a cell's category is known: without blanks around it; of a number the shortest form, so that 1.0
/// is 1. Longer ones are cut after k_level_bytes_max bytes.
std::string category_text(std::string_view cell);

/// A column is made of numbers as long as every cell that is not missing is one, else of categories.
struct Column {
    std::string name;
    bool is_categorical = false;
    std::vector<double> numbers;              ///< of each row, NaN where missing; empty of categories
    std::vector<std::uint32_t> level_of_row;  ///< an index of `levels`, or k_no_level; empty of numbers
    std::vector<std::string> levels;

    static constexpr std::uint32_t k_no_level = UINT32_MAX;
};

struct CreditTable {
    std::vector<Column> columns;         ///< in the order of the file, without the target and without what was left out
    std::vector<std::uint8_t> outcomes;  ///< 1: bad

    const Column* find(std::string_view name) const;
    std::size_t bad_count() const;
};

class CreditTableBuilder {
public:
    /// `header` names the columns. `target` must be one of them and `left_out` too, else `unknown_field`; two columns
    /// of one name and what no name may be are `invalid_csv`. Columns without a name, as row numbers have, are left
    /// out.
    static Result<CreditTableBuilder> create(std::span<const std::string> header, std::string_view target,
                                             std::span<const std::string> left_out);
    /// Adds a loan. `invalid_csv` with the line where the number of cells is another than the header's or the target is
    /// neither 0 nor 1.
    Status add(std::span<const std::string> cells, std::int64_t line);
    /// The table. `invalid_csv` without rows, or where all loans ended alike.
    Result<CreditTable> finish() &&;

private:
    struct Source {
        std::size_t position = 0;  // among the cells of a row
        std::unordered_map<std::string, std::uint32_t> level_by_text;
    };
    CreditTableBuilder() = default;
    void add_cell(std::size_t column, std::string_view cell);
    static std::uint32_t level_of(Column& column, Source& source, std::string_view cell);
    static void make_categorical(Column& column, Source& source);

    CreditTable table_;
    std::vector<Source> sources_;  // of each column of the table
    std::string target_;
    std::size_t target_position_ = 0;
    std::size_t cell_count_ = 0;
};

}  // namespace bankctl::score
