// Real time: between which lengths of the journal an invocation lived.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/concurrency/observation.h"

namespace bankctl::concurrency_test {

/// Who may have written the entry with a key: steps by their index.
struct Writers {
    std::vector<std::size_t> acknowledged;  ///< that said it was new
    std::vector<std::size_t> possible;      ///< that were killed, or imported it among others
};

/// By key, as Journal::key_of. Refused steps are no writers.
std::map<std::string, Writers> find_writers(const Recording& recording, const std::vector<Observation>& observations,
                                            const Journal& journal);

/// Journal lengths, both inclusive.
struct Window {
    std::int64_t low = 0;
    std::int64_t high = 0;
};

class Timeline {
public:
    Timeline(const Recording& recording, const std::vector<Observation>& observations, const Journal& journal,
             const std::map<std::string, Writers>& writers);

    /// What was in the journal for certain when the process started, and what may have been there when it ended.
    Window window(const Answer& answer) const;

private:
    using Bound = std::pair<std::int64_t, std::int64_t>;  // a time in ns, a length of the journal

    std::vector<Bound> at_least_;  // from this time on the journal is so long; ascending in both
    std::vector<Bound> at_most_;   // up to this time the journal is no longer; ascending in both
    std::int64_t length_;
};

}  // namespace bankctl::concurrency_test
