// A trace: the times at which a user made requests, one a line. Times are seconds since some start, with at most nine
// decimals, or RFC 3339; all of one trace have the same form. Blank lines and lines that begin with # are passed over.
#pragma once

#include <chrono>
#include <istream>
#include <optional>

#include "core/base/clock.h"
#include "core/service/line_source.h"

namespace bankctl {

class LimitTrace {
public:
    /// `input` must outlive the trace.
    explicit LimitTrace(std::istream& input) : lines_(input) {}

    /// The next time, from 0 to k_request_time_max: seconds as they stand there, RFC 3339 since the beginning of the
    /// first one's minute. Nothing at the end. `invalid_time` that names the line for one that is malformed, of
    /// another form than the first, too far away, or before the one above it. Failure with `unreadable_input` if the
    /// stream fails.
    Result<std::optional<std::chrono::nanoseconds>> next();

private:
    enum class Form { seconds, calendar };

    Result<std::chrono::nanoseconds> parse(std::string_view text);
    Result<std::chrono::nanoseconds> parse_calendar(std::string_view text);

    LineSource lines_;
    std::optional<Form> form_;
    std::optional<Timestamp> origin_;  // of RFC 3339
    std::chrono::nanoseconds last_{};
};

}  // namespace bankctl
