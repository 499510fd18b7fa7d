// CSV with a header: columns named like the keys of NDJSON lines, or another bank's columns after a rules file.
#pragma once

#include <istream>
#include <memory>
#include <optional>
#include <string>

#include "core/service/import_line.h"
#include "core/service/import_rules.h"

namespace bankctl {

/// Reads `input`, which must outlive the reader, and its header at once: a column that is missing, unknown or named
/// twice is Failure with `invalid_csv`. An input without any line has no header and no lines. A row without a key gets
/// `source_name`:LINE. An empty cell is an absent field.
std::unique_ptr<LineReader> read_csv(std::istream& input, std::string source_name, std::optional<ImportRules> rules);

}  // namespace bankctl
