#include "core/score/card_training.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "core/base/text.h"
#include "core/score/averaged_model.h"
#include "core/score/card_building.h"
#include "core/score/loan_fact.h"
#include "core/score/metrics.h"
#include "core/score/scored_rows.h"
#include "core/score/trained_policy.h"

namespace bankctl::score {
namespace {

/// Small data is learnt from more often, since there chance decides more: runs for about this many rows in all.
constexpr std::size_t k_rows_learnt = 40'000;
constexpr std::size_t k_repeats_max = 4;
/// So few values, of codes and counts mostly, each take a step of their own while data is small: a stump finds a value
/// that differs from its neighbours only among more rows.
constexpr std::size_t k_loose_bins_max = 12;
/// Of the features that are too many, so large a part is left out before the rest is learnt anew.
constexpr double k_kept_share = 0.85;
constexpr double k_kept_share_wide = 0.5;
constexpr std::size_t k_wide = 40;
/// So large a part of a column's effect may run against its trend.
constexpr double k_against_trend_max = 0.02;
/// A side of a stump has at least one of so many rows, or ten of few, so that its step does not rest on chance.
constexpr std::size_t k_leaf_share = 700;

/// The weighted sum of squares between values and the closest that never fall.
double error_of_rising(const std::vector<double>& values, const std::vector<double>& weights) {
    const std::vector<double> rising = closest_rising(values, weights);
    double error = 0;
    for (std::size_t i = 0; i < values.size(); ++i)
        error += weights[i] * (values[i] - rising[i]) * (values[i] - rising[i]);
    return error;
}

/// The trend that effects learnt without one follow along the ordered bins, but for so small a part of their weighted
/// sum of squares; free where neither direction comes so close.
Trend trend_of(const BinnedFeature& feature, const std::vector<double>& effects) {
    std::vector<double> rows(feature.bins);
    for (const std::uint8_t bin : feature.bin_of_row) rows[bin] += 1;
    std::vector<double> weights(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(feature.ordered));
    std::vector<double> values(effects.begin(), effects.begin() + static_cast<std::ptrdiff_t>(feature.ordered));
    double sum = 0, weight = 0, squares = 0;
    for (std::size_t bin = 0; bin < values.size(); ++bin) {
        sum += weights[bin] * values[bin];
        squares += weights[bin] * values[bin] * values[bin];
        weight += weights[bin];
    }
    const double against_rising = error_of_rising(values, weights);
    std::ranges::reverse(values);
    std::ranges::reverse(weights);
    const double against_falling = error_of_rising(values, weights);
    if (std::min(against_rising, against_falling) > k_against_trend_max * (squares - sum * sum / weight))
        return Trend::free;
    return against_rising <= against_falling ? Trend::rising : Trend::falling;
}

/// Columns that can tell something: with at least two bins, and no copy of an earlier one.
std::vector<CardColumn> usable_columns(const CreditTable& table, const TrainingOptions& options) {
    std::vector<CardColumn> usable;
    for (const Column& column : table.columns) {
        CardColumn candidate{column.name, divide(column, options.special_codes)};
        const FineBins& bins = candidate.fine.bins;
        const bool has_values = bins.ordered() > 0 || !bins.levels.empty();
        if (!has_values || bins.size() < 2) continue;
        const bool is_copy = std::ranges::any_of(usable, [&](const CardColumn& other) {
            return other.fine.feature.bin_of_row == candidate.fine.feature.bin_of_row;
        });
        if (is_copy) continue;
        usable.push_back(std::move(candidate));
    }
    return usable;
}

BinnedRows binned_rows(const std::vector<CardColumn>& columns, const CreditTable& table) {
    BinnedRows rows;
    rows.outcomes = table.outcomes;
    for (const CardColumn& column : columns) rows.features.push_back(column.fine.feature);
    return rows;
}

/// The places of the `count` columns worth most, in their order; never those worth nothing.
std::vector<std::size_t> most_worth(const std::vector<double>& worth, std::size_t count) {
    std::vector<std::size_t> order(worth.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::greater{}, [&](std::size_t i) { return worth[i]; });
    order.resize(std::min(count, order.size()));
    std::erase_if(order, [&](std::size_t i) { return worth[i] <= 0; });
    std::ranges::sort(order);
    return order;
}

/// Learns, leaves out what is worth least, and learns again, until few enough are left. Leaves `columns` empty where
/// nothing tells anything.
AveragedModel choose_columns(std::vector<CardColumn>& columns, const CreditTable& table, const TrainingOptions& options,
                             const std::function<void()>& each_round) {
    AveragingOptions averaging;
    averaging.seed = options.seed;
    averaging.repeats = std::clamp<std::size_t>(k_rows_learnt / (5 * table.outcomes.size()), 1, k_repeats_max);
    // Each round sees all rows: with many of them the steps are worth more.
    const bool is_small = averaging.repeats > 1;
    averaging.boosting.learning_rate = is_small ? 0.1 : 0.2;
    averaging.boosting.loose_bins_max = is_small ? k_loose_bins_max : 0;
    averaging.boosting.leaf_rows_min = std::max<std::size_t>(10, table.outcomes.size() / k_leaf_share);
    // A column's trend is that of its effect beside the other columns, so it is seen only once all have been learnt.
    const AveragedModel unbound = average_runs(binned_rows(columns, table), averaging, each_round);
    for (std::size_t i = 0; i < columns.size(); ++i) {
        BinnedFeature& feature = columns[i].fine.feature;
        if (feature.ordered > 0) feature.trend = trend_of(feature, unbound.effects[i]);
    }
    while (true) {
        AveragedModel model = average_runs(binned_rows(columns, table), averaging, each_round);
        const double share = columns.size() > k_wide ? k_kept_share_wide : k_kept_share;
        const auto some = static_cast<std::size_t>(share * static_cast<double>(columns.size()));
        const std::vector<std::size_t> kept = most_worth(model.worth, std::max(options.characteristics_max, some));
        if (kept.size() == columns.size()) return model;
        std::vector<CardColumn> chosen;
        for (const std::size_t i : kept) chosen.push_back(std::move(columns[i]));
        columns = std::move(chosen);
        if (columns.empty()) return model;
    }
}

Status check(const CreditTable& table) {
    const std::size_t bad = table.bad_count();
    const std::size_t rows = table.outcomes.size();
    if (rows < k_training_rows_min || bad < k_training_outcomes_min || rows - bad < k_training_outcomes_min)
        return Error(ErrorCode::invalid_csv,
                     "there are " + std::to_string(rows) + " rows, " + std::to_string(bad) + " of them bad: too few",
                     "training needs at least " + std::to_string(k_training_rows_min) + " rows and " +
                         std::to_string(k_training_outcomes_min) + " of each outcome");
    for (const Column& column : table.columns) {
        if (is_prohibited_name(column.name))
            return Error(ErrorCode::prohibited_input, "no decision may rest on the column " + in_quotes(column.name),
                         "leave it out with --exclude; evaluate --group can still compare its groups")
                .with("field", column.name);
    }
    return ok();
}

/// Of the whole numbers beside the exact base points the one by which the rows' probabilities sum up best to those bad.
void round_base_points(const CreditTable& table, Scorecard& card) {
    const std::vector<std::int64_t> scores = score_rows(card, table).value_or_throw().scores;
    const std::int64_t before = card.base_points.points;
    const auto low = static_cast<std::int64_t>(std::floor(card.base_points.unrounded));
    double least = -1;
    for (const std::int64_t base : {low, low + 1}) {
        double expected = 0;
        for (const std::int64_t score : scores)
            expected += probability_of_default(card, static_cast<double>(score + base - before));
        const double miss = std::fabs(expected - static_cast<double>(table.bad_count()));
        if (least >= 0 && miss >= least) continue;
        least = miss;
        card.base_points.points = base;
    }
}

/// The average points of rows within one doubling of the odds of the passing score; of all rows where there are none.
void set_reference_points(const ScoredRows& rows, std::int64_t passing, Scorecard& card) {
    std::vector<std::size_t> near;
    for (std::size_t i = 0; i < rows.scores.size(); ++i)
        if (std::abs(rows.scores[i] - passing) <= card.pdo) near.push_back(i);
    if (near.empty()) {
        near.resize(rows.scores.size());
        std::iota(near.begin(), near.end(), std::size_t{0});
    }
    for (std::size_t c = 0; c < card.characteristics.size(); ++c) {
        Characteristic& characteristic = card.characteristics[c];
        const std::vector<std::int64_t> points = slot_points(characteristic);
        double sum = 0;
        for (const std::size_t row : near) sum += static_cast<double>(points[rows.slots[c][row]]);
        characteristic.reference_points = std::llround(sum / static_cast<double>(near.size()));
    }
}

}  // namespace

Result<TrainedPolicy> train_card(const CreditTable& table, const TrainingOptions& options,
                                 const std::function<void(std::size_t)>& each_round) {
    BANKCTL_CHECK(check(table));
    std::size_t rounds = 0;
    std::vector<CardColumn> columns = usable_columns(table, options);
    AveragedModel model;
    if (!columns.empty()) model = choose_columns(columns, table, options, [&] { each_round(++rounds); });
    if (columns.empty())
        return Error(ErrorCode::invalid_csv, "no column tells anything of the outcome",
                     "it needs at least one column whose values differ between loans that went bad and others");

    const double bad_rate = static_cast<double>(table.bad_count()) / static_cast<double>(table.outcomes.size());
    const Calibration calibration = calibrate(model.log_odds_aside, table.outcomes);
    Scorecard card = build_card(columns, model, calibration, options.bins_max, bad_rate);
    for (std::size_t i = 0; i < card.characteristics.size(); ++i)
        card.characteristics[i].reason = (i + 1 < 10 ? "R0" : "R") + std::to_string(i + 1);
    round_base_points(table, card);
    const ScoredRows rows = score_rows(card, table).value_or_throw();
    // Until somebody sets the bands, who is safer than the average of the training passes, and who is within one
    // doubling of the odds is looked at by a person.
    const Scale points = scale(card);
    const auto passing = std::llround(points.offset + points.factor * std::log((1 - bad_rate) / bad_rate));
    set_reference_points(rows, passing, card);

    TrainedPolicy trained;
    trained.rows = table.outcomes.size();
    trained.bad = table.bad_count();
    trained.rounds = model.rounds;
    for (const Characteristic& characteristic : card.characteristics)
        trained.characteristics.push_back(characteristic.field);
    trained.json = trained_policy_text(
        card, {options, passing, model.rounds, auc(model.log_odds_aside, table.outcomes)}, rows, table.outcomes);
    return trained;
}

}  // namespace bankctl::score
