#include "core/classify/linear_training.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/random.h"

namespace bankctl::classify {
namespace {

constexpr std::size_t k_unit = 16;

Matrix zeros(const FitOptions& options) {
    Matrix matrix;
    matrix.rows = options.buckets + 1;
    matrix.stride = (options.columns + k_unit - 1) / k_unit * k_unit;
    matrix.values.assign(matrix.rows * matrix.stride, 0.0F);
    return matrix;
}

std::vector<std::uint32_t> order_of(std::size_t size) {
    std::vector<std::uint32_t> order(size);
    std::iota(order.begin(), order.end(), 0U);
    return order;
}

/// Adds `change` to the rows of an example's features and to the biases.
void spread(Matrix& matrix, const Example& example, const std::vector<float>& change) {
    for (const SparseValue& each : example.values)
        add_scaled(matrix.row(each.bucket), change.data(), each.value, matrix.stride);
    add_scaled(matrix.row(matrix.rows - 1), change.data(), 1, matrix.stride);
}

/// The square of an example's length, with the 1 that stands for the bias.
double square(const Example& example) { return example.values.empty() ? 1 : 2; }

/// Dual coordinate ascent: passes over the examples in random order. `step(example, scores, dual, change)` moves the
/// example's dual variables, says in `change` by how much its features' weights move, and returns false if they do not.
template <class Step>
Matrix fit(std::span<const Example> examples, const FitOptions& options, const Step& step) {
    Matrix matrix = zeros(options);
    std::vector<float> duals(examples.size() * matrix.stride, 0.0F);
    std::vector<std::uint32_t> order = order_of(examples.size());
    std::vector<float> scores;
    std::vector<float> change(matrix.stride);
    Random random(options.seed);
    for (int pass = 0; pass < options.passes; ++pass) {
        random.shuffle(order);
        for (const std::uint32_t index : order) {
            const Example& example = examples[index];
            score(matrix, example, scores);
            if (step(example, scores, duals.data() + index * matrix.stride, change.data()))
                spread(matrix, example, change);
        }
        if (options.report) options.report(pass);
    }
    return matrix;
}

}  // namespace

void add_scaled(float* to, const float* from, float factor, std::size_t size) {
    // In blocks whose size the compiler knows, so that it uses vector instructions.
    for (std::size_t begin = 0; begin < size; begin += k_unit)
        for (std::size_t i = 0; i < k_unit; ++i) to[begin + i] += factor * from[begin + i];
}

void score(const Matrix& matrix, const Example& example, std::vector<float>& scores) {
    scores.assign(matrix.row(matrix.rows - 1), matrix.row(matrix.rows - 1) + matrix.stride);
    for (const SparseValue& each : example.values)
        add_scaled(scores.data(), matrix.row(each.bucket), each.value, matrix.stride);
}

Matrix fit_support_vectors(std::span<const Example> examples, const FitOptions& options) {
    return fit(examples, options, [&](const Example& example, std::vector<float>& scores, float* dual, float* change) {
        const auto softness = static_cast<float>(0.5 / (options.cost * double{example.weight}));
        const float curvature = static_cast<float>(square(example)) + softness;
        bool has_change = false;
        for (std::size_t i = 0; i < options.columns; ++i) {
            const float side = i == example.column ? 1.0F : -1.0F;
            const float gradient = side * scores[i] - 1 + softness * dual[i];
            const float next = std::max(dual[i] - gradient / curvature, 0.0F);
            change[i] = side * (next - dual[i]);
            has_change |= next != dual[i];
            dual[i] = next;
        }
        return has_change;
    });
}

Matrix fit_softmax(std::span<const Example> examples, const FitOptions& options) {
    return fit(examples, options, [&](const Example& example, std::vector<float>& scores, float* dual, float* change) {
        const float best =
            *std::max_element(scores.begin(), scores.begin() + static_cast<std::ptrdiff_t>(options.columns));
        float sum = 0;
        for (std::size_t i = 0; i < options.columns; ++i) sum += scores[i] = std::exp(scores[i] - best);
        // The loss is 1-smooth in the scores with respect to half the identity: gamma is 2.
        const double cost = options.cost * double{example.weight};
        const auto step = static_cast<float>(2 / (2 + cost * square(example)));
        for (std::size_t i = 0; i < options.columns; ++i) {
            const float target = static_cast<float>(cost) * ((i == example.column ? 1.0F : 0.0F) - scores[i] / sum);
            change[i] = step * (target - dual[i]);
            dual[i] += change[i];
        }
        return true;
    });
}

}  // namespace bankctl::classify
