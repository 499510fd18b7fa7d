// What the checks report.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace bankctl::concurrency_test {

struct Finding {
    std::string what;
    std::optional<std::size_t> step;  ///< the recorded step that contradicts the journal, if it is one
};

using Findings = std::vector<Finding>;

}  // namespace bankctl::concurrency_test
