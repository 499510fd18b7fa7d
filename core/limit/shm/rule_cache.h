// The bank's rules as the processes share them, so that nobody opens the database to be refused.
//
// A set of rules is proposed under the next number inside a write transaction of the ledger, so by one process at a
// time, and is known once that number is confirmed after the commit. Whoever reads compares the two numbers before and
// after; where they differ the rules are not known.
#pragma once

#include <optional>
#include <span>

#include "core/limit/shm/layout.h"
#include "core/port/limiter.h"

namespace bankctl::shm {

/// A rule with the key of its user and class.
struct KeyedRule {
    std::uint64_t key = 0;
    LimitPolicy policy;
};

class RuleCache {
public:
    /// `database` tells the bank from others at its path, whose rules do not count.
    RuleCache(const Mapping& mapping, std::uint64_t database) : mapping_(mapping), database_(database) {}

    /// The rule of `key`, else of `everybody`; nothing while the rules are not known.
    std::optional<port::FoundRule> find(std::uint64_t key, std::uint64_t everybody) const;
    /// More than k_rules_max rules cannot be kept, and stay unknown.
    std::uint64_t propose(std::span<const KeyedRule> rules);
    void confirm(std::uint64_t proposal);

private:
    std::uint64_t find(std::uint64_t key) const;
    std::span<RuleSlot> slots() const { return {mapping_.rules, k_rule_slots}; }

    Mapping mapping_;
    std::uint64_t database_;
};

}  // namespace bankctl::shm
