// bankctl config show: what the settings are and where each comes from.
#include "cli/command/all.h"
#include "cli/command/common.h"

namespace bankctl::cli {
namespace {

constexpr Field k_fields[] = {{"key"}, {"value"}, {"source"}, {"origin"}};
const DocumentInfo k_document{"config.show/v1", k_fields};
constexpr Example k_examples[] = {{"bankctl config show", "which database, which user, and who says so"},
                                  {"bankctl config show --json | jq -r '.data[] | select(.key == \"db\").value'",
                                   "the path of the database that other commands would use"}};
constexpr ErrorCode k_errors[] = {ErrorCode::invalid_config, ErrorCode::unreadable_input};

std::string_view name(SettingSource source) {
    switch (source) {
        case SettingSource::flag: return "flag";
        case SettingSource::environment: return "environment";
        case SettingSource::file: return "file";
        case SettingSource::fallback: return "default";
    }
    return "default";
}

std::function<void(Context&)> plan(const Arguments&) {
    return [](Context& context) {
        ListPrinter printer(context);
        for (const SettingValue& value : context.settings().values) {
            const bool is_login = value.setting->name == "user" && value.source == SettingSource::fallback;
            const std::string text = is_login ? context.actor().user : value.text;
            printer.add({{"key", value.setting->name},
                         {"value", text.empty() ? Json(nullptr) : Json(text)},
                         {"source", name(value.source)},
                         {"origin", value.origin.empty() ? Json(nullptr) : Json(value.origin)}});
        }
        printer.finish();
    };
}

}  // namespace

const Command k_config_show{
    .noun = "config",
    .verb = "show",
    .summary = "Show the settings and where each comes from",
    .description =
        "Shows every setting with its value and its source, which is flag, environment, file or default, in this order "
        "of strength. bankctl help config describes the file. No database is read.",
    .list_document = &k_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan,
    .cost = Cost::nothing};

}  // namespace bankctl::cli
