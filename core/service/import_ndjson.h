// Lines of JSON objects, one request each.
#pragma once

#include <istream>
#include <memory>
#include <string>

#include "core/service/import_line.h"

namespace bankctl {

/// Reads `input`, which must outlive the reader. A line without a key gets `source_name`:LINE. Syntax is strict: no
/// duplicate or unknown keys, no NUL, valid UTF-8, depth at most 32, a line at most 1 MiB; else `invalid_json`.
std::unique_ptr<LineReader> read_ndjson(std::istream& input, std::string source_name);

}  // namespace bankctl
