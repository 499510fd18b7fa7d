// From the effects of small bins to a card of whole points.
#pragma once

#include <vector>

#include "core/score/averaged_model.h"
#include "core/score/bin_merging.h"
#include "core/score/fine_bins.h"
#include "core/score/scorecard.h"

namespace bankctl::score {

/// A column that the card is made of, with its small bins.
struct CardColumn {
    std::string name;
    FineColumn fine;
};

/// Joins the small bins of each column to at most `bins_max` and gives them points: 20 double the odds, 600 stand for
/// odds of 50. The least that a characteristic gives is 0. A value that training never saw (missing, a new category)
/// gets the average of the rows.
Scorecard build_card(const std::vector<CardColumn>& columns, const AveragedModel& model, const Calibration& calibration,
                     std::size_t bins_max, double bad_rate);

}  // namespace bankctl::score
