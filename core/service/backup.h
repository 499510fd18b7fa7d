// Backup and restore: a copy of a bank takes its place only after it has passed the full verification.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "core/port/archive.h"
#include "core/service/verification.h"

namespace bankctl {

/// What was put in its place, and the head of the bank that had it before.
struct Archived {
    port::Head head;
    std::optional<port::Head> previous_head;
    std::int64_t bytes = 0;
};

/// Verifies the copy in full and keeps it; `integrity_violation` if it does not pass. `progress` is
/// called once more just before the copy is kept: what it throws ends all without effect. `before_keeping`
/// comes after it, where a bank that is replaced has its writers wait.
Result<Archived> verify_and_keep(port::Copy& copy, const VerificationProgress& progress = {},
                                 const std::function<void()>& before_keeping = {});

}  // namespace bankctl
