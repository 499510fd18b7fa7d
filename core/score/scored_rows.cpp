#include "core/score/scored_rows.h"

#include <cmath>

#include "core/base/text.h"

namespace bankctl::score {
namespace {

std::size_t slot_of(const Characteristic& characteristic, const Place& place) {
    const std::size_t bins = characteristic.bins.size() + characteristic.categories.size();
    switch (place.kind) {
        case Place::Kind::number:
        case Place::Kind::category: return place.index;
        case Place::Kind::special: return bins + place.index;
        case Place::Kind::other: return bins + characteristic.special.size();
        case Place::Kind::missing: break;
    }
    return bins + characteristic.special.size() + 1;
}

/// Where a text falls. A number in a column that also has texts is still a number to a characteristic of numbers.
Place place_text(const Characteristic& characteristic, const std::string& text) {
    if (characteristic.is_categorical()) return place(characteristic, std::string_view(text));
    const std::optional<double> number = parse_cell_number(text);
    return number ? place(characteristic, *number) : place(characteristic, std::monostate{});
}

std::vector<Place> places(const Characteristic& characteristic, const Column& column) {
    std::vector<Place> result;
    if (!column.is_categorical) {
        for (const double number : column.numbers) {
            if (std::isnan(number))
                result.push_back(place(characteristic, std::monostate{}));
            else if (characteristic.is_categorical())
                result.push_back(place_text(characteristic, number_text(number)));
            else
                result.push_back(place(characteristic, number));
        }
        return result;
    }
    std::vector<Place> of_level;
    for (const std::string& level : column.levels) of_level.push_back(place_text(characteristic, level));
    for (const std::uint32_t level : column.level_of_row)
        result.push_back(level == Column::k_no_level ? place(characteristic, std::monostate{}) : of_level[level]);
    return result;
}

}  // namespace

std::size_t slot_count(const Characteristic& characteristic) {
    return characteristic.bins.size() + characteristic.categories.size() + characteristic.special.size() + 2;
}

std::vector<std::int64_t> slot_points(const Characteristic& characteristic) {
    std::vector<std::int64_t> points;
    for (const NumberBin& bin : characteristic.bins) points.push_back(bin.points.points);
    for (const CategoryBin& bin : characteristic.categories) points.push_back(bin.points.points);
    for (const SpecialBin& bin : characteristic.special) points.push_back(bin.points.points);
    points.push_back(characteristic.other.points);
    points.push_back(characteristic.missing.points);
    return points;
}

Result<ScoredRows> score_rows(const Scorecard& card, const CreditTable& table) {
    ScoredRows rows;
    rows.scores.assign(table.outcomes.size(), card.base_points.points);
    rows.unrounded.assign(table.outcomes.size(), card.base_points.unrounded);
    for (const Characteristic& characteristic : card.characteristics) {
        const Column* column = table.find(characteristic.field);
        if (!column)
            return Error(ErrorCode::unknown_field,
                         "the card asks for " + in_quotes(characteristic.field) + ", which is no column of the data",
                         "evaluate on data with the columns that the policy names")
                .with("column", printable(characteristic.field));
        std::vector<std::uint32_t>& slots = rows.slots.emplace_back();
        const std::vector<Place> where = places(characteristic, *column);
        for (std::size_t row = 0; row < where.size(); ++row) {
            rows.scores[row] += where[row].points.points;
            rows.unrounded[row] += where[row].points.unrounded;
            slots.push_back(static_cast<std::uint32_t>(slot_of(characteristic, where[row])));
        }
    }
    return rows;
}

}  // namespace bankctl::score
