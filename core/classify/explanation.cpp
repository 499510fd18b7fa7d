// Why a text was taken for what it was taken for, word by word.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <span>

#include "core/classify/classifier.h"

namespace bankctl::classify {
namespace {

/// How much each bucket that a text meets speaks for one intent rather than another, in units of score.
class Preference {
public:
    Preference(const Network& network, const Words& words, std::size_t intent, std::size_t other)
        : weights_(network.space.buckets(), 0.0F) {
        const std::vector<Feature> met = features(network.space, words);
        const Scores scores = scores_of(network, met);
        const HiddenPreference hidden(network, scores, intent, other);
        for (const Feature& feature : met) {
            const std::span<const std::int8_t> row = network.row(feature.bucket);
            const double preference = double{network.scales[intent]} * row[intent] -
                                      double{network.scales[other]} * row[other] +
                                      hidden.of(row.subspan(network.intents));
            const double share = scores.unit * k_count_weights[feature.count] / feature.count;
            weights_[feature.bucket] = static_cast<float>(preference * share);
        }
    }

    /// Of one meeting of the bucket: an equal part of what all its meetings together weigh.
    double weight(std::uint32_t bucket) const { return weights_[bucket]; }

private:
    /// A hidden unit that the text switches on adds evenly to the scores, so each bucket's part of it is known.
    class HiddenPreference {
    public:
        HiddenPreference(const Network& network, const Scores& scores, std::size_t intent, std::size_t other) {
            std::vector<double> factors(network.hidden, 0.0);
            double largest = 0;
            for (std::size_t unit = 0; unit < network.hidden; ++unit) {
                if (scores.hidden[unit] == 0) continue;
                const std::span<const std::int8_t> row = network.hidden_row(unit);
                const double difference = double{network.hidden_scales[intent]} * row[intent] -
                                          double{network.hidden_scales[other]} * row[other];
                factors[unit] = difference * double{network.scales[network.intents + unit]};
                largest = std::max(largest, std::abs(factors[unit]));
            }
            // As integers, which the compiler adds many at a time; 1,024 products with 8-bit weights fit into 32 bits.
            constexpr double k_largest = 16'000;
            scale_ = largest > 0 ? largest / k_largest : 1;
            for (const double factor : factors) factors_.push_back(static_cast<std::int32_t>(factor / scale_));
        }

        double of(std::span<const std::int8_t> row) const {
            std::int32_t sum = 0;
            for (std::size_t i = 0; i < factors_.size(); ++i) sum += factors_[i] * row[i];
            return scale_ * sum;
        }

    private:
        double scale_ = 1;
        std::vector<std::int32_t> factors_;
    };

    std::vector<float> weights_;
};

}  // namespace

std::vector<WordWeight> explanation(const Model& model, const Words& words, std::size_t intent, std::size_t other,
                                    std::size_t words_max) {
    constexpr double k_thousandths = 1000;
    const Preference preference(model.network, words, intent, other);
    std::vector<double> weights(words.words.size(), 0.0);
    const FeatureHasher hasher(model.network.space, words);
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
