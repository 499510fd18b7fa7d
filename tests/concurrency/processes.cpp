#include "tests/concurrency/processes.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

namespace bankctl::concurrency_test {
namespace {

constexpr std::int64_t k_patience_ns = 60'000'000'000;

template <class Clock, class Unit>
std::int64_t now() {
    return std::chrono::duration_cast<Unit>(Clock::now().time_since_epoch()).count();
}
std::int64_t monotonic_ns() { return now<std::chrono::steady_clock, std::chrono::nanoseconds>(); }
std::int64_t wall_us() { return now<std::chrono::system_clock, std::chrono::microseconds>(); }

/// A file without a name.
class MemoryFile {
public:
    explicit MemoryFile(const std::string& content = {}) : file_(memfd_create("stream", MFD_CLOEXEC)) {
        const bool is_whole = pwrite(file_, content.data(), content.size(), 0) == static_cast<ssize_t>(content.size());
        if (file_ < 0 || !is_whole) throw std::runtime_error("no file in memory");
    }
    ~MemoryFile() { close(file_); }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;

    int descriptor() const { return file_; }
    std::string content() const {
        std::string bytes(static_cast<std::size_t>(lseek(file_, 0, SEEK_END)), '\0');
        const ssize_t count = pread(file_, bytes.data(), bytes.size(), 0);
        if (count != static_cast<ssize_t>(bytes.size())) throw std::runtime_error("a file in memory cannot be read");
        return bytes;
    }

private:
    int file_;
};

std::vector<char*> pointers_to(Words& words) {
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    return pointers;
}

pid_t spawn(Words words, Words variables, const MemoryFile& in, const MemoryFile& out, const MemoryFile& err) {
    const char* const other = std::getenv("BANKCTL_CONCURRENCY_EXECUTABLE");
    const std::string program = other != nullptr ? other : BANKCTL_EXECUTABLE;
    words.insert(words.begin(), program);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in.descriptor(), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out.descriptor(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, err.descriptor(), STDERR_FILENO);
    pid_t process = 0;
    const int failure = posix_spawn(&process, program.c_str(), &actions, nullptr, pointers_to(words).data(),
                                    pointers_to(variables).data());
    posix_spawn_file_actions_destroy(&actions);
    if (failure != 0) throw std::runtime_error("no process");
    return process;
}

}  // namespace

Processes::Processes(const std::string& database, const std::string& home)
    : variables_{"BANKCTL_DB=" + database, "HOME=" + home, "TMPDIR=" + home, "PATH=/usr/bin:/bin"} {
    for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"}) {
        const char* const value = std::getenv(name);
        if (value != nullptr) variables_.push_back(std::string(name) + "=" + value);
    }
}

Answer Processes::run(const Words& words, const std::string& input) {
    const MemoryFile in(input);
    const MemoryFile out;
    const MemoryFile err;
    Answer answer;
    answer.start_us = wall_us();
    answer.start_ns = monotonic_ns();
    Words variables = variables_;
    variables.push_back("BANKCTL_USER=user-" + std::to_string(++users_));  // nobody's limit is what is tried here
    const pid_t process = spawn(words, variables, in, out, err);
    {
        const std::lock_guard lock(mutex_);
        running_.push_back({process, answer.start_ns});
        ++started_;
    }
    siginfo_t ended{};
    while (waitid(P_PID, static_cast<id_t>(process), &ended, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
    }
    answer.end_ns = monotonic_ns();
    answer.end_us = wall_us();
    int status = 0;
    {
        // Only now may the kernel give the number to another process.
        const std::lock_guard lock(mutex_);
        std::erase_if(running_, [&](const Running& one) { return one.process == process; });
        waitpid(process, &status, 0);
    }
    if (WIFEXITED(status)) answer.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) answer.signal = WTERMSIG(status);
    answer.out = out.content();
    answer.err = err.content();
    return answer;
}

std::int64_t Processes::started() {
    const std::lock_guard lock(mutex_);
    return started_;
}

std::optional<pid_t> Processes::any(Random& random) {
    const std::lock_guard lock(mutex_);
    if (running_.empty()) return std::nullopt;
    return running_[std::uniform_int_distribution<std::size_t>(0, running_.size() - 1)(random)].process;
}

void Processes::send(pid_t process, int signal) {
    const std::lock_guard lock(mutex_);
    for (const Running& one : running_) {
        if (one.process == process) kill(process, signal);
    }
}

void Processes::abort_hanging() {
    const std::lock_guard lock(mutex_);
    for (const Running& one : running_) {
        if (monotonic_ns() - one.start_ns > k_patience_ns) kill(one.process, SIGABRT);
    }
}

}  // namespace bankctl::concurrency_test
