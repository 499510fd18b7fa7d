// The writer gate: one lock file beside the database, opened nowhere else, held by whoever writes or checkpoints. The
// kernel frees it when its holder dies and wakes waiters in turn, so nothing is polled and nothing is left to repair.
#pragma once

#include <cstdint>
#include <string>

#include "core/store/sqlite/file_descriptor.h"

namespace bankctl::sqlite {

class Gate {
public:
    /// Waits at most `wait_ms` for the lock on `path`, which is created with `mode` if absent. Throws Failure with
    /// `busy` when the time is over, `storage_unavailable` when the file cannot be used.
    Gate(const std::string& path, unsigned mode, std::int64_t wait_ms);

private:
    FileDescriptor file_;
};

}  // namespace bankctl::sqlite
