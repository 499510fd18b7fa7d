// Filling lines: prose of help in a terminal's 80 columns.
#pragma once

#include <string>
#include <string_view>

namespace bankctl::cli {

/// `text` in lines of at most 80 columns, each after `indent` spaces.
std::string wrapped(std::string_view text, std::size_t indent);

/// A word, and `indent` columns from the left a text of as many lines as it needs; - for an empty one.
std::string labelled(const std::string& word, const std::string& text, std::size_t indent);

}  // namespace bankctl::cli
