#include "core/classify/layer_training.h"

#include <algorithm>
#include <cmath>

namespace bankctl::classify {
namespace {

/// Rare buckets tell texts apart better: ln((1 + n) / (1 + how many texts have it)) + 1 (inverse document frequency,
/// smoothed), its root so that rare buckets do not drown the others, times `factor`, in steps of 1/16.
std::uint8_t length_of(double texts, double texts_with, double factor) {
    constexpr double k_steps = 24;
    const double frequency = std::sqrt(std::log((1 + texts) / (1 + texts_with)) + 1);
    return static_cast<std::uint8_t>(std::clamp(std::lround(frequency * factor * k_steps), 1L, 255L));
}

std::vector<std::uint8_t> lengths_of(const LayerRecipe& recipe, const std::vector<std::vector<Feature>>& texts) {
    std::vector<std::uint32_t> texts_with(recipe.space.buckets(), 0);
    for (const std::vector<Feature>& text : texts)
        for (const Feature& feature : text) ++texts_with[feature.bucket];
    std::vector<std::uint8_t> lengths;
    for (std::uint32_t bucket = 0; bucket < recipe.space.buckets(); ++bucket) {
        const double factor = bucket < recipe.space.word_buckets ? recipe.word_factor : 1;
        lengths.push_back(length_of(static_cast<double>(texts.size()), texts_with[bucket], factor));
    }
    return lengths;
}

Example example_of(const std::vector<Feature>& text, std::span<const std::uint8_t> lengths) {
    Example example;
    double squares = 0;
    for (const Feature& feature : text) {
        const double value = k_count_weights[feature.count] * lengths[feature.bucket];
        squares += value * value;
        example.values.push_back({feature.bucket, static_cast<float>(value)});
    }
    const auto factor = static_cast<float>(squares > 0 ? 1 / std::sqrt(squares) : 0);
    for (SparseValue& each : example.values) each.value *= factor;
    return example;
}

/// Of one text: how unlikely `factor` makes the group that it belongs to, as -ln.
double surprise(std::span<const float> scores, std::span<const std::uint32_t> group_of, std::uint32_t group,
                double factor) {
    const double best = *std::ranges::max_element(scores);
    double sum = 0;
    double own = 0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        const double power = std::exp(factor * (scores[i] - best));
        sum += power;
        if (group_of[i] == group) own += power;
    }
    constexpr double k_floor = 1e-12;
    return -std::log(std::max(own / sum, k_floor));
}

}  // namespace

FittedLayer fit_layer(const LayerRecipe& recipe, std::span<const LayerText> texts, std::size_t columns,
                      std::uint64_t seed, const std::function<void()>& report) {
    std::vector<std::vector<Feature>> found;
    found.reserve(texts.size());
    for (const LayerText& text : texts) found.push_back(features(recipe.space, *text.words));
    FittedLayer layer{.space = recipe.space, .lengths = lengths_of(recipe, found), .matrix = {}, .columns = columns};
    std::vector<Example> examples;
    examples.reserve(texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
        examples.push_back(example_of(found[i], layer.lengths));
        examples.back().column = texts[i].column;
        examples.back().weight = texts[i].weight;
        found[i] = {};
    }
    FitOptions options{.buckets = recipe.space.buckets(),
                       .columns = columns,
                       .cost = recipe.softmax_cost,
                       .passes = recipe.passes,
                       .seed = seed,
                       .report = [&](int) {
                           if (report) report();
                       }};
    layer.matrix = fit_softmax(examples, options);
    if (recipe.support_share > 0) {
        options.cost = recipe.support_cost;
        const Matrix support = fit_support_vectors(examples, options);
        const auto share = static_cast<float>(recipe.support_share);
        for (std::size_t i = 0; i < support.values.size(); ++i) layer.matrix.values[i] += share * support.values[i];
    }
    return layer;
}

double best_sharpness(const FittedLayer& layer, std::span<const LayerText> texts,
                      std::span<const std::uint32_t> group_of) {
    std::vector<std::vector<float>> scores;
    for (const LayerText& text : texts) {
        scores.emplace_back();
        score(layer.matrix, example_of(features(layer.space, *text.words), layer.lengths), scores.back());
        scores.back().resize(layer.columns);
    }
    const auto loss = [&](double factor) {
        double sum = 0;
        for (std::size_t i = 0; i < texts.size(); ++i)
            sum += double{texts[i].weight} * surprise(scores[i], group_of, group_of[texts[i].column], factor);
        return sum;
    };
    // The loss has one minimum: a search by the golden section over the logarithm of the factor.
    constexpr double k_golden = 0.6180339887498949;
    double low = std::log(0.05);
    double high = std::log(20.0);
    while (high - low > 1e-3) {
        const double first = high - k_golden * (high - low);
        const double second = low + k_golden * (high - low);
        (loss(std::exp(first)) < loss(std::exp(second)) ? high : low) =
            loss(std::exp(first)) < loss(std::exp(second)) ? second : first;
    }
    return std::exp((low + high) / 2);
}

LayerContents compressed(const FittedLayer& layer, double sharpness, std::vector<std::uint16_t> intents) {
    constexpr float k_largest = 127;
    const std::size_t buckets = layer.space.buckets();
    LayerContents contents{.space = layer.space,
                           .intents = std::move(intents),
                           .scales = std::vector<float>(layer.columns, 0.0F),
                           .biases = {},
                           .lengths = layer.lengths,
                           .weights = std::vector<std::int8_t>(buckets * layer.matrix.stride, 0)};
    const auto weight = [&](std::size_t bucket, std::size_t column) {
        return layer.matrix.row(bucket)[column] * static_cast<float>(layer.lengths[bucket]) *
               static_cast<float>(sharpness);
    };
    for (std::size_t column = 0; column < layer.columns; ++column) {
        contents.biases.push_back(layer.matrix.row(buckets)[column] * static_cast<float>(sharpness));
        float largest = 0;
        for (std::size_t bucket = 0; bucket < buckets; ++bucket)
            largest = std::max(largest, std::abs(weight(bucket, column)));
        const float scale = largest > 0 ? largest / k_largest : 1;
        contents.scales[column] = scale;
        for (std::size_t bucket = 0; bucket < buckets; ++bucket)
            contents.weights[bucket * layer.matrix.stride + column] =
                static_cast<std::int8_t>(std::lround(weight(bucket, column) / scale));
    }
    return contents;
}

}  // namespace bankctl::classify
