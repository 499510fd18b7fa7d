// The parts of the man pages that are made from the declarations of commands, the table of errors and the JSON Schemas.
// A page has them between `.\" generated: NAME` and `.\" end`; all else in it is written by hand.
#pragma once

#include <string>
#include <string_view>

namespace bankctl::cli_test {

/// The pages' files lie here.
std::string page_directory();

/// The part called `name` of the page of the file `file_name`, as mdoc lines; throws std::runtime_error where there is
/// no such part.
std::string generated_part(std::string_view file_name, std::string_view name);

/// `page` with each generated part made anew; throws std::runtime_error where a part has no end.
std::string with_generated_parts(std::string_view file_name, const std::string& page);

}  // namespace bankctl::cli_test
