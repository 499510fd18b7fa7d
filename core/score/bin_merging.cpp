#include "core/score/bin_merging.h"

#include <algorithm>
#include <limits>

namespace bankctl::score {

std::vector<std::size_t> merge_bins(std::span<const SmallBin> bins, const MergingLimits& limits) {
    const std::size_t count = bins.size();
    if (count == 0) return {};
    std::vector<double> weight(count + 1), first(count + 1), second(count + 1);
    std::vector<std::size_t> rows(count + 1);
    for (std::size_t i = 0; i < count; ++i) {
        weight[i + 1] = weight[i] + bins[i].weight;
        first[i + 1] = first[i] + bins[i].weight * bins[i].effect;
        second[i + 1] = second[i] + bins[i].weight * bins[i].effect * bins[i].effect;
        rows[i + 1] = rows[i] + bins[i].rows;
    }
    const std::size_t rows_min = std::min(limits.rows_min, rows[count]);
    const auto error = [&](std::size_t begin, std::size_t end) {
        const double mass = weight[end] - weight[begin];
        const double sum = first[end] - first[begin];
        return mass > 0 ? std::max(0.0, second[end] - second[begin] - sum * sum / mass) : 0.0;
    };
    // best[k][end]: the least error of the first `end` bins in k runs; from[k][end]: where the last of them begins.
    const std::size_t runs_max = std::clamp<std::size_t>(limits.bins_max, 1, count);
    constexpr double k_none = std::numeric_limits<double>::infinity();
    std::vector<std::vector<double>> best(runs_max + 1, std::vector<double>(count + 1, k_none));
    std::vector<std::vector<std::size_t>> from(runs_max + 1, std::vector<std::size_t>(count + 1, 0));
    best[0][0] = 0;
    for (std::size_t runs = 1; runs <= runs_max; ++runs) {
        for (std::size_t end = runs; end <= count; ++end) {
            for (std::size_t begin = runs - 1; begin < end; ++begin) {
                if (best[runs - 1][begin] == k_none || rows[end] - rows[begin] < rows_min) continue;
                const double sum = best[runs - 1][begin] + error(begin, end) + limits.bin_penalty;
                if (sum < best[runs][end]) {
                    best[runs][end] = sum;
                    from[runs][end] = begin;
                }
            }
        }
    }
    std::size_t runs = 1;
    for (std::size_t k = 2; k <= runs_max; ++k)
        if (best[k][count] < best[runs][count]) runs = k;
    std::vector<std::size_t> ends(runs);
    for (std::size_t end = count; runs > 0; end = from[runs][end], --runs) ends[runs - 1] = end;
    return ends;
}

}  // namespace bankctl::score
