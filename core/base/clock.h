// Time as the ledger keeps it: microseconds since 1970-01-01T00:00:00Z, handed in through a Clock.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace bankctl {

/// A point in time, in microseconds since the Unix epoch, UTC; leap seconds are not counted.
struct Timestamp {
    std::int64_t us = 0;
    auto operator<=>(const Timestamp&) const = default;
};

/// Parses RFC 3339 (`2026-01-31T09:00:00.5+01:00`, at most six fraction digits, years 0001 to 9999) or a bare date,
/// which is 00:00 UTC. Anything else, a leap second too, is `invalid_time`.
Result<Timestamp> parse_time(std::string_view text);

/// RFC 3339 in UTC, always with six fraction digits: `2026-01-31T08:00:00.500000Z`.
std::string format_time(Timestamp time);

/// `2026-01-31`, the UTC date that `time` lies in.
std::string format_date(Timestamp time);

class Clock {
public:
    virtual ~Clock() = default;
    virtual Timestamp now() = 0;
};

class SystemClock final : public Clock {
public:
    Timestamp now() override;
};

}  // namespace bankctl
