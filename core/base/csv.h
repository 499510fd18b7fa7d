// Cells of comma-separated values (RFC 4180), safe to open in a spreadsheet.
#pragma once

#include <string>
#include <string_view>

namespace bankctl {

/// Quoted where it must be, quotes doubled.
std::string csv_cell(std::string_view text);

/// Text that came from outside as a cell. What begins like a formula, which a spreadsheet would run, gets an apostrophe
/// in front (OWASP, "CSV injection").
std::string csv_text_cell(std::string_view text);

}  // namespace bankctl
