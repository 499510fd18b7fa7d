// A dispute policy as a person reads it, made from the data of `dispute.policy/v1`.
#pragma once

#include <string>

#include "cli/render/render.h"

namespace bankctl::cli {

/// What the policy is, and what it adds points, looks first, routes and asks for.
std::string policy_text(const Json& policy);

}  // namespace bankctl::cli
