// Plots of an evaluation, each one SVG element.
#pragma once

#include <string>
#include <string_view>

#include "core/score/evaluation.h"

namespace bankctl::score {

/// A number with so many decimals and a point, the same everywhere.
std::string fixed(double number, int decimals);

/// Text from outside between tags or in an attribute: what HTML gives a meaning is escaped, what cannot be printed too.
std::string html_text(std::string_view text);

std::string roc_plot(const Evaluation& evaluation);
std::string calibration_plot(const Evaluation& evaluation);
/// A bar for each band of scores, its bad loans in another colour.
std::string score_plot(const Evaluation& evaluation);

}  // namespace bankctl::score
