#include "core/score/trained_policy.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "core/base/text.h"

namespace bankctl::score {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t k_ranges = 10;

/// Whole numbers without a decimal point, as people write them.
Json number_json(double number) {
    if (std::fabs(number) < 1e15 && number == std::floor(number)) return static_cast<std::int64_t>(number);
    return number;
}

Json bin_json(Json bin, const BinPoints& points) {
    bin["points"] = points.points;
    bin["unrounded"] = number_json(points.unrounded);
    return bin;
}

Json characteristic_json(const Characteristic& characteristic) {
    Json bins = Json::array();
    for (const NumberBin& bin : characteristic.bins)
        bins.push_back(bin_json({{"le", bin.at_most ? number_json(*bin.at_most) : Json()}}, bin.points));
    for (const CategoryBin& bin : characteristic.categories) bins.push_back(bin_json({{"in", bin.values}}, bin.points));
    Json json = {{"id", characteristic.id},
                 {"field", characteristic.field},
                 {"direction", name(characteristic.direction)},
                 {"reason", characteristic.reason},
                 {"reference_points", characteristic.reference_points},
                 {"missing", characteristic.missing.points},
                 {"missing_unrounded", number_json(characteristic.missing.unrounded)},
                 {"bins", bins}};
    if (characteristic.is_categorical()) {
        json["other"] = characteristic.other.points;
        json["other_unrounded"] = number_json(characteristic.other.unrounded);
    }
    if (!characteristic.special.empty()) {
        Json special = Json::array();
        for (const SpecialBin& bin : characteristic.special) {
            Json codes = Json::array();
            for (const double code : bin.codes) codes.push_back(number_json(code));
            special.push_back(bin_json({{"codes", codes}}, bin.points));
        }
        json["special"] = special;
    }
    return json;
}

/// Ends of about equally full ranges of scores.
std::vector<std::int64_t> range_ends(std::vector<std::int64_t> scores) {
    std::ranges::sort(scores);
    std::vector<std::int64_t> ends;
    for (std::size_t i = 1; i < k_ranges; ++i) {
        const std::int64_t end = scores[(scores.size() * i - 1) / k_ranges];
        if (end < scores.back() && (ends.empty() || end > ends.back())) ends.push_back(end);
    }
    return ends;
}

Json training_json(const Scorecard& card, const TrainingRecord& record, const ScoredRows& rows,
                   const std::vector<std::uint8_t>& outcomes) {
    const std::vector<std::int64_t> ends = range_ends(rows.scores);
    std::vector<std::int64_t> in_range(ends.size() + 1), bad_in_range(ends.size() + 1);
    for (std::size_t i = 0; i < rows.scores.size(); ++i) {
        const std::size_t range = range_of(ends, rows.scores[i]);
        ++in_range[range];
        bad_in_range[range] += outcomes[i];
    }
    Json ranges = Json::array();
    for (std::size_t i = 0; i < in_range.size(); ++i)
        ranges.push_back(
            {{"le", i < ends.size() ? Json(ends[i]) : Json()}, {"rows", in_range[i]}, {"bad", bad_in_range[i]}});
    Json slots = Json::array();
    for (std::size_t c = 0; c < card.characteristics.size(); ++c) {
        std::vector<std::int64_t> counts(slot_count(card.characteristics[c]));
        for (const std::uint32_t slot : rows.slots[c]) ++counts[slot];
        slots.push_back(counts);
    }
    Json special = Json::array();
    for (const double code : record.options.special_codes) special.push_back(number_json(code));
    return {{"rows", outcomes.size()},
            {"bad", std::ranges::count(outcomes, std::uint8_t{1})},
            {"target", record.options.target},
            {"excluded", record.options.left_out},
            {"special", special},
            {"seed", record.options.seed},
            {"max_characteristics", record.options.characteristics_max},
            {"max_bins", record.options.bins_max},
            {"rounds", record.rounds},
            {"auc_cross_validated", std::round(record.auc_aside * 1e6) / 1e6},
            {"score_ranges", ranges},
            {"rows_in_bins", slots}};
}

std::string reason_text(const Characteristic& characteristic) {
    switch (characteristic.direction) {
        case Direction::lower_is_better: return "The value of " + characteristic.field + " is high";
        case Direction::higher_is_better: return "The value of " + characteristic.field + " is low";
        case Direction::none: break;
    }
    return "The kind of " + characteristic.field;
}

/// A member of the training record, if it is there with a fitting shape.
Json record_of(const Scorecard& card, const char* key) {
    const Json training = Json::parse(card.training, nullptr, false);
    return training.is_object() && training.contains(key) ? training[key] : Json();
}

}  // namespace

std::string trained_policy_text(const Scorecard& card, const TrainingRecord& record, const ScoredRows& rows,
                                const std::vector<std::uint8_t>& outcomes) {
    Json characteristics = Json::array();
    Json texts = Json::object();
    for (const Characteristic& characteristic : card.characteristics) {
        characteristics.push_back(characteristic_json(characteristic));
        texts[characteristic.reason] = reason_text(characteristic);
    }
    const Json policy = {
        {"schema", "loan.policy/v1"},
        {"id", "trained"},
        {"version", "1.0.0"},
        {"effective_from", "1970-01-01"},  // no clock is read: equal data must give equal bytes
        {"status", "draft"},
        {"knockouts", Json::array()},
        {"scorecard",
         {{"id", "trained"},
          {"version", "1.0.0"},
          {"provenance", "trained"},
          {"base", card.base},
          {"odds", card.odds},
          {"pdo", card.pdo},
          {"base_points", card.base_points.points},
          {"base_unrounded", number_json(card.base_points.unrounded)},
          {"characteristics", characteristics},
          {"training", training_json(card, record, rows, outcomes)}}},
        {"bands", {{"approve_min", record.passing_score}, {"refer_min", record.passing_score - card.pdo}}},
        {"reasons",
         {{"max", 4}, {"method", "reference_points_minus_points"}, {"tie", "characteristic order"}, {"texts", texts}}}};
    return policy.dump(1) + "\n";
}

std::size_t range_of(const std::vector<std::int64_t>& ends, std::int64_t score) {
    return static_cast<std::size_t>(std::ranges::lower_bound(ends, score) - ends.begin());
}

std::optional<ScoreDistribution> training_distribution(const Scorecard& card) {
    const Json ranges = record_of(card, "score_ranges");
    if (!ranges.is_array() || ranges.empty() || ranges.size() > 1000) return std::nullopt;
    ScoreDistribution distribution;
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        const Json& range = ranges[i];
        const bool is_last = i + 1 == ranges.size();
        if (!range.is_object() || !range.contains("le") || !range.contains("rows")) return std::nullopt;
        const bool fits = is_last ? range["le"].is_null() : range["le"].is_number_integer();
        if (!fits || !range["rows"].is_number_unsigned()) return std::nullopt;
        if (!is_last) {
            const auto end = range["le"].get<std::int64_t>();
            if (!distribution.ends.empty() && end <= distribution.ends.back()) return std::nullopt;
            distribution.ends.push_back(end);
        }
        distribution.rows.push_back(range["rows"].get<double>());
    }
    return distribution;
}

std::vector<std::vector<double>> training_slots(const Scorecard& card) {
    const Json slots = record_of(card, "rows_in_bins");
    std::vector<std::vector<double>> result;
    if (!slots.is_array() || slots.size() != card.characteristics.size()) return {};
    for (std::size_t c = 0; c < slots.size(); ++c) {
        if (!slots[c].is_array() || slots[c].size() != slot_count(card.characteristics[c])) return {};
        std::vector<double>& counts = result.emplace_back();
        for (const Json& count : slots[c]) {
            if (!count.is_number_unsigned()) return {};
            counts.push_back(count.get<double>());
        }
    }
    return result;
}

}  // namespace bankctl::score
