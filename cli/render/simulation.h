// A simulation of limits as a person reads it, made from the data of `limit.simulation/v1`.
#pragma once

#include <string>

#include "cli/render/render.h"

namespace bankctl::cli {

/// The plot of a simulation has at most this many slots of time, so that it fits beside the names into 80 columns.
inline constexpr std::size_t k_plot_slots_max = 50;

/// The results as a table and, unless there were no requests, a plot of ASCII characters, at most 80 columns wide.
std::string simulation_table(const Json& simulation, bool has_color);

/// The results as CSV.
std::string simulation_csv(const Json& simulation);

}  // namespace bankctl::cli
