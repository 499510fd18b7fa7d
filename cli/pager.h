// Long text for a person, through the pager of their choice.
#pragma once

#include <string_view>

#include "cli/settings.h"

namespace bankctl::cli {

/// Shows `text` in $PAGER (default: less) where stdin and stdout are a capable terminal, it is longer than the screen
/// and nothing says not to wait for a person. False if it was not shown: then it is still to be printed. A pager that
/// is quit before the end has shown it.
bool show_in_pager(std::string_view text, const Settings& settings);

}  // namespace bankctl::cli
