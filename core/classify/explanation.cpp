// Why a text was taken for what it was taken for, word by word.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>

#include "core/classify/classifier.h"

namespace bankctl::classify {
namespace {

/// How much each bucket speaks for one intent rather than another, in units of score.
class Preference {
public:
    Preference(const Layer& layer, const Words& words, std::size_t intent, std::size_t other)
        : layer_(layer), column_(column(layer, intent)), other_(column(layer, other)) {
        const std::vector<Feature> met = features(layer.space, words);
        unit_ = layer_scores(layer, met).unit;
        for (const Feature& feature : met) counts_.emplace(feature.bucket, feature.count);
    }

    /// Of one meeting of the bucket: an equal part of what all its meetings together weigh.
    double weight(std::uint32_t bucket) const {
        const std::uint8_t count = counts_.at(bucket);
        return (of_column(bucket, column_) - of_column(bucket, other_)) * unit_ * k_count_weights[count] / count;
    }

private:
    static std::size_t column(const Layer& layer, std::size_t intent) {
        return static_cast<std::size_t>(std::ranges::find(layer.intents, intent) - layer.intents.begin());
    }
    double of_column(std::uint32_t bucket, std::size_t column) const {
        if (column >= layer_.intents.size()) return 0;  // the layer does not know that intent
        return double{layer_.scales[column]} * layer_.row(bucket)[column];
    }

    const Layer& layer_;
    std::size_t column_;
    std::size_t other_;
    double unit_ = 0;
    std::map<std::uint32_t, std::uint8_t> counts_;
};

}  // namespace

std::vector<WordWeight> explanation(const Model& model, const Words& words, std::size_t intent, std::size_t other,
                                    std::size_t words_max) {
    constexpr double k_thousandths = 1000;
    const bool is_second = model.layers.size() > 1 && words.words.size() >= (model.blend.from + model.blend.to) / 2;
    const Layer& layer = model.layers[is_second ? 1 : 0];
    const Preference preference(layer, words, intent, other);
    std::vector<double> weights(words.words.size(), 0.0);
    const FeatureHasher hasher(layer.space, words);
    for (std::size_t i = 0; i < weights.size(); ++i) {
        hasher.visit_word(
            i, [&](std::uint32_t bucket) { weights[i] += preference.weight(bucket); },
            [&](std::uint32_t bucket, std::size_t first) {
                const double part = preference.weight(bucket) / static_cast<double>(i - first + 1);
                for (std::size_t word = first; word <= i; ++word) weights[word] += part;
            });
    }
    std::map<std::string, double> sums;
    for (std::size_t i = 0; i < weights.size(); ++i)
        sums[words.text.substr(words.words[i].begin, words.words[i].size)] += weights[i];
    std::vector<WordWeight> result;
    for (const auto& [word, sum] : sums) {
        const std::int64_t weight = std::llround(sum * k_thousandths);
        if (weight != 0) result.push_back({word, weight});
    }
    std::ranges::stable_sort(
        result, [](const WordWeight& a, const WordWeight& b) { return std::abs(a.weight) > std::abs(b.weight); });
    if (result.size() > words_max) result.resize(words_max);
    return result;
}

}  // namespace bankctl::classify
