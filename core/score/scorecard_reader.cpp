// Reading a scorecard: its shape, the order of its bins, and points that keep to the declared direction.
#include <algorithm>
#include <cmath>
#include <set>

#include "core/base/text.h"
#include "core/score/scorecard.h"

namespace bankctl {
namespace {

constexpr std::size_t k_field_bytes_max = 128;
constexpr std::size_t k_values_max = 2000;
constexpr std::int64_t k_base_max = 10'000;

Result<std::int64_t> integer_of(const PolicyNode& node, std::string_view key, std::int64_t low, std::int64_t high) {
    BANKCTL_TRY(member, node.member(key));
    return member.integer(low, high);
}

Result<std::string> text_of(const PolicyNode& node, std::string_view key, std::size_t bytes_max) {
    BANKCTL_TRY(member, node.member(key));
    return member.text(bytes_max);
}

Result<double> number(const PolicyNode& node) {
    if (node.json().IsNumber() && std::isfinite(node.json().GetDouble())) return node.json().GetDouble();
    return node.refuse("must be a number");
}

/// The points under `key`, with what they were before rounding under `unrounded_key`, if that is told.
Result<BinPoints> points_of(const PolicyNode& node, std::string_view key, std::string_view unrounded_key) {
    BANKCTL_TRY(points, integer_of(node, key, -k_points_max, k_points_max));
    BinPoints both{points, static_cast<double>(points)};
    const auto unrounded = node.find(unrounded_key);
    if (!unrounded) return both;
    BANKCTL_TRY(exact, number(*unrounded));
    if (std::abs(exact - both.unrounded) > 1) return unrounded->refuse("must round to the points beside it");
    both.unrounded = exact;
    return both;
}

Result<Direction> direction_of(const PolicyNode& node) {
    BANKCTL_TRY(member, node.member("direction"));
    BANKCTL_TRY(word, member.word());
    for (const Direction direction : {Direction::none, Direction::lower_is_better, Direction::higher_is_better})
        if (word == name(direction)) return direction;
    return member.refuse("must be lower_is_better, higher_is_better or none");
}

class CharacteristicReader {
public:
    explicit CharacteristicReader(const PolicyNode& node) : node_(node) {}

    Result<Characteristic> read() {
        BANKCTL_CHECK(node_.require_object({"id", "field", "direction", "reason", "reference_points", "missing",
                                            "missing_unrounded", "special", "bins", "other", "other_unrounded"}));
        BANKCTL_TRY(id, text_of(node_, "id", k_field_bytes_max));
        BANKCTL_TRY(field, text_of(node_, "field", k_field_bytes_max));
        BANKCTL_TRY(reason, text_of(node_, "reason", 64));
        BANKCTL_TRY(direction, direction_of(node_));
        BANKCTL_TRY(reference, integer_of(node_, "reference_points", -k_points_max, k_points_max));
        BANKCTL_TRY(missing, points_of(node_, "missing", "missing_unrounded"));
        result_.id = id;
        result_.field = field;
        result_.reason = reason;
        result_.direction = direction;
        result_.reference_points = reference;
        result_.missing = missing;
        BANKCTL_CHECK(read_bins());
        if (const auto special = node_.find("special")) BANKCTL_CHECK(read_special(*special));
        return std::move(result_);
    }

private:
    Status read_bins() {
        BANKCTL_TRY(bins, node_.member("bins"));
        BANKCTL_CHECK(bins.require_array(1, k_bins_max));
        const PolicyNode first = bins.at(0);
        if (first.json().IsObject() && first.find("in")) return read_categories(bins);
        if (const auto other = node_.find("other")) return other->refuse("is only for bins of categories");
        for (std::size_t i = 0; i < bins.size(); ++i) BANKCTL_CHECK(read_number_bin(bins.at(i), i + 1 == bins.size()));
        return ok();
    }

    Status read_number_bin(const PolicyNode& bin, bool is_last) {
        BANKCTL_CHECK(bin.require_object({"le", "points", "unrounded"}));
        BANKCTL_TRY(points, points_of(bin, "points", "unrounded"));
        BANKCTL_TRY(edge, bin.member("le"));
        if (edge.json().IsNull() != is_last) return edge.refuse("must be null in the last bin and a number elsewhere");
        NumberBin read{{}, points};
        if (!is_last) {
            BANKCTL_TRY(at_most, number(edge));
            if (!result_.bins.empty() && at_most <= *result_.bins.back().at_most)
                return edge.refuse("must be greater than that of the bin before");
            read.at_most = at_most;
        }
        if (!result_.bins.empty()) BANKCTL_CHECK(check_direction(bin, points));
        result_.bins.push_back(read);
        return ok();
    }

    Status check_direction(const PolicyNode& bin, const BinPoints& points) const {
        const std::int64_t step = points.points - result_.bins.back().points.points;
        const bool is_against = (result_.direction == Direction::lower_is_better && step > 0) ||
                                (result_.direction == Direction::higher_is_better && step < 0);
        return is_against ? bin.refuse("has points that run against " + std::string(name(result_.direction))) : ok();
    }

    Status read_categories(const PolicyNode& bins) {
        if (result_.direction != Direction::none) return bins.refuse("are categories, whose direction must be none");
        std::set<std::string> seen;
        for (std::size_t i = 0; i < bins.size(); ++i) {
            const PolicyNode bin = bins.at(i);
            BANKCTL_CHECK(bin.require_object({"in", "points", "unrounded"}));
            BANKCTL_TRY(points, points_of(bin, "points", "unrounded"));
            BANKCTL_TRY(values, bin.member("in"));
            BANKCTL_CHECK(values.require_array(1, k_values_max));
            CategoryBin read{{}, points};
            for (std::size_t k = 0; k < values.size(); ++k) {
                const PolicyNode element = values.at(k);
                BANKCTL_TRY(value, element.text(k_field_bytes_max));
                if (!seen.insert(value).second) return element.refuse("stands twice");
                read.values.push_back(std::move(value));
            }
            result_.categories.push_back(std::move(read));
        }
        BANKCTL_TRY(other, points_of(node_, "other", "other_unrounded"));
        result_.other = other;
        return ok();
    }

    Status read_special(const PolicyNode& special) {
        if (result_.is_categorical()) return special.refuse("is only for bins of numbers");
        BANKCTL_CHECK(special.require_array(0, k_bins_max));
        std::set<double> seen;
        for (std::size_t i = 0; i < special.size(); ++i) {
            const PolicyNode bin = special.at(i);
            BANKCTL_CHECK(bin.require_object({"codes", "points", "unrounded"}));
            BANKCTL_TRY(points, points_of(bin, "points", "unrounded"));
            BANKCTL_TRY(codes, bin.member("codes"));
            BANKCTL_CHECK(codes.require_array(1, k_bins_max));
            SpecialBin read{{}, points};
            for (std::size_t k = 0; k < codes.size(); ++k) {
                const PolicyNode element = codes.at(k);
                BANKCTL_TRY(code, number(element));
                if (!seen.insert(code).second) return element.refuse("stands twice");
                read.codes.push_back(code);
            }
            result_.special.push_back(std::move(read));
        }
        return ok();
    }

    const PolicyNode& node_;
    Characteristic result_;
};

Status read_scale(const PolicyNode& node, Scorecard& card) {
    BANKCTL_TRY(base, integer_of(node, "base", -k_base_max, k_base_max));
    BANKCTL_TRY(odds, integer_of(node, "odds", 1, 1'000'000));
    BANKCTL_TRY(pdo, integer_of(node, "pdo", 1, 1000));
    BANKCTL_TRY(base_points, points_of(node, "base_points", "base_unrounded"));
    card.base = base;
    card.odds = odds;
    card.pdo = pdo;
    card.base_points = base_points;
    return ok();
}

}  // namespace

Result<Scorecard> read_scorecard(const PolicyNode& node) {
    BANKCTL_CHECK(node.require_object({"id", "version", "provenance", "base", "odds", "pdo", "base_points",
                                       "base_unrounded", "characteristics", "training"}));
    Scorecard card;
    BANKCTL_TRY(id, text_of(node, "id", 64));
    BANKCTL_TRY(version, text_of(node, "version", 64));
    BANKCTL_TRY(provenance, node.member("provenance"));
    BANKCTL_TRY(origin, provenance.word());
    if (origin != "expert" && origin != "trained") return provenance.refuse("must be expert or trained");
    card.id = id;
    card.version = version;
    card.is_trained = origin == "trained";
    BANKCTL_CHECK(read_scale(node, card));
    if (const auto training = node.find("training")) {
        if (!training->json().IsObject()) return training->refuse("must be an object");
        card.training = canonical_json(training->json());
    }
    BANKCTL_TRY(characteristics, node.member("characteristics"));
    BANKCTL_CHECK(characteristics.require_array(1, k_characteristics_max));
    std::set<std::string> ids;
    for (std::size_t i = 0; i < characteristics.size(); ++i) {
        const PolicyNode element = characteristics.at(i);
        BANKCTL_TRY(characteristic, CharacteristicReader(element).read());
        if (!ids.insert(characteristic.id).second) return element.refuse("has the id of another characteristic");
        card.characteristics.push_back(std::move(characteristic));
    }
    return card;
}

}  // namespace bankctl
