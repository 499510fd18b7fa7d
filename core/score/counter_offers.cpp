// The search for loans that the whole engine approves beside one that it does not.
#include <algorithm>

#include "core/model/money.h"
#include "core/score/decision.h"

namespace bankctl {

using enum LoanFact;

CounterOfferSearch::CounterOfferSearch(const LoanEngine& engine, const LoanPolicy& policy, const LoanValues& values)
    : engine_(engine), product_(*policy.product), amount_(values.at(amount)), term_(values.at(term_months)) {
    trial_.values = values;
}

std::vector<CounterOffer> CounterOfferSearch::find() {
    std::vector<CounterOffer> offers;
    if (const auto largest = largest_amount()) {
        passes(*largest, term_);
        offers.push_back(offer(false));
    }
    const auto beside = std::ranges::lower_bound(product_.terms, term_);
    for (auto shorter = beside; shorter != product_.terms.begin();) {
        if (!passes(amount_, *--shorter)) continue;
        offers.push_back(offer(true));
        break;
    }
    for (auto longer = beside; longer != product_.terms.end(); ++longer) {
        if (*longer == term_ || !passes(amount_, *longer)) continue;
        offers.push_back(offer(true));
        break;
    }
    return offers;
}

std::optional<std::int64_t> CounterOfferSearch::largest_amount() {
    const std::int64_t step = product_.amount_step;
    std::int64_t lowest = (product_.amount_min + step - 1) / step;  // in steps
    // A fee that is taken off what is paid out must leave something, as of an application.
    const LoanValues& values = trial_.values;
    if (values.value_or(fee_financed, 0) == 0) lowest = std::max(lowest, values.value_or(fee, 0) / step + 1);
    std::int64_t high = std::min(product_.amount_max, amount_ - 1) / step;
    if (engine_.favours_small_amounts_) {
        // Approval holds up to some amount and no further, so halving finds that amount.
        if (lowest > high || !approves(lowest * step, term_)) return std::nullopt;
        std::int64_t approved = lowest;
        for (std::int64_t beyond = high + 1; approved + 1 < beyond;) {
            const std::int64_t middle = approved + (beyond - approved) / 2;
            (approves(middle * step, term_) ? approved : beyond) = middle;
        }
        high = approved;
    }
    for (const std::int64_t low = std::max(lowest, high - k_amounts_max); high >= low; --high) {
        if (passes(high * step, term_)) return high * step;
    }
    return std::nullopt;
}

bool CounterOfferSearch::approves(std::int64_t candidate, std::int64_t months) {
    trial_.values.set(amount, candidate);
    trial_.values.set(term_months, months);
    engine_.assess(trial_);
    return trial_.decision == Outcome::approve;
}

bool CounterOfferSearch::passes(std::int64_t candidate, std::int64_t months) {
    if (!approves(candidate, months)) return false;
    const LoanValues& values = trial_.values;
    const bool is_financed = values.value_or(fee_financed, 0) != 0;
    const std::int64_t principal = candidate + (is_financed ? values.value_or(fee, 0) : 0);
    return principal <= k_minor_max && amortise({principal, values.at(rate_bps), months}, ScheduleDetail::totals);
}

CounterOffer CounterOfferSearch::offer(bool has_same_amount) const {
    const LoanValues& values = trial_.values;
    return {has_same_amount,    values.at(amount), values.at(term_months),
            values.at(payment), trial_.score,      trial_.decision};
}

}  // namespace bankctl
