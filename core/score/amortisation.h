// The schedule of a loan that is paid in equal monthly payments. All money is whole minor units, and nothing is rounded
// but as said here: a payment is the half-up minor unit of P·i / (1 − (1 + i)^−n), where i = rate_bps / 120,000; a
// month's interest is the half-up minor unit of balance · rate_bps / 120,000; the last payment clears what is left.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/result.h"

namespace bankctl {

inline constexpr std::int64_t k_loan_months_max = 600;
inline constexpr std::int64_t k_loan_rate_bps_max = 200'000;  ///< 2,000 percent a year: with room for a stressed rate

/// What a unit of principal costs a month; made once for a rate and a term, used for many amounts.
class Annuity {
public:
    /// `rate_bps` in [0, k_loan_rate_bps_max], `months` in [1, k_loan_months_max].
    Annuity(std::int64_t rate_bps, std::int64_t months);
    /// Of a principal in [0, k_minor_max]: exact, also where it lies at or near the middle of two minor units.
    std::int64_t payment(std::int64_t principal) const;

private:
    std::int64_t exact_payment(std::int64_t principal) const;

    std::int64_t rate_bps_;
    std::int64_t months_;
    long double factor_ = 0;          // payment of a principal of 1
    long double relative_error_ = 0;  // at most this, of factor_
};

struct LoanTerms {
    std::int64_t principal = 0;  ///< in [1, k_minor_max]
    std::int64_t rate_bps = 0;
    std::int64_t months = 1;
};

struct ScheduleRow {
    std::int64_t number = 0;  ///< from 1
    std::int64_t payment = 0;
    std::int64_t interest = 0;
    std::int64_t principal = 0;
    std::int64_t balance = 0;  ///< after the payment
};

struct Schedule {
    std::int64_t payment = 0;
    std::int64_t last_payment = 0;
    std::int64_t total_interest = 0;
    std::vector<ScheduleRow> rows;  ///< empty unless asked for
};

enum class ScheduleDetail { totals, rows };

/// `invalid_amount` if the loan is so small that rounded payments would clear it before the last one;
/// `amount_too_large` if all payments together pass k_minor_max.
Result<Schedule> amortise(const LoanTerms& terms, ScheduleDetail detail);

}  // namespace bankctl
