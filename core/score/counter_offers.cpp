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
    std::int64_t low = (product_.amount_min + step - 1) / step;  // in steps
    // A fee that is taken off what is paid out must leave something.
    if (trial_.values.value_or(fee_financed, 0) == 0) low = std::max(low, trial_.values.value_or(fee, 0) / step + 1);
    const std::int64_t lowest = low;
    std::int64_t high = std::min(product_.amount_max, amount_ - 1) / step;
    if (engine_.favours_small_amounts_) {
        // Approval holds up to some amount and no further, so halving finds that amount.
        if (low > high || !approves(low * step, term_)) return std::nullopt;
        for (std::int64_t beyond = high + 1; low + 1 < beyond;) {
            const std::int64_t middle = low + (beyond - low) / 2;
            (approves(middle * step, term_) ? low : beyond) = middle;
            high = low;
        }
        high = low;
        low = std::max(lowest, high - k_amounts_max);  // what cannot be amortised here lies far from what can
    }
    for (; high >= low; --high) {
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
    const std::int64_t charge = values.value_or(fee, 0);
    const bool is_financed = values.value_or(fee_financed, 0) != 0;
    if (!is_financed && charge >= candidate) return false;  // as an application that asks for it would be refused
    const std::int64_t principal = candidate + (is_financed ? charge : 0);
    return principal <= k_minor_max && amortise({principal, values.at(rate_bps), months}, ScheduleDetail::totals);
}

CounterOffer CounterOfferSearch::offer(bool has_same_amount) const {
    const LoanValues& values = trial_.values;
    return {has_same_amount,    values.at(amount), values.at(term_months),
            values.at(payment), trial_.score,      trial_.decision};
}

}  // namespace bankctl
