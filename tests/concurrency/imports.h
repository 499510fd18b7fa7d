// What an import may leave behind, and how it may be refused.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "tests/concurrency/journal.h"
#include "tests/concurrency/observation.h"
#include "tests/support/reference_bank.h"

namespace bankctl::concurrency_test {

/// Lengths of the journal that no other process can have seen, for they lie within a group or an atomic import.
std::set<std::int64_t> hidden_lengths(const Recording& recording, const Journal& journal);

/// What of an import's lines is in the journal though it must not be, or the other way round; empty if nothing is.
std::string import_fault(const Step& step, const Observation& seen, const Journal& journal);

/// Why the refusal of an import's line was not due when the bank was as it is; empty if it was. `bank` is as before the
/// line's group.
std::string refused_line_fault(const Step& step, const Observation& seen, const test::ReferenceBank& bank,
                               std::int64_t clock_us);

}  // namespace bankctl::concurrency_test
