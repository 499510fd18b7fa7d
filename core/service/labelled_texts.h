// Texts with labels from CSV files, to train a model of disputes with or to judge it by.
#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/classify/training.h"

namespace bankctl {

/// Which category a fine label belongs to.
using LabelMap = std::map<std::string, DisputeCategory, std::less<>>;

/// Reads a map: the first two columns of a CSV with a header. `invalid_csv` names the line: broken syntax, fewer than
/// two columns, a category that does not exist, a label with two categories.
Result<LabelMap> read_label_map(std::istream& input);

/// The category of a label: as the map says, else the category of that name, else `not_a_dispute` for out_of_scope.
std::optional<DisputeCategory> category_of(const LabelMap& map, std::string_view label);

struct LabelledColumns {
    std::string text;
    std::string label;
};

/// Where a text came from, for errors.
struct LabelledRow {
    std::string text;
    std::string label;
    std::int64_t line = 0;
};

/// Reads the rows of a CSV with a header that has both columns, and calls `take` with each; what `take` refuses ends
/// the reading. `invalid_csv` names the line: broken syntax, a missing column, a row of another width, an empty label,
/// a text without any word.
Status read_labelled_rows(std::istream& input, const LabelledColumns& columns,
                          const std::function<Status(LabelledRow)>& take);

/// Reads texts to train with. A label without a category is `invalid_csv`.
Result<std::vector<classify::LabelledText>> read_labelled_texts(std::istream& input, const LabelledColumns& columns,
                                                                const LabelMap& map);

/// Reads texts that are no bank's business from the column `text`, or the first column.
Result<std::vector<classify::LabelledText>> read_out_of_scope(std::istream& input, const std::string& text);

}  // namespace bankctl
