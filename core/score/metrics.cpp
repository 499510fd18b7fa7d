#include "core/score/metrics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace bankctl::score {

std::vector<ValueRun> value_runs(const std::vector<double>& values, const std::vector<std::uint8_t>& outcomes) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
    std::vector<ValueRun> runs;
    for (const std::size_t i : order) {
        if (runs.empty() || runs.back().value != values[i]) runs.push_back({values[i], 0, 0});
        (outcomes[i] != 0 ? runs.back().bad : runs.back().good) += 1;
    }
    return runs;
}

double auc(const std::vector<double>& values, const std::vector<std::uint8_t>& outcomes) {
    double good = 0, bad = 0, won = 0;
    for (const ValueRun& run : value_runs(values, outcomes)) {
        won += run.bad * (good + run.good / 2);
        good += run.good;
        bad += run.bad;
    }
    return good > 0 && bad > 0 ? won / (good * bad) : 0.5;
}

double kolmogorov_smirnov(const std::vector<double>& values, const std::vector<std::uint8_t>& outcomes) {
    const std::vector<ValueRun> runs = value_runs(values, outcomes);
    double all_good = 0, all_bad = 0;
    for (const ValueRun& run : runs) {
        all_good += run.good;
        all_bad += run.bad;
    }
    if (all_good == 0 || all_bad == 0) return 0;
    double good = 0, bad = 0, most = 0;
    for (const ValueRun& run : runs) {
        good += run.good;
        bad += run.bad;
        most = std::max(most, std::fabs(good / all_good - bad / all_bad));
    }
    return most;
}

double brier(const std::vector<double>& probabilities, const std::vector<std::uint8_t>& outcomes) {
    double sum = 0;
    for (std::size_t i = 0; i < probabilities.size(); ++i) {
        const double distance = probabilities[i] - outcomes[i];
        sum += distance * distance;
    }
    return probabilities.empty() ? 0 : sum / static_cast<double>(probabilities.size());
}

double calibration_error(const std::vector<double>& probabilities, const std::vector<std::uint8_t>& outcomes) {
    constexpr double k_parts = 10;
    const auto all = static_cast<double>(probabilities.size());
    double error = 0, expected = 0, bad = 0, rows = 0, seen = 0, part = 1;
    for (const ValueRun& run : value_runs(probabilities, outcomes)) {
        expected += run.value * (run.good + run.bad);
        bad += run.bad;
        rows += run.good + run.bad;
        seen += run.good + run.bad;
        if (seen < all * part / k_parts) continue;
        error += std::fabs(expected - bad);
        expected = bad = rows = 0;
        while (seen >= all * part / k_parts && part < k_parts) ++part;
    }
    if (rows > 0) error += std::fabs(expected - bad);
    return all > 0 ? error / all : 0;
}

double stability_index(const std::vector<double>& expected, const std::vector<double>& actual) {
    const double all_expected = std::accumulate(expected.begin(), expected.end(), 0.0);
    const double all_actual = std::accumulate(actual.begin(), actual.end(), 0.0);
    if (all_expected <= 0 || all_actual <= 0) return 0;
    double sum = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        if (expected[i] <= 0 && actual[i] <= 0) continue;
        const double p = std::max(actual[i], 0.5) / all_actual;
        const double q = std::max(expected[i], 0.5) / all_expected;
        sum += (p - q) * std::log(p / q);
    }
    return sum;
}

double monotone_error(const std::vector<double>& values, const std::vector<double>& weights) {
    struct Pool {
        double mean, weight;
    };
    std::vector<Pool> pools;
    double error = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        pools.push_back({values[i], weights[i]});
        while (pools.size() > 1 && pools[pools.size() - 2].mean > pools.back().mean) {
            const Pool right = pools.back();
            pools.pop_back();
            Pool& left = pools.back();
            const double mean = (left.mean * left.weight + right.mean * right.weight) / (left.weight + right.weight);
            error += left.weight * (left.mean - mean) * (left.mean - mean) +
                     right.weight * (right.mean - mean) * (right.mean - mean);
            left = {mean, left.weight + right.weight};
        }
    }
    return error;
}

}  // namespace bankctl::score
