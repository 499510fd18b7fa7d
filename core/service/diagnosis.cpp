#include "core/service/diagnosis.h"

#include <optional>

#include "core/service/verification.h"

namespace bankctl {
namespace {

using port::Finding;
using port::Health;
using port::problem;

constexpr Timestamp k_earliest_plausible{1'577'836'800'000'000};  // 2020-01-01T00:00:00Z

/// When the newest entry was posted; none if that cannot be read, which the examination of the books reports.
std::optional<Timestamp> newest_posted_at(port::Ledger& ledger) {
    try {
        port::Head head;
        ledger.read([&](port::Snapshot& snapshot) { head = snapshot.head(); });
        return head.seq ? std::optional(head.posted_at) : std::nullopt;
    } catch (const Failure&) {
        return std::nullopt;
    }
}

Finding examine_limiter(const std::function<std::optional<port::LimiterDescription>()>& describe) {
    try {
        const std::optional<port::LimiterDescription> limiter = describe();
        if (!limiter) return {"limiter", Health::ok, "none, for there is no bank to use it", {}};
        const std::string use = std::to_string(limiter->used) + " of " + std::to_string(limiter->capacity) + " places";
        Finding finding{"limiter", Health::ok, use + " in use, " + limiter->adapter + " " + limiter->place, {}};
        if (limiter->used * 10 < limiter->capacity * 9) return finding;
        finding.health = Health::warning;
        finding.remedy = "new users are refused while it is full: find out who uses so many names";
        return finding;
    } catch (const Failure& failure) {
        return problem("limiter", failure.error());
    }
}

Finding examine_clock(port::Ledger& ledger, Clock& clock) {
    const std::optional<Timestamp> newest = newest_posted_at(ledger);
    const Timestamp now = clock.now();
    const std::string remedy = "set the system's clock";
    if (newest && now < *newest)
        return problem(
            "clock", Error(ErrorCode::invalid_time,
                           "it is " + format_time(now) + ", before the newest entry, " + format_time(*newest), remedy));
    if (now < k_earliest_plausible)
        return problem("clock", Error(ErrorCode::invalid_time, "it is " + format_time(now), remedy));
    return {"clock", Health::ok, format_time(now), {}};
}

Finding examine_books(port::Ledger& ledger, const VerificationProgress& progress) {
    try {
        const Verification verification = verify(ledger, std::nullopt, progress);
        if (!verification.is_ok) return problem("books", Error(ErrorCode::integrity_violation, findings(verification)));
        return {"books", Health::ok, std::to_string(verification.head.seq.value) + " entries, all verified", {}};
    } catch (const Failure& failure) {
        Error error = failure.error();
        error.message = "they cannot be read: " + error.message;
        return problem("books", error);
    }
}

}  // namespace

std::vector<Finding> diagnose(port::Premises& premises,
                              const std::function<std::optional<port::LimiterDescription>()>& describe_limiter,
                              port::Ledger& ledger, Clock& clock, const VerificationProgress& progress) {
    std::vector<Finding> all = premises.examine();
    all.push_back(examine_limiter(describe_limiter));
    all.push_back(examine_clock(ledger, clock));
    all.push_back(examine_books(ledger, progress));
    return all;
}

}  // namespace bankctl
