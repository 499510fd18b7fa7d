// bankctl loan policy show, validate and diff: what loans are decided by.
#include "cli/render/loan_policy.h"

#include "cli/command/all.h"
#include "cli/command/loan.h"
#include "cli/loan_policy_document.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_show_positionals[] = {
    {.name = "FILE",
     .summary = "a policy; - is stdin (default: the one that the settings name)",
     .is_required = false}};
constexpr Positional k_validate_positionals[] = {{"FILE", "a policy; - is stdin"}};
constexpr Positional k_diff_positionals[] = {{"FROM", "a policy; - is stdin, embedded the one in bankctl"},
                                             {"TO", "what it is compared with"}};
constexpr Field k_fields[] = {{"id"},
                              {"version"},
                              {"status"},
                              {"effective_from"},
                              {"sha256"},
                              {"source"},
                              {"decides_applications", CellType::boolean},
                              {"product", CellType::nested},
                              {"knockouts", CellType::nested},
                              {"affordability", CellType::nested},
                              {"scorecard", CellType::nested},
                              {"bands", CellType::nested},
                              {"reasons", CellType::nested},
                              {"workflow", CellType::nested},
                              {"prohibited_fields", CellType::list}};
const DocumentInfo k_document{"loan.policy.show/v1", k_fields};
constexpr Field k_diff_fields[] = {{"from", CellType::nested}, {"to", CellType::nested}, {"changes", CellType::nested}};
const DocumentInfo k_diff_document{"loan.policy.diff/v1", k_diff_fields};
constexpr Example k_show_examples[] = {
    {"bankctl loan policy show", "what loans are decided by"},
    {"bankctl loan policy show --json | jq -c '.data.knockouts[]'", "what settles a decision whatever the score is"}};
constexpr Example k_validate_examples[] = {
    {"bankctl loan policy validate my.json --fields id,version,sha256", "whether a policy can be used"}};
constexpr Example k_diff_examples[] = {
    {"bankctl loan policy diff embedded my.json", "what would be decided by other rules"},
    {"bankctl loan policy diff embedded my.json --json | jq '.data.changes | length'",
     "in how many things they differ"}};
constexpr ErrorCode k_errors[] = {ErrorCode::invalid_policy, ErrorCode::prohibited_input, ErrorCode::unreadable_input};

/// As text where a person reads it, unless single fields are asked for.
void print(Context& context, const Json& data, std::string (*text)(const Json&)) {
    const Settings& settings = context.settings();
    if (settings.fields.empty() && settings.output == OutputFormat::table) return context.print_text(text(data));
    context.print(data);
}

std::function<void(Context&)> plan(const Arguments& arguments) {
    const std::optional<std::string> file = arguments.value("FILE");
    return [=](Context& context) {
        const std::string path = file.value_or(context.settings().loan_policy_path);
        print(context, loan_policy_json(open_loan_policy(path), loan_policy_source(path)), loan_policy_text);
    };
}

std::function<void(Context&)> plan_diff(const Arguments& arguments) {
    const std::string from = arguments.required("FROM");
    const std::string to = arguments.required("TO");
    if (from == "-" && to == "-")
        throw Failure(Error(ErrorCode::usage, "FROM and TO are both stdin", "name a file for one of them"));
    return [=](Context& context) {
        const Json before = loan_policy_json(open_loan_policy(from), loan_policy_source(from));
        const Json after = loan_policy_json(open_loan_policy(to), loan_policy_source(to));
        const auto head = [](const Json& policy) {
            return Json{{"id", policy.at("id")},
                        {"version", policy.at("version")},
                        {"sha256", policy.at("sha256")},
                        {"source", policy.at("source")}};
        };
        print(context, {{"from", head(before)}, {"to", head(after)}, {"changes", loan_policy_changes(before, after)}},
              loan_policy_diff_text);
    };
}

}  // namespace

const Command k_loan_policy_show{
    .noun = "loan policy",
    .verb = "show",
    .summary = "Show what loans are decided by",
    .description =
        "Shows a policy: what may be asked for, knock-outs, caps, bands and what each characteristic of the card "
        "gives, in the words that decisions use. bankctl help loan-policy says how to write one. No bank is needed.",
    .positionals = k_show_positionals,
    .document = &k_document,
    .examples = k_show_examples,
    .errors = k_errors,
    .plan = plan,
    .cost = Cost::nothing};

const Command k_loan_policy_validate{
    .noun = "loan policy",
    .verb = "validate",
    .summary = "Check a policy for loans before it is used",
    .description =
        "Reads a policy as a decision would and shows it as loan policy show does; the error of one that does not fit "
        "names the place, as a JSON pointer, and what is wrong there. No bank is needed.",
    .positionals = k_validate_positionals,
    .document = &k_document,
    .examples = k_validate_examples,
    .errors = k_errors,
    .plan = plan,
    .cost = Cost::nothing};

const Command k_loan_policy_diff{
    .noun = "loan policy",
    .verb = "diff",
    .summary = "Show in what two policies for loans differ",
    .description =
        "Compares two policies by what they mean: layout, the order of keys, and a cap that is null or absent make no "
        "difference. Knock-outs, characteristics and texts are compared by their names, bins by their edges or values; "
        "a bin whose edge moved is one that was removed and one that was added. It exits with 0 whether they differ or "
        "not. No bank is needed.",
    .positionals = k_diff_positionals,
    .document = &k_diff_document,
    .examples = k_diff_examples,
    .errors = k_errors,
    .plan = plan_diff,
    .cost = Cost::nothing};

}  // namespace bankctl::cli
