// A clock that the test sets. It moves on by itself after every reading, so that times are distinct.
#pragma once

#include "core/base/clock.h"

namespace bankctl::test {

/// 2026-01-31T09:00:00Z, where tests begin unless they say otherwise.
inline constexpr Timestamp k_start{1'769'850'000'000'000};
inline constexpr std::int64_t k_second_us = 1'000'000;

class FakeClock final : public Clock {
public:
    explicit FakeClock(Timestamp start = k_start, std::int64_t step_us = 1) : next_(start), step_us_(step_us) {}

    Timestamp now() override {
        const Timestamp reading = next_;
        next_.us += step_us_;
        return reading;
    }

    /// What the next reading will say.
    Timestamp next() const { return next_; }
    void set(Timestamp time) { next_ = time; }
    void advance_us(std::int64_t us) { next_.us += us; }

private:
    Timestamp next_;
    std::int64_t step_us_;
};

}  // namespace bankctl::test
