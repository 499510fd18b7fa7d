// The configuration file: lines of `key = value` and comments. What is valid here is also TOML, but for text that
// stands without quotes. It knows no keys; settings.h does.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace bankctl::cli {

/// One line that sets something.
struct ConfigEntry {
    std::string key;
    std::string value;
    std::int64_t line = 0;  ///< counted from 1
};

inline constexpr std::size_t k_config_bytes_max = std::size_t{64} << 10;

/// `invalid_config` with the place in front of `what`, and file, line and (unless empty) key in its details.
Error config_error(const std::string& path, const ConfigEntry& entry, const std::string& what,
                   const std::string& hint = {});

/// The entries of `text`, in their order; `path` is for messages. A value is bare or in double quotes, in which \" and
/// \\ are the only escapes; a bare one holds no quote, bracket or brace, and # only after a blank, where a comment
/// begins. Anything else, a section, a key that stands twice, a control character, text that is no UTF-8 or too long:
/// `invalid_config`.
Result<std::vector<ConfigEntry>> parse_config(std::string_view text, const std::string& path);

enum class IfAbsent { is_empty, is_error };

/// Reads the file and parses it; `unreadable_input` where that cannot be done.
Result<std::vector<ConfigEntry>> read_config(const std::string& path, IfAbsent if_absent);

}  // namespace bankctl::cli
