#include "tests/support/document.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <memory>
#include <stdexcept>

#include <catch2/catch.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace bankctl::test {
namespace {

using valijson::adapters::NlohmannJsonAdapter;

Json read_schema(const std::string& file_name) {
    std::ifstream file(std::string(BANKCTL_SOURCE_DIR "/schema/json/") + file_name);
    if (!file) throw std::runtime_error("there is no schema file " + file_name);
    return Json::parse(file);
}

/// A schema by its name, read once.
const valijson::Schema& schema_named(const std::string& name) {
    static std::map<std::string, std::unique_ptr<valijson::Schema>> schemas;
    std::unique_ptr<valijson::Schema>& schema = schemas[name];
    if (schema) return *schema;
    const Json source = read_schema(name + ".schema.json");
    // References lead to files beside this one, whatever address their "$id" gives them.
    const auto fetch = [](const std::string& uri) { return new Json(read_schema(uri.substr(uri.rfind('/') + 1))); };
    auto parsed = std::make_unique<valijson::Schema>();
    valijson::SchemaParser().populateSchema(NlohmannJsonAdapter(source), *parsed, fetch,
                                            [](const Json* fetched) { delete fetched; });
    schema = std::move(parsed);
    return *schema;
}

}  // namespace

Json parse_document(const std::string& text) {
    REQUIRE(!text.empty());
    REQUIRE(std::count(text.begin(), text.end(), '\n') == 1);
    REQUIRE(text.back() == '\n');
    return Json::parse(text);
}

std::string schema_faults(const Json& document) {
    const std::string full_name = document.at("schema").get<std::string>();
    constexpr std::string_view k_version = "/v1";
    if (!full_name.ends_with(k_version)) return "the schema's name has no version: " + full_name;
    const std::string name = full_name.substr(0, full_name.size() - k_version.size());
    valijson::ValidationResults results;
    if (valijson::Validator().validate(schema_named(name), NlohmannJsonAdapter(document), &results)) return {};
    std::string faults;
    for (const auto& fault : results) {
        for (const std::string& step : fault.context) faults += step;
        faults += ": " + fault.description + "\n";
    }
    return faults.empty() ? "it does not validate" : faults;
}

int documented_exit_code(std::string_view kind) {
    static const std::map<std::string_view, int> k_exit_codes{
        {"internal", 1},     {"invalid", 2},    {"not_found", 3},    {"refused", 4},
        {"conflict", 5},     {"integrity", 6},  {"unavailable", 69}, {"outcome_unknown", 74},
        {"retry_later", 75}, {"forbidden", 77}, {"interrupted", 130}};
    return k_exit_codes.at(kind);
}

bool has_harmful_characters(std::string_view text, std::string_view allowed) {
    static const std::vector<std::string> k_reordering{"\u061c", "\u200e", "\u200f", "\u2028", "\u2029",
                                                       "\u202a", "\u202b", "\u202c", "\u202d", "\u202e",
                                                       "\u2066", "\u2067", "\u2068", "\u2069"};
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const bool is_control = byte < 0x20 || byte == 0x7F;
        if (is_control && allowed.find(text[i]) == std::string_view::npos) return true;
        // C1 in UTF-8: C2 and 80 to 9F.
        if (byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) return true;
    }
    return std::ranges::any_of(
        k_reordering, [&](const std::string& character) { return text.find(character) != std::string_view::npos; });
}

}  // namespace bankctl::test
