// Currencies of ISO 4217: code and number of decimals of the minor unit.
#pragma once

#include <string_view>

#include "core/base/result.h"

namespace bankctl {

struct Currency {
    std::string_view code;  ///< three capital letters, in static storage
    int decimals = 0;       ///< digits after the point in major units: 2 for USD, 0 for JPY, 3 for KWD

    bool operator==(const Currency& other) const { return code == other.code; }
};

/// The currency of this code in capitals; else `unknown_currency`.
Result<Currency> find_currency(std::string_view code);

}  // namespace bankctl
