#include "core/classify/hidden_training.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/random.h"

namespace bankctl::classify {
namespace {

constexpr float k_first_step = 0.05F;  // falls evenly to nothing
constexpr float k_dropout = 0.2F;      // of inputs and of units
constexpr float k_label_spread = 0.05F;
constexpr float k_first_bias = 0.1F;       // of a unit: most are switched on to begin with
constexpr float k_first_weight = 0.1F;     // the standard deviation of the weights to begin with
constexpr float k_first_square = 0.0001F;  // keeps the first steps small

/// From 0 to less than 1.
float uniform(Random& random) { return static_cast<float>(random.next() >> 40) * 0x1p-24F; }

Matrix zeros(std::size_t rows, std::size_t columns) {
    constexpr std::size_t k_unit = 16;
    Matrix matrix{.rows = rows, .stride = (columns + k_unit - 1) / k_unit * k_unit, .values = {}};
    matrix.values.assign(matrix.rows * matrix.stride, 0.0F);
    return matrix;
}

/// Evenly spread, with the standard deviation k_first_weight; the last row stays 0.
void fill_randomly(Matrix& matrix, std::size_t columns, Random& random) {
    const float half_width = k_first_weight * std::sqrt(3.0F);
    for (std::size_t row = 0; row + 1 < matrix.rows; ++row)
        for (std::size_t i = 0; i < columns; ++i) matrix.row(row)[i] = half_width * (2 * uniform(random) - 1);
}

class HiddenTrainer {
public:
    HiddenTrainer(std::span<const Example> examples, const HiddenOptions& options)
        : examples_(examples), options_(options), random_(options.seed) {
        layer_.units = options.units;
        layer_.inputs = zeros(options.buckets + 1, options.units);
        layer_.outputs = zeros(options.units + 1, options.columns);
        fill_randomly(layer_.inputs, options.units, random_);
        fill_randomly(layer_.outputs, options.columns, random_);
        std::fill_n(layer_.inputs.row(options.buckets), options.units, k_first_bias);
        input_squares_ = squares_of(layer_.inputs);
        output_squares_ = squares_of(layer_.outputs);
        blames_.assign(layer_.inputs.stride, 0.0F);
    }

    HiddenLayer fit() {
        std::vector<std::uint32_t> order(examples_.size());
        std::iota(order.begin(), order.end(), 0U);
        for (int pass = 0; pass < options_.passes; ++pass) {
            random_.shuffle(order);
            step_ = k_first_step * (1 - static_cast<float>(pass) / static_cast<float>(options_.passes));
            for (const std::uint32_t index : order) learn(examples_[index]);
            if (options_.report) options_.report();
        }
        return std::move(layer_);
    }

private:
    static Matrix squares_of(const Matrix& matrix) {
        Matrix squares = matrix;
        std::ranges::fill(squares.values, k_first_square);
        return squares;
    }

    void learn(const Example& example) {
        thin(example);
        score(layer_.inputs, thinned_, units_);
        kept_.assign(units_.size(), 0.0F);
        for (std::size_t i = 0; i < layer_.units; ++i)
            if (units_[i] > 0 && uniform(random_) >= k_dropout) kept_[i] = 1 / (1 - k_dropout);
        for (std::size_t i = 0; i < units_.size(); ++i) units_[i] *= kept_[i];
        errors_.assign(layer_.outputs.row(layer_.units), layer_.outputs.row(layer_.units) + layer_.outputs.stride);
        for (std::size_t unit = 0; unit < layer_.units; ++unit)
            if (kept_[unit] > 0) add_scaled(errors_.data(), layer_.outputs.row(unit), units_[unit], errors_.size());
        turn_into_errors(example);
        for (std::size_t unit = 0; unit < layer_.units; ++unit) {
            blames_[unit] = 0;
            if (kept_[unit] == 0) continue;
            blames_[unit] =
                kept_[unit] * std::inner_product(errors_.begin(), errors_.end(), layer_.outputs.row(unit), 0.0F);
            descend(layer_.outputs, output_squares_, unit, errors_, units_[unit]);
        }
        descend(layer_.outputs, output_squares_, layer_.units, errors_, 1);
        descend(layer_.inputs, input_squares_, options_.buckets, blames_, 1);
        for (const SparseValue& each : thinned_.values)
            descend(layer_.inputs, input_squares_, each.bucket, blames_, each.value);
    }

    /// Leaves inputs out, and lengthens what remains as much as the whole was long, on average.
    void thin(const Example& example) {
        const float factor = 1 / std::sqrt(1 - k_dropout);
        thinned_.values.clear();
        for (const SparseValue& each : example.values)
            if (uniform(random_) >= k_dropout) thinned_.values.push_back({each.bucket, each.value * factor});
    }

    /// From scores to how much each should have been lower.
    void turn_into_errors(const Example& example) {
        const auto end = errors_.begin() + static_cast<std::ptrdiff_t>(options_.columns);
        const float best = *std::max_element(errors_.begin(), end);
        float sum = 0;
        for (auto each = errors_.begin(); each != end; ++each) sum += * each = std::exp(*each - best);
        const float spread = k_label_spread / static_cast<float>(options_.columns);
        for (std::size_t i = 0; i < options_.columns; ++i) {
            const float wanted = spread + (i == example.column ? 1 - k_label_spread : 0);
            errors_[i] = example.weight * (errors_[i] / sum - wanted);
        }
        std::fill(end, errors_.end(), 0.0F);
    }

    /// Moves a row against its gradient, which is `factor` times `gradient`.
    void descend(Matrix& matrix, Matrix& squares, std::size_t row, const std::vector<float>& gradient, float factor) {
        float* const weights = matrix.row(row);
        float* const sums = squares.row(row);
        for (std::size_t i = 0; i < gradient.size(); ++i) {
            const float slope = factor * gradient[i];
            sums[i] += slope * slope;
            weights[i] -= step_ * slope / std::sqrt(sums[i]);
        }
    }

    std::span<const Example> examples_;
    const HiddenOptions& options_;
    Random random_;
    HiddenLayer layer_;
    Matrix input_squares_;
    Matrix output_squares_;
    float step_ = 0;
    Example thinned_;
    std::vector<float> units_;
    std::vector<float> kept_;  ///< 0, or what a unit that takes part is lengthened by
    std::vector<float> errors_;
    std::vector<float> blames_;  ///< by how much each unit should have been lower
};

}  // namespace

HiddenLayer fit_hidden(std::span<const Example> examples, const HiddenOptions& options) {
    return HiddenTrainer(examples, options).fit();
}

void add_hidden_scores(const HiddenLayer& layer, const Example& example, float share, std::vector<float>& scores) {
    std::vector<float> units;
    score(layer.inputs, example, units);
    add_scaled(scores.data(), layer.outputs.row(layer.units), share, scores.size());
    for (std::size_t unit = 0; unit < layer.units; ++unit)
        if (units[unit] > 0) add_scaled(scores.data(), layer.outputs.row(unit), share * units[unit], scores.size());
}

}  // namespace bankctl::classify
