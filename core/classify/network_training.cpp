#include "core/classify/network_training.h"

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

std::vector<std::uint8_t> lengths_of(const Recipe& recipe, const std::vector<std::vector<Feature>>& texts) {
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

/// Turns `value(i)`, i from 0 to `count` - 1, into the integers that `target(i)` refers to; what a step is worth.
template <class Value, class Target>
float quantised(std::size_t count, const Value& value, const Target& target) {
    constexpr double k_largest = 127;
    double largest = 0;
    for (std::size_t i = 0; i < count; ++i) largest = std::max(largest, std::abs(value(i)));
    const double scale = largest > 0 ? largest / k_largest : 1;
    for (std::size_t i = 0; i < count; ++i) target(i) = static_cast<std::int8_t>(std::lround(value(i) / scale));
    return static_cast<float>(scale);
}

}  // namespace

FittedNetwork fit_network(const Recipe& recipe, std::span<const FittingText> texts, std::size_t columns,
                          std::uint64_t seed, const std::function<void()>& report) {
    std::vector<std::vector<Feature>> found;
    found.reserve(texts.size());
    for (const FittingText& text : texts) found.push_back(features(recipe.space, *text.words));
    FittedNetwork network{.space = recipe.space,
                          .lengths = lengths_of(recipe, found),
                          .matrix = {},
                          .hidden = {},
                          .hidden_share = recipe.hidden_share,
                          .columns = columns};
    std::vector<Example> examples;
    examples.reserve(texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
        examples.push_back(example_of(found[i], network.lengths));
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
    network.matrix = fit_softmax(examples, options);
    options.cost = recipe.support_cost;
    const Matrix support = fit_support_vectors(examples, options);
    const auto share = static_cast<float>(recipe.support_share);
    for (std::size_t i = 0; i < support.values.size(); ++i) network.matrix.values[i] += share * support.values[i];
    network.hidden = fit_hidden(examples, {.buckets = recipe.space.buckets(),
                                           .columns = columns,
                                           .units = recipe.hidden,
                                           .passes = recipe.hidden_passes,
                                           .seed = seed,
                                           .report = report});
    return network;
}

double best_sharpness(const FittedNetwork& network, std::span<const FittingText> texts,
                      std::span<const std::uint32_t> group_of) {
    std::vector<std::vector<float>> scores;
    for (const FittingText& text : texts) {
        scores.emplace_back();
        const Example example = example_of(features(network.space, *text.words), network.lengths);
        score(network.matrix, example, scores.back());
        add_hidden_scores(network.hidden, example, static_cast<float>(network.hidden_share), scores.back());
        scores.back().resize(network.columns);
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

NetworkContents compressed(const FittedNetwork& network, double sharpness) {
    const std::size_t buckets = network.space.buckets();
    const HiddenLayer& hidden = network.hidden;
    const std::size_t stride = (network.columns + hidden.units + k_stride_unit - 1) / k_stride_unit * k_stride_unit;
    NetworkContents contents{.space = network.space,
                             .hidden = static_cast<std::uint32_t>(hidden.units),
                             .scales = {},
                             .biases = {},
                             .hidden_scales = {},
                             .lengths = network.lengths,
                             .weights = std::vector<std::int8_t>(buckets * stride, 0),
                             .hidden_weights = std::vector<std::int8_t>(hidden.units * network.columns, 0)};
    // Adds a column of `matrix`, times `factor`, to the file's columns.
    const auto add_column = [&](const Matrix& matrix, std::size_t column, double factor, double bias) {
        const auto value = [&](std::size_t bucket) {
            return factor * double{matrix.row(bucket)[column]} * network.lengths[bucket];
        };
        std::int8_t* const target = contents.weights.data() + contents.scales.size();
        contents.scales.push_back(
            quantised(buckets, value, [&](std::size_t bucket) -> std::int8_t& { return target[bucket * stride]; }));
        contents.biases.push_back(static_cast<float>(bias));
    };
    const double hidden_factor = network.hidden_share * sharpness;
    for (std::size_t column = 0; column < network.columns; ++column)
        add_column(network.matrix, column, sharpness,
                   sharpness * double{network.matrix.row(buckets)[column]} +
                       hidden_factor * double{hidden.outputs.row(hidden.units)[column]});
    for (std::size_t unit = 0; unit < hidden.units; ++unit)
        add_column(hidden.inputs, unit, 1, hidden.inputs.row(buckets)[unit]);
    for (std::size_t column = 0; column < network.columns; ++column) {
        const auto value = [&](std::size_t unit) { return hidden_factor * double{hidden.outputs.row(unit)[column]}; };
        contents.hidden_scales.push_back(quantised(hidden.units, value, [&](std::size_t unit) -> std::int8_t& {
            return contents.hidden_weights[unit * network.columns + column];
        }));
    }
    return contents;
}

}  // namespace bankctl::classify
