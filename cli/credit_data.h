// Tables of past loans from CSV files.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/context.h"
#include "core/score/credit_table.h"

namespace bankctl::cli {

/// Reads a CSV file, - is stdin; the first line names the columns. Throws what its lines are refused with.
score::CreditTable read_credit_data(Context& context, const std::string& path, const std::string& target,
                                    const std::vector<std::string>& left_out);

/// The parts of a list with commas; blanks around them do not count. `usage` for an empty or repeated one, which
/// names `option`.
Result<std::vector<std::string>> parse_list(std::string_view text, std::string_view option);

}  // namespace bankctl::cli
