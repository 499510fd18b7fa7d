#include "core/score/card_building.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

namespace bankctl::score {
namespace {

/// A joined bin has at least this share of the rows, so that its points do not rest on a few.
constexpr double k_bin_rows_share_min = 0.01;
/// A bin must save so large a part of what the column tells.
constexpr double k_bin_share_min = 0.0005;
constexpr double k_millionth = 1e6;

double number_of(const std::string& text) {
    double number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

/// Makes one characteristic. Effects become points by a factor: less risk, more points.
class Builder {
public:
    Builder(const CardColumn& column, const std::vector<double>& effects, double points_per_log_odds,
            std::size_t bins_max, double bad_rate)
        : column_(column), bins_(column.fine.bins), factor_(points_per_log_odds) {
        rows_.assign(bins_.size(), 0);
        for (const std::uint8_t bin : column.fine.feature.bin_of_row) ++rows_[bin];
        for (std::size_t bin = 0; bin < bins_.size(); ++bin)
            small_.push_back({effects[bin], static_cast<double>(rows_[bin]) * bad_rate * (1 - bad_rate), rows_[bin]});
        const std::size_t beside = bins_.specials.size() + (bins_.has_missing ? 1 : 0);
        limits_.bins_max = std::max<std::size_t>(2, bins_max - std::min(bins_max, beside));
        double weight = 0, sum = 0, squares = 0;
        for (const SmallBin& bin : small_) {
            weight += bin.weight;
            sum += bin.weight * bin.effect;
            squares += bin.weight * bin.effect * bin.effect;
        }
        // Relative to what the column tells in all: effects learnt from few rows are small, yet their bins count.
        limits_.bin_penalty = k_bin_share_min * (squares - sum * sum / weight);
        limits_.rows_min = static_cast<std::size_t>(
            std::ceil(k_bin_rows_share_min * static_cast<double>(column.fine.feature.bin_of_row.size())));
    }

    /// `lowest` is set to what the points were lowered by.
    Characteristic build(double& lowest) {
        result_.id = column_.name;
        result_.field = column_.name;
        if (bins_.ordered() > 0) add_numbers();
        if (bins_.levels.size() + (bins_.has_rare_levels ? 1 : 0) > 0) add_categories();
        const double average = average_points();
        if (result_.is_categorical() && !bins_.has_rare_levels) result_.other.unrounded = average;
        result_.missing.unrounded = bins_.has_missing ? points(bins_.missing_bin()) : average;
        for (std::size_t i = 0; i < bins_.specials.size(); ++i)
            result_.special.push_back({{bins_.specials[i]}, {0, points(bins_.special_bin(i))}});
        lowest = result_.missing.unrounded;
        for_each_bin([&](BinPoints& bin) { lowest = std::min(lowest, bin.unrounded); });
        for_each_bin([&](BinPoints& bin) {
            // Millionths of a point are enough to compare by.
            bin.unrounded = std::round((bin.unrounded - lowest) * k_millionth) / k_millionth;
            bin.points = std::llround(bin.unrounded);
        });
        return std::move(result_);
    }

private:
    double points(std::size_t bin) const { return -factor_ * small_[bin].effect; }

    /// The weighted mean of some bins, as points.
    double mean_points(std::span<const std::size_t> bins) const {
        double sum = 0, weight = 0;
        for (const std::size_t bin : bins) {
            sum += points(bin) * small_[bin].weight;
            weight += small_[bin].weight;
        }
        return weight > 0 ? sum / weight : 0;
    }

    double average_points() const {
        std::vector<std::size_t> all(bins_.size());
        std::iota(all.begin(), all.end(), std::size_t{0});
        return mean_points(all);
    }

    /// Joins the bins in the order given and calls `take` with each group.
    template <class Take>
    void join(const std::vector<std::size_t>& order, Take take) const {
        std::vector<SmallBin> ordered;
        for (const std::size_t bin : order) ordered.push_back(small_[bin]);
        std::size_t begin = 0;
        for (const std::size_t end : merge_bins(ordered, limits_)) {
            take(std::span(order).subspan(begin, end - begin));
            begin = end;
        }
    }

    void add_numbers() {
        const Trend trend = column_.fine.feature.trend;
        result_.direction = trend == Trend::rising    ? Direction::lower_is_better
                            : trend == Trend::falling ? Direction::higher_is_better
                                                      : Direction::none;
        std::vector<std::size_t> order(bins_.ordered());
        std::iota(order.begin(), order.end(), std::size_t{0});
        join(order, [&](std::span<const std::size_t> group) {
            NumberBin bin{{}, {0, mean_points(group)}};
            if (group.back() + 1 < bins_.ordered())
                bin.at_most = number_of(border_between(bins_.highest[group.back()], bins_.lowest[group.back() + 1]));
            result_.bins.push_back(bin);
        });
    }

    void add_categories() {
        std::vector<std::size_t> order;
        for (std::size_t bin = bins_.level_bin(0); bin < bins_.size(); ++bin) order.push_back(bin);
        std::ranges::stable_sort(order, {}, [&](std::size_t bin) { return small_[bin].effect; });
        join(order, [&](std::span<const std::size_t> group) {
            CategoryBin bin{{}, {0, mean_points(group)}};
            for (const std::size_t member : group) {
                if (member == bins_.rare_bin())
                    result_.other = bin.points;
                else
                    bin.values.push_back(bins_.levels[member - bins_.level_bin(0)]);
            }
            std::ranges::sort(bin.values);
            if (!bin.values.empty()) result_.categories.push_back(std::move(bin));
        });
    }

    template <class Visit>
    void for_each_bin(Visit visit) {
        for (NumberBin& bin : result_.bins) visit(bin.points);
        for (CategoryBin& bin : result_.categories) visit(bin.points);
        for (SpecialBin& bin : result_.special) visit(bin.points);
        if (result_.is_categorical()) visit(result_.other);
        visit(result_.missing);
    }

    const CardColumn& column_;
    const FineBins& bins_;
    double factor_;
    std::vector<std::size_t> rows_;
    std::vector<SmallBin> small_;
    MergingLimits limits_;
    Characteristic result_;
};

}  // namespace

Scorecard build_card(const std::vector<CardColumn>& columns, const AveragedModel& model, const Calibration& calibration,
                     std::size_t bins_max, double bad_rate) {
    Scorecard card;
    card.is_trained = true;
    const Scale points = scale(card);
    double base = points.offset - points.factor * (calibration.intercept + calibration.slope * model.intercept);
    for (std::size_t i = 0; i < columns.size(); ++i) {
        double lowest = 0;
        Builder builder(columns[i], model.effects[i], points.factor * calibration.slope, bins_max, bad_rate);
        card.characteristics.push_back(builder.build(lowest));
        base += lowest;
    }
    card.base_points.unrounded = std::round(base * k_millionth) / k_millionth;
    card.base_points.points = std::llround(base);
    return card;
}

}  // namespace bankctl::score
