#include "core/base/clock.h"

#include <chrono>

#include <catch2/catch.hpp>

#include "tests/support/failure.h"
#include "tests/support/fake_clock.h"

namespace bankctl::test {
namespace {

constexpr std::int64_t k_day_us = 86'400 * k_second_us;

struct Case {
    std::string_view text;
    std::string_view canonical;
};

}  // namespace

TEST_CASE("times are read and written in UTC with microseconds") {
    const auto& [text, canonical] = GENERATE(values<Case>({
        {"1970-01-01", "1970-01-01T00:00:00.000000Z"},
        {"1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000000Z"},
        {"1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"},
        {"2026-01-31T09:00:00.5+01:00", "2026-01-31T08:00:00.500000Z"},
        {"2026-01-31T09:00:00-00:00", "2026-01-31T09:00:00.000000Z"},
        {"2026-01-31t09:00:00z", "2026-01-31T09:00:00.000000Z"},
        {"2026-01-31T09:00:00.1Z", "2026-01-31T09:00:00.100000Z"},
        {"2026-01-31T09:00:00.000001Z", "2026-01-31T09:00:00.000001Z"},
        {"2026-01-31T00:30:00+05:45", "2026-01-30T18:45:00.000000Z"},
        {"2025-12-31T23:30:00-01:00", "2026-01-01T00:30:00.000000Z"},
        {"2026-01-31T12:00:00+23:59", "2026-01-30T12:01:00.000000Z"},
        {"2024-02-29", "2024-02-29T00:00:00.000000Z"},
        {"2000-02-29T12:00:00Z", "2000-02-29T12:00:00.000000Z"},
        {"2024-02-29T00:30:00+01:00", "2024-02-28T23:30:00.000000Z"},
        {"2024-02-28T23:30:00-01:00", "2024-02-29T00:30:00.000000Z"},
        {"0001-01-01", "0001-01-01T00:00:00.000000Z"},
        {"9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"},
        {"1582-10-10", "1582-10-10T00:00:00.000000Z"},
    }));
    CAPTURE(text);
    const Result<Timestamp> time = parse_time(text);
    REQUIRE(time);
    CHECK(format_time(*time) == canonical);
    CHECK(parse_time(canonical).value_or_throw() == *time);
    CHECK(format_date(*time) == canonical.substr(0, 10));
}

TEST_CASE("times count microseconds since 1970") {
    CHECK(parse_time("1970-01-01").value_or_throw().us == 0);
    CHECK(parse_time("1970-01-02T00:00:00.000001Z").value_or_throw().us == k_day_us + 1);
    CHECK(parse_time("2026-01-31T09:00:00Z").value_or_throw() == k_start);
    CHECK(parse_time("1969-12-31").value_or_throw().us == -k_day_us);
    CHECK(parse_time("2000-03-01").value_or_throw().us == 951'868'800 * k_second_us);
}

TEST_CASE("what is no time is refused") {
    const std::string text = GENERATE(
        as<std::string>{}, "", "now", "2026", "2026-01", "2026-1-31", "26-01-31", "2026-01-31T", "2026-01-31 09:00:00Z",
        "2026-01-31T09:00Z", "2026-01-31T09:00:00", "2026-01-31T09:00:00+01", "2026-01-31T09:00:00+0100",
        "2026-01-31T09:00:00+01:00x", "2026-01-31Z", "2026-01-31T9:00:00Z", "2026-01-31T09:00:00.Z",
        "2026-01-31T09:00:00.1234567Z", "2026-01-31T09:00:00,5Z", "2026-01-31T24:00:00Z", "2026-01-31T09:60:00Z",
        "2026-01-31T09:00:60Z", "2016-12-31T23:59:60Z", "2026-00-10", "2026-13-10", "2026-01-00", "2026-01-32",
        "2026-04-31", "2026-02-29", "1900-02-29", "2100-02-29", "0000-01-01", "-001-01-01", "+2026-01-31",
        "10000-01-01", "2026-01-31T09:00:00+24:00", "2026-01-31T09:00:00+01:60", "2026-01-31T-9:00:00Z", " 2026-01-31",
        "2026-01-31 ", "2026/01/31", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59.999999-00:01", "1769850000",
        "2026-01-31T09:00:00ZZ");
    CAPTURE(text);
    CHECK(outcome(parse_time(text)) == "invalid_time");
}

TEST_CASE("every day of 800 years is written as it is read") {
    // Two whole cycles of the Gregorian calendar, around the epoch.
    Timestamp midnight = parse_time("1600-01-01").value_or_throw();
    const Timestamp end = parse_time("2400-01-01").value_or_throw();
    int days = 0;
    for (; midnight < end; midnight.us += k_day_us) {
        const std::string date = format_date(midnight);
        const Result<Timestamp> read = parse_time(date);
        if (!read || *read != midnight) FAIL(date);
        ++days;
    }
    CHECK(days == 2 * 146'097);
}

TEST_CASE("the system's clock tells the present") {
    using namespace std::chrono;
    SystemClock clock;
    const auto us = [] { return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count(); };
    const std::int64_t before = us();
    const std::int64_t reading = clock.now().us;
    CHECK(before <= reading);
    CHECK(reading <= us());
}

}  // namespace bankctl::test
