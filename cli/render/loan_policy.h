// Policies of loans as a person reads them, made from the data of `loan.policy.show/v1` and `loan.policy.diff/v1`.
#pragma once

#include <string>

#include "cli/render/render.h"

namespace bankctl::cli {

/// What settles a decision, what a loan may cost, and what each characteristic gives.
std::string loan_policy_text(const Json& policy);

/// The two policies, then a change in each line.
std::string loan_policy_diff_text(const Json& diff);

}  // namespace bankctl::cli
