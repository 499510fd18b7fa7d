#include "core/score/averaged_model.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/random.h"

namespace bankctl::score {
namespace {

/// The fold of each row: good and bad ones are dealt out in turn, in a random order.
std::vector<std::size_t> deal_folds(const std::vector<std::uint8_t>& outcomes, std::size_t folds, Random& random) {
    std::vector<std::uint32_t> rows(outcomes.size());
    std::iota(rows.begin(), rows.end(), 0U);
    random.shuffle(rows);
    std::ranges::stable_sort(rows, {}, [&](std::uint32_t row) { return outcomes[row]; });
    std::vector<std::size_t> fold_of_row(outcomes.size());
    for (std::size_t i = 0; i < rows.size(); ++i) fold_of_row[rows[i]] = i % folds;
    return fold_of_row;
}

/// A run and the rows that it did not see.
struct Run {
    BoostedModel model;
    std::vector<std::uint32_t> aside;
};

std::vector<Run> run_all(const BinnedRows& rows, const AveragingOptions& options,
                         const std::function<void()>& each_round) {
    Random random(options.seed);
    std::vector<std::size_t> order(rows.features.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::vector<Run> runs;
    for (std::size_t repeat = 0; repeat < options.repeats; ++repeat) {
        const std::vector<std::size_t> fold_of_row = deal_folds(rows.outcomes, options.folds, random);
        for (std::size_t fold = 0; fold < options.folds; ++fold) {
            std::vector<std::uint32_t> inside;
            Run run;
            for (std::uint32_t row = 0; row < fold_of_row.size(); ++row)
                (fold_of_row[row] == fold ? run.aside : inside).push_back(row);
            random.shuffle(order);
            const BinnedRows aside = select_rows(rows, run.aside);
            run.model = boost(select_rows(rows, inside), &aside, order, options.boosting, each_round);
            runs.push_back(std::move(run));
        }
    }
    return runs;
}

/// The number of rounds, perhaps none, with the least loss, summed over the rows left out, of those that all runs made:
/// beyond, only the runs that still got better would be asked.
std::size_t best_round_count(const std::vector<Run>& runs, double& best_loss) {
    std::size_t shortest = runs.front().model.losses_aside.size();
    double rows = 0;
    for (const Run& run : runs) {
        shortest = std::min(shortest, run.model.losses_aside.size());
        rows += static_cast<double>(run.aside.size());
    }
    std::size_t best = 0;
    for (std::size_t count = 0; count < shortest; ++count) {
        double loss = 0;
        for (const Run& run : runs)
            loss += run.model.losses_aside[count] * static_cast<double>(run.aside.size()) / rows;
        if (count > 0 && loss >= best_loss) continue;
        best_loss = loss;
        best = count;
    }
    return best;
}

/// Mean of a feature's effect over the rows.
double mean_effect(const BinnedFeature& feature, const std::vector<double>& effects) {
    double sum = 0;
    for (const std::uint8_t bin : feature.bin_of_row) sum += effects[bin];
    return sum / static_cast<double>(feature.bin_of_row.size());
}

/// Adds the log odds of the rows that a run left out, with a weight of `part`.
void add_log_odds_aside(const BinnedRows& rows, const Run& run, const Effects& effects, double part,
                        AveragedModel& average) {
    const std::vector<double> sums = log_odds(select_rows(rows, run.aside), run.model.intercept, effects);
    for (std::size_t i = 0; i < run.aside.size(); ++i) average.log_odds_aside[run.aside[i]] += part * sums[i];
}

/// Variance over the rows of a feature's effect, whose mean is 0.
double variance(const BinnedFeature& feature, const std::vector<double>& effects) {
    double sum = 0;
    for (const std::uint8_t bin : feature.bin_of_row) sum += effects[bin] * effects[bin];
    return sum / static_cast<double>(feature.bin_of_row.size());
}

}  // namespace

AveragedModel average_runs(const BinnedRows& rows, const AveragingOptions& options,
                           const std::function<void()>& each_round) {
    const std::vector<Run> runs = run_all(rows, options, each_round);
    AveragedModel average;
    average.rounds = best_round_count(runs, average.loss_aside);
    average.log_odds_aside.assign(rows.outcomes.size(), 0.0);
    for (const BinnedFeature& feature : rows.features) average.effects.emplace_back(feature.bins, 0.0);
    const double share = 1.0 / static_cast<double>(runs.size());
    for (const Run& run : runs) {
        const Effects effects = run.model.effects_after(average.rounds, rows);
        average.intercept += share * run.model.intercept;
        for (std::size_t feature = 0; feature < effects.size(); ++feature) {
            for (std::size_t bin = 0; bin < effects[feature].size(); ++bin)
                average.effects[feature][bin] += share * effects[feature][bin];
        }
        add_log_odds_aside(rows, run, effects, 1.0 / static_cast<double>(options.repeats), average);
    }
    for (std::size_t feature = 0; feature < rows.features.size(); ++feature) {
        const double mean = mean_effect(rows.features[feature], average.effects[feature]);
        for (double& effect : average.effects[feature]) effect -= mean;
        average.intercept += mean;
        average.worth.push_back(variance(rows.features[feature], average.effects[feature]));
    }
    return average;
}

Calibration calibrate(const std::vector<double>& log_odds, const std::vector<std::uint8_t>& outcomes) {
    constexpr double k_slope_min = 0.5;
    constexpr double k_slope_max = 2;
    constexpr int k_steps = 25;
    constexpr double k_ridge = 1e-6;
    Calibration fit;
    for (int step = 0; step < k_steps; ++step) {
        double g0 = 0, g1 = 0, h00 = k_ridge, h01 = 0, h11 = k_ridge;
        for (std::size_t i = 0; i < log_odds.size(); ++i) {
            const double x = log_odds[i];
            const double p = probability(fit.intercept + fit.slope * x);
            const double weight = p * (1 - p);
            g0 += p - outcomes[i];
            g1 += (p - outcomes[i]) * x;
            h00 += weight;
            h01 += weight * x;
            h11 += weight * x * x;
        }
        // On its border the slope stays where it is and the intercept alone is fitted.
        const double determinant = h00 * h11 - h01 * h01;
        const double slope = std::clamp(fit.slope - (h00 * g1 - h01 * g0) / determinant, k_slope_min, k_slope_max);
        const double moved = slope - fit.slope;
        fit.slope = slope;
        fit.intercept -= (g0 + h01 * moved) / h00;
    }
    return fit;
}

}  // namespace bankctl::score
