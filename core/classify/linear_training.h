// Fits linear layers to examples by coordinate ascent in the dual: one pass over the examples after the other, in an
// order that a seed decides. The same input gives the same bits.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace bankctl::classify {

/// A feature's share in a text of length 1.
struct SparseValue {
    std::uint32_t bucket = 0;
    float value = 0;
};

struct Example {
    std::vector<SparseValue> values;  ///< of length 1, or none
    std::uint32_t column = 0;         ///< what it is an example of
    float weight = 1;                 ///< how much its loss counts
};

/// The weights of every bucket for every column, and the columns' biases in the last row.
struct Matrix {
    std::size_t rows = 0;
    std::size_t stride = 0;  ///< columns, padded
    std::vector<float> values;

    float* row(std::size_t index) { return values.data() + index * stride; }
    const float* row(std::size_t index) const { return values.data() + index * stride; }
};

struct FitOptions {
    std::size_t buckets = 0;
    std::size_t columns = 0;
    double cost = 1;  ///< C: how much an example's loss counts against the weights' squares
    int passes = 20;
    std::uint64_t seed = 1;
    std::function<void(int pass)> report;  ///< called after each pass; may be empty
};

/// One against all others, squared hinge loss (Hsieh, Chang, Lin, Keerthi and Sundararajan, "A Dual Coordinate Descent
/// Method for Large-scale Linear SVM", ICML 2008, algorithm 1 with L2 loss), all columns at once.
Matrix fit_support_vectors(std::span<const Example> examples, const FitOptions& options);

/// Multinomial logistic regression (Shalev-Shwartz and Zhang, "Stochastic Dual Coordinate Ascent Methods for
/// Regularized Loss Minimization", JMLR 14, 2013, option V of Prox-SDCA).
Matrix fit_softmax(std::span<const Example> examples, const FitOptions& options);

/// to[i] += factor * from[i]; `size` is a multiple of 16.
void add_scaled(float* to, const float* from, float factor, std::size_t size);

/// What the matrix says of an example: `scores` gets a score for each column.
void score(const Matrix& matrix, const Example& example, std::vector<float>& scores);

}  // namespace bankctl::classify
