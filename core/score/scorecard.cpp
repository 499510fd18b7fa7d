#include "core/score/scorecard.h"

#include <algorithm>
#include <cmath>

#include "core/base/text.h"

namespace bankctl {
namespace {

constexpr std::string_view k_directions[] = {"none", "lower_is_better", "higher_is_better"};

/// A number as a person writes it: 1500, 0.25.
std::string number_text(double number) {
    rapidjson::Document document;
    if (number == std::floor(number) && std::abs(number) < 9e15)
        return std::to_string(static_cast<std::int64_t>(number));
    document.SetDouble(number);
    return canonical_json(document);
}

template <class Items, class Text>
std::string joined(const Items& items, Text text) {
    std::string all;
    for (const auto& item : items) all += (all.empty() ? "" : ", ") + text(item);
    return all;
}

}  // namespace

std::string_view name(Direction direction) { return k_directions[static_cast<std::size_t>(direction)]; }

Place place(const Characteristic& characteristic, const CardValue& value) {
    if (const double* const number = std::get_if<double>(&value); number && !characteristic.is_categorical()) {
        for (std::size_t i = 0; i < characteristic.special.size(); ++i) {
            const SpecialBin& special = characteristic.special[i];
            if (std::ranges::find(special.codes, *number) != special.codes.end())
                return {Place::Kind::special, i, special.points};
        }
        for (std::size_t i = 0; i < characteristic.bins.size(); ++i) {
            const NumberBin& bin = characteristic.bins[i];
            if (!bin.at_most || *number <= *bin.at_most) return {Place::Kind::number, i, bin.points};
        }
    }
    if (const auto* const text = std::get_if<std::string_view>(&value); text && characteristic.is_categorical()) {
        for (std::size_t i = 0; i < characteristic.categories.size(); ++i) {
            const CategoryBin& bin = characteristic.categories[i];
            if (std::ranges::find(bin.values, *text) != bin.values.end()) return {Place::Kind::category, i, bin.points};
        }
        return {Place::Kind::other, 0, characteristic.other};
    }
    return {Place::Kind::missing, 0, characteristic.missing};
}

std::string describe(const Characteristic& characteristic, const Place& place) {
    switch (place.kind) {
        case Place::Kind::missing: return "missing";
        case Place::Kind::other: return "other";
        case Place::Kind::special: return "code " + joined(characteristic.special[place.index].codes, number_text);
        case Place::Kind::category:
            return joined(characteristic.categories[place.index].values,
                          [](const std::string& value) { return value; });
        case Place::Kind::number: break;
    }
    std::string text;
    if (place.index > 0) text = "> " + number_text(*characteristic.bins[place.index - 1].at_most);
    const auto& end = characteristic.bins[place.index].at_most;
    if (end) text += (text.empty() ? "<= " : " and <= ") + number_text(*end);
    return text.empty() ? "any" : text;
}

std::int64_t max_points(const Characteristic& characteristic) {
    std::int64_t most = characteristic.is_categorical() ? characteristic.other.points : -k_points_max;
    for (const NumberBin& bin : characteristic.bins) most = std::max(most, bin.points.points);
    for (const CategoryBin& bin : characteristic.categories) most = std::max(most, bin.points.points);
    return most;
}

double probability_of_default(const Scorecard& card, double score) {
    const double doublings = (score - static_cast<double>(card.base)) / static_cast<double>(card.pdo);
    return 1 / (1 + static_cast<double>(card.odds) * std::exp2(doublings));
}

std::int64_t probability_of_default_ppm(const Scorecard& card, std::int64_t score) {
    return std::llround(probability_of_default(card, static_cast<double>(score)) * 1e6);
}

Scale scale(const Scorecard& card) {
    const double factor = static_cast<double>(card.pdo) / std::log(2.0);
    return {factor, static_cast<double>(card.base) - factor * std::log(static_cast<double>(card.odds))};
}

}  // namespace bankctl
