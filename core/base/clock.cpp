#include "core/base/clock.h"

#include <charconv>
#include <chrono>
#include <cstdio>

namespace bankctl {
namespace {

using namespace std::chrono;

constexpr Timestamp k_first{-62'135'596'800'000'000};  // 0001-01-01T00:00:00Z
constexpr Timestamp k_last{253'402'300'799'999'999};   // 9999-12-31T23:59:59.999999Z

Error malformed(std::string_view text) {
    return Error(ErrorCode::invalid_time, "'" + std::string(text.substr(0, 64)) + "' is not a time",
                 "write RFC 3339, like 2026-01-31T09:00:00Z, or a date, like 2026-01-31");
}

/// Reads fixed-width fields from the front of a text; `failed` stays set once anything did not fit.
struct Fields {
    std::string_view rest;
    bool failed = false;

    int digits(std::size_t width) {
        int value = 0;
        for (std::size_t i = 0; i < width; ++i) {
            if (i >= rest.size() || rest[i] < '0' || rest[i] > '9') {
                failed = true;
                return 0;
            }
            value = value * 10 + (rest[i] - '0');
        }
        rest.remove_prefix(width);
        return value;
    }
    bool accept(std::string_view any_of) {
        if (rest.empty() || any_of.find(rest.front()) == std::string_view::npos) return false;
        rest.remove_prefix(1);
        return true;
    }
    void expect(std::string_view any_of) {
        if (!accept(any_of)) failed = true;
    }
    bool in_range(int value, int low, int high) {
        if (value < low || value > high) failed = true;
        return !failed;
    }
};

std::int64_t fraction_us(Fields& fields) {
    if (!fields.accept(".")) return 0;
    std::int64_t value = 0;
    int count = 0;
    while (count < 6 && !fields.rest.empty() && fields.rest.front() >= '0' && fields.rest.front() <= '9') {
        value = value * 10 + fields.digits(1);
        ++count;
    }
    if (count == 0) fields.failed = true;
    for (; count < 6; ++count) value *= 10;
    return value;
}

/// The offset from UTC in minutes: `Z` or `+hh:mm`.
int offset_minutes(Fields& fields) {
    if (fields.accept("Zz")) return 0;
    const bool west = fields.accept("-");
    if (!west) fields.expect("+");
    const int hours = fields.digits(2);
    fields.expect(":");
    const int minutes = fields.digits(2);
    fields.in_range(hours, 0, 23);
    fields.in_range(minutes, 0, 59);
    return (west ? -1 : 1) * (hours * 60 + minutes);
}

}  // namespace

Result<Timestamp> parse_time(std::string_view text) {
    Fields fields{text};
    const int year_number = fields.digits(4);
    fields.expect("-");
    const int month_number = fields.digits(2);
    fields.expect("-");
    const int day_number = fields.digits(2);
    if (fields.failed || year_number == 0) return malformed(text);
    const year_month_day date{year{year_number}, month{static_cast<unsigned>(month_number)},
                              day{static_cast<unsigned>(day_number)}};
    if (!date.ok()) return malformed(text);
    const std::int64_t midnight_us = duration_cast<microseconds>(sys_days{date}.time_since_epoch()).count();
    if (fields.rest.empty()) return Timestamp{midnight_us};

    fields.expect("Tt");
    const int hour = fields.digits(2);
    fields.expect(":");
    const int minute = fields.digits(2);
    fields.expect(":");
    const int second = fields.digits(2);
    const std::int64_t fraction = fraction_us(fields);
    const int offset = offset_minutes(fields);
    fields.in_range(hour, 0, 23);
    fields.in_range(minute, 0, 59);
    fields.in_range(second, 0, 59);
    if (fields.failed || !fields.rest.empty()) return malformed(text);
    const std::int64_t seconds_of_day = (static_cast<std::int64_t>(hour) * 60 + minute - offset) * 60 + second;
    const Timestamp time{midnight_us + seconds_of_day * 1'000'000 + fraction};
    if (time < k_first || time > k_last) return malformed(text);  // an offset can lead out of the calendar's range
    return time;
}

std::string format_time(Timestamp time) {
    const sys_time<microseconds> point{microseconds{time.us}};
    const auto midnight = floor<days>(point);
    const year_month_day date{midnight};
    const hh_mm_ss clock{point - midnight};
    char buffer[48];
    std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
    return buffer;
}

std::string format_date(Timestamp time) { return format_time(time).substr(0, 10); }

Timestamp SystemClock::now() {
    return Timestamp{duration_cast<microseconds>(system_clock::now().time_since_epoch()).count()};
}

}  // namespace bankctl
