// Watching from outside how long another process holds the writer gate at a time.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bankctl::bench {

/// Looks again and again at the locks of a process's open gate file, which the kernel shows in /proc. The process that
/// is watched does not notice, and other holders of the gate are not mistaken for it.
class GateWatch {
public:
    GateWatch(pid_t pid, std::string gate_path)
        : process_("/proc/" + std::to_string(pid)), path_(std::move(gate_path)) {}

    /// One look. A hold lasts from the first look that sees it to the first that does not.
    void look();
    /// The holds that have begun and ended, in microseconds.
    const std::vector<double>& holds_us() const { return holds_us_; }

private:
    bool is_held();
    void find_file();

    std::string process_;
    std::string path_;
    std::string file_;  // the number of the gate's file in the process; empty until it was seen
    std::optional<std::int64_t> held_since_us_;
    std::vector<double> holds_us_;
};

}  // namespace bankctl::bench
