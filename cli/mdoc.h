// Man pages as plain text: the subset of mdoc(7) that the pages in man/ are written in, so that help can show them
// where no man program is installed.
#pragma once

#include <string>
#include <string_view>

namespace bankctl::cli {

/// The sections of an mdoc page from its first .Sh on, filled to 80 columns. `section`, if not empty, limits it to the
/// one of that name, without its heading; empty if the page has none.
std::string mdoc_text(std::string_view page, std::string_view section = {});

}  // namespace bankctl::cli
