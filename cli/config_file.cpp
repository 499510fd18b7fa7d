#include "cli/config_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include "core/base/text.h"
#include "core/service/line_source.h"

namespace bankctl::cli {
namespace {

constexpr std::string_view k_blanks = " \t";

std::string_view trimmed(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(k_blanks), text.size()));
    return text.substr(0, text.find_last_not_of(k_blanks) + 1);
}

bool is_key(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

bool is_end_of_line(std::string_view rest) {
    rest = trimmed(rest);
    return rest.empty() || rest.front() == '#';
}

/// What stands between double quotes at the beginning of `text`; nothing if it does not end, has an escape that is not
/// known, or more than a comment follows.
std::optional<std::string> quoted_value(std::string_view text) {
    std::string value;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '"') return is_end_of_line(text.substr(i + 1)) ? std::optional(value) : std::nullopt;
        if (text[i] == '\\' && (++i == text.size() || (text[i] != '"' && text[i] != '\\'))) return std::nullopt;
        value += text[i];
    }
    return std::nullopt;
}

/// A value without quotes, up to a comment; nothing if it is empty or would be something else in TOML.
std::optional<std::string> bare_value(std::string_view text) {
    for (std::size_t i = 1; i < text.size(); ++i) {
        const bool begins_comment = text[i] == '#' && k_blanks.find(text[i - 1]) != std::string_view::npos;
        if (begins_comment) text = text.substr(0, i);
    }
    text = trimmed(text);
    constexpr std::string_view k_special = "\"'#[]{}";
    if (text.empty() || text.find_first_of(k_special) != std::string_view::npos) return std::nullopt;
    return std::string(text);
}

bool has_control_character(std::string_view line) {
    return std::ranges::any_of(line, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\t') || byte == 0x7F;
    });
}

/// Reads one line into `entry`; false where nothing is set on it.
Result<bool> parse_line(std::string_view line, const std::string& path, ConfigEntry& entry) {
    const auto refuse = [&](const std::string& what, const std::string& hint = {}) {
        return config_error(path, entry, what, hint);
    };
    if (!is_utf8(line)) return refuse("the line is not valid UTF-8");
    if (has_control_character(line)) return refuse("the line has a control character");
    line = trimmed(line);
    if (is_end_of_line(line)) return false;
    if (line.front() == '[') return refuse("there are no sections", "write key = value");
    const std::size_t equals = line.find('=');
    const std::string_view key = trimmed(line.substr(0, equals));
    if (equals == std::string_view::npos || !is_key(key))
        return refuse(in_quotes(line) + " is not key = value", "comments begin with #");
    entry.key = key;
    const std::string_view rest = trimmed(line.substr(equals + 1));
    const std::optional<std::string> value = rest.starts_with('"') ? quoted_value(rest) : bare_value(rest);
    if (!value) {
        return refuse(rest.empty() ? "the value is missing" : in_quotes(rest) + " is not a value",
                      R"(write it in double quotes, with \" and \\ for these two characters)");
    }
    entry.value = *value;
    return true;
}

}  // namespace

Error config_error(const std::string& path, const ConfigEntry& entry, const std::string& what,
                   const std::string& hint) {
    Error error = Error(ErrorCode::invalid_config, path + ":" + std::to_string(entry.line) + ": " + what, hint)
                      .with("file", printable(path))
                      .with("line", entry.line);
    return entry.key.empty() ? error : std::move(error).with("key", printable(entry.key));
}

Result<std::vector<ConfigEntry>> parse_config(std::string_view text, const std::string& path) {
    std::vector<ConfigEntry> entries;
    text = without_byte_order_mark(text);
    for (std::int64_t line = 1; !text.empty(); ++line) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        ConfigEntry entry{{}, {}, line};
        BANKCTL_TRY(sets_something, parse_line(without_carriage_return(text.substr(0, end)), path, entry));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!sets_something) continue;
        const auto earlier = std::ranges::find(entries, entry.key, &ConfigEntry::key);
        if (earlier != entries.end()) {
            return config_error(path, entry,
                                "'" + entry.key + "' is set on line " + std::to_string(earlier->line) + " too",
                                "keep one of the two lines");
        }
        entries.push_back(std::move(entry));
    }
    return entries;
}

Result<std::vector<ConfigEntry>> read_config(const std::string& path, IfAbsent if_absent) {
    const auto unreadable = [&] {
        return Error(ErrorCode::unreadable_input,
                     "cannot read the configuration file " + in_quotes(path) + ": " + std::strerror(errno))
            .with("path", printable(path));
    };
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (file < 0) {
        if (if_absent == IfAbsent::is_empty && (errno == ENOENT || errno == ENOTDIR)) return std::vector<ConfigEntry>{};
        return unreadable();
    }
    std::string text(k_config_bytes_max + 1, '\0');
    std::size_t size = 0;
    ssize_t count = 1;
    while (count != 0 && size < text.size()) {
        count = read(file, text.data() + size, text.size() - size);
        if (count < 0 && errno != EINTR) break;
        if (count > 0) size += static_cast<std::size_t>(count);
    }
    const int reason = errno;
    close(file);
    errno = reason;
    if (count < 0) return unreadable();
    text.resize(size);
    if (size > k_config_bytes_max) {
        return config_error(path, {{}, {}, std::ranges::count(text, '\n') + 1},
                            "the file is longer than " + std::to_string(k_config_bytes_max) + " bytes");
    }
    return parse_config(text, path);
}

}  // namespace bankctl::cli
