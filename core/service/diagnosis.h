// Diagnosis: everything that could keep the bank from working, each with what to do about it.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "core/base/clock.h"
#include "core/port/ledger.h"
#include "core/port/limiter.h"
#include "core/port/premises.h"
#include "core/service/verification.h"

namespace bankctl {

/// Examines the premises, the limiter, the clock and the books, in this order; what one examination finds does not stop
/// the others. Reads only. `describe_limiter` answers nothing where there is no bank to have one, and may throw
/// Failure.
std::vector<port::Finding> diagnose(port::Premises& premises,
                                    const std::function<std::optional<port::LimiterDescription>()>& describe_limiter,
                                    port::Ledger& ledger, Clock& clock, const VerificationProgress& progress = {});

}  // namespace bankctl
