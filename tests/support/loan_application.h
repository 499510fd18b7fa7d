// An application for a loan in which single fields are changed.
#pragma once

#include <map>
#include <string>

namespace bankctl {

/// JSON values by the path of their field: {"income.verified", "false"}. An empty value leaves the field out, and a
/// path that the application does not have adds one.
using LoanChanges = std::map<std::string, std::string>;

/// 25,000.00 USD over 48 months for an income of 4,000.00, as one line; everything about the applicant is known.
std::string loan_application(const LoanChanges& changes = {});

}  // namespace bankctl
