// A dispute as one who works on it reads it, made from the data of `dispute/v1`.
#pragma once

#include <string>

#include "cli/render/render.h"

namespace bankctl::cli {

/// What it is about, how urgent it is and why, what must be done by when, and what was done: at most 80 columns wide.
std::string dispute_text(const Json& dispute, bool has_color);

}  // namespace bankctl::cli
