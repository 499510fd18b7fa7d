#include "cli/suggest.h"

#include <algorithm>
#include <vector>

namespace bankctl::cli {
namespace {

/// The optimal string alignment distance: insertions, deletions, replacements, and swaps of two neighbours.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> distances(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) {
        for (std::size_t j = 0; j <= b.size(); ++j) {
            if (i == 0 || j == 0) {
                distances[i][j] = i + j;
                continue;
            }
            const std::size_t replaced = distances[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            distances[i][j] = std::min({replaced, distances[i - 1][j] + 1, distances[i][j - 1] + 1});
            const bool is_swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (is_swap) distances[i][j] = std::min(distances[i][j], distances[i - 2][j - 2] + 1);
        }
    }
    return distances[a.size()][b.size()];
}

}  // namespace

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
    constexpr std::size_t k_word_length_max = 64;
    if (word.size() > k_word_length_max) return {};
    std::string_view best;
    std::size_t best_distance = word.size() / 3 + 1;  // of one or two letters every change makes another word
    for (const std::string_view candidate : candidates) {
        const std::size_t distance = edit_distance(word, candidate);
        if (distance < best_distance) {
            best = candidate;
            best_distance = distance;
        }
    }
    return best;
}

std::string suggestion(std::string_view word, std::span<const std::string_view> candidates,
                       std::string_view otherwise) {
    const std::string_view best = nearest(word, candidates);
    return best.empty() ? std::string(otherwise) : "did you mean '" + std::string(best) + "'?";
}

}  // namespace bankctl::cli
