// An evaluation as a page that a person can keep and print: one HTML file without scripts or anything from elsewhere.
#pragma once

#include <string>

#include "core/score/evaluation.h"

namespace bankctl::score {

/// What was judged and by which data, then the plots, the tables and the card itself with the points of every bin.
/// Equal evaluations give equal bytes. The parts follow Mitchell and others, "Model cards for model reporting", FAT*
/// 2019.
std::string report_html(const LoanPolicy& policy, const Evaluation& evaluation);

}  // namespace bankctl::score
