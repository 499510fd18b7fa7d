// What the loan commands share.
#pragma once

#include <optional>
#include <string>

#include "cli/command/common.h"
#include "core/score/decision.h"

namespace bankctl::cli {

/// `{"regz":"11.8165","eu":"12.4793"}`; null for a rate that does not apply.
Json apr_json(const std::optional<std::int64_t>& regz_ppm, const std::optional<std::int64_t>& eu_ppm);

/// Everything of a file or stdin; beyond `bytes_max` bytes `unreadable_input`.
std::string read_whole(const std::string& path, std::size_t bytes_max);

}  // namespace bankctl::cli
