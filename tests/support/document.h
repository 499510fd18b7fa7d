// What every document of bankctl must be: one line of JSON that its schema file describes.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace bankctl::test {

using Json = nlohmann::json;

/// Parses `text` as exactly one line with one JSON document. What is wrong ends the test.
Json parse_document(const std::string& text);

/// What the schema file named by the document's "schema" member finds wrong; empty if nothing.
std::string schema_faults(const Json& document);

/// The exit code that CLI.md's table gives to a kind of error.
int documented_exit_code(std::string_view kind);

/// True if `text` holds DEL, C1 or characters that reorder text, which must not reach a terminal; of control
/// characters, only those that are not in `allowed`.
bool has_harmful_characters(std::string_view text, std::string_view allowed);

}  // namespace bankctl::test
