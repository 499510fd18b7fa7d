#include "core/classify/features.h"

namespace bankctl::classify {

std::vector<Feature> features(const FeatureSpace& space, const Words& words) {
    std::vector<std::uint8_t> counts(space.buckets(), 0);
    std::vector<std::uint32_t> met;
    met.reserve(words.text.size() * 4);
    const auto meet = [&](std::uint32_t bucket) {
        if (counts[bucket] == 0) met.push_back(bucket);
        if (counts[bucket] < k_count_max) ++counts[bucket];
    };
    const FeatureHasher hasher(space, words);
    for (std::size_t i = 0; i < words.words.size(); ++i)
        hasher.visit_word(i, meet, [&](std::uint32_t bucket, std::size_t) { meet(bucket); });

    std::array<std::size_t, k_count_max + 2> begins{};
    for (const std::uint32_t bucket : met) ++begins[counts[bucket] + std::size_t{1}];
    for (std::size_t count = 1; count < begins.size(); ++count) begins[count] += begins[count - 1];
    std::vector<Feature> result(met.size());
    for (const std::uint32_t bucket : met) result[begins[counts[bucket]]++] = {bucket, counts[bucket]};
    return result;
}

}  // namespace bankctl::classify
