// The port to what counts requests. It speaks of users and of times from now, so that shared memory on one host, plain
// memory in tests and, one day, a server for many hosts serve the same services. One contract test suite runs over
// every adapter.
//
// A limiter that cannot be used ends the command: every method may throw Failure with `limiter_unavailable`.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/model/limit_policy.h"

namespace bankctl::port {

/// Whose requests are counted together.
struct LimitSubject {
    std::string user;  ///< 1 to 64 bytes
    LimitClass limit_class = LimitClass::command;
};

/// Where the policy that holds for somebody comes from.
enum class RuleOrigin { user, everybody, built_in };

struct FoundRule {
    RuleOrigin origin = RuleOrigin::built_in;
    LimitPolicy policy;  ///< without meaning if it is built in
};

/// What is left of a policy.
struct Standing {
    std::optional<std::int64_t> remaining;  ///< requests that would be admitted at once; none where there is no limit
    std::chrono::nanoseconds next_in{};     ///< until a request would be admitted; 0: now
    std::chrono::nanoseconds full_in{};     ///< until all that the policy allows would be admitted at once
};

struct Decision {
    bool is_admitted = false;
    /// Admitted: until the slot that was reserved begins, at most what the caller would wait. Refused: after that time
    /// and no request of others, one would be admitted.
    std::chrono::nanoseconds delay{};
    bool is_full = false;  ///< refused because the limiter has no room for one more user
    Standing after;
};

/// What every limiter answers where the policy's algorithm is none: it counts nothing.
inline Decision unlimited() {
    Decision decision;
    decision.is_admitted = true;
    return decision;
}

/// What a user has asked so far, as far as the limiter remembers.
struct Usage {
    LimitSubject subject;
    std::int64_t admitted = 0;
    std::int64_t refused = 0;
};

struct LimiterDescription {
    std::string adapter;        ///< `shared-memory`, `memory`
    std::string place;          ///< the file; empty for none
    std::int64_t capacity = 0;  ///< entries that may be live at once; a sliding window takes one for each 5 of its rate
    std::int64_t used = 0;
};

class Limiter {
public:
    virtual ~Limiter() = default;

    /// The rule that holds for the subject; nothing while it is not known: then the caller asks the books.
    virtual std::optional<FoundRule> rule(const LimitSubject& subject) = 0;

    /// Charges one request by this policy, in the first slot that begins within `wait_max`; charges nothing if there
    /// is none. Never admits more than the policy allows, whoever is killed or stopped when; a slot that was reserved
    /// is not given back. What was charged by another policy does not count.
    virtual Decision take(const LimitSubject& subject, const LimitPolicy& policy,
                          std::chrono::nanoseconds wait_max) = 0;
    /// Charges nothing.
    virtual Standing peek(const LimitSubject& subject, const LimitPolicy& policy) = 0;
    /// Forgets what the subject was charged. Failure with `busy` if others keep it from that.
    virtual void reset(const LimitSubject& subject) = 0;
    /// Everybody that is remembered, in no order.
    virtual std::vector<Usage> usage() = 0;
    virtual LimiterDescription describe() = 0;

    /// Hands over all rules of the bank as they will be; from now on `rule` knows nothing. Called inside a write
    /// transaction of the ledger, so by one process at a time. Returns the number to confirm them with.
    virtual std::uint64_t propose(std::span<const LimitRule> rules) = 0;
    /// The transaction is committed: `rule` knows these rules, unless others were proposed since. A process that dies
    /// before leaves them unknown, which costs time, but is never wrong.
    virtual void confirm(std::uint64_t proposal) = 0;
};

}  // namespace bankctl::port
