// Judges what a limiter admitted by the times of the admissions alone: pure functions that know no limiter.
//
// What they find is proof. An admission is known to have happened between two readings of the limiter's clock, and
// whatever happened between them, a correct limiter cannot have admitted that many.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bankctl::limiter_test {

/// A request that was admitted at a time from `first_ns` to `last_ns` of the limiter's clock.
struct Admission {
    std::int64_t first_ns = 0;
    std::int64_t last_ns = 0;
};

using Admissions = std::vector<Admission>;

/// A stretch of time, both ends included, in which more was admitted than allowed.
struct Excess {
    std::int64_t from_ns = 0;
    std::int64_t to_ns = 0;
    std::int64_t admitted = 0;
    std::int64_t allowed = 0;
};

std::string describe(const Excess& excess);

/// What a full token bucket that gains one token in each `interval_ns` admits at most in this time, both ends included.
std::int64_t bucket_allowance(std::int64_t elapsed_ns, std::int64_t interval_ns, std::int64_t burst);

/// A stretch in which the admissions exceed what a token bucket allows; nothing if there is none. A bucket that starts
/// full refuses none of these admissions, replayed in the order of their times, exactly if no stretch exceeds
/// its allowance.
std::optional<Excess> bucket_excess(Admissions admissions, std::int64_t interval_ns, std::int64_t burst);

/// A stretch shorter than `window_ns` with more than `limit` admissions; nothing if there is none.
std::optional<Excess> window_excess(const Admissions& admissions, std::int64_t window_ns, std::int64_t limit);

}  // namespace bankctl::limiter_test
