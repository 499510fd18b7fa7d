#include "core/classify/evaluation.h"

#include <algorithm>
#include <cmath>

namespace bankctl::classify {
namespace {

double ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }

}  // namespace

void Evaluation::add(std::string_view label, std::string_view predicted, double confidence) {
    const bool is_right = label == predicted;
    ++total_;
    ++counts_[std::string(label)].actual;
    Counts& taken = counts_[std::string(predicted)];
    ++taken.predicted;
    const auto bin = static_cast<std::size_t>(std::max(confidence, 0.0) * k_calibration_bins);
    Bin& own = bins_[std::min(bin, k_calibration_bins - 1)];
    own.confidence += confidence;
    if (!is_right) return;
    ++right_;
    ++taken.right;
    ++own.right;
}

Figures Evaluation::figures() const {
    Figures figures{.count = total_, .accuracy = 0, .macro_f1 = 0, .calibration_error = 0, .classes = {}};
    const auto total = static_cast<double>(total_);
    figures.accuracy = ratio(static_cast<double>(right_), total);
    for (const Bin& bin : bins_)
        figures.calibration_error += ratio(std::abs(bin.confidence - static_cast<double>(bin.right)), total);
    for (const auto& [label, counts] : counts_) {
        if (counts.actual == 0) continue;  // a label that no text has, but some were taken for
        const auto right = static_cast<double>(counts.right);
        ClassFigures figure{.label = label, .count = counts.actual, .precision = 0, .recall = 0, .f1 = 0};
        figure.precision = ratio(right, static_cast<double>(counts.predicted));
        figure.recall = ratio(right, static_cast<double>(counts.actual));
        figure.f1 = ratio(2 * right, static_cast<double>(counts.predicted + counts.actual));
        figures.macro_f1 += figure.f1;
        figures.classes.push_back(figure);
    }
    figures.macro_f1 = ratio(figures.macro_f1, static_cast<double>(figures.classes.size()));
    return figures;
}

}  // namespace bankctl::classify
