// The annual percentage rate of advances and payments: the American one by Appendix J of Regulation Z (12 CFR 1026),
// and the European one (APRC) by Annex I of Directive 2008/48/EC.
//
// Both find the rate of a unit-period, i, at which what is advanced is worth what is paid back. A flow t whole
// unit-periods and a fraction f of one after the start is divided by (1 + f·i)(1 + i)^t in Appendix J (b)(8), and by
// (1 + i)^(t + f) in the Directive. The first quotes i times the unit-periods of a year, the second what i makes when
// it is compounded for a year.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace bankctl {

inline constexpr std::int64_t k_flows_max = 10'000;

/// `count` equal amounts, a unit-period apart, the first `periods` + `fraction` after the start.
struct CashFlow {
    std::int64_t amount = 0;  ///< in any unit; above zero what is advanced, below zero what is paid back
    std::int64_t count = 1;
    std::int64_t periods = 0;  ///< in [0, 10,000]
    long double fraction = 0;  ///< in [0, 1]
};

enum class AprMethod { regz, eu };

/// The yearly rate in millionths (11.8244 percent are 118,244), half up. `invalid_amount` if no rate above −100 percent
/// fits, if nothing is advanced or paid back, or if more than one rate may fit: what is owed must change its sign once.
Result<std::int64_t> annual_rate_ppm(const std::vector<CashFlow>& flows, std::int64_t periods_per_year,
                                     AprMethod method);

/// 118244 as "11.8244".
std::string percent_text(std::int64_t rate_ppm);

}  // namespace bankctl
