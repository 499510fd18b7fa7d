// Facts of an application that cannot hold together.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/score/loan_fact.h"

namespace bankctl {

/// An error about one field of an application: `why` goes on from its path.
Error field_error(ErrorCode code, std::string_view path, const std::string& why);

/// `invalid_time` for dates, `invalid_amount` for amounts and `invalid_number` for other numbers that contradict one
/// another; the detail `field` names one of them, `contradicts` the other.
Status check_contradictions(const LoanValues& values);

}  // namespace bankctl
