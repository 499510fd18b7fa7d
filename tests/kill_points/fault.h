// A process that is killed at one of its system calls, or whose call fails there: with ptrace, from outside.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "tests/cli/process.h"

namespace bankctl::kill_points {

/// What can happen at a system call.
enum class Fault {
    kill,               ///< SIGKILL before the call
    tear,               ///< a write does half of its work, then SIGKILL
    io_error,           ///< EIO instead of the call
    io_error_from_on,   ///< EIO instead of it and of all later ones, as of a disk that is gone
    disk_full,          ///< ENOSPC instead of a call that may take room on the disk
    disk_full_from_on,  ///< ENOSPC instead of it and of all later ones of that sort
    interruption,       ///< EINTR instead of a call that may wait
    half,               ///< a read or write that does half of its work
};
inline constexpr std::array k_faults = {Fault::kill,         Fault::tear,
                                        Fault::io_error,     Fault::io_error_from_on,
                                        Fault::disk_full,    Fault::disk_full_from_on,
                                        Fault::interruption, Fault::half};
std::string_view name(Fault fault);
inline bool is_death(Fault fault) { return fault == Fault::kill || fault == Fault::tear; }

/// One call of a process: the `number`th, from 1, of those that the fault can happen to. Writing to stderr never fails.
struct Point {
    Fault fault;
    int number;
};

/// A process that ran to its end under a tracer.
struct TracedRun {
    cli_test::Run run;
    std::array<int, k_faults.size()> calls{};  ///< how many calls each fault could happen to
    std::string call;                          ///< the name of the call where it happened; empty: nowhere
};

/// Runs bankctl with the fault at the point, or with none. It must not start threads or processes, and print less than
/// a pipe holds. Throws where the machine does not let it trace.
TracedRun run_traced(cli_test::ProcessOptions options, const std::optional<Point>& point);

}  // namespace bankctl::kill_points
