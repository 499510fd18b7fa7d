// Policies of loans as documents: the data of `loan.policy.show/v1`, and in what two of them differ.
#pragma once

#include <string>

#include "cli/render/render.h"
#include "core/score/policy.h"

namespace bankctl::cli {

/// Which policy it is: `{"id":…,"version":…,"sha256":…}`.
Json loan_policy_reference(const LoanPolicy& policy);

/// The policy with null for what it leaves open; bins in the words that decisions use. What training tells of itself
/// is left out, for it decides nothing.
Json loan_policy_json(const LoanPolicy& policy, const std::string& source);

/// The `changes` of `loan.policy.diff/v1`, of two policies as loan_policy_json makes them: `[{"part", "id", "bin",
/// "key", "change", "before", "after"}]`, where `key` is null for an element that one of them lacks.
Json loan_policy_changes(const Json& before, const Json& after);

}  // namespace bankctl::cli
