#include "core/score/boosting.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <limits>

#include "core/score/metrics.h"

namespace bankctl::score {
namespace {

constexpr double k_exponent_max = 700;

/// e^x for |x| <= k_exponent_max: 2^k times the Taylor polynomial of e^r, |r| <= ln(2)/2. It has no branch, so that
/// compilers make vector code of loops over it, and needs no library, whose results differ between versions.
inline double exponential(double x) {
    constexpr double k_log2_e = 1.4426950408889634;
    constexpr double k_ln2_high = 0.693147180369123816490;  // with few enough bits that k times it is exact
    constexpr double k_ln2_low = 1.90821492927058770002e-10;
    constexpr double k_rounder =
        6755399441055744.0;  // 1.5 * 2^52: adding it leaves the nearest integer in the low bits
    const double shifted = x * k_log2_e + k_rounder;
    const double k = shifted - k_rounder;
    const double r = (x - k * k_ln2_high) - k * k_ln2_low;
    double sum = 1.0 / 479001600;
    sum = sum * r + 1.0 / 39916800;
    sum = sum * r + 1.0 / 3628800;
    sum = sum * r + 1.0 / 362880;
    sum = sum * r + 1.0 / 40320;
    sum = sum * r + 1.0 / 5040;
    sum = sum * r + 1.0 / 720;
    sum = sum * r + 1.0 / 120;
    sum = sum * r + 1.0 / 24;
    sum = sum * r + 1.0 / 6;
    sum = sum * r + 0.5;
    sum = sum * r + 1;
    sum = sum * r + 1;
    const std::uint64_t power = (std::bit_cast<std::uint64_t>(shifted) + 1023) << 52;
    return sum * std::bit_cast<double>(power);
}

inline double logistic(double x) {
    const double bounded = std::min(std::max(-x, -k_exponent_max), k_exponent_max);
    return 1 / (1 + exponential(bounded));
}

struct Slope {
    double gradient;
    double curvature;
};

/// The state of the rows while a model grows.
class Rows {
public:
    Rows(const BinnedRows& rows, double intercept) : rows_(rows), log_odds_(rows.outcomes.size(), intercept) {}

    void add(std::size_t feature, std::span<const double> steps) {
        const std::uint8_t* bins = rows_.features[feature].bin_of_row.data();
        for (std::size_t i = 0; i < log_odds_.size(); ++i) log_odds_[i] += steps[bins[i]];
    }

    void renew_slopes() {
        slopes_.resize(log_odds_.size());
        for (std::size_t i = 0; i < log_odds_.size(); ++i) {
            const double p = logistic(log_odds_[i]);
            slopes_[i] = {p - rows_.outcomes[i], p * (1 - p)};
        }
    }

    std::vector<BinSum> sums(std::size_t feature) const {
        const BinnedFeature& of = rows_.features[feature];
        std::vector<BinSum> sums(of.bins);
        for (std::size_t i = 0; i < slopes_.size(); ++i) {
            BinSum& sum = sums[of.bin_of_row[i]];
            sum.gradient += slopes_[i].gradient;
            sum.curvature += slopes_[i].curvature;
            ++sum.rows;
        }
        return sums;
    }

    double mean_log_loss() const {
        double sum = 0;
        for (std::size_t i = 0; i < log_odds_.size(); ++i) {
            const double p = logistic(rows_.outcomes[i] != 0 ? log_odds_[i] : -log_odds_[i]);
            sum -= std::log(std::max(p, std::numeric_limits<double>::min()));
        }
        return sum / static_cast<double>(std::max<std::size_t>(1, log_odds_.size()));
    }

private:
    const BinnedRows& rows_;
    std::vector<double> log_odds_;
    std::vector<Slope> slopes_;
};

/// Moves the steps of ordered bins to the closest that keep to the trend.
void keep_to_trend(std::span<const BinSum> sums, Trend trend, std::vector<double>& steps) {
    const double sign = trend == Trend::falling ? -1 : 1;
    std::vector<double> values, weights;
    for (std::size_t bin = 0; bin < sums.size(); ++bin) {
        values.push_back(sign * steps[bin]);
        weights.push_back(std::max(sums[bin].curvature, std::numeric_limits<double>::min()));
    }
    values = closest_rising(values, weights);
    for (std::size_t bin = 0; bin < sums.size(); ++bin) steps[bin] = sign * values[bin];
}

BoostingStep newton_step(std::span<const BinSum> sums, const BinnedFeature& feature, const BoostingOptions& options) {
    BoostingStep step;
    const bool is_loose = feature.ordered <= options.loose_bins_max;
    if (!is_loose) step.stump = best_stump(sums.first(feature.ordered), feature.trend, options);
    step.stump.left_step *= options.learning_rate;
    step.stump.right_step *= options.learning_rate;
    for (const BinSum& sum : sums.subspan(is_loose ? 0 : feature.ordered))
        step.loose.push_back(-options.learning_rate * sum.gradient / (sum.curvature + options.loose_ridge));
    if (is_loose && feature.trend != Trend::free) keep_to_trend(sums.first(feature.ordered), feature.trend, step.loose);
    return step;
}

void add_step(const BoostingStep& step, std::vector<double>& effects) {
    const std::size_t ordered = effects.size() - step.loose.size();
    for (std::size_t bin = 0; bin < ordered && step.stump.left_bins > 0; ++bin)
        effects[bin] += bin < step.stump.left_bins ? step.stump.left_step : step.stump.right_step;
    for (std::size_t i = 0; i < step.loose.size(); ++i) effects[ordered + i] += step.loose[i];
}

double prior_log_odds(const BinnedRows& rows) {
    const auto events = static_cast<double>(std::ranges::count(rows.outcomes, 1));
    const auto others = static_cast<double>(rows.outcomes.size()) - events;
    return std::log((events + 0.5) / (others + 0.5));
}

}  // namespace

double probability(double log_odds) { return logistic(log_odds); }

BinnedRows select_rows(const BinnedRows& rows, std::span<const std::uint32_t> chosen) {
    BinnedRows selected;
    selected.features.reserve(rows.features.size());
    for (const BinnedFeature& feature : rows.features) {
        BinnedFeature part{{}, feature.ordered, feature.bins, feature.trend};
        part.bin_of_row.reserve(chosen.size());
        for (const std::uint32_t row : chosen) part.bin_of_row.push_back(feature.bin_of_row[row]);
        selected.features.push_back(std::move(part));
    }
    selected.outcomes.reserve(chosen.size());
    for (const std::uint32_t row : chosen) selected.outcomes.push_back(rows.outcomes[row]);
    return selected;
}

Stump best_stump(std::span<const BinSum> sums, Trend trend, const BoostingOptions& options) {
    BinSum all;
    for (const BinSum& sum : sums) {
        all.gradient += sum.gradient;
        all.curvature += sum.curvature;
        all.rows += sum.rows;
    }
    Stump best;
    best.gain = options.gain_min;
    const double whole = all.gradient * all.gradient / (all.curvature + options.ridge);
    BinSum left;
    for (std::size_t bins = 1; bins < sums.size(); ++bins) {
        left.gradient += sums[bins - 1].gradient;
        left.curvature += sums[bins - 1].curvature;
        left.rows += sums[bins - 1].rows;
        if (left.rows < options.leaf_rows_min || all.rows - left.rows < options.leaf_rows_min) continue;
        const double right_gradient = all.gradient - left.gradient;
        const double left_weight = left.curvature + options.ridge;
        const double right_weight = all.curvature - left.curvature + options.ridge;
        const double left_step = -left.gradient / left_weight;
        const double right_step = -right_gradient / right_weight;
        if (trend == Trend::rising && left_step > right_step) continue;
        if (trend == Trend::falling && left_step < right_step) continue;
        const double gain =
            left.gradient * left.gradient / left_weight + right_gradient * right_gradient / right_weight - whole;
        if (gain > best.gain) best = {bins, left_step, right_step, gain};
    }
    return best;
}

Effects BoostedModel::effects_after(std::size_t count, const BinnedRows& rows) const {
    Effects sum;
    for (const BinnedFeature& feature : rows.features) sum.emplace_back(feature.bins, 0.0);
    for (std::size_t round = 0; round < std::min(count, rounds.size()); ++round) {
        for (std::size_t feature = 0; feature < sum.size(); ++feature) add_step(rounds[round][feature], sum[feature]);
    }
    return sum;
}

BoostedModel boost(const BinnedRows& rows, const BinnedRows* aside, std::span<const std::size_t> order,
                   const BoostingOptions& options, const std::function<void()>& each_round) {
    BoostedModel model;
    model.intercept = prior_log_odds(rows);
    Rows inside(rows, model.intercept);
    Rows outside(aside ? *aside : rows, model.intercept);
    if (aside) model.losses_aside.push_back(outside.mean_log_loss());
    std::size_t best = 0;  // of losses_aside
    for (std::size_t round = 0; round < options.rounds_max; ++round) {
        std::vector<BoostingStep> steps(rows.features.size());
        for (const std::size_t feature : order) {
            const BinnedFeature& of = rows.features[feature];
            inside.renew_slopes();
            steps[feature] = newton_step(inside.sums(feature), of, options);
            std::vector<double> effects(of.bins, 0.0);
            add_step(steps[feature], effects);
            inside.add(feature, effects);
            if (aside) outside.add(feature, effects);
        }
        model.rounds.push_back(std::move(steps));
        each_round();
        if (!aside) continue;
        model.losses_aside.push_back(outside.mean_log_loss());
        if (model.losses_aside.back() < model.losses_aside[best]) best = model.losses_aside.size() - 1;
        if (round + 1 - best >= options.patience) break;
    }
    return model;
}

std::vector<double> log_odds(const BinnedRows& rows, double intercept, const Effects& effects) {
    std::vector<double> sums(rows.outcomes.size(), intercept);
    for (std::size_t feature = 0; feature < effects.size(); ++feature) {
        const std::vector<std::uint8_t>& bins = rows.features[feature].bin_of_row;
        for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += effects[feature][bins[i]];
    }
    return sums;
}

}  // namespace bankctl::score
