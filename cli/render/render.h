// Documents as bytes: JSON as the contract defines it, tables for people, CSV for spreadsheets. All three are made from
// the same JSON data and the fields that the document declares.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "cli/command.h"

namespace bankctl::cli {

using Json = nlohmann::ordered_json;

/// One line of finished JSON text: what JSON needs escaped, DEL, C1 and bidirectional characters too.
std::string json_line(const Json& json);

/// The fields to show: those named, in that order, or all of the document's (for a table: those meant for tables).
std::vector<Field> chosen_fields(const DocumentInfo& document, const std::vector<std::string>& names, bool is_table);

/// Keeps of `row` the keys in `names`, in their order; all where no names are given.
Json with_fields(const Json& row, const std::vector<std::string>& names);

/// A list as aligned columns under a header; money and numbers to the right, times to the minute. Wider than 80
/// columns, the longest texts are cut. Colour, where there is any, sets off the header, amounts below zero and states
/// in which nothing can be done.
std::string list_table(const std::vector<Field>& fields, const std::vector<Json>& rows, bool has_color);

/// One object as lines of `name  value`; what is null is left out.
std::string object_table(const std::vector<Field>& fields, const Json& row, bool has_color);

std::string csv_header(const std::vector<Field>& fields);
/// Cells that a spreadsheet would take for a formula get an apostrophe in front; numbers of ours do not.
std::string csv_row(const std::vector<Field>& fields, const Json& row);

}  // namespace bankctl::cli
