#include <algorithm>
#include <cmath>

#include "core/model/money.h"
#include "core/score/application_checks.h"
#include "core/score/decision.h"

namespace bankctl {
namespace {

using enum LoanFact;

constexpr std::string_view k_outcomes[] = {"decline", "refer", "approve"};

__extension__ using Wide = __int128;

/// part / whole in basis points, rounded up; at most k_minor_max.
std::int64_t ratio_bps(std::int64_t part, std::int64_t whole) {
    const Wide tenthousands = Wide{part} * 10'000;
    const Wide up = tenthousands > 0 ? (tenthousands + whole - 1) / whole : tenthousands / whole;
    return static_cast<std::int64_t>(std::min<Wide>(up, k_minor_max));
}

std::int64_t principal_of(const LoanValues& values) {
    return values.at(amount) + (values.value_or(fee_financed, 0) != 0 ? values.value_or(fee, 0) : 0);
}

/// What depends on the income.
void derive_from_income(std::int64_t income, LoanValues& values) {
    const std::int64_t instalment = values.at(payment);
    values.set(gross_monthly, income);
    values.set(dti_bps, ratio_bps(values.at(monthly_debt_payments) + instalment, income));
    values.set(pti_bps, ratio_bps(instalment, income));
    if (values.has(average_balance_6m))
        values.set(average_balance_to_income_bps, ratio_bps(values.at(average_balance_6m), income));
}

void derive(const LoanPolicy& policy, LoanValues& values) {
    const std::int64_t principal = std::min(principal_of(values), k_minor_max);
    const std::int64_t rate = values.at(rate_bps);
    const std::int64_t months = values.at(term_months);
    const std::int64_t stressed = rate + policy.affordability.stress_rate_add_bps;
    const std::int64_t stressed_instalment = Annuity(stressed, months).payment(principal);
    values.set(payment, Annuity(rate, months).payment(principal));
    values.set(stressed_payment, stressed_instalment);
    if (values.has(collateral_value)) values.set(ltv_bps, ratio_bps(principal, values.at(collateral_value)));
    values.set(residual, values.at(net_monthly) - values.at(monthly_debt_payments) - values.value_or(housing, 0) -
                             values.value_or(essential_expenses, 0) - values.value_or(dependants_costs, 0) -
                             stressed_instalment);
    derive_from_income(values.at(gross_monthly), values);
}

bool fires(const Knockout& knockout, const LoanValues& values) {
    if (!values.has(knockout.fact)) return false;
    if (info(knockout.fact).type == LoanFactType::word)
        return (values.word(knockout.fact) == knockout.word) == (knockout.comparison == Comparison::equal);
    const std::int64_t value = values.at(knockout.fact);
    switch (knockout.comparison) {
        case Comparison::less: return value < knockout.number;
        case Comparison::at_most: return value <= knockout.number;
        case Comparison::equal: return value == knockout.number;
        case Comparison::not_equal: return value != knockout.number;
        case Comparison::at_least: return value >= knockout.number;
        case Comparison::greater: return value > knockout.number;
    }
    return false;
}

CardValue card_value(LoanFact fact, const LoanValues& values) {
    if (!values.has(fact)) return {};
    if (info(fact).type == LoanFactType::word) return std::string_view(values.word(fact));
    return static_cast<double>(values.at(fact));
}

std::int64_t nearest(const std::vector<std::int64_t>& terms, std::int64_t asked) {
    return *std::ranges::min_element(terms, {}, [&](std::int64_t term) { return std::abs(term - asked); });
}

}  // namespace

std::string_view name(Outcome outcome) { return k_outcomes[static_cast<std::size_t>(outcome)]; }

LoanEngine::LoanEngine(const LoanPolicy& policy)
    : policy_(policy), favours_small_amounts_(policy.favours_small_amounts()) {
    for (std::size_t i = 0; i < policy.card_facts.size(); ++i) {
        const Characteristic& characteristic = policy.card.characteristics[i];
        if (policy.card_facts[i] != average_balance_to_income_bps) continue;
        for (const NumberBin& bin : characteristic.bins) {
            if (bin.at_most && *bin.at_most >= 1 && *bin.at_most < static_cast<double>(k_minor_max))
                balance_edges_.push_back(static_cast<std::int64_t>(std::floor(*bin.at_most)));
        }
    }
}

Result<LoanDecision> LoanEngine::decide(const LoanApplication& application, DecisionDetail detail) const {
    LoanDecision decision;
    decision.values = application.values;
    LoanValues& values = decision.values;
    values.set(age_years, age_in_years(values.at(date_of_birth), values.at(as_of)));
    if (principal_of(values) > k_minor_max)
        return field_error(ErrorCode::amount_too_large, info(amount).path, "with the fee is too large");
    const auto schedule =
        amortise({principal_of(values), values.at(rate_bps), values.at(term_months)}, ScheduleDetail::totals);
    if (!schedule) {
        Error error = schedule.error();
        return std::move(error).with("field", std::string(info(amount).path));
    }
    assess(decision);
    if (detail == DecisionDetail::score) return decision;
    BANKCTL_TRY(regz, loan_rate_ppm(values, *schedule, AprMethod::regz));
    BANKCTL_TRY(eu, loan_rate_ppm(values, *schedule, AprMethod::eu));
    decision.regz_ppm = regz;
    decision.eu_ppm = eu;
    if (decision.decision != Outcome::approve)
        decision.counter_offers = CounterOfferSearch(*this, policy_, decision.values).find();
    explain(application.currency, decision);
    return decision;
}

void LoanEngine::assess(LoanDecision& decision) const {
    derive(policy_, decision.values);
    decision.knockouts.clear();
    decision.failed_rules.clear();
    for (const Knockout& knockout : policy_.knockouts) {
        if (fires(knockout, decision.values)) decision.knockouts.push_back(&knockout);
    }
    test_product(decision);
    test_affordability(decision);
    score(decision);
    const auto by_score = [&](std::int64_t points) {
        return points >= policy_.approve_min ? Outcome::approve
               : points >= policy_.refer_min ? Outcome::refer
                                             : Outcome::decline;
    };
    decision.band = by_score(decision.score);
    decision.decision = decision.band;
    for (const Knockout* const knockout : decision.knockouts)
        decision.decision = std::min(decision.decision, knockout->declines ? Outcome::decline : Outcome::refer);
    if (!decision.failed_rules.empty()) decision.decision = Outcome::decline;
}

void LoanEngine::test_product(LoanDecision& decision) const {
    const LoanProduct& product = *policy_.product;
    const std::int64_t asked = decision.values.at(amount);
    const std::int64_t months = decision.values.at(term_months);
    if (asked < product.amount_min) decision.failed_rules.push_back({"amount_below_min", asked, product.amount_min});
    if (asked > product.amount_max) decision.failed_rules.push_back({"amount_above_max", asked, product.amount_max});
    if (!std::ranges::binary_search(product.terms, months))
        decision.failed_rules.push_back({"term_not_offered", months, nearest(product.terms, months)});
}

void LoanEngine::test_affordability(LoanDecision& decision) const {
    const Affordability& caps = policy_.affordability;
    const auto cap = [&](std::string_view code, LoanFact fact, const std::optional<std::int64_t>& most) {
        const auto value = decision.values.get(fact);
        if (most && (!value || *value > *most)) decision.failed_rules.push_back({code, value, *most});
    };
    cap("dti_above_max", dti_bps, caps.dti_max_bps);
    cap("pti_above_max", pti_bps, caps.pti_max_bps);
    cap("ltv_above_max", ltv_bps, caps.ltv_max_bps);
    const std::int64_t left = decision.values.at(residual);
    if (caps.residual_min && left < *caps.residual_min)
        decision.failed_rules.push_back({"residual_below_min", left, *caps.residual_min});
}

std::int64_t LoanEngine::points_at(const LoanValues& values) const {
    std::int64_t points = policy_.card.base_points.points;
    for (std::size_t i = 0; i < policy_.card_facts.size(); ++i)
        points += place(policy_.card.characteristics[i], card_value(policy_.card_facts[i], values)).points.points;
    return points;
}

void LoanEngine::score(LoanDecision& decision) const {
    LoanValues& values = decision.values;
    const std::int64_t income = values.at(gross_monthly);
    decision.scored_income = income;
    decision.score = points_at(values);
    const std::int64_t balance = values.value_or(average_balance_6m, 0);
    for (const std::int64_t edge : balance_edges_) {
        if (balance <= 0) break;
        // The greatest income at which the ratio, rounded up, is beyond the edge.
        const auto lower = static_cast<std::int64_t>((Wide{balance} * 10'000 + edge - 1) / edge - 1);
        if (lower < 1 || lower >= income) continue;
        derive_from_income(lower, values);
        const std::int64_t points = points_at(values);
        if (points > decision.score ||
            (points == decision.score && decision.scored_income != income && lower > decision.scored_income)) {
            decision.score = points;
            decision.scored_income = lower;
        }
    }
    derive_from_income(income, values);
    decision.probability_ppm = probability_of_default_ppm(policy_.card, decision.score);
}

std::vector<Factor> LoanEngine::factors(const LoanDecision& decision) const {
    LoanValues values = decision.values;
    derive_from_income(decision.scored_income, values);
    std::vector<Factor> factors;
    factors.reserve(policy_.card_facts.size());
    for (std::size_t i = 0; i < policy_.card_facts.size(); ++i) {
        const LoanFact fact = policy_.card_facts[i];
        const Characteristic& characteristic = policy_.card.characteristics[i];
        const bool is_word = info(fact).type == LoanFactType::word;
        factors.push_back({&characteristic, fact, is_word ? std::nullopt : values.get(fact),
                           place(characteristic, card_value(fact, values))});
    }
    return factors;
}

Result<std::int64_t> loan_rate_ppm(const LoanValues& values, const Schedule& schedule, AprMethod method) {
    const bool is_financed = values.value_or(fee_financed, 0) != 0;
    const std::int64_t paid_out = values.at(amount) - (is_financed ? 0 : values.value_or(fee, 0));
    MonthsAndDays first{1, 0};
    if (values.has(disbursement_date) && values.has(first_payment_date))
        first = months_between(values.at(disbursement_date), values.at(first_payment_date));
    const auto days = static_cast<long double>(first.days);
    // Appendix J (b)(5): odd days are thirtieths of a month; Annex I (c): a day is 1/365 of a year.
    const long double fraction = method == AprMethod::regz ? days / 30 : days * 12 / 365;
    const std::int64_t months = values.at(term_months);
    std::vector<CashFlow> flows{{paid_out, 1, 0, 0}};
    if (months > 1) flows.push_back({-schedule.payment, months - 1, first.months, fraction});
    flows.push_back({-schedule.last_payment, 1, first.months + months - 1, fraction});
    return annual_rate_ppm(flows, 12, method);
}

}  // namespace bankctl
