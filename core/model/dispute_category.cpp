#include "core/model/dispute_category.h"

#include <algorithm>

namespace bankctl {

std::string_view name(DisputeCategory category) { return k_dispute_category_names[static_cast<std::size_t>(category)]; }

std::optional<DisputeCategory> dispute_category(std::string_view name) {
    const auto found = std::ranges::find(k_dispute_category_names, name);
    if (found == k_dispute_category_names.end()) return std::nullopt;
    return static_cast<DisputeCategory>(found - k_dispute_category_names.begin());
}

}  // namespace bankctl
