// What the commands about models of disputes share.
#pragma once

#include "cli/command.h"
#include "cli/command/dispute.h"
#include "cli/context.h"
#include "cli/render/render.h"
#include "core/classify/classifier.h"
#include "core/service/labelled_texts.h"
#include "core/service/model_evaluation.h"

namespace bankctl::cli {

inline constexpr Option k_text_column_option{"text", "COLUMN", "the column of the texts (default: text)"};
inline constexpr Option k_label_column_option{"label", "COLUMN", "the column of the labels (default: category)"};
inline constexpr Option k_map_option{"map", "MAP.csv", "labels and their categories, in its first two columns"};

/// Of --text and --label.
LabelledColumns labelled_columns(const Arguments& arguments);

/// Of --map, with the file's name in its errors.
std::optional<LabelMap> label_map(const std::optional<std::string>& path);

/// The same error, which names the file.
Error in_file(Error error, const std::string& path);

/// Accuracy and so on, rounded to four decimals; `has_classes`: with those of each label.
Json figures_json(const classify::Figures& figures, bool has_classes);

}  // namespace bankctl::cli
