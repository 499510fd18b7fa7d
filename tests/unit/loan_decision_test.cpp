#include <algorithm>
#include <map>

#include <catch2/catch.hpp>

#include "core/score/decision.h"
#include "tests/support/loan_application.h"

using namespace bankctl;

namespace {

struct Decided {
    LoanApplication application;
    LoanDecision decision;
};

Decided decide(const std::string& json, const LoanPolicy& policy = LoanPolicy::embedded()) {
    ApplicationReader reader(policy);
    const auto application = reader.read(json);
    if (!application) FAIL(application.error().message);
    const auto decision = LoanEngine(policy).decide(**application, DecisionDetail::full);
    if (!decision) FAIL(decision.error().message);
    return {**application, *decision};
}

std::string reasons(const LoanDecision& decision) {
    std::string text;
    for (const Reason& reason : decision.reasons)
        text += reason.code + (reason.gap ? " " + std::to_string(*reason.gap) : "") + "; ";
    return text;
}

std::string offers(const LoanDecision& decision) {
    std::string text;
    for (const CounterOffer& offer : decision.counter_offers)
        text += std::to_string(offer.amount) + "/" + std::to_string(offer.term_months) + " " +
                std::to_string(offer.payment) + " " + std::to_string(offer.score) + " " +
                std::string(name(offer.decision)) + "; ";
    return text;
}

/// A policy without caps, so that the card alone decides.
LoanPolicy policy_without_caps() {
    std::string text(LoanPolicy::embedded_text());
    for (const std::string cap : {"\"dti_max_bps\": 3600", "\"pti_max_bps\": 2000", "\"min_residual_minor\": 40000"})
        text.replace(text.find(cap), cap.size(), cap.substr(0, cap.find(' ')) + " null");
    return *LoanPolicy::parse(text);
}

}  // namespace

TEST_CASE("the example is declined for its payments, with offers that are approved") {
    const LoanDecision decision = decide(loan_application()).decision;
    CHECK(decision.decision == Outcome::decline);
    CHECK(decision.band == Outcome::refer);
    CHECK(decision.score == 577);
    CHECK(decision.values.at(LoanFact::payment) == 63394);
    CHECK(decision.values.at(LoanFact::dti_bps) == 3835);
    REQUIRE(decision.failed_rules.size() == 1);
    CHECK(decision.failed_rules[0].code == "dti_above_max");
    CHECK(reasons(decision) == "R01 22; R02 3; R04 1; ");
    CHECK(offers(decision) == "1970000/48 49955 595 approve; 2500000/72 46302 595 approve; ");
    CHECK(decision.recommendation ==
          "Decline 25000.00 USD over 48 months at 633.94 USD a month: payments on debts, this loan's too, to gross "
          "income is 38.35 percent, at most 36.00 percent is allowed; the score of 577 is below 580. Would be "
          "approved: 19700.00 USD over 48 months at 499.55 USD a month, or 25000.00 USD over 72 months at 463.02 USD "
          "a month.");
}

TEST_CASE("the largest amount for another term is that of the worked example") {
    const LoanDecision decision = decide(loan_application({{"loan.term_months", "36"}})).decision;
    REQUIRE_FALSE(decision.counter_offers.empty());
    const CounterOffer& offer = decision.counter_offers[0];
    CHECK(offer.amount == 1540000);
    CHECK(offer.payment == 49684);
    CHECK(offer.score == 595);
}

TEST_CASE("a score and its reasons are those of the worked examples") {
    const LoanDecision approved = decide(loan_application({{"loan.amount_minor", "1500000"}})).decision;
    CHECK(approved.decision == Outcome::approve);
    CHECK(approved.score == 595);
    CHECK(approved.probability_ppm == 23232);
    CHECK(reasons(approved) == "R01 4; R02 3; R04 1; ");
    CHECK(approved.counter_offers.empty());
    std::map<std::string, std::int64_t> points;
    for (const Factor& factor : approved.factors) points[factor.characteristic->id] = factor.place.points.points;
    CHECK(points == std::map<std::string, std::int64_t>{{"dti", 36},
                                                        {"utilisation", 22},
                                                        {"delinquencies_24m", 55},
                                                        {"overdraft_days_180", 20},
                                                        {"average_balance_to_income", 18},
                                                        {"salary_months_6", 24},
                                                        {"employment_months", 18},
                                                        {"bank_tenure_months", 14},
                                                        {"inquiries_6m", 12},
                                                        {"returned_payments_12m", 16}});
    const LoanPolicy policy = policy_without_caps();
    const LoanDecision referred = decide(loan_application({{"obligations.monthly_debt_payments_minor", "96606"},
                                                           {"bureau.utilisation_bps", "null"},
                                                           {"income.employment_months", "null"},
                                                           {"bureau.inquiries_6m", "null"}}),
                                         policy)
                                      .decision;
    CHECK(referred.values.at(LoanFact::dti_bps) == 4000);
    CHECK(referred.decision == Outcome::refer);
    CHECK(referred.score == 559);
    CHECK(referred.probability_ppm == 76486);
    CHECK(reasons(referred) == "R01 22; R07 10; R02 5; R09 3; ");
}

TEST_CASE("knock-outs come before the score") {
    const auto outcome = [](const LoanChanges& changes) {
        const LoanDecision decision = decide(loan_application(changes)).decision;
        return std::string(name(decision.decision)) + ": " + reasons(decision);
    };
    const std::pair<const std::string, std::string> small{"loan.amount_minor", "1500000"};
    CHECK(outcome({small,
                   {"applicant.date_of_birth", "\"2008-04-01\""},
                   {"income.employment_months", "3"},
                   {"bureau.oldest_account_months", "null"}})
              .starts_with("decline: no_legal_capacity; "));
    CHECK(outcome({small, {"applicant.date_of_birth", "\"2008-03-31\""}, {"bureau.oldest_account_months", "null"}})
              .starts_with("approve: "));
    CHECK(outcome({small, {"bureau.bankruptcy_months_ago", "12"}}).starts_with("decline: bankruptcy; "));
    CHECK(outcome({small, {"bureau.bankruptcy_months_ago", "13"}}).starts_with("approve: "));
    CHECK(outcome({small, {"bank.existing_loans_dpd_max", "90"}}).starts_with("decline: delinquent_with_us; "));
    CHECK(outcome({small, {"bank.account_frozen", "true"}}).starts_with("refer: account_restricted; "));
    CHECK(outcome({small, {"income.verified", "false"}}).starts_with("refer: unable_to_verify_income; "));
    CHECK(outcome({{"loan.amount_minor", "3000001"}}).starts_with("decline: amount_above_max; "));
    CHECK(outcome({{"loan.amount_minor", "49999"}}).starts_with("decline: amount_below_min; "));
    CHECK(outcome({small, {"loan.term_months", "49"}}).starts_with("decline: term_not_offered; "));
}

TEST_CASE("what is not known is a reason as unknown, not as a fact against the applicant") {
    const LoanDecision decision =
        decide(loan_application({{"income.employment_months", "null"}, {"bureau.utilisation_bps", "null"}})).decision;
    std::map<std::string, std::string> texts;
    for (const Reason& reason : decision.reasons) texts[reason.code] = reason.text;
    CHECK(texts["R02"] == "We have no information on: the part of credit limits that is used");
    CHECK(texts["R07"] == "We have no information on: months in the present employment");
    CHECK(texts["R01"] == "Your payments on debts, with this loan, are high for your income");
}

TEST_CASE("reasons begin with what declines, and leave out a score that was enough") {
    const LoanDecision both =
        decide(loan_application({{"bureau.bankruptcy_months_ago", "12"}, {"income.verified", "false"}})).decision;
    CHECK(reasons(both) == "bankruptcy; R01 22; unable_to_verify_income; R02 3; ");
    const LoanDecision term =
        decide(loan_application({{"loan.amount_minor", "1000000"}, {"loan.term_months", "49"}})).decision;
    REQUIRE(term.band == Outcome::approve);
    CHECK(reasons(term) == "term_not_offered; ");
}

TEST_CASE("no smaller amount is sought below a fee that would take all of it") {
    std::string text(LoanPolicy::embedded_text());
    const auto set = [&](const std::string& key, const std::string& value) {
        const std::size_t at = text.find(':', text.find("\"" + key + "\"")) + 1;
        text.replace(at, text.find_first_of(",}", at) - at, value);
    };
    set("max_amount_minor", "90000000000000");
    set("amount_step_minor", "1");
    const LoanPolicy policy = *LoanPolicy::parse(text);
    const LoanDecision decision = decide(loan_application({{"loan.amount_minor", "80000000000000"},
                                                           {"loan.fee_minor", "70000000000000"},
                                                           {"loan.fee_financed", "false"},
                                                           {"income.gross_monthly_minor", "4000000000000"},
                                                           {"income.net_monthly_minor", "3900000000000"}}),
                                         policy)
                                      .decision;
    CHECK(decision.decision == Outcome::decline);
    for (const CounterOffer& offer : decision.counter_offers) CHECK(offer.has_same_amount);
}

TEST_CASE("rates follow the fee and the days until the first payment") {
    const LoanChanges plain{{"loan.amount_minor", "1000000"},
                            {"loan.rate_bps", "850"},
                            {"loan.term_months", "60"},
                            {"loan.fee_minor", "20000"}};
    const LoanDecision decision = decide(loan_application(plain)).decision;
    CHECK(decision.regz_ppm == 93636);
    CHECK(decision.eu_ppm == 97761);
    LoanChanges late = plain;
    late["loan.first_payment_date"] = "\"2026-05-20\"";
    CHECK(decide(loan_application(late)).decision.regz_ppm < 93636);
    CHECK(months_between(*parse_day("2026-01-31"), *parse_day("2026-02-28")).months == 0);
    CHECK(months_between(*parse_day("2026-01-31"), *parse_day("2026-02-28")).days == 28);
    CHECK(months_between(*parse_day("2026-02-28"), *parse_day("2026-03-31")).months == 1);
    CHECK(months_between(*parse_day("2026-04-05"), *parse_day("2026-05-05")).months == 1);
    CHECK(months_between(*parse_day("2026-01-10"), *parse_day("2026-09-15")).months == 8);
    CHECK(months_between(*parse_day("2026-01-10"), *parse_day("2026-09-15")).days == 5);
}

TEST_CASE("more income never costs points for the balance that it makes look small") {
    // At 4,800.01 a month the balance of 2,400.00 falls into a lower bin; the card then sees 4,799.99.
    const LoanChanges changes{{"loan.amount_minor", "1000000"}, {"income.gross_monthly_minor", "480001"}};
    const LoanDecision decision = decide(loan_application(changes)).decision;
    CHECK(decision.scored_income == 479999);
    const auto balance = std::ranges::find(decision.factors, LoanFact::average_balance_to_income_bps, &Factor::fact);
    CHECK(balance->place.points.points == 18);
    CHECK(*balance->value == 5001);
    CHECK(decision.values.at(LoanFact::gross_monthly) == 480001);
}
