#include "core/limit/shm/rule_cache.h"

#include <cassert>

namespace bankctl::shm {
namespace {

// A policy in one word: from the lowest bit the rate, the burst, the algorithm, whether the period is a minute, whether
// it fails open, and a bit that makes the word differ from 0.
constexpr int k_number_bits = 20;
static_assert(k_limit_rate_max < 1 << k_number_bits && k_limit_burst_max < 1 << k_number_bits);
constexpr std::uint64_t k_number_mask = (1U << k_number_bits) - 1;
constexpr int k_algorithm_shift = 2 * k_number_bits;
constexpr std::uint64_t k_algorithm_mask = 3;
constexpr int k_minute_shift = k_algorithm_shift + 2;
constexpr int k_open_shift = k_minute_shift + 1;
constexpr int k_present_shift = k_open_shift + 1;
constexpr std::int64_t k_minute_ms = 60'000;

std::uint64_t pack(const LimitPolicy& policy) {
    const auto bits = [](auto value, int shift) { return static_cast<std::uint64_t>(value) << shift; };
    return bits(policy.rate, 0) | bits(policy.burst, k_number_bits) | bits(policy.algorithm, k_algorithm_shift) |
           bits(policy.period_ms == k_minute_ms, k_minute_shift) | bits(policy.fails_open, k_open_shift) |
           bits(1, k_present_shift);
}

LimitPolicy unpack(std::uint64_t word) {
    const auto number = [&](int shift) { return static_cast<std::int64_t>(word >> shift & k_number_mask); };
    LimitPolicy policy;
    policy.rate = number(0);
    policy.burst = number(k_number_bits);
    policy.algorithm = static_cast<LimitAlgorithm>(word >> k_algorithm_shift & k_algorithm_mask);
    policy.period_ms = (word >> k_minute_shift & 1) != 0 ? k_minute_ms : 1'000;
    policy.fails_open = (word >> k_open_shift & 1) != 0;
    return policy;
}

}  // namespace

std::uint64_t RuleCache::find(std::uint64_t key) const {
    for (std::size_t i = 0; i < k_rule_slots; ++i) {
        const RuleSlot& slot = slots()[(key + i) % k_rule_slots];
        const std::uint64_t found = slot.key.load();
        if (found == key) return slot.policy.load();
        if (found == 0) return 0;
    }
    return 0;
}

std::optional<port::FoundRule> RuleCache::find(std::uint64_t key, std::uint64_t everybody) const {
    const Header& header = *mapping_.header;
    const std::uint64_t proposal = header.proposed.load();
    if (proposal == 0 || header.confirmed.load() != proposal || header.rules_of.load() != database_)
        return std::nullopt;
    port::FoundRule found{port::RuleOrigin::user, {}};
    std::uint64_t word = find(key);
    if (word == 0) {
        found.origin = port::RuleOrigin::everybody;
        word = find(everybody);
    }
    if (header.proposed.load() != proposal) return std::nullopt;
    if (word == 0) return port::FoundRule{};
    found.policy = unpack(word);
    return found;
}

std::uint64_t RuleCache::propose(std::span<const KeyedRule> rules) {
    Word& proposed = mapping_.header->proposed;
    const std::uint64_t proposal = proposed.fetch_add(1) + 1;
    mapping_.header->rules_of.store(database_);
    for (RuleSlot& slot : slots()) {
        slot.key.store(0);
        slot.policy.store(0);
    }
    if (rules.size() > k_rules_max) {
        proposed.fetch_add(1);  // which nobody confirms
        return proposal;
    }
    for (const KeyedRule& rule : rules) {
        std::size_t i = rule.key % k_rule_slots;
        while (slots()[i].key.load() != 0) i = (i + 1) % k_rule_slots;
        slots()[i].policy.store(pack(rule.policy));
        slots()[i].key.store(rule.key);
    }
    return proposal;
}

void RuleCache::confirm(std::uint64_t proposal) {
    Header& header = *mapping_.header;
    std::uint64_t confirmed = header.confirmed.load();
    while (confirmed < proposal && header.proposed.load() == proposal &&
           !header.confirmed.compare_exchange_weak(confirmed, proposal)) {
    }
}

}  // namespace bankctl::shm
