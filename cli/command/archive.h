// What backup and restore share.
#pragma once

#include "cli/command/common.h"
#include "core/service/backup.h"

namespace bankctl::cli {

/// Reads the FILE of a backup: a name that leads to a file, so not empty and not -; else `usage`.
Result<std::string> parse_backup_file(std::string_view text);

/// Makes a copy, verifies it and keeps it, with the number of entries on a terminal. An interrupt ends it without a
/// trace until the copy is about to be kept, when `before_keeping` is called. `if_damaged` is the hint where the copy
/// does not verify.
Archived archive(Context& context, const std::function<std::unique_ptr<port::Copy>(port::Archive&)>& make_copy,
                 const std::string& if_damaged, const std::function<void()>& before_keeping = {});

/// Counts from its making.
class Stopwatch {
public:
    explicit Stopwatch(Clock& clock) : clock_(clock), begin_(clock.now()) {}
    std::int64_t elapsed_ms() { return std::max<std::int64_t>(0, (clock_.now().us - begin_.us) / 1'000); }

private:
    Clock& clock_;
    Timestamp begin_;
};

}  // namespace bankctl::cli
