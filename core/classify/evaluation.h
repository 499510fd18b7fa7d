// How well predictions meet the truth.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace bankctl::classify {

struct ClassFigures {
    std::string label;
    std::int64_t count = 0;  ///< texts that have the label
    double precision = 0;    ///< 0 where nothing was taken for it
    double recall = 0;
    double f1 = 0;  ///< the harmonic mean of the two
};

struct Figures {
    std::int64_t count = 0;
    double accuracy = 0;
    double macro_f1 = 0;  ///< the plain mean over the labels that occur
    /// Expected calibration error (Naeini, Cooper and Hauskrecht, "Obtaining Well Calibrated Probabilities Using
    /// Bayesian Binning", AAAI 2015): over k_calibration_bins equal parts of the winner's confidence, the mean distance
    /// between confidence and accuracy.
    double calibration_error = 0;
    std::vector<ClassFigures> classes;  ///< by their labels
};

inline constexpr std::size_t k_calibration_bins = 15;

class Evaluation {
public:
    Evaluation() : bins_(k_calibration_bins) {}

    /// A text that has `label` and was taken for `predicted` with a confidence from 0 to 1.
    void add(std::string_view label, std::string_view predicted, double confidence);
    Figures figures() const;

private:
    struct Counts {
        std::int64_t actual = 0;
        std::int64_t predicted = 0;
        std::int64_t right = 0;
    };
    struct Bin {
        double confidence = 0;
        std::int64_t right = 0;
    };

    std::map<std::string, Counts, std::less<>> counts_;
    std::vector<Bin> bins_;
    std::int64_t total_ = 0;
    std::int64_t right_ = 0;
};

}  // namespace bankctl::classify
