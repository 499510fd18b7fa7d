// The advances and payments of `loan apr`, in either of two forms.
//
// Unit-periods, as Appendix J of Regulation Z counts them: one advance at the start and equal payments,
//   {"advance":"6000","payment":"200","count":36,"full_periods":1,"fraction":"19/30","periods_per_year":12}
// where the first payment is due after full_periods + fraction of a unit-period. Years, as in the examples of Directive
// 2008/48/EC: pairs of a time in years and an amount,
//   {"advances":[["0","1000"]],"payments":[["1.5","1200"]]}
// Amounts are decimal texts of at most four decimals, times in years of at most nine.
#pragma once

#include <optional>
#include <string_view>

#include "core/score/apr.h"

namespace bankctl {

struct AprRequest {
    std::vector<CashFlow> flows;
    std::int64_t periods_per_year = 1;
    bool has_unit_periods = false;  ///< else it is in years, to which Appendix J does not apply
};

/// Errors, with the detail `field`: `invalid_json`, `missing_argument`, `invalid_number`, `invalid_amount`,
/// `amount_precision`, `amount_too_large`.
Result<AprRequest> read_apr_request(std::string_view json);

}  // namespace bankctl
