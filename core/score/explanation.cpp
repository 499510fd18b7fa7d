// What a decision says to people: its reasons and a recommendation.
#include <algorithm>

#include "core/model/money.h"
#include "core/score/decision.h"

namespace bankctl {
namespace {

using enum LoanFact;

/// The fact that a failed rule is about.
std::optional<LoanFact> fact_of(std::string_view code) {
    if (code == "dti_above_max") return dti_bps;
    if (code == "pti_above_max") return pti_bps;
    if (code == "ltv_above_max") return ltv_bps;
    if (code == "residual_below_min") return residual;
    return std::nullopt;
}

/// What is not known is no fact that counted against anybody; a reason must be true (12 CFR 1002.9(b)(2)).
std::string text_of(const LoanPolicy& policy, const Factor& factor) {
    if (factor.place.kind != Place::Kind::missing) return policy.text_of(*factor.characteristic);
    return "We have no information on: " + std::string(info(factor.fact).meaning);
}

std::int64_t gap_of(const Factor& factor) {
    return factor.characteristic->reference_points - factor.place.points.points;
}

std::string terms_text(const Currency& currency, std::int64_t sum, std::int64_t months, std::int64_t instalment) {
    const std::string code(currency.code);
    return decimal_text({currency, sum}) + " " + code + " over " + std::to_string(months) + " months at " +
           decimal_text({currency, instalment}) + " " + code + " a month";
}

std::string percent(std::int64_t bps) {
    std::string decimals = std::to_string(bps % 100);
    return std::to_string(bps / 100) + "." + (decimals.size() < 2 ? "0" : "") + decimals + " percent";
}

std::string rule_text(const FailedRule& rule, const Currency& currency) {
    if (rule.code == "term_not_offered")
        return "terms of " + std::to_string(rule.value.value_or(0)) + " months are not offered; the nearest has " +
               std::to_string(rule.limit);
    const auto fact = fact_of(rule.code);
    const bool is_ratio = fact && info(*fact).type == LoanFactType::integer;
    const auto show = [&](std::int64_t value) {
        return is_ratio ? percent(value) : decimal_text({currency, value}) + " " + std::string(currency.code);
    };
    const bool is_below = rule.code.ends_with("_below_min");
    return std::string(fact ? info(*fact).meaning : info(amount).meaning) + " is " +
           (rule.value ? show(*rule.value) : "not known") + ", " + (is_below ? "at least " : "at most ") +
           show(rule.limit) + " is allowed";
}

/// What settles a decision comes first: knock-outs that decline, failed rules, knock-outs that refer. Then come
/// characteristics by how far they are below, unless the score was enough and something else stood against it.
std::vector<Reason> reasons_of(const LoanPolicy& policy, const LoanDecision& decision) {
    std::vector<Reason> reasons;
    std::vector<const Factor*> below;
    for (const Factor& factor : decision.factors) {
        if (gap_of(factor) > 0) below.push_back(&factor);
    }
    std::ranges::stable_sort(below, [](const Factor* a, const Factor* b) { return gap_of(*a) > gap_of(*b); });
    const auto add = [&](const std::string& code, const std::string& text, std::optional<std::int64_t> gap) {
        if (std::ranges::find(reasons, code, &Reason::code) == reasons.end()) reasons.push_back({code, text, gap});
    };
    const auto add_factor = [&](const Factor& factor) {
        add(factor.characteristic->reason, text_of(policy, factor), gap_of(factor));
    };
    const auto add_knockouts = [&](bool declining) {
        for (const Knockout* const knockout : decision.knockouts) {
            if (knockout->declines == declining) add(knockout->code, policy.text_of(knockout->code), std::nullopt);
        }
    };
    add_knockouts(true);
    for (const FailedRule& rule : decision.failed_rules) {
        const auto fact = fact_of(rule.code);
        const auto same = std::ranges::find_if(below, [&](const Factor* factor) { return factor->fact == fact; });
        if (fact && same != below.end()) {
            add_factor(**same);  // the card says the same with its points
        } else {
            add(std::string(rule.code), policy.text_of(rule.code), std::nullopt);
        }
    }
    add_knockouts(false);
    if (decision.band != Outcome::approve || decision.decision == Outcome::approve) {
        for (const Factor* const factor : below) add_factor(*factor);
    }
    if (reasons.size() > policy.reasons_max) reasons.resize(policy.reasons_max);
    return reasons;
}

std::string recommendation_of(const LoanPolicy& policy, const LoanDecision& decision, const Currency& currency) {
    const LoanValues& values = decision.values;
    const std::string asked = terms_text(currency, values.at(amount), values.at(term_months), values.at(payment));
    if (decision.decision == Outcome::approve)
        return "Approve " + asked + ": the score of " + std::to_string(decision.score) + " reaches " +
               std::to_string(policy.approve_min) + " and no rule stands against it.";
    std::string text = decision.decision == Outcome::refer ? "Let a person look at " : "Decline ";
    text += asked + ":";
    std::string why;
    const auto add = [&](const std::string& part) { why += (why.empty() ? " " : "; ") + part; };
    for (const Knockout* const knockout : decision.knockouts) add("knock-out " + knockout->id + ", " + knockout->code);
    for (const FailedRule& rule : decision.failed_rules) add(rule_text(rule, currency));
    if (decision.band != Outcome::approve)
        add("the score of " + std::to_string(decision.score) + " is below " +
            std::to_string(decision.band == Outcome::decline ? policy.refer_min : policy.approve_min));
    text += why + ".";
    std::string offers;
    for (const CounterOffer& offer : decision.counter_offers)
        offers +=
            (offers.empty() ? " " : ", or ") + terms_text(currency, offer.amount, offer.term_months, offer.payment);
    if (!offers.empty()) text += " Would be approved:" + offers + ".";
    return text;
}

}  // namespace

void LoanEngine::explain(const Currency& currency, LoanDecision& decision) const {
    decision.factors = factors(decision);
    decision.reasons = reasons_of(policy_, decision);
    decision.recommendation = recommendation_of(policy_, decision, currency);
}

}  // namespace bankctl
