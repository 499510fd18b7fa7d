// Dates as other banks write them, read after a pattern of fixed-width fields.
#pragma once

#include <string>
#include <string_view>

#include "core/base/clock.h"

namespace bankctl {

class DateFormat {
public:
    /// %Y (four digits), %y (two; 69–99 are of the 20th century, 00–68 of the 21st, as POSIX has it), %m, %d, %H, %M,
    /// %S (two digits each), %% and literal characters. A year, a month and a day are needed, nothing twice; else
    /// `invalid_rules`.
    static Result<DateFormat> parse(std::string_view pattern);

    /// The time that `text` says, in UTC; else `invalid_time`.
    Result<Timestamp> read(std::string_view text) const;

private:
    std::string pattern_;
};

}  // namespace bankctl
