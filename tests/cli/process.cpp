#include "tests/cli/process.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace bankctl::cli_test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds k_patience{60};
constexpr int k_exec_failed = 127;

/// A user that no process had before, so that no limit holds it up.
std::string new_user() {
    static std::atomic<int> count = 0;
    return "user-" + std::to_string(getpid()) + "-" + std::to_string(++count);
}

struct Pipe {
    int reader = -1;
    int writer = -1;
};

Pipe make_pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    return {ends[0], ends[1]};
}

/// The two ends of a pseudo-terminal: `reader` is the person's, `writer` the process's, for both directions.
Pipe make_terminal(const Terminal& options) {
    Pipe ends;
    winsize size{};
    size.ws_col = options.columns;
    size.ws_row = options.rows;
    if (openpty(&ends.reader, &ends.writer, nullptr, nullptr, &size) != 0)
        throw std::runtime_error("SKIPPED: this machine gives no pseudo-terminal");
    termios settings{};
    tcgetattr(ends.writer, &settings);
    settings.c_oflag &= ~static_cast<tcflag_t>(OPOST);
    settings.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    settings.c_lflag |= static_cast<tcflag_t>(NOFLSH);  // Ctrl-C must not lose what the test has not read yet
    tcsetattr(ends.writer, TCSANOW, &settings);
    for (const int end : {ends.reader, ends.writer}) fcntl(end, F_SETFD, FD_CLOEXEC);
    return ends;
}

void close_once(int& descriptor) {
    if (descriptor >= 0) close(descriptor);
    descriptor = -1;
}

/// The words and variables as exec wants them. Made before the fork: the child must not allocate.
class ExecBlock {
public:
    explicit ExecBlock(const ProcessOptions& options) : words_(options.words) {
        words_.insert(words_.begin(), options.program.empty() ? BANKCTL_EXECUTABLE : options.program);
        for (const auto& [name, value] : options.environment) variables_.push_back(name + "=" + value);
        if (!options.environment.contains("BANKCTL_USER")) variables_.push_back("BANKCTL_USER=" + new_user());
        for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"}) {
            const char* const value = std::getenv(name);
            if (value != nullptr) variables_.push_back(std::string(name) + "=" + value);
        }
        for (std::string& word : words_) word_pointers_.push_back(word.data());
        for (std::string& variable : variables_) variable_pointers_.push_back(variable.data());
        word_pointers_.push_back(nullptr);
        variable_pointers_.push_back(nullptr);
    }
    [[noreturn]] void run() {
        execve(word_pointers_[0], word_pointers_.data(), variable_pointers_.data());
        _exit(k_exec_failed);
    }

private:
    Words words_;
    Words variables_;
    std::vector<char*> word_pointers_;
    std::vector<char*> variable_pointers_;
};

void limit_file_size(long bytes) {
    const rlimit limit{static_cast<rlim_t>(bytes), static_cast<rlim_t>(bytes)};
    setrlimit(RLIMIT_FSIZE, &limit);
    std::signal(SIGXFSZ, SIG_DFL);  // which ends a process that does not see to it
}

/// Keeps signals waiting from before the fork until the child is itself: the test framework's handlers, which the child
/// inherits up to its exec, must not run there.
class WaitingSignals {
public:
    WaitingSignals() {
        sigset_t all;
        sigfillset(&all);
        sigprocmask(SIG_SETMASK, &all, &before_);
    }
    ~WaitingSignals() { let_in(); }
    WaitingSignals(const WaitingSignals&) = delete;
    WaitingSignals& operator=(const WaitingSignals&) = delete;

    void let_in() const { sigprocmask(SIG_SETMASK, &before_, nullptr); }

private:
    sigset_t before_{};
};

/// In the child: the standard streams, then the program.
[[noreturn]] void become(ExecBlock& block, const ProcessOptions& options, int in, int out, int err, int terminal,
                         const WaitingSignals& waiting) {
    for (const int signal : {SIGPIPE, SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_DFL);
    if (terminal >= 0) {
        setsid();
        ioctl(terminal, TIOCSCTTY, 0);  // so that Ctrl-C reaches it
    }
    dup2(options.terminal.in ? terminal : in, STDIN_FILENO);
    dup2(options.terminal.err ? terminal : err, STDERR_FILENO);
    if (options.terminal.out) out = terminal;
    out < 0 ? static_cast<void>(close(STDOUT_FILENO)) : static_cast<void>(dup2(out, STDOUT_FILENO));
    if (options.file_bytes_max >= 0) limit_file_size(options.file_bytes_max);
    if (!options.directory.empty() && chdir(options.directory.c_str()) != 0) _exit(k_exec_failed);
    if (options.is_traced && ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) _exit(k_exec_failed);
    waiting.let_in();
    block.run();
}

/// Reads what is there; returns false at the end.
bool drain(int descriptor, std::string& text) {
    std::array<char, 1 << 16> buffer{};
    const ssize_t count = read(descriptor, buffer.data(), buffer.size());
    if (count > 0) text.append(buffer.data(), static_cast<std::size_t>(count));
    return count > 0 || (count < 0 && errno == EINTR);
}

}  // namespace

std::string describe(const Words& words, const Run& run) {
    std::string line = "bankctl";
    for (const std::string& word : words) line += " '" + word.substr(0, 200) + "'";
    return line + "\nexit " + std::to_string(run.exit_code) + ", signal " + std::to_string(run.signal) +
           "\nstdout: " + run.out.substr(0, 4000) + "\nstderr: " + run.err.substr(0, 4000) +
           (run.terminal.empty() ? "" : "\nterminal: " + run.terminal.substr(0, 4000));
}

Process::Process(const ProcessOptions& options)
    : is_stdin_left_open_(options.is_stdin_left_open),
      signal_at_output_(options.signal_at_output),
      input_(options.input),
      typing_(options.terminal.typing),
      words_(options.words) {
    std::signal(SIGPIPE, SIG_IGN);  // a process that does not read its input must not end the tests
    ExecBlock block(options);
    Pipe in = make_pipe();
    Pipe out = make_pipe();
    Pipe err = make_pipe();
    if (options.out == Stdout::closed || options.out == Stdout::full_disk) {
        close_once(out.reader);
        close_once(out.writer);
    }
    if (options.out == Stdout::full_disk) out.writer = open("/dev/full", O_WRONLY | O_CLOEXEC);
    if (options.out == Stdout::reader_gone) close_once(out.reader);
    Pipe terminal;
    if (options.terminal.is_used()) terminal = make_terminal(options.terminal);
    {
        const WaitingSignals waiting;
        pid_ = fork();
        if (pid_ == 0) become(block, options, in.reader, out.writer, err.writer, terminal.writer, waiting);
    }
    if (pid_ < 0) throw std::runtime_error("no process");
    close_once(in.reader);
    close_once(out.writer);
    close_once(err.writer);
    close_once(terminal.writer);
    terminal_ = terminal.reader;
    in_ = in.writer;
    out_ = out.reader;
    err_ = err.reader;
    fcntl(in_, F_SETFL, O_NONBLOCK);
    input_.empty() ? close_input() : feed();
}

Process::~Process() {
    if (pid_ > 0) {
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
    close_once(in_);
    close_once(out_);
    close_once(err_);
    close_once(terminal_);
}

void Process::send_signal(int signal) const { kill(pid_, signal); }

void Process::close_input() {
    if (!is_stdin_left_open_) close_once(in_);
}

void Process::feed() {
    const ssize_t count = write(in_, input_.data(), input_.size());
    if (count > 0) input_.erase(0, static_cast<std::size_t>(count));
    if (count < 0 && errno == EPIPE) input_.clear();  // it has stopped reading, as it may
    if (input_.empty()) close_input();
}

void Process::type() {
    if (typing_.empty() || run_.terminal.find(typing_.front().seen, answered_) == std::string::npos) return;
    const std::string keys = typing_.front().keys;
    typing_.erase(typing_.begin());
    answered_ = run_.terminal.size();
    if (write(terminal_, keys.data(), keys.size()) != static_cast<ssize_t>(keys.size()))
        throw std::runtime_error("cannot type");
}

void Process::pump() {
    const Clock::time_point deadline = Clock::now() + k_patience;
    while (out_ >= 0 || err_ >= 0 || terminal_ >= 0) {
        std::array<pollfd, 4> waits{pollfd{out_, POLLIN, 0}, pollfd{err_, POLLIN, 0},
                                    pollfd{input_.empty() ? -1 : in_, POLLOUT, 0}, pollfd{terminal_, POLLIN, 0}};
        if (poll(waits.data(), waits.size(), 1000) < 0 && errno != EINTR) throw std::runtime_error("poll failed");
        if (Clock::now() > deadline) throw std::runtime_error("it hangs: " + describe(words_, run_));
        if (waits[0].revents != 0 && !drain(out_, run_.out)) close_once(out_);
        if (waits[1].revents != 0 && !drain(err_, run_.err)) close_once(err_);
        if (signal_at_output_ != 0 && !(run_.out.empty() && run_.err.empty()))
            send_signal(std::exchange(signal_at_output_, 0));
        if (waits[2].revents != 0) feed();
        if (waits[3].revents == 0) continue;
        drain(terminal_, run_.terminal) ? type() : close_once(terminal_);
    }
}

Run Process::wait() {
    pump();
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    if (WIFEXITED(status)) run_.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) run_.signal = WTERMSIG(status);
    return run_;
}

Run run_process(const ProcessOptions& options) { return Process(options).wait(); }

}  // namespace bankctl::cli_test
