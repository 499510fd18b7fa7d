// Runs another program: bytes in, bounded bytes out, within a time limit.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bankctl {

struct ProgramCall {
    std::vector<std::string> words;  ///< the program, a path or a name that PATH is searched for, and its arguments
    std::string_view input;          ///< what stands on its stdin
    std::vector<std::pair<std::string, std::string>> environment;  ///< set beside, or instead of, what we have
    std::chrono::milliseconds time_limit{2000};
    std::chrono::milliseconds grace{500};    ///< between SIGTERM and SIGKILL, once the time is over
    std::size_t output_bytes_max = 1 << 16;  ///< more on its stdout ends it
    std::size_t errors_bytes_max = 4096;     ///< of its stderr; the rest is dropped
};

struct ProgramResult {
    enum class End {
        exited,
        signalled,
        timed_out,
        too_much_output,
        not_started,  ///< missing, not executable, or no process to be had
    };
    End end = End::exited;
    int code = 0;  ///< the exit code, the signal, or errno
    std::string output;
    std::string errors;

    bool succeeded() const { return end == End::exited && code == 0; }
};

/// Runs the program in a process group of its own and waits for its end. It gets stdin, stdout, stderr and no other
/// open file, no blocked and no ignored signal. Its input is a file in memory, so one that never reads it holds up
/// nobody. When it has ended, what it left running in the background is neither waited for nor ended; when its time is
/// over or its output too long, its whole group is. It dies with us, whatever kills us, unless it
/// runs with rights of its own (set-user-ID); what it started itself does not.
/// Throws nothing but std::bad_alloc.
ProgramResult run_program(const ProgramCall& call);

/// The words that have the shell run `command`.
std::vector<std::string> shell_words(std::string command);

/// What went wrong, on one line, with the beginning of what the program said on stderr; of a success: `exited with 0`.
std::string description(const ProgramResult& result);

}  // namespace bankctl
