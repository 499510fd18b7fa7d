#include "core/score/fine_bins.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <optional>

#include "core/base/text.h"

namespace bankctl::score {
namespace {

/// Sets the ordered bins of sorted values.
void set_ordered_bins(const std::vector<double>& sorted, FineBins& bins) {
    std::size_t distinct = 0;
    for (std::size_t i = 0; i < sorted.size(); ++i)
        if (i == 0 || sorted[i] != sorted[i - 1]) ++distinct;
    // Where each value can have a bin it gets one; else a bin is full with its share of the rows.
    const std::size_t rows_min = distinct <= k_ordered_bins_max ? 1 : (sorted.size() - 1) / k_ordered_bins_max + 1;
    std::size_t begin = 0;
    for (std::size_t end = 1; end <= sorted.size(); ++end) {
        const bool ends_value = end == sorted.size() || sorted[end] != sorted[end - 1];
        if (!ends_value || (end - begin < rows_min && end != sorted.size())) continue;
        bins.lowest.push_back(sorted[begin]);
        bins.highest.push_back(sorted[end - 1]);
        begin = end;
    }
}

FineColumn divide_numbers(const Column& column, std::span<const double> special_codes) {
    FineColumn result;
    std::vector<double> sorted;
    sorted.reserve(column.numbers.size());
    std::vector<bool> is_seen(special_codes.size());
    for (const double number : column.numbers) {
        if (std::isnan(number)) {
            result.bins.has_missing = true;
            continue;
        }
        const auto special = std::ranges::find(special_codes, number);
        if (special == special_codes.end())
            sorted.push_back(number);
        else
            is_seen[static_cast<std::size_t>(special - special_codes.begin())] = true;
    }
    std::ranges::sort(sorted);
    set_ordered_bins(sorted, result.bins);
    for (std::size_t i = 0; i < special_codes.size(); ++i)
        if (is_seen[i]) result.bins.specials.push_back(special_codes[i]);

    for (const double number : column.numbers) {
        std::size_t bin = result.bins.missing_bin();
        if (!std::isnan(number)) {
            const auto special = std::ranges::find(result.bins.specials, number);
            bin = special != result.bins.specials.end()
                      ? result.bins.special_bin(static_cast<std::size_t>(special - result.bins.specials.begin()))
                      : static_cast<std::size_t>(std::ranges::lower_bound(result.bins.highest, number) -
                                                 result.bins.highest.begin());
        }
        result.feature.bin_of_row.push_back(static_cast<std::uint8_t>(bin));
    }
    return result;
}

FineColumn divide_categories(const Column& column) {
    FineColumn result;
    std::vector<std::size_t> rows(column.levels.size());
    for (const std::uint32_t level : column.level_of_row) {
        if (level == Column::k_no_level)
            result.bins.has_missing = true;
        else
            ++rows[level];
    }
    std::vector<std::size_t> order(column.levels.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
        return rows[a] != rows[b] ? rows[a] > rows[b] : column.levels[a] < column.levels[b];
    });
    std::vector<std::optional<std::size_t>> place(column.levels.size());
    for (const std::size_t level : order) {
        const std::string& text = column.levels[level];
        if (rows[level] < k_level_rows_min || text.empty() || printable(text) != text ||
            result.bins.levels.size() == k_levels_max) {
            result.bins.has_rare_levels = result.bins.has_rare_levels || rows[level] > 0;
            continue;
        }
        place[level] = result.bins.levels.size();
        result.bins.levels.push_back(column.levels[level]);
    }
    for (const std::uint32_t level : column.level_of_row) {
        std::size_t bin = result.bins.missing_bin();
        if (level != Column::k_no_level)
            bin = place[level] ? result.bins.level_bin(*place[level]) : result.bins.rare_bin();
        result.feature.bin_of_row.push_back(static_cast<std::uint8_t>(bin));
    }
    return result;
}

}  // namespace

FineColumn divide(const Column& column, std::span<const double> special_codes) {
    FineColumn result = column.is_categorical ? divide_categories(column) : divide_numbers(column, special_codes);
    result.feature.ordered = result.bins.ordered();
    result.feature.bins = result.bins.size();
    return result;
}

std::string border_between(double low, double high) {
    // The greatest multiple of a power of ten below `high`, for ever smaller powers, until one is not below `low`.
    const double size = std::max(std::fabs(low), std::fabs(high));
    const int first = size > 0 ? static_cast<int>(std::floor(std::log10(size))) : 0;
    for (int exponent = first; exponent > first - 16; --exponent) {
        const double unit = std::pow(10.0, exponent);
        const double multiple = std::ceil(high / unit) - 1;
        if (std::fabs(multiple) >= 1e15) break;
        const std::string text = std::to_string(static_cast<std::int64_t>(multiple)) + "e" + std::to_string(exponent);
        double value = 0;
        std::from_chars(text.data(), text.data() + text.size(), value);
        if (value < low || value >= high) continue;
        char shortest[64];
        const auto end = std::to_chars(std::begin(shortest), std::end(shortest), value).ptr;
        return {shortest, end};
    }
    char shortest[64];
    const auto end = std::to_chars(std::begin(shortest), std::end(shortest), low).ptr;
    return {shortest, end};
}

}  // namespace bankctl::score
