// Holds a recording against the journal. Everything that was answered must be what one bank would have answered that
// did one thing at a time, in an order that agrees with real time: strict serialisability, checked by replaying the
// journal on the bank on paper (tests/support/reference_bank.h).
#pragma once

#include "tests/concurrency/finding.h"
#include "tests/concurrency/journal.h"
#include "tests/concurrency/recording.h"

namespace bankctl::concurrency_test {

/// All that contradicts; empty if nothing does. The recording must end as look_at_bank ends it.
Findings check(const Recording& recording, const Journal& journal);

}  // namespace bankctl::concurrency_test
