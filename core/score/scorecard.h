// An additive scorecard: each characteristic gives whole points for the bin that a value falls into, and their sum with
// the base points is the score. A card is either an expert's, on fields of an application, or trained, on a CSV's
// columns.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/model/policy_json.h"

namespace bankctl {

/// Nothing known; a number; or a category. Whole numbers up to 2^53 are exact, so no edge of a bin is ever missed by
/// rounding: equal decimal texts are equal numbers.
using CardValue = std::variant<std::monostate, double, std::string_view>;

/// What a bin gives. `unrounded` is what training found before it was rounded to `points`; of an expert's card the
/// same.
struct BinPoints {
    std::int64_t points = 0;
    double unrounded = 0;
};

/// Values above the bin before this one and up to `at_most`, inclusive; the last bin has no end.
struct NumberBin {
    std::optional<double> at_most;
    BinPoints points;
};

struct CategoryBin {
    std::vector<std::string> values;
    BinPoints points;
};

/// Numbers that are codes, not quantities (-9 = "no record"): they never fall into a NumberBin.
struct SpecialBin {
    std::vector<double> codes;
    BinPoints points;
};

/// In which direction of a number its points may not fall.
enum class Direction { none, lower_is_better, higher_is_better };
std::string_view name(Direction direction);

/// Either `bins` or `categories` is empty.
struct Characteristic {
    std::string id;
    std::string field;   ///< of an application: `bureau.utilisation_bps`; of a trained card: the name of a column
    std::string reason;  ///< the code under which the policy says what low points of it mean
    Direction direction = Direction::none;
    std::int64_t reference_points = 0;  ///< the average of applicants near the passing score
    BinPoints missing;
    std::vector<SpecialBin> special;
    std::vector<NumberBin> bins;
    std::vector<CategoryBin> categories;
    BinPoints other;  ///< of categories that no bin names

    bool is_categorical() const { return bins.empty(); }
};

/// Where a value falls.
struct Place {
    enum class Kind { missing, special, number, category, other };
    Kind kind = Kind::missing;
    std::size_t index = 0;  ///< of its SpecialBin, NumberBin or CategoryBin
    BinPoints points;
};

/// A category's number is compared by the text that it has in the data, so a number is `missing` to a characteristic
/// with categories, and a text to one with numbers.
Place place(const Characteristic& characteristic, const CardValue& value);
/// The bin in words: `<= 1500`, `> 1500 and <= 2500`, `A34, A32`, `code -9`, `missing`, `other`.
std::string describe(const Characteristic& characteristic, const Place& place);
/// The most that a bin or category gives.
std::int64_t max_points(const Characteristic& characteristic);

struct Scorecard {
    std::string id;
    std::string version;
    bool is_trained = false;  ///< provenance: "trained"; else "expert", whose probabilities are illustrative
    std::int64_t base = 600;  ///< the score at which the odds of good to bad are `odds`
    std::int64_t odds = 50;
    std::int64_t pdo = 20;  ///< points that double the odds
    BinPoints base_points;  ///< that everybody has
    std::vector<Characteristic> characteristics;
    std::string training = "{}";  ///< what training tells of itself, canonical JSON that only training reads
};

/// 1 / (1 + odds · 2^((score − base) / pdo)); scores may be unrounded.
double probability_of_default(const Scorecard& card, double score);
/// The same in millionths, half up.
std::int64_t probability_of_default_ppm(const Scorecard& card, std::int64_t score);
/// Points per unit of log odds, pdo / ln 2, and the score at even odds, base − factor · ln odds.
struct Scale {
    double factor = 0;
    double offset = 0;
};
Scale scale(const Scorecard& card);

inline constexpr std::size_t k_characteristics_max = 64;
inline constexpr std::size_t k_bins_max = 64;
inline constexpr std::int64_t k_points_max = 100'000;  ///< of a bin, a reference or the base, without its sign

/// Reads `{"id", "version", "provenance", "base", "odds", "pdo", "base_points", "characteristics":[…]}` and, of a
/// trained card, `"base_unrounded"` and `"training"`, an object of anything. A characteristic is `{"id", "field",
/// "direction", "reason", "reference_points", "missing", "missing_unrounded"?, "special":[{"codes":[-9], "points",
/// "unrounded"?}]?, "bins":[…]}`, where the bins are `{"le": NUMBER or null in the last, "points", "unrounded"?}` in
/// ascending order; or all `{"in":["A34", …], "points", "unrounded"?}`, with `"other"` and `"other_unrounded"?` beside
/// them and a direction of "none". Points of numbers may not run against the direction. `invalid_policy` names the
/// place.
Result<Scorecard> read_scorecard(const PolicyNode& node);

}  // namespace bankctl
