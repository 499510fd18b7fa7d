#include "core/score/evaluation.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/text.h"
#include "core/score/scored_rows.h"
#include "core/score/trained_policy.h"

namespace bankctl::score {
namespace {

constexpr std::size_t k_roc_points_max = 200;

/// Risk grows as scores fall.
template <class Number>
std::vector<double> negated(const std::vector<Number>& scores) {
    std::vector<double> result;
    for (const Number score : scores) result.push_back(-static_cast<double>(score));
    return result;
}

/// Where training tells nothing: ends of ranges as wide as what doubles the odds.
std::vector<std::int64_t> plain_ends(const Scorecard& card, const std::vector<std::int64_t>& scores) {
    const auto [least, greatest] = std::ranges::minmax(scores);
    const std::int64_t width = std::max<std::int64_t>(card.pdo, (greatest - least) / 50 + 1);
    std::vector<std::int64_t> ends;
    for (std::int64_t end = card.base - (card.base - least) / width * width - 1; end < greatest; end += width)
        if (end >= least) ends.push_back(end);
    return ends;
}

void add_bands(const ScoredRows& rows, const CreditTable& table, const std::vector<double>& probabilities,
               const std::vector<std::int64_t>& ends, const std::vector<double>& training, Evaluation& evaluation) {
    std::vector<ScoreBand>& bands = evaluation.bands;
    bands.resize(ends.size() + 1);
    double training_rows = 0;
    for (const double count : training) training_rows += count;
    for (std::size_t i = 0; i < bands.size(); ++i) {
        if (i > 0) bands[i].low = ends[i - 1] + 1;
        if (i < ends.size()) bands[i].high = ends[i];
        if (training_rows > 0) bands[i].training_share = training[i] / training_rows;
    }
    for (std::size_t row = 0; row < rows.scores.size(); ++row) {
        ScoreBand& band = bands[range_of(ends, rows.scores[row])];
        ++band.rows;
        band.bad += table.outcomes[row];
        band.expected_bad += probabilities[row];
    }
}

std::vector<CharacteristicStability> stability(const Scorecard& card, const ScoredRows& rows) {
    const std::vector<std::vector<double>> training = training_slots(card);
    std::vector<CharacteristicStability> result;
    for (std::size_t c = 0; c < training.size(); ++c) {
        std::vector<double> counts(training[c].size());
        for (const std::uint32_t slot : rows.slots[c]) counts[slot] += 1;
        result.push_back({card.characteristics[c].id, stability_index(training[c], counts)});
    }
    return result;
}

Result<std::vector<GroupResult>> compare_groups(const LoanPolicy& policy, const CreditTable& table,
                                                const std::string& name, const ScoredRows& rows) {
    const Column* column = table.find(name);
    if (!column)
        return Error(ErrorCode::unknown_field, "the data has no column " + in_quotes(name)).with("column", name);
    if (std::ranges::find(policy.card.characteristics, name, &Characteristic::field) !=
        policy.card.characteristics.end())
        return Error(ErrorCode::usage, "the card decides by " + in_quotes(name) + ", so it cannot be what groups it",
                     "name a column that the card never saw");
    std::map<std::string, GroupResult> by_value;
    for (std::size_t row = 0; row < rows.scores.size(); ++row) {
        std::string value;
        if (column->is_categorical) {
            if (column->level_of_row[row] != Column::k_no_level) value = column->levels[column->level_of_row[row]];
        } else if (!std::isnan(column->numbers[row])) {
            value = number_text(column->numbers[row]);
        }
        GroupResult& group = by_value[value];
        if (by_value.size() > k_groups_max)
            return Error(ErrorCode::usage,
                         in_quotes(name) + " has more than " + std::to_string(k_groups_max) + " values",
                         "name a column with few values, or one that holds ranges");
        group.value = value;
        ++group.rows;
        group.approved += rows.scores[row] >= policy.approve_min ? 1 : 0;
    }
    std::vector<GroupResult> groups;
    double highest = 0;
    const auto rate = [](const GroupResult& group) {
        return static_cast<double>(group.approved) / static_cast<double>(group.rows);
    };
    for (const auto& [value, group] : by_value) {
        groups.push_back(group);
        highest = std::max(highest, rate(group));
    }
    std::ranges::stable_sort(groups, std::greater{}, &GroupResult::rows);
    for (GroupResult& group : groups)
        if (highest > 0) group.impact_ratio = rate(group) / highest;
    return groups;
}

}  // namespace

Result<Evaluation> evaluate(const LoanPolicy& policy, const CreditTable& table,
                            const std::optional<std::string>& group) {
    BANKCTL_TRY(rows, score_rows(policy.card, table));
    Evaluation evaluation;
    evaluation.rows = static_cast<std::int64_t>(table.outcomes.size());
    evaluation.bad = static_cast<std::int64_t>(table.bad_count());
    std::vector<double> probabilities;
    for (const std::int64_t score : rows.scores)
        probabilities.push_back(probability_of_default(policy.card, static_cast<double>(score)));
    evaluation.auc = auc(negated(rows.scores), table.outcomes);
    evaluation.auc_unrounded = auc(negated(rows.unrounded), table.outcomes);
    evaluation.ks = kolmogorov_smirnov(negated(rows.scores), table.outcomes);
    evaluation.brier = brier(probabilities, table.outcomes);
    evaluation.ece = calibration_error(probabilities, table.outcomes);
    evaluation.roc = roc_curve(negated(rows.scores), table.outcomes, k_roc_points_max);
    evaluation.calibration = calibration_parts(probabilities, table.outcomes);
    const std::optional<ScoreDistribution> training = training_distribution(policy.card);
    add_bands(rows, table, probabilities, training ? training->ends : plain_ends(policy.card, rows.scores),
              training ? training->rows : std::vector<double>{}, evaluation);
    if (training) {
        std::vector<double> counts;
        for (const ScoreBand& band : evaluation.bands) counts.push_back(static_cast<double>(band.rows));
        evaluation.psi = stability_index(training->rows, counts);
    }
    evaluation.stability = stability(policy.card, rows);
    if (group) {
        BANKCTL_TRY(groups, compare_groups(policy, table, *group, rows));
        evaluation.groups = std::move(groups);
    }
    return evaluation;
}

Result<Agreement> compare(const LoanPolicy& champion, const LoanPolicy& challenger, const CreditTable& table) {
    BANKCTL_TRY(ours, score_rows(champion.card, table));
    BANKCTL_TRY(theirs, score_rows(challenger.card, table));
    Agreement agreement;
    for (std::size_t row = 0; row < table.outcomes.size(); ++row) {
        const bool by_champion = ours.scores[row] >= champion.approve_min;
        const bool by_challenger = theirs.scores[row] >= challenger.approve_min;
        LoanCount& count = by_champion ? (by_challenger ? agreement.both : agreement.only_champion)
                                       : (by_challenger ? agreement.only_challenger : agreement.neither);
        ++count.rows;
        count.bad += table.outcomes[row];
    }
    return agreement;
}

}  // namespace bankctl::score
