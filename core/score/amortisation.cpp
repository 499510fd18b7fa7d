#include "core/score/amortisation.h"

#include <cassert>
#include <cmath>
#include <string>

#include <boost/multiprecision/cpp_int.hpp>

#include "core/model/money.h"

namespace bankctl {
namespace {

constexpr std::int64_t k_year_bps = 120'000;  // twelve months of 10,000 basis points

__extension__ using Wide = __int128;

/// The month's interest on a balance, half up.
Wide interest_on(Wide balance, std::int64_t rate_bps) {
    constexpr Wide k_short = std::int64_t{1} << 43;  // dividing 64 bits is much faster, and is enough for most loans
    if (balance < k_short) return (2 * static_cast<std::int64_t>(balance) * rate_bps + k_year_bps) / (2 * k_year_bps);
    return (2 * balance * rate_bps + k_year_bps) / (2 * static_cast<Wide>(k_year_bps));
}

}  // namespace

Annuity::Annuity(std::int64_t rate_bps, std::int64_t months) : rate_bps_(rate_bps), months_(months) {
    assert(rate_bps >= 0 && rate_bps <= k_loan_rate_bps_max && months >= 1 && months <= k_loan_months_max);
    if (rate_bps == 0) return;
    const long double rate = static_cast<long double>(rate_bps) / k_year_bps;
    long double growth = 1;
    long double square = 1 + rate;
    for (std::int64_t left = months; left > 0; left /= 2) {
        if (left % 2 == 1) growth *= square;
        square *= square;
    }
    const long double discount = 1 - 1 / growth;
    factor_ = rate / discount;
    // Each of the products behind the growth is off by at most half a unit of its 64 bits, and squaring doubles that,
    // so the growth by at most 2·months of them; subtracting from 1 makes it larger by 1 / discount.
    relative_error_ = (2 * static_cast<long double>(months) + 8) * std::ldexp(1.0L, -63) / discount;
}

std::int64_t Annuity::payment(std::int64_t principal) const {
    assert(principal >= 0 && principal <= k_minor_max);
    if (rate_bps_ == 0) return static_cast<std::int64_t>((2 * Wide{principal} + months_) / (2 * Wide{months_}));
    const long double estimate = static_cast<long double>(principal) * factor_;
    const long double error = estimate * relative_error_ + 1e-12L;
    const long double rounded = std::floor(estimate + 0.5L);
    // Between the errors' ends there must be no middle of two minor units.
    if (std::floor(estimate - error + 0.5L) == rounded && std::floor(estimate + error + 0.5L) == rounded)
        return static_cast<std::int64_t>(rounded);
    return exact_payment(principal);
}

std::int64_t Annuity::exact_payment(std::int64_t principal) const {
    // P·b·X / (c·(X − Y)) with X = (c + b)^n, Y = c^n, where i = b / c.
    using boost::multiprecision::cpp_int;
    const auto power = static_cast<unsigned>(months_);
    const cpp_int grown = boost::multiprecision::pow(cpp_int(k_year_bps + rate_bps_), power);
    const cpp_int start = boost::multiprecision::pow(cpp_int(k_year_bps), power);
    const cpp_int numerator = grown * rate_bps_ * principal;
    const cpp_int denominator = (grown - start) * k_year_bps;
    return static_cast<std::int64_t>((2 * numerator + denominator) / (2 * denominator));
}

Result<Schedule> amortise(const LoanTerms& terms, ScheduleDetail detail) {
    assert(terms.principal > 0);
    Schedule schedule;
    schedule.payment = Annuity(terms.rate_bps, terms.months).payment(terms.principal);
    if (detail == ScheduleDetail::rows) schedule.rows.reserve(static_cast<std::size_t>(terms.months));
    Wide balance = terms.principal;
    Wide total_interest = 0;
    for (std::int64_t number = 1; number <= terms.months; ++number) {
        const Wide interest = interest_on(balance, terms.rate_bps);
        const Wide payment = number == terms.months ? balance + interest : Wide{schedule.payment};
        balance -= payment - interest;
        total_interest += interest;
        if (total_interest + terms.principal > k_minor_max)
            return Error(ErrorCode::amount_too_large, "all payments together pass 9,007,199,254,740,991 minor units");
        if (payment <= 0 || (number < terms.months && balance <= 0))
            return Error(ErrorCode::invalid_amount, "the loan is too small to be paid in " +
                                                        std::to_string(terms.months) +
                                                        " payments of whole minor units");
        if (number == terms.months) schedule.last_payment = static_cast<std::int64_t>(payment);
        if (detail == ScheduleDetail::rows)
            schedule.rows.push_back({number, static_cast<std::int64_t>(payment), static_cast<std::int64_t>(interest),
                                     static_cast<std::int64_t>(payment - interest),
                                     static_cast<std::int64_t>(balance)});
    }
    schedule.total_interest = static_cast<std::int64_t>(total_interest);
    return schedule;
}

}  // namespace bankctl
