// The writer gate: one lock file beside the database, opened nowhere else, held by whoever writes or checkpoints.
//
// It is a turnstile of two locks. Who comes takes the entrance, waits there for the inside, and leaves the entrance to
// the next before it works. With one lock, a process that leaves and comes back at once finds it free before the kernel
// has run the first of those who wait, so a busy loop starves the others: of 8 loops of 300 transactions, the luckiest
// did a thousand for each one of the unluckiest. Here the next one holds the entrance already, and whoever comes back
// queues behind it.
//
// Both are locks of the open file description on one byte. The kernel frees them when their holder dies and wakes who
// waits in turn, so nothing is polled and nothing is left to repair.
#pragma once

#include <cstdint>
#include <string>

#include "core/store/sqlite/file_descriptor.h"

namespace bankctl::sqlite {

/// The byte of the gate's file that is locked by whoever is inside.
inline constexpr std::int64_t k_gate_inside = 1;

class Gate {
public:
    /// Waits at most `wait_ms` for its turn at the gate `path`, which is created with `mode` if absent; 0 asks once.
    /// Throws Failure with `busy` when the time is over, `storage_unavailable` when the file cannot be used.
    Gate(const std::string& path, unsigned mode, std::int64_t wait_ms);

private:
    FileDescriptor file_;  // closing it leaves the gate
};

}  // namespace bankctl::sqlite
