// What a classifier says of a customer's words. Probabilities are integers, in basis points (1/10,000), so that what
// follows from them is the same on every machine.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/model/dispute_category.h"

namespace bankctl {

struct CategoryConfidence {
    DisputeCategory category{};
    std::int32_t confidence_bp = 0;  ///< 0 to 10,000

    bool operator==(const CategoryConfidence&) const = default;
};

/// A word of the text, and how much it spoke for the category rather than for the next best; negative: against it.
struct WordWeight {
    std::string word;
    std::int64_t weight = 0;

    bool operator==(const WordWeight&) const = default;
};

struct Classification {
    DisputeCategory category = DisputeCategory::not_a_dispute;
    std::string intent;              ///< the fine label behind the category; of an external classifier the category
    std::int32_t confidence_bp = 0;  ///< calibrated probability of the category, 0 to 10,000
    bool in_scope = true;            ///< false: no bank's business; the category is then `not_a_dispute`
    bool is_long = false;            ///< a narrative: longer than what the model's confidence was validated on
    std::vector<CategoryConfidence> alternatives;  ///< the next best, best first, without the winner; at most 3
    std::vector<WordWeight> explanation;           ///< the weightiest first, at most 8
    std::string model;  ///< `embedded:`, `file:` or `external:` and the SHA-256 of the model file in hex or the command
    std::string fallback;  ///< why an external classifier was not heeded; empty: it was, or there is none

    bool operator==(const Classification&) const = default;
};

}  // namespace bankctl
