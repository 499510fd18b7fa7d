// The global settings of one invocation: flag, else environment, else configuration file, else default.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "cli/config_file.h"
#include "core/base/result.h"

namespace bankctl::cli {

inline constexpr std::size_t k_user_bytes_max = 64;

enum class OutputFormat { table, json, ndjson, csv };

/// One row of the table of settings, which the resolution, `config show` and help are made from.
struct Setting {
    std::string_view name;              ///< of the key in a configuration file, and of the option
    std::string_view flag = name;       ///< of the option, where that is not global and is called otherwise
    const char* variable = nullptr;     ///< the environment variable that sets it; null for none
    std::string_view default_text;      ///< what holds where nothing sets it
    bool is_flag = false;               ///< true or false; its variable means true, whatever it holds
    bool is_config_key = true;          ///< may stand in a configuration file
    bool is_path = false;               ///< in a configuration file, one from the file's folder
    Status (*check)(std::string_view);  ///< whether a value fits: its error says why not, in no source's terms
};

/// All settings, in the order of `config show`.
std::span<const Setting> all_settings();

enum class SettingSource { flag, environment, file, fallback };

/// Where a setting's value comes from.
struct SettingValue {
    const Setting* setting = nullptr;
    std::string text;
    SettingSource source = SettingSource::fallback;
    std::string origin;  ///< `--db`, `BANKCTL_DB` or `/path:3`; empty for a default
};

/// What disputes are decided by. The files are opened by the commands that need them.
struct DisputeSettings {
    std::string policy_path;    ///< empty: the policy in the executable
    std::string model_path;     ///< empty: the model in the executable
    std::string classifier;     ///< the command of an external classifier; empty: none
    std::string jurisdiction;   ///< one of k_jurisdictions
    std::string holidays_path;  ///< empty: weekends only
};

/// The words for "the one in the executable" and for "none at all"; a file of such a name is `./embedded`.
inline constexpr std::string_view k_embedded = "embedded";
inline constexpr std::string_view k_none = "none";
inline constexpr std::string_view k_jurisdictions[] = {"none", "us", "eu"};

struct Settings {
    std::string database_path;
    std::string user;  ///< empty: the OS login
    OutputFormat output = OutputFormat::table;
    std::vector<std::string> fields;  ///< empty: all
    bool is_quiet = false;
    bool is_yes = false;             ///< every question is answered yes
    bool never_asks = false;         ///< also where it could
    bool never_colors = false;       ///< also where it could
    std::int64_t wait_ms = 5000;     ///< for other writers
    std::int64_t limit_wait_ms = 0;  ///< for the rate limit: nothing unless a wait is asked for
    DisputeSettings dispute;
    std::string loan_policy_path;      ///< empty: the policy in the executable
    std::vector<SettingValue> values;  ///< of all_settings(), in their order
};

/// Reads an environment variable; empty counts as absent.
using Environment = std::optional<std::string> (*)(const char* name);
std::optional<std::string> process_environment(const char* name);

Result<OutputFormat> parse_output(std::string_view text);

/// The configuration file that holds for this invocation.
struct Config {
    std::string path;  ///< empty if there is no place for one
    std::vector<ConfigEntry> entries;
};

/// Reads the file that --config or BANKCTL_CONFIG names, else the default one, which may be absent. Each of its values
/// is checked, also those that a flag or the environment will override; the path of the database is made one that can
/// be opened from anywhere. `unreadable_input`, `invalid_config`, or `usage` for an empty name.
Result<Config> load_config(const Arguments& arguments, Environment environment);

/// What becomes of a value that does not fit: it ends the command, or its source is passed over.
enum class Strictness {
    all_must_fit,
    flags_must_fit,  ///< for commands that tell about the program and must work in spite of a broken setup
    none_must_fit,   ///< for the form of an error about the settings themselves
};

/// Resolves the global options in `arguments`; `usage`, `invalid_number`, `invalid_text` or `unknown_field` where one
/// does not fit.
Result<Settings> resolve_settings(const Arguments& arguments, const DocumentInfo* document, Environment environment,
                                  const Config& config, Strictness strictness = Strictness::all_must_fit);

}  // namespace bankctl::cli
