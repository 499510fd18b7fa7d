// Rate limits as commands meet them: charging, waiting for a slot, and going on where there is no limiter.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

#include "cli/context.h"
#include "core/service/import.h"

namespace bankctl::cli {

/// Charges what the command declares; one that charges by itself is left to it. Where there is no bank nothing is
/// charged: the command itself says so. Answers like charge_command.
std::optional<ReportedFailure> charge_for(Context& context);

/// Charges one command to the user. Without a free slot within the wait that --wait allows the answer is
/// `rate_limited`, which is not thrown: the first exception of a process costs more than all the rest of a refusal.
/// Without a limiter: `limiter_unavailable`, unless the bank's rule lets commands go on, which is noted on stderr.
std::optional<ReportedFailure> charge_command(Context& context);

/// The limit that holds for `subject`, as the command can know it.
HeldLimit held_limit(Context& context, const port::LimitSubject& subject);

/// How long --wait lets a command wait for its slot.
std::chrono::nanoseconds limit_wait(const Context& context);

/// Sleeps as long. An interrupt that is deferred ends it with Failure `interrupted`; `meanwhile` is called some times a
/// second.
void sleep_for(std::chrono::nanoseconds time, const std::function<void()>& meanwhile = {});

/// What holds an import back to what the user's limit for lines allows: see ImportWatch::pace. It never refuses.
/// `meanwhile` as for sleep_for.
std::function<void(std::int64_t lines, Charging charging)> pace_of_lines(Context& context,
                                                                         std::function<void()> meanwhile);

// The parts of documents about limits.

/// `{rate, period_ms, burst, algorithm}`; without a limit the numbers are null.
Json limit_json(const LimitPolicy& policy);
/// `rate_limited` with the user, class and limit among its details.
ReportedFailure rate_limited_failure(const port::LimitSubject& subject, const LimitPolicy& policy,
                                     const port::Decision& refusal);

}  // namespace bankctl::cli
