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

std::vector<CalibrationPart> calibration_parts(const std::vector<double>& probabilities,
                                               const std::vector<std::uint8_t>& outcomes) {
    constexpr double k_parts = 10;
    const auto all = static_cast<double>(probabilities.size());
    std::vector<CalibrationPart> parts;
    CalibrationPart open;
    double seen = 0, part = 1;
    for (const ValueRun& run : value_runs(probabilities, outcomes)) {
        const double rows = run.good + run.bad;
        open.rows += rows;
        open.expected += run.value * rows;
        open.bad += run.bad;
        seen += rows;
        if (seen < all * part / k_parts) continue;
        parts.push_back(open);
        open = {};
        while (seen >= all * part / k_parts && part < k_parts) ++part;
    }
    if (open.rows > 0) parts.push_back(open);
    return parts;
}

double calibration_error(const std::vector<double>& probabilities, const std::vector<std::uint8_t>& outcomes) {
    double error = 0;
    for (const CalibrationPart& part : calibration_parts(probabilities, outcomes))
        error += std::fabs(part.expected - part.bad);
    return probabilities.empty() ? 0 : error / static_cast<double>(probabilities.size());
}

std::vector<RocPoint> roc_curve(const std::vector<double>& values, const std::vector<std::uint8_t>& outcomes,
                                std::size_t points_max) {
    const std::vector<ValueRun> runs = value_runs(values, outcomes);
    double all_good = 0, all_bad = 0;
    for (const ValueRun& run : runs) {
        all_good += run.good;
        all_bad += run.bad;
    }
    if (all_good == 0 || all_bad == 0) return {};
    const std::size_t stride = runs.size() / std::max<std::size_t>(1, points_max) + 1;
    std::vector<RocPoint> points{{}};
    double good = 0, bad = 0;
    for (std::size_t i = runs.size(); i-- > 0;) {
        good += runs[i].good;
        bad += runs[i].bad;
        if (i % stride == 0) points.push_back({good / all_good, bad / all_bad});
    }
    return points;
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

std::vector<double> closest_rising(const std::vector<double>& values, const std::vector<double>& weights) {
    struct Pool {
        double mean, weight;
        std::size_t count;
    };
    std::vector<Pool> pools;
    for (std::size_t i = 0; i < values.size(); ++i) {
        pools.push_back({values[i], weights[i], 1});
        while (pools.size() > 1 && pools[pools.size() - 2].mean > pools.back().mean) {
            const Pool right = pools.back();
            pools.pop_back();
            Pool& left = pools.back();
            const double weight = left.weight + right.weight;
            left = {(left.mean * left.weight + right.mean * right.weight) / weight, weight, left.count + right.count};
        }
    }
    std::vector<double> rising;
    for (const Pool& pool : pools) rising.insert(rising.end(), pool.count, pool.mean);
    return rising;
}

}  // namespace bankctl::score
