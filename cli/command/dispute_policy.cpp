// bankctl dispute policy show and validate: what disputes are decided by.
#include "core/model/dispute_policy.h"

#include <algorithm>
#include <string>

#include "cli/command/all.h"
#include "cli/command/common.h"
#include "cli/input_file.h"
#include "cli/render/policy.h"

namespace bankctl::cli {
namespace {

constexpr std::string_view k_embedded_source = "embedded";
constexpr std::size_t k_policy_file_bytes_max = std::size_t{1} << 20;  // beyond what any policy may have

constexpr Positional k_show_positionals[] = {
    {.name = "FILE",
     .summary = "a policy; - is stdin (default: the one that the settings name)",
     .is_required = false}};
constexpr Positional k_validate_positionals[] = {{"FILE", "a policy; - is stdin"}};
constexpr Field k_fields[] = {{"id"},
                              {"version"},
                              {"effective_from"},
                              {"sha256"},
                              {"source"},
                              {"inherited", CellType::list},
                              {"teams", CellType::list},
                              {"facts", CellType::nested},
                              {"limits", CellType::nested},
                              {"rules", CellType::nested},
                              {"bands", CellType::nested},
                              {"priority", CellType::nested},
                              {"clock_floor", CellType::nested},
                              {"confidence", CellType::nested},
                              {"review", CellType::nested},
                              {"routing", CellType::nested},
                              {"evidence", CellType::nested},
                              {"recommendations", CellType::nested},
                              {"network_codes", CellType::nested}};
const DocumentInfo k_document{"dispute.policy/v1", k_fields};
constexpr Example k_show_examples[] = {
    {"bankctl dispute policy show", "what disputes are decided by"},
    {"bankctl dispute policy show --json | jq -c '.data.rules[]'", "the rules of risk and their points"},
    {"bankctl dispute policy show --json | jq -r '.data.facts[].name'",
     "the facts that whoever files a dispute can say"}};
constexpr Example k_validate_examples[] = {
    {"bankctl dispute policy validate policy.json --fields id,version,sha256", "whether a policy can be used"}};
constexpr ErrorCode k_errors[] = {ErrorCode::invalid_policy, ErrorCode::unreadable_input};

std::string read_policy(const std::string& path) {
    InputFile input(path);
    std::string text(k_policy_file_bytes_max, '\0');
    input.stream().read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(input.stream().gcount()));
    return text;
}

/// The element with null for each of the keys that it lacks.
Json with_nulls(Json element, std::initializer_list<const char*> keys) {
    for (const char* const key : keys) {
        if (!element.contains(key)) element[key] = nullptr;
    }
    return element;
}

void add_nulls(Json& list, std::initializer_list<const char*> keys) {
    for (Json& element : list) element = with_nulls(std::move(element), keys);
}

Json facts_json(const Json& names) {
    Json facts = Json::array();
    for (const Json& fact_name : names) {
        const FactInfo& fact = *find_fact(fact_name.get<std::string>());
        facts.push_back(
            {{"name", fact.name}, {"type", name(fact.type)}, {"origin", name(fact.origin)}, {"what", fact.what}});
    }
    return facts;
}

Json policy_json(const DisputePolicy& policy, std::string_view source) {
    Json parts = Json::parse(policy.canonical_text());
    add_nulls(parts["rules"], {"flag", "action", "reason"});
    add_nulls(parts["bands"], {"require"});
    Json& priority = parts["priority"];
    if (!priority.contains("add")) priority["add"] = Json::array();
    add_nulls(priority["add"], {"reason"});
    Json actions = Json::array();
    for (const auto& [action_name, action] : parts["recommendations"]["actions"].items()) {
        Json row = with_nulls(action, {"basis"});
        if (!row.contains("due_by")) row["due_by"] = Json::array();
        row["name"] = action_name;
        actions.push_back(std::move(row));
    }
    Json data{{"id", policy.id()},
              {"version", policy.version()},
              {"effective_from", parts.contains("effective_from") ? parts["effective_from"] : Json(nullptr)},
              {"sha256", policy.sha256()},
              {"source", source},
              {"inherited", policy.inherited()},
              {"teams", policy.teams()},
              {"facts", facts_json(parts["facts"])}};
    for (const char* const part : {"limits", "rules", "bands", "priority", "clock_floor", "confidence", "review"})
        data[part] = parts[part];
    data["routing"] = {{"rules", parts["routing"]["rules"]}, {"default", parts["routing"]["default"]}};
    data["evidence"] = parts["evidence"];
    data["recommendations"] = {{"actions", actions}, {"give", parts["recommendations"]["give"]}};
    data["network_codes"] = parts["network_codes"];
    return data;
}

std::function<void(Context&)> plan(const Arguments& arguments) {
    const std::optional<std::string> file = arguments.value("FILE");
    return [=](Context& context) {
        const std::string path = file.value_or(context.settings().dispute.policy_path);
        const bool is_embedded = !file && path.empty();
        const Json data = is_embedded ? policy_json(DisputePolicy::embedded(), k_embedded_source)
                                      : policy_json(DisputePolicy::parse(read_policy(path)).value_or_throw(), path);
        const Settings& settings = context.settings();
        if (settings.fields.empty() && settings.output == OutputFormat::table)
            return context.print_text(policy_text(data));
        context.print(data);
    };
}

}  // namespace

const Command k_dispute_policy_show{
    .noun = "dispute policy",
    .verb = "show",
    .summary = "Show what disputes are decided by",
    .description =
        "Shows a policy: its facts, the rules that add points to risk and priority, bands, teams, evidence, "
        "recommended actions and network codes, with the parts that it took from the one in the executable. "
        "bankctl help dispute-policy says how to write one. No bank is needed.",
    .positionals = k_show_positionals,
    .document = &k_document,
    .examples = k_show_examples,
    .errors = k_errors,
    .plan = plan,
    .cost = Cost::nothing};

const Command k_dispute_policy_validate{
    .noun = "dispute policy",
    .verb = "validate",
    .summary = "Check a policy before it is used",
    .description =
        "Reads a policy as a filed dispute would and shows it as dispute policy show does; the error of one "
        "that does not fit names the place, as a JSON pointer, and what is wrong there. No bank is needed.",
    .positionals = k_validate_positionals,
    .document = &k_document,
    .examples = k_validate_examples,
    .errors = k_errors,
    .plan = plan,
    .cost = Cost::nothing};

}  // namespace bankctl::cli
