// The global settings of one invocation: flag, else environment, else default.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/command.h"
#include "core/base/result.h"

namespace bankctl::cli {

enum class OutputFormat { table, json, ndjson, csv };

struct Settings {
    std::string database_path;
    std::string user;  ///< empty: the OS login
    OutputFormat output = OutputFormat::table;
    std::vector<std::string> fields;  ///< empty: all
    bool is_quiet = false;
    bool is_yes = false;  ///< every question is answered yes
    std::int64_t wait_ms = 5000;
};

/// Reads an environment variable; empty counts as absent.
using Environment = std::optional<std::string> (*)(const char* name);
std::optional<std::string> process_environment(const char* name);

Result<OutputFormat> parse_output(std::string_view text);

/// Resolves the global options in `arguments`; `usage`, `invalid_text` or `unknown_field` where one does not fit.
Result<Settings> resolve_settings(const Arguments& arguments, const DocumentInfo* document, Environment environment);

}  // namespace bankctl::cli
