// Reads the parts of a dispute policy.
#pragma once

#include "core/model/dispute_policy_rules.h"

namespace bankctl {

/// The parts that a policy may leave to the one in the executable.
inline constexpr std::string_view k_optional_parts[] = {"limits",  "clock_floor", "confidence",      "review",
                                                        "routing", "evidence",    "recommendations", "network_codes"};

/// Reads what the document has; `invalid_policy` for what does not fit. If `is_whole`, it must have every part.
Status read_dispute_policy(const PolicyNode& root, bool is_whole, DisputePolicy::Rules& rules);

/// The same of `rules.trusted`, which is known to be sound, but for what a case needs few of: its actions are read when
/// they are asked for.
void read_trusted_policy(DisputePolicy::Rules& rules);

}  // namespace bankctl
