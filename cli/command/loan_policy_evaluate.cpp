// bankctl loan policy evaluate: how well a policy's card judges loans whose outcome is known.
#include <cmath>

#include "cli/command/all.h"
#include "cli/command/loan.h"
#include "cli/credit_data.h"
#include "cli/loan_policy_document.h"
#include "cli/output_file.h"
#include "core/score/evaluation.h"
#include "core/score/evaluation_report.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {{"CSV", "loans, one a row; the first line names the columns; - is stdin"}};
constexpr Option k_options[] = {
    {.name = "target", .value = "COLUMN", .summary = "1 for a loan that went bad, else 0", .is_required = true},
    {"policy", "FILE", "the policy to judge, or embedded (default: the setting loan-policy)"},
    {"challenger", "FILE", "another policy, or embedded: judge it by the same loans, and count where the two differ"},
    {"group", "COLUMN", "compare the approval rates of this column's values, which the card must not use"},
    {"html", "FILE", "also write a report with plots, the card's points and a model card"}};
constexpr Field k_fields[] = {{"n", CellType::number},      {"bad_rate", CellType::number},
                              {"auc", CellType::number},    {"gini", CellType::number},
                              {"ks", CellType::number},     {"brier", CellType::number},
                              {"ece", CellType::number},    {"auc_unrounded", CellType::number},
                              {"psi", CellType::number},    {"bands", CellType::nested},
                              {"groups", CellType::nested}, {"characteristics", CellType::nested},
                              {"policy", CellType::nested}, {"challenger", CellType::nested}};
const DocumentInfo k_document{"loan.evaluation/v1", k_fields};
constexpr Example k_examples[] = {
    {"bankctl loan policy evaluate new.csv --target BAD --policy my.json", "on loans that training has not seen"},
    {"bankctl loan policy evaluate new.csv --target BAD --policy my.json --group SEX",
     "whether it treats groups alike"},
    {"bankctl loan policy evaluate new.csv --target BAD --policy my.json --html out",
     "a report to keep beside the card"}};
constexpr ErrorCode k_errors[] = {ErrorCode::invalid_csv,      ErrorCode::invalid_policy, ErrorCode::output_failed,
                                  ErrorCode::prohibited_input, ErrorCode::unknown_field,  ErrorCode::unreadable_input};

/// Six decimals: more would only be noise.
double rounded(double number) { return std::round(number * 1e6) / 1e6; }

Json optional_number(const std::optional<double>& number) { return number ? Json(rounded(*number)) : Json(); }

double ratio(double part, std::int64_t whole) { return whole > 0 ? rounded(part / static_cast<double>(whole)) : 0; }

Json bands_json(const std::vector<score::ScoreBand>& bands) {
    Json json = Json::array();
    for (const score::ScoreBand& band : bands) {
        json.push_back({{"from", band.low ? Json(*band.low) : Json()},
                        {"to", band.high ? Json(*band.high) : Json()},
                        {"n", band.rows},
                        {"bad", band.bad},
                        {"bad_rate", band.rows > 0 ? Json(ratio(static_cast<double>(band.bad), band.rows)) : Json()},
                        {"expected_bad_rate", band.rows > 0 ? Json(ratio(band.expected_bad, band.rows)) : Json()},
                        {"training_share", optional_number(band.training_share)}});
    }
    return json;
}

Json groups_json(const std::vector<score::GroupResult>& groups) {
    Json json = Json::array();
    for (const score::GroupResult& group : groups) {
        json.push_back({{"value", group.value.empty() ? Json() : Json(group.value)},
                        {"n", group.rows},
                        {"approval_rate", ratio(static_cast<double>(group.approved), group.rows)},
                        {"impact_ratio", optional_number(group.impact_ratio)}});
    }
    return json;
}

Json evaluation_json(const score::Evaluation& evaluation, const LoanPolicy& policy) {
    Json stability = Json::array();
    for (const score::CharacteristicStability& one : evaluation.stability)
        stability.push_back({{"id", one.id}, {"psi", rounded(one.psi)}});
    return {{"n", evaluation.rows},
            {"bad_rate", ratio(static_cast<double>(evaluation.bad), evaluation.rows)},
            {"auc", rounded(evaluation.auc)},
            {"gini", rounded(2 * evaluation.auc - 1)},
            {"ks", rounded(evaluation.ks)},
            {"brier", rounded(evaluation.brier)},
            {"ece", rounded(evaluation.ece)},
            {"auc_unrounded", rounded(evaluation.auc_unrounded)},
            {"psi", optional_number(evaluation.psi)},
            {"bands", bands_json(evaluation.bands)},
            {"groups", groups_json(evaluation.groups)},
            {"characteristics", stability},
            {"policy", loan_policy_reference(policy)}};
}

Json count_json(const score::LoanCount& count) { return {{"n", count.rows}, {"bad", count.bad}}; }

/// How the challenger judges the same loans, and what it would have approved.
Json challenger_json(const LoanPolicy& champion, const LoanPolicy& challenger, const score::CreditTable& table) {
    const Json whole = evaluation_json(score::evaluate(challenger, table, {}).value_or_throw(), challenger);
    Json json;
    for (const char* const key : {"auc", "gini", "ks", "brier", "ece", "auc_unrounded", "psi", "policy"})
        json[key] = whole.at(key);
    const score::Agreement agreement = score::compare(champion, challenger, table).value_or_throw();
    json["approved_by"] = {{"both", count_json(agreement.both)},
                           {"only_champion", count_json(agreement.only_champion)},
                           {"only_challenger", count_json(agreement.only_challenger)},
                           {"neither", count_json(agreement.neither)}};
    return json;
}

std::function<void(Context&)> plan(const Arguments& arguments) {
    const std::string input = arguments.required("CSV");
    const std::string target = arguments.required("target");
    const std::optional<std::string> group = arguments.value("group");
    const std::optional<std::string> html = arguments.value("html");
    const std::optional<std::string> other = arguments.value("challenger");
    if (other == "-" && input == "-")
        throw Failure(Error(ErrorCode::usage, "CSV and --challenger are both stdin", "name a file for one of them"));
    return [=](Context& context) {
        const std::string& policy_path = context.settings().loan_policy_path;
        if (html)
            require_other_file(*html, {input, policy_path.empty() ? input : policy_path, other.value_or(input)},
                               "--html");
        const LoanPolicy policy = open_loan_policy(policy_path);
        std::optional<LoanPolicy> challenger;
        if (other) challenger = open_loan_policy(*other);
        const score::CreditTable table = read_credit_data(context, input, target, {});
        const score::Evaluation evaluation = score::evaluate(policy, table, group).value_or_throw();
        Json json = evaluation_json(evaluation, policy);
        json["challenger"] = challenger ? challenger_json(policy, *challenger, table) : Json();
        if (html) write_output_file(*html, score::report_html(policy, evaluation));
        context.print(json);
    };
}

}  // namespace

const Command k_loan_policy_evaluate{
    .noun = "loan policy",
    .verb = "evaluate",
    .summary = "Judge a scorecard by loans whose outcome is known",
    .description =
        "Scores every row and compares with what came true: how well the scores tell bad loans from good ones (AUC, "
        "Gini, Kolmogorov-Smirnov), how true the probabilities are (Brier, expected calibration error over ten parts), "
        "and, of a trained card, how far the data is from that of its training (population stability index; above 0.25 "
        "it is another population). auc_unrounded is the AUC before points were rounded. With --group, approval rates "
        "by a column that the card never saw and their ratio to the highest: below 0.8 is evidence of adverse impact "
        "(29 CFR 1607.4(D)). With --challenger, the figures of a second policy and how many loans, and bad ones, both, "
        "one or none of the two would have approved by their scores. With --html, one file without scripts or anything "
        "from elsewhere: curves of discrimination and calibration, the distribution of scores, every bin with its "
        "points, and a model card.",
    .positionals = k_positionals,
    .options = k_options,
    .document = &k_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan,
    .cost = Cost::nothing};

}  // namespace bankctl::cli
