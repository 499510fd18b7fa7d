#include "cli/settings.h"

#include <algorithm>
#include <cstdlib>

#include "core/base/ids.h"
#include "core/base/text.h"

namespace bankctl::cli {
namespace {

constexpr std::size_t k_user_bytes_max = 64;
constexpr std::int64_t k_wait_seconds_max = 86'400;

Result<OutputFormat> output_of(const Arguments& arguments, Environment environment) {
    const std::optional<std::string> flag = arguments.value("output");
    if (arguments.has("json")) {
        if (flag && *flag != "json")
            return Error(ErrorCode::usage, "--json and --output " + printable(*flag) + " contradict each other");
        return OutputFormat::json;
    }
    const std::optional<std::string> text = flag ? flag : environment("BANKCTL_OUTPUT");
    return text ? parse_output(*text) : OutputFormat::table;
}

/// The path of the database, and where XDG's base directory specification puts it by default.
Result<std::string> database_path_of(const Arguments& arguments, Environment environment) {
    const std::optional<std::string> flag = arguments.value("db");
    if (flag && flag->empty()) return Error(ErrorCode::usage, "--db needs a path");
    if (flag) return *flag;
    if (const auto path = environment("BANKCTL_DB")) return *path;
    if (const auto data = environment("XDG_DATA_HOME"); data && data->starts_with('/'))
        return *data + "/bankctl/bank.db";
    return environment("HOME").value_or("") + "/.local/share/bankctl/bank.db";
}

Result<std::vector<std::string>> fields_of(const Arguments& arguments, const DocumentInfo* document) {
    std::vector<std::string> fields;
    const std::optional<std::string> text = arguments.value("fields");
    if (!text) return fields;
    std::string valid;
    if (document != nullptr) {
        for (const Field& field : document->fields) valid += (valid.empty() ? "" : ", ") + std::string(field.name);
    }
    std::size_t begin = 0;
    while (begin <= text->size()) {
        const std::size_t end = std::min(text->find(',', begin), text->size());
        const std::string name = text->substr(begin, end - begin);
        const bool is_known = document != nullptr && std::ranges::any_of(document->fields, [&](const Field& field) {
                                  return field.name == name;
                              });
        if (!is_known) {
            return Error(ErrorCode::unknown_field, "there is no field " + in_quotes(name),
                         valid.empty() ? "this command prints no fields" : "valid fields: " + valid)
                .with("field", printable(name))
                .with("valid", valid);
        }
        fields.push_back(name);
        begin = end + 1;
    }
    return fields;
}

}  // namespace

std::optional<std::string> process_environment(const char* name) {
    const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): one thread
    return value != nullptr && *value != '\0' ? std::optional<std::string>(value) : std::nullopt;
}

Result<OutputFormat> parse_output(std::string_view text) {
    if (text == "table") return OutputFormat::table;
    if (text == "json") return OutputFormat::json;
    if (text == "ndjson") return OutputFormat::ndjson;
    if (text == "csv") return OutputFormat::csv;
    return Error(ErrorCode::usage, in_quotes(text) + " is not an output format", "use table, json, ndjson or csv");
}

Result<Settings> resolve_settings(const Arguments& arguments, const DocumentInfo* document, Environment environment) {
    Settings settings;
    BANKCTL_TRY(output, output_of(arguments, environment));
    settings.output = output;
    BANKCTL_TRY(database_path, database_path_of(arguments, environment));
    settings.database_path = database_path;
    BANKCTL_TRY(user, parse_text(arguments.value("user").value_or(environment("BANKCTL_USER").value_or("")),
                                 k_user_bytes_max, "the user's name"));
    if (arguments.has("user") && user.empty()) return Error(ErrorCode::usage, "--user needs a name");
    settings.user = user;
    BANKCTL_TRY(fields, fields_of(arguments, document));
    settings.fields = fields;
    settings.is_quiet = arguments.has("quiet");
    settings.is_yes = arguments.has("yes");
    if (const auto wait = arguments.value("wait")) {
        BANKCTL_TRY(seconds, parse_number(*wait, 0, k_wait_seconds_max, "--wait"));
        settings.wait_ms = seconds * 1000;
    }
    return settings;
}

}  // namespace bankctl::cli
