// A limiter of which a test needs the decisions only.
#pragma once

#include "core/port/limiter.h"

namespace bankctl::limiter_test {

class StubLimiter : public port::Limiter {
public:
    std::optional<port::FoundRule> rule(const port::LimitSubject& /*subject*/) override { return std::nullopt; }
    port::Standing peek(const port::LimitSubject& /*subject*/, const LimitPolicy& /*policy*/) override { return {}; }
    void reset(const port::LimitSubject& /*subject*/) override {}
    std::vector<port::Usage> usage() override { return {}; }
    port::LimiterDescription describe() override { return {}; }
    std::uint64_t propose(std::span<const LimitRule> /*rules*/) override { return 0; }
    void confirm(std::uint64_t /*proposal*/) override {}
};

}  // namespace bankctl::limiter_test
