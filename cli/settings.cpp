#include "cli/settings.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "cli/suggest.h"
#include "core/base/ids.h"
#include "core/base/text.h"

namespace bankctl::cli {
namespace {

constexpr std::int64_t k_wait_seconds_max = 86'400;

Status check_path(std::string_view text) {
    if (text.empty()) return Error(ErrorCode::usage, "a path is needed");
    return ok();
}

Status check_user(std::string_view text) {
    if (text.empty()) return Error(ErrorCode::usage, "a name is needed");
    BANKCTL_CHECK(parse_text(text, k_user_bytes_max, "the user's name"));
    return ok();
}

Status check_output(std::string_view text) {
    BANKCTL_CHECK(parse_output(text));
    return ok();
}

Result<std::int64_t> parse_wait(std::string_view text) { return parse_number(text, 0, k_wait_seconds_max, "the wait"); }

Status check_wait(std::string_view text) {
    BANKCTL_CHECK(parse_wait(text));
    return ok();
}

Status check_flag(std::string_view text) {
    if (text == "true" || text == "false") return ok();
    return Error(ErrorCode::usage, in_quotes(text) + " is neither true nor false");
}

Status check_jurisdiction(std::string_view text) {
    if (std::ranges::find(k_jurisdictions, text) != std::end(k_jurisdictions)) return ok();
    return Error(ErrorCode::usage, in_quotes(text) + " is no jurisdiction",
                 suggestion(text, k_jurisdictions, "use none, us or eu"));
}

Status check_program(std::string_view text) {
    if (text.empty()) return Error(ErrorCode::usage, "a command is needed", "none stands for no external classifier");
    return ok();
}

/// Where each stands in the table.
enum SettingIndex : std::size_t {
    k_config,
    k_db,
    k_user,
    k_output,
    k_wait,
    k_quiet,
    k_no_color,
    k_no_input,
    k_dispute_policy,
    k_dispute_model,
    k_dispute_classifier,
    k_jurisdiction,
    k_holidays,
    k_loan_policy
};

constexpr Setting k_settings[] = {
    {.name = "config",
     .variable = "BANKCTL_CONFIG",
     .default_text = "bankctl/config in the configuration folder",
     .is_config_key = false,
     .check = check_path},
    {.name = "db",
     .variable = "BANKCTL_DB",
     .default_text = "bankctl/bank.db in the data folder",
     .is_path = true,
     .check = check_path},
    {.name = "user", .variable = "BANKCTL_USER", .default_text = "the login name", .check = check_user},
    {.name = "output", .variable = "BANKCTL_OUTPUT", .default_text = "table", .check = check_output},
    {.name = "wait", .default_text = "5", .check = check_wait},
    {.name = "quiet", .default_text = "false", .is_flag = true, .check = check_flag},
    {.name = "no-color", .variable = "NO_COLOR", .default_text = "false", .is_flag = true, .check = check_flag},
    {.name = "no-input", .default_text = "false", .is_flag = true, .check = check_flag},
    {.name = "dispute-policy",
     .flag = "policy",
     .variable = "BANKCTL_DISPUTE_POLICY",
     .default_text = k_embedded,
     .is_path = true,
     .check = check_path},
    {.name = "dispute-model",
     .flag = "model",
     .variable = "BANKCTL_DISPUTE_MODEL",
     .default_text = k_embedded,
     .is_path = true,
     .check = check_path},
    {.name = "dispute-classifier",
     .flag = "classifier",
     .variable = "BANKCTL_DISPUTE_CLASSIFIER",
     .default_text = k_none,
     .check = check_program},
    {.name = "jurisdiction", .variable = "BANKCTL_JURISDICTION", .default_text = "us", .check = check_jurisdiction},
    {.name = "holidays", .variable = "BANKCTL_HOLIDAYS", .default_text = k_none, .is_path = true, .check = check_path},
    // Its option has the name of the other policy's: a command is about disputes or about loans.
    {.name = "loan-policy",
     .flag = "policy",
     .variable = "BANKCTL_LOAN_POLICY",
     .default_text = k_embedded,
     .is_path = true,
     .check = check_path},
};

/// A file of bankctl's below a base directory of XDG's specification, which must be absolute; `in_home` says where that
/// directory is by default. Empty if HOME is not known either.
std::string xdg_path(Environment environment, const char* variable, const char* in_home, const char* name) {
    if (const auto folder = environment(variable); folder && folder->starts_with('/')) return *folder + name;
    const std::optional<std::string> home = environment("HOME");
    return home && home->starts_with('/') ? *home + in_home + name : "";
}

std::string default_database_path(Environment environment) {
    const std::string path = xdg_path(environment, "XDG_DATA_HOME", "/.local/share", "/bankctl/bank.db");
    return path.empty() ? "/.local/share/bankctl/bank.db" : path;  // that of a user without a home
}

/// A path in a configuration file is one from the file's folder.
Result<std::string> path_beside(const std::string& config_path, const std::string& path, Environment environment) {
    if (path.starts_with("~/")) {
        const std::optional<std::string> home = environment("HOME");
        if (!home) return Error(ErrorCode::usage, "~ has no meaning without HOME");
        return *home + path.substr(1);
    }
    return (std::filesystem::path(config_path).parent_path() / path).string();
}

/// Checks the entries against the table of settings and completes their paths.
Status check_entries(Config& config, Environment environment) {
    std::vector<std::string_view> keys;
    for (const Setting& setting : k_settings) {
        if (setting.is_config_key) keys.push_back(setting.name);
    }
    for (ConfigEntry& entry : config.entries) {
        const auto setting = std::ranges::find(k_settings, std::string_view(entry.key), &Setting::name);
        if (setting == std::end(k_settings) || !setting->is_config_key) {
            std::string list;
            for (const std::string_view key : keys) list += (list.empty() ? "" : ", ") + std::string(key);
            return config_error(config.path, entry, "there is no key " + in_quotes(entry.key),
                                suggestion(entry.key, keys, "the keys are " + list));
        }
        if (const Status status = setting->check(entry.value); !status)
            return config_error(config.path, entry, entry.key + ": " + status.error().message, status.error().hint);
        if (!setting->is_path || entry.value == setting->default_text) continue;  // `embedded` is no file
        const Result<std::string> path = path_beside(config.path, entry.value, environment);
        if (!path) return config_error(config.path, entry, path.error().message);
        entry.value = *path;
    }
    return ok();
}

Error not_fitting(const std::string& origin, const Error& error) {
    return {error.code, origin + ": " + error.message, error.hint};
}

/// The value that a command line gives to a setting, with its origin.
std::optional<SettingValue> flag_value(const Setting& setting, const Arguments& arguments) {
    if (&setting == &k_settings[k_output] && arguments.has("json"))
        return SettingValue{&setting, "json", SettingSource::flag, "--json"};
    if (!arguments.has(setting.flag)) return std::nullopt;
    return SettingValue{&setting, setting.is_flag ? "true" : arguments.required(setting.flag), SettingSource::flag,
                        "--" + std::string(setting.flag)};
}

/// What the default's text in the table stands for.
std::string default_value(const Setting& setting, Environment environment, const Config& config) {
    if (&setting == &k_settings[k_config]) return config.path;
    if (&setting == &k_settings[k_db]) return default_database_path(environment);
    if (&setting == &k_settings[k_user]) return {};
    return std::string(setting.default_text);
}

Result<SettingValue> resolve(const Setting& setting, const Arguments& arguments, Environment environment,
                             const Config& config, Strictness strictness) {
    if (std::optional<SettingValue> value = flag_value(setting, arguments)) {
        const Status status = setting.check(value->text);
        if (status) return *std::move(value);
        if (strictness != Strictness::none_must_fit) return not_fitting(value->origin, status.error());
    }
    const std::optional<std::string> text = setting.variable == nullptr ? std::nullopt : environment(setting.variable);
    if (text) {
        const Status status = setting.is_flag ? ok() : setting.check(*text);
        if (status)
            return SettingValue{&setting, setting.is_flag ? "true" : *text, SettingSource::environment,
                                setting.variable};
        if (strictness == Strictness::all_must_fit) return not_fitting(setting.variable, status.error());
    }
    const auto entry = std::ranges::find(config.entries, setting.name, &ConfigEntry::key);
    if (entry != config.entries.end())
        return SettingValue{&setting, entry->value, SettingSource::file,
                            config.path + ":" + std::to_string(entry->line)};
    return SettingValue{&setting, default_value(setting, environment, config), SettingSource::fallback, {}};
}

Result<std::vector<std::string>> fields_of(const Arguments& arguments, const DocumentInfo* document) {
    std::vector<std::string> fields;
    const std::optional<std::string> text = arguments.value("fields");
    if (!text) return fields;
    std::vector<std::string_view> known;
    std::string valid;
    if (document != nullptr) {
        for (const Field& field : document->fields) {
            known.push_back(field.name);
            valid += (valid.empty() ? "" : ", ") + std::string(field.name);
        }
    }
    std::size_t begin = 0;
    while (begin <= text->size()) {
        const std::size_t end = std::min(text->find(',', begin), text->size());
        const std::string name = text->substr(begin, end - begin);
        if (std::ranges::find(known, std::string_view(name)) == known.end()) {
            const std::string_view meant = nearest(name, known);
            const std::string list = valid.empty() ? "this command prints no fields" : "valid fields: " + valid;
            return Error(ErrorCode::unknown_field, "there is no field " + in_quotes(name),
                         meant.empty() ? list : "did you mean '" + std::string(meant) + "'? " + list)
                .with("field", printable(name))
                .with("valid", valid);
        }
        fields.push_back(name);
        begin = end + 1;
    }
    return fields;
}

}  // namespace

std::span<const Setting> all_settings() { return k_settings; }

std::optional<std::string> process_environment(const char* name) {
    const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): one thread
    return value != nullptr && *value != '\0' ? std::optional<std::string>(value) : std::nullopt;
}

Result<OutputFormat> parse_output(std::string_view text) {
    if (text == "table") return OutputFormat::table;
    if (text == "json") return OutputFormat::json;
    if (text == "ndjson") return OutputFormat::ndjson;
    if (text == "csv") return OutputFormat::csv;
    constexpr std::string_view k_names[] = {"table", "json", "ndjson", "csv"};
    return Error(ErrorCode::usage, in_quotes(text) + " is not an output format",
                 suggestion(text, k_names, "use table, json, ndjson or csv"));
}

Result<Config> load_config(const Arguments& arguments, Environment environment) {
    const Setting& setting = k_settings[k_config];
    BANKCTL_TRY(named, resolve(setting, arguments, environment, {}, Strictness::all_must_fit));
    const bool is_default = named.source == SettingSource::fallback;
    Config config;
    config.path = is_default ? xdg_path(environment, "XDG_CONFIG_HOME", "/.config", "/bankctl/config") : named.text;
    if (config.path.empty()) return config;
    BANKCTL_TRY(entries, read_config(config.path, is_default ? IfAbsent::is_empty : IfAbsent::is_error));
    config.entries = std::move(entries);
    if (!config.entries.empty()) BANKCTL_CHECK(check_entries(config, environment));
    return config;
}

Result<Settings> resolve_settings(const Arguments& arguments, const DocumentInfo* document, Environment environment,
                                  const Config& config, Strictness strictness) {
    if (arguments.has("json") && arguments.value("output").value_or("json") != "json" &&
        strictness != Strictness::none_must_fit) {
        return Error(ErrorCode::usage,
                     "--json and --output " + printable(arguments.required("output")) + " contradict each other");
    }
    Settings settings;
    settings.values.reserve(std::size(k_settings));
    for (const Setting& setting : k_settings) {
        BANKCTL_TRY(value, resolve(setting, arguments, environment, config, strictness));
        settings.values.push_back(std::move(value));
    }
    const auto is_true = [&](SettingIndex index) { return settings.values[index].text == "true"; };
    settings.database_path = settings.values[k_db].text;
    settings.user = settings.values[k_user].text;
    settings.output = *parse_output(settings.values[k_output].text);
    settings.wait_ms = *parse_wait(settings.values[k_wait].text) * 1000;
    if (settings.values[k_wait].source != SettingSource::fallback) settings.limit_wait_ms = settings.wait_ms;
    settings.is_quiet = is_true(k_quiet);
    settings.never_colors = is_true(k_no_color);
    settings.never_asks = is_true(k_no_input);
    settings.is_yes = arguments.has("yes");
    const auto unless = [&](std::string_view word, SettingIndex index) {
        return settings.values[index].text == word ? std::string() : settings.values[index].text;
    };
    settings.dispute = {.policy_path = unless(k_embedded, k_dispute_policy),
                        .model_path = unless(k_embedded, k_dispute_model),
                        .classifier = unless(k_none, k_dispute_classifier),
                        .jurisdiction = settings.values[k_jurisdiction].text,
                        .holidays_path = unless(k_none, k_holidays)};
    settings.loan_policy_path = unless(k_embedded, k_loan_policy);
    if (strictness != Strictness::none_must_fit) {
        BANKCTL_TRY(fields, fields_of(arguments, document));
        settings.fields = std::move(fields);
    }
    return settings;
}

}  // namespace bankctl::cli
