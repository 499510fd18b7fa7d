#include "core/service/limit_trace.h"

#include <sstream>
#include <vector>

#include <catch2/catch.hpp>

#include "core/service/limit_methods.h"
#include "tests/support/failure.h"

namespace bankctl::test {
namespace {

using namespace std::chrono_literals;
using Times = std::vector<std::chrono::nanoseconds>;

Times times_of(const std::string& text) {
    std::istringstream input(text);
    LimitTrace trace(input);
    Times times;
    while (const auto time = trace.next().value_or_throw()) times.push_back(*time);
    return times;
}

/// The error that a trace ends with.
Error error_of(const std::string& text) {
    try {
        static_cast<void>(times_of(text));
    } catch (const Failure& failure) {
        return failure.error();
    }
    FAIL("there is no error");
    throw std::logic_error("unreachable");
}

}  // namespace

TEST_CASE("a trace of seconds is read to the nanosecond") {
    CHECK(times_of("0\n0.5\n1.25\n1.250000001\n10\n010.5\n4000000000") ==
          Times{0ns, 500ms, 1250ms, 1250000001ns, 10s, 10500ms, k_request_time_max});
}

TEST_CASE("a trace of RFC 3339 begins with the minute of its first time") {
    CHECK(times_of("2026-01-31T09:00:30.5Z\n2026-01-31T10:00:30.500001+01:00\n2026-01-31T09:01:00Z\n2026-02-01") ==
          Times{30500ms, 30500001us, 60s, 15h});
    CHECK(times_of("1969-12-31T23:59:59Z\n1970-01-01T00:00:00Z") == Times{59s, 60s});
    CHECK(times_of("1969-12-31T23:59:00Z") == Times{0s});
}

TEST_CASE("a trace has comments, blank lines, carriage returns and a byte order mark") {
    CHECK(times_of("\xEF\xBB\xBF# when\n\n  \n1\r\n\t\n#\n2\r\n\r\n") == Times{1s, 2s});
    CHECK(times_of("").empty());
    CHECK(times_of("\n# nothing\n").empty());
}

TEST_CASE("a bad line of a trace is named") {
    const std::string line =
        GENERATE(as<std::string>{}, "x", "-1", "+1", " 1", "1 ", "1,5", ".5", "5.", "1e3", "0x1", "1.0000000001",
                 "1.5.5", "1_000", "nan", "inf", std::string("3\0", 2), std::string("\0", 1), "\xff", "1#",
                 "5000000000", "4000000000.000000001", "99999999999999999999", "1999-12-32", "2026-01-31T09:00:00Z",
                 "2026-01-31T09:00:59Z", std::string((1 << 20) - 1, '0') + "50");
    CAPTURE(line.substr(0, 64));
    const Error error = error_of("# two\n1\n" + line + "\n9\n");
    CHECK(error.code == ErrorCode::invalid_time);
    CHECK(error.message.starts_with("line 3: "));
    CHECK(error.message.size() < 200);
    CHECK(error.details == std::vector<std::pair<std::string, Detail>>{{"line", std::int64_t{3}}});
}

TEST_CASE("a number of seconds that fits nowhere is no time, not even the first") {
    CHECK(error_of("99999999999999999999").code == ErrorCode::invalid_time);
}

TEST_CASE("a bad line of a trace of RFC 3339 is named") {
    const std::string line =
        GENERATE(as<std::string>{}, "1", "100", "2026-01-31T09:00:30.4999999Z", "2026-01-31T09:00:30.499999Z",
                 "2026-01-31T08:59:59Z", "2026-01-31", "2026-01-31T09:00:60Z", "2026-01-31 09:01:00Z", "2226-01-31");
    CAPTURE(line);
    const Error error = error_of("2026-01-31T09:00:30.5Z\n" + line);
    CHECK(error.code == ErrorCode::invalid_time);
    CHECK(error.message.starts_with("line 2: "));
}

TEST_CASE("times of a trace may be equal, but never decrease") {
    CHECK(times_of("1\n1\n1.000000000") == Times{1s, 1s, 1s});
    CHECK(error_of("1\n2\n\n1.999999999").message == "line 4: '1.999999999' is before the time above it");
    CHECK(error_of("2026-01-31T09:00:30Z\n2026-01-31T09:00:29.999999Z").message ==
          "line 2: '2026-01-31T09:00:29.999999Z' is before the time above it");
}

}  // namespace bankctl::test
