// A decision on a loan and all that explains it. Equal applications under equal policies give equal decisions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/score/amortisation.h"
#include "core/score/application.h"
#include "core/score/apr.h"
#include "core/score/policy.h"
#include "core/score/scorecard.h"

namespace bankctl {

/// From the worst to the best for the applicant.
enum class Outcome { decline, refer, approve };
std::string_view name(Outcome outcome);

/// A cap that the application does not keep to.
struct FailedRule {
    std::string_view code;              ///< `dti_above_max`
    std::optional<std::int64_t> value;  ///< nothing where it is not known
    std::int64_t limit = 0;             ///< of a term that is not offered, the nearest that is
};

struct Factor {
    const Characteristic* characteristic = nullptr;
    LoanFact fact = LoanFact::as_of;
    std::optional<std::int64_t> value;  ///< nothing if not known or a word
    Place place;
};

/// Why it was not better: a knock-out, a failed rule or a characteristic below its reference points.
struct Reason {
    std::string code;
    std::string text;
    std::optional<std::int64_t> gap;  ///< points below the reference
};

struct CounterOffer {
    bool has_same_amount = false;  ///< else the same term
    std::int64_t amount = 0;
    std::int64_t term_months = 0;
    std::int64_t payment = 0;
    std::int64_t score = 0;
    Outcome decision = Outcome::approve;
};

struct LoanDecision {
    Outcome decision = Outcome::decline;
    Outcome band = Outcome::decline;  ///< by the score alone
    std::int64_t score = 0;
    std::int64_t probability_ppm = 0;
    std::vector<const Knockout*> knockouts;
    std::vector<FailedRule> failed_rules;
    LoanValues values;  ///< the application's and the derived ones
    /// The gross income that the card saw: the stated one, unless a lower one would give more points; see decide.
    std::int64_t scored_income = 0;
    // Only of a full decision:
    std::vector<Factor> factors;
    std::vector<Reason> reasons;
    std::int64_t regz_ppm = 0;
    std::int64_t eu_ppm = 0;
    std::vector<CounterOffer> counter_offers;
    std::string recommendation;
};

/// How much of a decision is wanted: up to the score, or all.
enum class DecisionDetail { score, full };

/// Decides under a policy that decides applications and outlives the engine.
///
/// Derived: the payment by amortise on the amount, with the fee if that is financed; dti = (debt payments + payment) /
/// gross income; pti = payment / gross income; ltv = the same principal / collateral; residual = net income − debt
/// payments − housing − expenses − dependants − the payment at the stressed rate; ratios in basis points, rounded up.
///
/// Knock-outs and affordability are tested whatever the score. Declined if a knock-out says so, a cap or the product's
/// limits do not hold, or the score is below refer_min; else referred if a knock-out says so or the score is below
/// approve_min; else approved.
///
/// A ratio with income below the line falls when income rises, so a card that rewards a high one would punish more
/// income. It never does: the card sees the income, up to the stated one, at which it gives the most points.
class LoanEngine {
public:
    explicit LoanEngine(const LoanPolicy& policy);

    /// Errors, with the detail `field`: `amount_too_large` and `invalid_amount` for what cannot be amortised.
    Result<LoanDecision> decide(const LoanApplication& application, DecisionDetail detail) const;

private:
    friend class CounterOfferSearch;
    /// Derives, tests and scores what stands in `decision.values`.
    void assess(LoanDecision& decision) const;
    void test_product(LoanDecision& decision) const;
    void test_affordability(LoanDecision& decision) const;
    void score(LoanDecision& decision) const;
    std::int64_t points_at(const LoanValues& values) const;
    std::vector<Factor> factors(const LoanDecision& decision) const;
    void explain(const Currency& currency, LoanDecision& decision) const;

    const LoanPolicy& policy_;
    bool favours_small_amounts_;
    std::vector<std::int64_t> balance_edges_;  // of characteristics on the average balance to the income
};

/// Looks for the largest smaller amount at the asked term, and the nearest shorter and longer terms at the asked
/// amount, that the whole engine approves. Where so little can be paid back in whole minor units that none of 100,000
/// amounts below the largest approved one can, as at extreme rates, it finds no smaller amount.
class CounterOfferSearch {
public:
    /// Of an application whose values, with its age, are `values`.
    CounterOfferSearch(const LoanEngine& engine, const LoanPolicy& policy, const LoanValues& values);
    std::vector<CounterOffer> find();

private:
    std::optional<std::int64_t> largest_amount();
    bool approves(std::int64_t candidate, std::int64_t months);
    /// Approves it, and it can be paid back in whole minor units.
    bool passes(std::int64_t candidate, std::int64_t months);
    CounterOffer offer(bool has_same_amount) const;  // of what passed last

    const LoanEngine& engine_;
    const LoanProduct& product_;
    std::int64_t amount_;
    std::int64_t term_;
    LoanDecision trial_;
};

/// The flows of the loan as they stand in `values`, for its rates: paid out less a fee that is not financed.
Result<std::int64_t> loan_rate_ppm(const LoanValues& values, const Schedule& schedule, AprMethod method);

}  // namespace bankctl
