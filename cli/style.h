// Colour and weight on a terminal: the only place that knows its codes (ECMA-48, "select graphic rendition").
#pragma once

#include <string>
#include <string_view>

namespace bankctl::cli {

enum class Look {
    plain,
    heading,   ///< of a table or a section of help
    failure,   ///< what an error begins with
    hint,      ///< what its hint begins with
    negative,  ///< an amount below zero, or a check that failed
    caution,   ///< a state in which nothing can be done
};

/// True if what is written to the descriptor may be coloured: a capable terminal, and no setting
/// against it.
bool may_color(int descriptor, bool never_colors);

/// `text` in the codes of its look; it takes as many columns as before.
std::string styled(std::string_view text, Look look);

/// Text of help with its headings, the unindented lines that end with a colon and the word `usage:`, set off.
std::string with_styled_headings(std::string_view text);

}  // namespace bankctl::cli
