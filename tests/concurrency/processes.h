// bankctl processes of several threads, which another thread may signal while they run.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "tests/concurrency/recording.h"

namespace bankctl::concurrency_test {

using Random = std::mt19937_64;

class Processes {
public:
    /// `database` is the bank they use, `home` their home directory.
    Processes(const std::string& database, const std::string& home);

    /// Runs bankctl to its end. Its output goes to memory, so that nobody needs to read while it runs.
    Answer run(const Words& words, const std::string& input = {});

    /// How many have been started.
    std::int64_t started();
    /// One of those that run now.
    std::optional<pid_t> any(Random& random);
    /// Signals a process unless it has ended.
    void send(pid_t process, int signal);
    /// Aborts what has run for more than a minute: then it hangs.
    void abort_hanging();

private:
    struct Running {
        pid_t process;
        std::int64_t start_ns;
    };

    Words variables_;
    std::atomic<std::int64_t> users_ = 0;
    std::mutex mutex_;
    std::vector<Running> running_;
    std::int64_t started_ = 0;
};

}  // namespace bankctl::concurrency_test
