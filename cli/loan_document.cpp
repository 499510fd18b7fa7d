#include "cli/loan_document.h"

#include <algorithm>

#include "cli/command/loan.h"
#include "cli/loan_policy_document.h"
#include "cli/wrap.h"

namespace bankctl::cli {
namespace {

constexpr std::string_view k_score_fields[] = {"application_id", "decision", "band", "score", "probability_of_default"};
constexpr Field k_fields[] = {{"application_id"},
                              {"decision"},
                              {"band"},
                              {"score", CellType::number},
                              {"probability_of_default", CellType::number},
                              {"knockouts", CellType::nested, false},
                              {"failed_rules", CellType::nested, false},
                              {"factors", CellType::nested, false},
                              {"reasons", CellType::nested, false},
                              {"affordability", CellType::nested, false},
                              {"scored_income", CellType::money, false},
                              {"apr", CellType::nested, false},
                              {"counter_offers", CellType::nested, false},
                              {"recommendation", CellType::text, false},
                              {"policy", CellType::nested, false},
                              {"input_sha256", CellType::text, false}};

Json number_or_null(const std::optional<std::int64_t>& value) { return value ? Json(*value) : Json(); }

Json factor_json(const Factor& factor, const LoanValues& values) {
    const bool is_word = info(factor.fact).type == LoanFactType::word && values.has(factor.fact);
    return {{"id", factor.characteristic->id},
            {"value", is_word ? Json(values.word(factor.fact)) : number_or_null(factor.value)},
            {"bin", describe(*factor.characteristic, factor.place)},
            {"points", factor.place.points.points},
            {"reference_points", factor.characteristic->reference_points},
            {"max_points", max_points(*factor.characteristic)}};
}

Json knockouts_json(const LoanDecision& decision) {
    Json knockouts = Json::array();
    for (const Knockout* const knockout : decision.knockouts)
        knockouts.push_back(
            {{"id", knockout->id}, {"code", knockout->code}, {"action", knockout->declines ? "decline" : "refer"}});
    return knockouts;
}

Json rules_json(const LoanDecision& decision) {
    Json rules = Json::array();
    for (const FailedRule& rule : decision.failed_rules)
        rules.push_back({{"code", rule.code}, {"value", number_or_null(rule.value)}, {"limit", rule.limit}});
    return rules;
}

Json reasons_json(const LoanDecision& decision) {
    Json reasons = Json::array();
    for (const Reason& reason : decision.reasons)
        reasons.push_back({{"code", reason.code}, {"text", reason.text}, {"gap", number_or_null(reason.gap)}});
    return reasons;
}

Json offers_json(const LoanDecision& decision, const Currency& currency) {
    Json offers = Json::array();
    for (const CounterOffer& offer : decision.counter_offers)
        offers.push_back({{"kind", offer.has_same_amount ? "same_amount" : "same_term"},
                          {"amount", money_json(currency, offer.amount)},
                          {"term_months", offer.term_months},
                          {"payment", money_json(currency, offer.payment)},
                          {"score", offer.score},
                          {"decision", name(offer.decision)}});
    return offers;
}

std::string percent_of_bps(const Json& bps) { return percent_text(bps.get<std::int64_t>() * 100) + " percent"; }

std::string paragraph(const std::string& title, const std::string& text) {
    return "\n" + title + "\n" + wrapped(text, 2);
}

}  // namespace

const DocumentInfo k_loan_decision_document{"loan.decision/v1", k_fields};
const DocumentInfo k_loan_decision_list_document{"loan.decision.list/v1", k_fields};

DecisionDetail detail_for(const std::vector<std::string>& fields) {
    const bool is_score = !fields.empty() && std::ranges::all_of(fields, [](const std::string& field) {
        return std::ranges::find(k_score_fields, field) != std::end(k_score_fields);
    });
    return is_score ? DecisionDetail::score : DecisionDetail::full;
}

Json loan_score_json(const LoanApplication& application, const LoanDecision& decision) {
    return {{"application_id", application.id.empty() ? Json() : Json(application.id)},
            {"decision", name(decision.decision)},
            {"band", name(decision.band)},
            {"score", decision.score},
            {"probability_of_default", static_cast<double>(decision.probability_ppm) / 1e6}};
}

Json loan_decision_json(const LoanApplication& application, const LoanDecision& decision, const LoanPolicy& policy,
                        const std::string& input_sha256) {
    const auto money = [&](std::int64_t minor) { return money_json(application.currency, minor); };
    const LoanValues& values = decision.values;
    Json factors = Json::array();
    for (const Factor& factor : decision.factors) factors.push_back(factor_json(factor, values));
    Json data = loan_score_json(application, decision);
    data["knockouts"] = knockouts_json(decision);
    data["failed_rules"] = rules_json(decision);
    data["factors"] = std::move(factors);
    data["reasons"] = reasons_json(decision);
    data["affordability"] = {{"payment", money(values.at(LoanFact::payment))},
                             {"dti_bps", values.at(LoanFact::dti_bps)},
                             {"pti_bps", values.at(LoanFact::pti_bps)},
                             {"residual", money(values.at(LoanFact::residual))},
                             {"stressed_payment", money(values.at(LoanFact::stressed_payment))}};
    data["scored_income"] = money(decision.scored_income);
    data["apr"] = apr_json(decision.regz_ppm, decision.eu_ppm);
    data["counter_offers"] = offers_json(decision, application.currency);
    data["recommendation"] = decision.recommendation;
    data["policy"] = loan_policy_reference(policy);
    data["input_sha256"] = input_sha256;
    return data;
}

std::string loan_decision_text(const Json& data, bool has_color) {
    const Json& affordability = data.at("affordability");
    const Json head{{"application", data.at("application_id")},
                    {"decision", data.at("decision")},
                    {"score", data.at("score")},
                    {"probability_of_default", data.at("probability_of_default")},
                    {"payment", affordability.at("payment")},
                    {"debt_to_income", percent_of_bps(affordability.at("dti_bps"))},
                    {"left_if_rates_rise", affordability.at("residual")},
                    {"apr_regz", data.at("apr").at("regz").get<std::string>() + " percent"},
                    {"apr_eu", data.at("apr").at("eu").get<std::string>() + " percent"},
                    {"policy", data.at("policy").at("id").get<std::string>() + " " +
                                   data.at("policy").at("version").get<std::string>()}};
    const std::vector<Field> fields{{"application"},
                                    {"decision"},
                                    {"score", CellType::number},
                                    {"probability_of_default", CellType::number},
                                    {"payment", CellType::money},
                                    {"debt_to_income"},
                                    {"left_if_rates_rise", CellType::money},
                                    {"apr_regz"},
                                    {"apr_eu"},
                                    {"policy"}};
    std::string text = object_table(fields, head, has_color);
    text += paragraph("recommendation", data.at("recommendation").get<std::string>());
    if (!data.at("reasons").empty()) text += "\nreasons\n";
    for (const Json& reason : data.at("reasons")) text += wrapped("- " + reason.at("text").get<std::string>(), 2);
    return text;
}

}  // namespace bankctl::cli
