// Rate limits: which policy holds for somebody, charging them, and the refusal. A policy comes from the limiter's copy
// of the bank's rules, so that no database is opened to refuse; where that copy is not valid it comes from the books,
// which teach the limiter by the way.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/port/ledger.h"
#include "core/port/limiter.h"

namespace bankctl {

/// The policy that holds for somebody.
struct HeldLimit {
    LimitPolicy policy;
    port::RuleOrigin origin = port::RuleOrigin::built_in;
};

/// What the books say: the user's rule, else that for everybody, else what is built in.
HeldLimit limit_in_books(port::Snapshot& snapshot, const port::LimitSubject& subject, bool is_owner);

/// Whole milliseconds, rounded up, so that waiting them is long enough.
std::int64_t milliseconds_up(std::chrono::nanoseconds time);

/// `5/s`, `10/m`, `no limit`; with the burst where it is not the rate.
std::string limit_text(const LimitPolicy& policy);

/// `rate_limited`, with the time after which a request would be admitted.
Error rate_limited(const port::LimitSubject& subject, const LimitPolicy& policy, const port::Decision& refusal);

class Limits {
public:
    /// How long a ledger waits for other writers: those who teach the limiter do not, for they can do without; those
    /// who read do, since a bank of an older schema has to be upgraded first.
    enum class Patience { none, as_told };
    /// Makes the bank's ledger; it is only asked while the limiter knows no rules.
    using OpenLedger = std::function<std::unique_ptr<port::Ledger>(Patience)>;

    /// `is_owner`: of the bank, for whom other limits are built in. Limiter and ledger must outlive it.
    Limits(port::Limiter& limiter, OpenLedger open_ledger, bool is_owner)
        : limiter_(limiter), open_ledger_(std::move(open_ledger)), is_owner_(is_owner) {}

    /// The limit that holds now. Throws what reading the books throws, and `limiter_unavailable`.
    HeldLimit held(const port::LimitSubject& subject);
    /// The same of a bank that may be damaged: where the books cannot be read, what is built in.
    HeldLimit held_in_any_state(const port::LimitSubject& subject);

private:
    HeldLimit learn(const port::LimitSubject& subject);

    port::Limiter& limiter_;
    OpenLedger open_ledger_;
    bool is_owner_;
};

}  // namespace bankctl
