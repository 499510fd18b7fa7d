// Decisions on random applications: the search for counter-offers against trying every amount, and that nobody fares
// worse for more income, less debt or fewer late payments.
#include <algorithm>
#include <random>

#include <catch2/catch.hpp>

#include "core/score/decision.h"
#include "tests/support/loan_application.h"

using namespace bankctl;

namespace {

constexpr int k_applications = 1000;

class Applications {
public:
    explicit Applications(std::uint64_t seed) : random_(seed) {}

    std::int64_t between(std::int64_t low, std::int64_t high) {
        return std::uniform_int_distribution<std::int64_t>(low, high)(random_);
    }
    std::string number(std::int64_t low, std::int64_t high) { return std::to_string(between(low, high)); }
    std::string or_null(std::string value) { return between(0, 9) == 0 ? "null" : value; }

    LoanChanges next() {
        const std::int64_t income = between(250'000, 900'000);
        LoanChanges changes{
            {"loan.amount_minor", number(60'000, 3'200'000)},
            {"loan.term_months", std::to_string(12 * between(1, 7))},
            {"loan.rate_bps", number(0, 2500)},
            {"loan.fee_minor", number(0, 40'000)},
            {"loan.fee_financed", between(0, 1) == 0 ? "false" : "true"},
            {"loan.first_payment_date", "\"2026-05-" + std::to_string(between(10, 31)) + "\""},
            {"income.gross_monthly_minor", std::to_string(income)},
            {"income.net_monthly_minor", std::to_string(income * between(60, 90) / 100)},
            {"income.verified", between(0, 9) == 0 ? "false" : "true"},
            {"income.employment_months", or_null(number(0, 120))},
            {"obligations.monthly_debt_payments_minor", number(0, income / 5)},
            {"obligations.essential_expenses_minor", number(0, income / 4)},
            {"bureau.utilisation_bps", or_null(number(0, 7'000))},
            {"bureau.inquiries_6m", or_null(number(0, 3))},
            {"bureau.delinquencies_24m", or_null(number(0, between(0, 3) == 0 ? 3 : 0))},
            {"bureau.oldest_account_months", "null"},
            {"bank.tenure_months", number(6, 120)},
            {"bank.overdraft_days_180", or_null(number(0, 12))},
            {"bank.returned_payments_12m", or_null(number(0, 1))},
            {"bank.average_balance_6m_minor", or_null(number(-20'000, 2 * income))},
            {"bank.salary_months_6", or_null(number(0, 6))},
        };
        return changes;
    }

private:
    std::mt19937_64 random_;
};

class Desk {
public:
    explicit Desk(const LoanPolicy& policy) : policy_(policy), reader_(policy), engine_(policy) {}

    LoanApplication read(const LoanChanges& changes) {
        const auto application = reader_.read(loan_application(changes));
        if (!application) FAIL(application.error().message);
        return **application;
    }
    LoanDecision decide(const LoanApplication& application) const {
        const auto decision = engine_.decide(application, DecisionDetail::full);
        if (!decision) FAIL(decision.error().message);
        return *decision;
    }

    /// The largest smaller amount and the nearest terms that are approved, by trying all of them.
    std::vector<std::pair<std::int64_t, std::int64_t>> exhaustive(const LoanApplication& asked) const {
        std::vector<std::pair<std::int64_t, std::int64_t>> found;
        if (decide(asked).decision == Outcome::approve) return found;
        const LoanProduct& product = *policy_.product;
        const std::int64_t amount = asked.values.at(LoanFact::amount);
        const std::int64_t term = asked.values.at(LoanFact::term_months);
        std::optional<std::int64_t> largest;
        for (std::int64_t sum = product.amount_step; sum < amount; sum += product.amount_step) {
            if (approves(asked, sum, term)) largest = sum;
        }
        if (largest) found.emplace_back(*largest, term);
        std::optional<std::int64_t> shorter;
        std::optional<std::int64_t> longer;
        for (const std::int64_t each : product.terms) {
            if (each < term && approves(asked, amount, each)) shorter = each;
            if (each > term && !longer && approves(asked, amount, each)) longer = each;
        }
        if (shorter) found.emplace_back(amount, *shorter);
        if (longer) found.emplace_back(amount, *longer);
        return found;
    }

private:
    bool approves(LoanApplication application, std::int64_t amount, std::int64_t term) const {
        application.values.set(LoanFact::amount, amount);
        application.values.set(LoanFact::term_months, term);
        const bool pays_out =
            application.values.at(LoanFact::fee_financed) != 0 || amount > application.values.at(LoanFact::fee);
        const auto decision = engine_.decide(application, DecisionDetail::score);
        return pays_out && decision && decision->decision == Outcome::approve;
    }

    const LoanPolicy& policy_;
    ApplicationReader reader_;
    LoanEngine engine_;
};

void require_equal_to_exhaustive(const LoanPolicy& policy, std::uint64_t seed) {
    Desk desk(policy);
    Applications applications(seed);
    int with_offers = 0;
    for (int i = 0; i < k_applications; ++i) {
        const LoanApplication application = desk.read(applications.next());
        std::vector<std::pair<std::int64_t, std::int64_t>> offered;
        for (const CounterOffer& offer : desk.decide(application).counter_offers) {
            CHECK(offer.decision == Outcome::approve);
            offered.emplace_back(offer.amount, offer.term_months);
        }
        INFO("application " << i);
        REQUIRE(offered == desk.exhaustive(application));
        if (!offered.empty()) ++with_offers;
    }
    CHECK(with_offers > k_applications / 10);
}

std::string with(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("counter-offers are those that an exhaustive search finds", "[property][loan]") {
    require_equal_to_exhaustive(LoanPolicy::embedded(), 20260331);
}

TEST_CASE("counter-offers are found where larger amounts can fare better", "[property][loan]") {
    // Knock-outs that stand in the way of some amounts in the middle, and of small ones.
    std::string text(LoanPolicy::embedded_text());
    text =
        with(text, "\"knockouts\": [",
             "\"knockouts\": [{\"id\": \"X1\", \"when\": {\"field\": \"loan.amount_minor\", \"op\": \"<\", \"value\": "
             "400000}, \"action\": \"refer\", \"code\": \"small\"}, {\"id\": \"X2\", \"when\": {\"field\": "
             "\"derived.pti_bps\", \"op\": \"==\", \"value\": 900}, \"action\": \"refer\", \"code\": \"odd\"},");
    text = with(text, "\"amount_step_minor\": 10000", "\"amount_step_minor\": 25000");
    const auto policy = LoanPolicy::parse(text);
    REQUIRE(policy);
    CHECK_FALSE(policy->favours_small_amounts());
    require_equal_to_exhaustive(*policy, 7);
}

TEST_CASE("more income, less debt and fewer late payments never lower a score or a decision", "[property][loan]") {
    Desk desk(LoanPolicy::embedded());
    Applications applications(42);
    int rises = 0;
    for (int i = 0; i < 4 * k_applications; ++i) {
        LoanChanges changes = applications.next();
        if (changes["bureau.delinquencies_24m"] == "0") changes["bureau.delinquencies_24m"] = "1";
        const LoanDecision before = desk.decide(desk.read(changes));
        const auto number = [&](const std::string& path) { return std::stoll(changes.at(path)); };
        switch (i % 4) {
            case 0: {
                const std::int64_t more = applications.between(1, 300'000);
                changes["income.gross_monthly_minor"] = std::to_string(number("income.gross_monthly_minor") + more);
                break;
            }
            case 1: {
                const std::int64_t more = applications.between(1, 300'000);
                changes["income.gross_monthly_minor"] = std::to_string(number("income.gross_monthly_minor") + more);
                changes["income.net_monthly_minor"] = std::to_string(number("income.net_monthly_minor") + more);
                break;
            }
            case 2:
                changes["obligations.monthly_debt_payments_minor"] =
                    applications.number(0, number("obligations.monthly_debt_payments_minor"));
                break;
            default:
                if (changes["bureau.delinquencies_24m"] == "null") continue;
                changes["bureau.delinquencies_24m"] = applications.number(0, number("bureau.delinquencies_24m"));
        }
        const LoanDecision after = desk.decide(desk.read(changes));
        INFO("application " << i);
        REQUIRE(after.score >= before.score);
        REQUIRE(after.decision >= before.decision);
        if (after.score > before.score) ++rises;
    }
    CHECK(rises > k_applications / 10);
}
