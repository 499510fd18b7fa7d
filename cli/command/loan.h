// What the loan commands share.
#pragma once

#include <optional>
#include <string>

#include "cli/command/common.h"
#include "core/score/decision.h"

namespace bankctl::cli {

inline constexpr Option k_loan_policy_option{"policy", "FILE",
                                             "the policy that decides, or embedded (default: the setting loan-policy)"};

/// `{"regz":"11.8165","eu":"12.4793"}`; null for a rate that does not apply.
Json apr_json(const std::optional<std::int64_t>& regz_ppm, const std::optional<std::int64_t>& eu_ppm);

/// The policy that a path names: `embedded` and an empty one stand for that in the executable, - for stdin. Throws
/// `unreadable_input` and what LoanPolicy::parse refuses.
LoanPolicy open_loan_policy(const std::string& path);
/// The same of one that is to decide applications: `invalid_policy` where it only scores rows of a CSV file.
LoanPolicy open_deciding_policy(const std::string& path);
/// What documents call the place of such a policy.
std::string loan_policy_source(const std::string& path);

}  // namespace bankctl::cli
