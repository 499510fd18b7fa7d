// Diagnosis: everything that could keep the bank from working, each with what to do about it.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/clock.h"
#include "core/port/ledger.h"
#include "core/port/premises.h"
#include "core/service/verification.h"

namespace bankctl {

/// Examines the premises, the clock and the books, in this order; what one examination finds does not stop the others.
/// Reads only.
std::vector<port::Finding> diagnose(port::Premises& premises, port::Ledger& ledger, Clock& clock,
                                    const VerificationProgress& progress = {});

}  // namespace bankctl
