// Files that a command writes beside its result.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace bankctl::cli {

/// Throws `usage` if `path` names one of the files that the command reads; `option` is what gave the path.
void require_other_file(const std::string& path, std::initializer_list<std::string> inputs, std::string_view option);

/// Creates the file or replaces what it held; throws `output_failed` if that cannot be done.
void write_output_file(const std::string& path, std::string_view bytes);

}  // namespace bankctl::cli
