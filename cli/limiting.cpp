#include "cli/limiting.h"

#include <unistd.h>

#include <algorithm>
#include <ctime>

#include "cli/interrupt.h"
#include "cli/output.h"
#include "core/base/text.h"

namespace bankctl::cli {
namespace {

using std::chrono::nanoseconds;

/// A signal that comes just before the sleep is noticed so late at most, and progress is shown as often.
constexpr nanoseconds k_nap = std::chrono::milliseconds(100);
/// An import that ends early leaves slots unused that it has reserved for no more than this.
constexpr nanoseconds k_pace_ahead_max = std::chrono::seconds(1);

/// What an import in one transaction takes ahead holds up the user's next import, but not for ever.
constexpr nanoseconds k_charged_ahead_max = std::chrono::hours(24);

/// The time that goes on while the machine sleeps and that nobody can set.
nanoseconds uptime() {
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return std::chrono::seconds(now.tv_sec) + nanoseconds(now.tv_nsec);
}

void sleep_until(nanoseconds time) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
    const timespec until{seconds.count(), (time - seconds).count()};
    clock_nanosleep(CLOCK_BOOTTIME, TIMER_ABSTIME, &until, nullptr);  // cut short by a signal, it is called again
}

/// What the bank's rule says; nothing where that cannot be read.
std::optional<LimitPolicy> policy_in_books(Context& context, const port::LimitSubject& subject) {
    std::optional<LimitPolicy> policy;
    try {
        const bool is_owner = context.tenure() && context.tenure()->is_ours;
        context.ledger().read(
            [&](port::Snapshot& snapshot) { policy = limit_in_books(snapshot, subject, is_owner).policy; });
    } catch (const Failure& failure) {
        if (failure.error().code == ErrorCode::interrupted) throw;
    }
    return policy;
}

/// Does `work` with the limiter, or, where there is none and the bank's rule allows that, without. Lines of an import
/// that have no limit need no limiter, and the command they belong to has said already that there is none.
void with_limiter(Context& context, const port::LimitSubject& subject, const std::function<void()>& work) {
    try {
        work();
    } catch (const Failure& failure) {
        const Error& error = failure.error();
        if (error.code != ErrorCode::limiter_unavailable) throw;
        const bool is_command = subject.limit_class == LimitClass::command;
        const std::optional<LimitPolicy> policy = policy_in_books(context, subject);
        if (policy && !is_command && policy->algorithm == LimitAlgorithm::none) return;
        if (!policy || !policy->fails_open) throw;
        if (is_command)
            context.set_note(printable(error.message) + "; going on without a limit, as the bank's rule allows");
    }
}

}  // namespace

std::optional<ReportedFailure> charge_for(Context& context) {
    return context.command().cost == Cost::one ? charge_command(context) : std::nullopt;
}

HeldLimit held_limit(Context& context, const port::LimitSubject& subject) {
    return context.command().suits_damaged_bank ? context.limits().held_in_any_state(subject)
                                                : context.limits().held(subject);
}

nanoseconds limit_wait(const Context& context) { return std::chrono::milliseconds(context.settings().limit_wait_ms); }

std::optional<ReportedFailure> charge_command(Context& context) {
    std::optional<ReportedFailure> refusal;
    if (!context.tenure()) return refusal;
    const port::LimitSubject subject = context.limit_subject(LimitClass::command);
    with_limiter(context, subject, [&] {
        const LimitPolicy policy = held_limit(context, subject).policy;
        const port::Decision decision = context.limiter().take(subject, policy, limit_wait(context));
        if (!decision.is_admitted) refusal = rate_limited_failure(subject, policy, decision);
        if (decision.is_admitted) sleep_for(decision.delay);
    });
    return refusal;
}

void sleep_for(nanoseconds time, const std::function<void()>& meanwhile) {
    if (time <= nanoseconds::zero()) return;
    const nanoseconds end = uptime() + time;
    for (nanoseconds now = end - time; now < end; now = uptime()) {
        sleep_until(std::min(end, now + k_nap));
        if (was_interrupted()) throw Failure(Error(ErrorCode::interrupted, "interrupted"));
        if (meanwhile) meanwhile();
    }
}

std::function<void(std::int64_t, Charging)> pace_of_lines(Context& context, std::function<void()> meanwhile) {
    const port::LimitSubject subject = context.limit_subject(LimitClass::batch);
    return [&context, subject, meanwhile = std::move(meanwhile)](std::int64_t lines, Charging charging) {
        with_limiter(context, subject, [&] {
            const LimitPolicy policy = held_limit(context, subject).policy;
            if (policy.algorithm == LimitAlgorithm::none) return;
            const bool is_ahead = charging == Charging::ahead;
            for (std::int64_t taken = 0; taken < lines;) {
                const nanoseconds wait_max = is_ahead ? k_charged_ahead_max : k_pace_ahead_max;
                const port::Decision decision = context.limiter().take(subject, policy, wait_max);
                if (decision.is_admitted) ++taken;
                if (is_ahead && !decision.is_admitted) return;  // nothing is left to be charged
                // The slots come one after the other, so the last one's delay is that of all.
                if (!is_ahead && (!decision.is_admitted || taken == lines)) sleep_for(decision.delay, meanwhile);
            }
        });
    };
}

Json limit_json(const LimitPolicy& policy) {
    const bool is_limited = policy.algorithm != LimitAlgorithm::none;
    const auto number = [&](std::int64_t value) { return is_limited ? Json(value) : Json(nullptr); };
    return {{"rate", number(policy.rate)},
            {"period_ms", number(policy.period_ms)},
            {"burst", number(policy.burst)},
            {"algorithm", name(policy.algorithm)}};
}

ReportedFailure rate_limited_failure(const port::LimitSubject& subject, const LimitPolicy& policy,
                                     const port::Decision& refusal) {
    return ReportedFailure(
        rate_limited(subject, policy, refusal),
        {{"user", subject.user}, {"class", name(subject.limit_class)}, {"limit", limit_json(policy)}},
        ReportedFailure::Form::details);
}

}  // namespace bankctl::cli
