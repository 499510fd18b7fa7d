// Text that came from outside: what may be stored, and how it is shown without harm.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace bankctl {

/// True if `text` is well-formed UTF-8 (Unicode 15, table 3-7: no surrogates, no overlong forms).
bool is_utf8(std::string_view text);

/// `text` for a terminal: control, escape, C1 and bidirectional characters, and bytes that are no UTF-8, appear as
/// visible escapes like \x1b or \u202e.
std::string printable(std::string_view text);

/// `printable` in single quotes, cut after 64 bytes: for error messages.
std::string in_quotes(std::string_view text);

/// Replaces DEL, C1 and bidirectional characters in finished JSON text by \u escapes. They only occur inside strings.
std::string escape_json_text(std::string json);

/// `text` as the content of an XML or HTML element: `&`, `<` and `>` as entities, tabs and line breaks as blanks. What
/// XML 1.0 (2.2) forbids is left out, and so are DEL, C1, bidirectional characters and bytes that are no UTF-8.
std::string xml_text(std::string_view text);

/// The first `characters_max` code points of `text`.
std::string_view first_characters(std::string_view text, std::size_t characters_max);

/// `text` in at most `width` columns: of a longer one the beginning and an ellipsis.
std::string shortened(std::string_view text, std::size_t width);

/// How many terminal columns `text` takes: one per code point (combining marks and wide characters are not told apart).
std::size_t display_width(std::string_view text);

/// Accepts free text (a memo, a name): valid UTF-8, no NUL, at most `bytes_max`; else `invalid_text` that names `what`.
Result<std::string> parse_text(std::string_view text, std::size_t bytes_max, std::string_view what);

}  // namespace bankctl
