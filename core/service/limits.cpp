#include "core/service/limits.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/service/queries.h"

namespace bankctl {
namespace {

constexpr std::int64_t k_ns_per_ms = 1'000'000;

LimitPolicy effective(port::RuleOrigin origin, const LimitPolicy& policy, LimitClass limit_class, bool is_owner) {
    return origin == port::RuleOrigin::built_in ? built_in_policy(limit_class, is_owner) : policy;
}

}  // namespace

HeldLimit limit_in_books(port::Snapshot& snapshot, const port::LimitSubject& subject, bool is_owner) {
    const auto rule_of = [&](const std::string& user) { return snapshot.limit_rule(user, subject.limit_class); };
    if (const auto own = rule_of(subject.user); own && own->policy && subject.user != k_default_user)
        return {*own->policy, port::RuleOrigin::user};
    if (const auto common = rule_of(std::string(k_default_user)); common && common->policy)
        return {*common->policy, port::RuleOrigin::everybody};
    return {built_in_policy(subject.limit_class, is_owner), port::RuleOrigin::built_in};
}

std::int64_t milliseconds_up(std::chrono::nanoseconds time) { return (time.count() + k_ns_per_ms - 1) / k_ns_per_ms; }

std::string limit_text(const LimitPolicy& policy) {
    if (policy.algorithm == LimitAlgorithm::none) return "no limit";
    const std::string text = std::to_string(policy.rate) + (policy.period_ms == 1'000 ? "/s" : "/m");
    return policy.burst == policy.rate ? text : text + ", at most " + std::to_string(policy.burst) + " at once";
}

Error rate_limited(const port::LimitSubject& subject, const LimitPolicy& policy, const port::Decision& refusal) {
    const std::int64_t retry_ms = std::max<std::int64_t>(1, milliseconds_up(refusal.delay));
    const std::string what = subject.limit_class == LimitClass::command ? "commands" : "lines of imports";
    const std::string message =
        refusal.is_full ? "the limiter has no room for " + in_quotes(subject.user) + " now: too many users are at work"
                        : in_quotes(subject.user) + " has used up the limit for " + what + ": " + limit_text(policy);
    Error error(ErrorCode::rate_limited, message,
                "try again in " + std::to_string(retry_ms) +
                    " ms, or let the command wait with --wait=" + std::to_string((retry_ms + 999) / 1'000));
    error.retry_after_ms = retry_ms;
    return error;
}

HeldLimit Limits::held(const port::LimitSubject& subject) {
    if (std::optional<port::FoundRule> rule = limiter_.rule(subject)) {
        // Somebody who is called like the default has no rule of their own.
        if (rule->origin == port::RuleOrigin::user && subject.user == k_default_user)
            rule->origin = port::RuleOrigin::everybody;
        return {effective(rule->origin, rule->policy, subject.limit_class, is_owner_), rule->origin};
    }
    return learn(subject);
}

HeldLimit Limits::held_in_any_state(const port::LimitSubject& subject) {
    try {
        return held(subject);
    } catch (const Failure& failure) {
        const ErrorCodeInfo& code = info(failure.error().code);
        const bool is_of_books = code.kind == ErrorKind::integrity || code.kind == ErrorKind::unavailable;
        if (!is_of_books || code.code == ErrorCode::limiter_unavailable) throw;
    }
    return {built_in_policy(subject.limit_class, is_owner_), port::RuleOrigin::built_in};
}

/// Asks the books. The limiter is taught inside the writer gate, so that no change of the rules can come between. Where
/// that cannot be entered at once, or nothing can be written, what a snapshot says does for this request.
HeldLimit Limits::learn(const port::LimitSubject& subject) {
    HeldLimit held;
    try {
        std::uint64_t proposal = 0;
        const Status taught = open_ledger_(Patience::none)->transact({.dry_run = true}, [&](port::UnitOfWork& unit) {
            held = limit_in_books(unit, subject, is_owner_);
            proposal = limiter_.propose(all_limit_rules(unit));
            return ok();
        });
        if (taught) limiter_.confirm(proposal);
        return held;
    } catch (const Failure& failure) {
        const ErrorCode code = failure.error().code;
        if (code == ErrorCode::limiter_unavailable || code == ErrorCode::interrupted) throw;
    }
    open_ledger_(Patience::as_told)->read([&](port::Snapshot& snapshot) {
        held = limit_in_books(snapshot, subject, is_owner_);
    });
    return held;
}

}  // namespace bankctl
