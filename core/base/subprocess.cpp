#include "core/base/subprocess.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>

#include <linux/close_range.h>

#include "core/base/file_descriptor.h"
#include "core/base/text.h"

namespace bankctl {
namespace {

// As of a program that exited with 127: it was run, and how it ended is not known.
constexpr int k_unknown_status = 127 << 8;

using Time = std::chrono::steady_clock::time_point;
using std::chrono::milliseconds;

constexpr milliseconds k_look_after{10};  // how often we ask whether it has ended while its output is still open

struct Pipe {
    FileDescriptor reads;
    FileDescriptor writes;
};

std::optional<Pipe> make_pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
    return Pipe{FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

/// A file in memory that holds `bytes`, at its beginning; not open if there is none to be had.
FileDescriptor file_of(std::string_view bytes) {
    FileDescriptor file(memfd_create("bankctl-input", MFD_CLOEXEC));
    while (file.is_open() && !bytes.empty()) {
        const ssize_t written = write(file.get(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return FileDescriptor(-1);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    if (file.is_open() && lseek(file.get(), 0, SEEK_SET) != 0) return FileDescriptor(-1);
    return file;
}

std::vector<std::string> environment_of(const ProgramCall& call) {
    std::vector<std::string> variables;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        const std::string_view text = *variable;
        const auto is_replaced = [&](const auto& pair) { return text.substr(0, text.find('=')) == pair.first; };
        if (std::ranges::none_of(call.environment, is_replaced)) variables.emplace_back(text);
    }
    for (const auto& [name, value] : call.environment) variables.push_back(name + "=" + value);
    return variables;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (std::string& text : texts) all.push_back(text.data());
    all.push_back(nullptr);
    return all;
}

/// What the new process needs, made before it exists: between fork and exec it may not allocate.
struct Start {
    char* const* words;
    char* const* environment;
    int input, output, errors, failure;  // descriptors; `failure` takes errno if the program cannot be started
    pid_t parent;
};

[[noreturn]] void become_program(const Start& start) {
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    struct sigaction action {};
    action.sa_handler = SIG_DFL;
    for (int signal = 1; signal < NSIG; ++signal) sigaction(signal, &action, nullptr);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    const bool is_connected = dup2(start.input, STDIN_FILENO) >= 0 && dup2(start.output, STDOUT_FILENO) >= 0 &&
                              dup2(start.errors, STDERR_FILENO) >= 0;
    if (close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) != 0)
        for (int file = 3; file < 1024; ++file) fcntl(file, F_SETFD, FD_CLOEXEC);  // kernels before 5.11
    if (getppid() != start.parent) _exit(127);                                     // it died before we asked to be told
    if (is_connected) execvpe(start.words[0], start.words, start.environment);
    const int failure = errno;
    [[maybe_unused]] const ssize_t written = write(start.failure, &failure, sizeof failure);
    _exit(127);
}

class Program {
public:
    explicit Program(const ProgramCall& call) : call_(call), deadline_(now() + call.time_limit) {}
    ~Program() {
        if (pid_ > 0) end();  // only where memory ran out
    }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    /// errno if it cannot be started, else 0.
    int start();
    ProgramResult run();

private:
    static Time now() { return std::chrono::steady_clock::now(); }
    /// False once there is nothing more to come.
    static bool read_some(int file, std::string& into, std::size_t bytes_max);
    /// False if nothing came in time.
    bool read_outputs(ProgramResult& result, milliseconds wait);
    bool has_ended();
    void end();

    const ProgramCall& call_;
    Time deadline_;
    pid_t pid_ = -1;
    int status_ = 0;
    std::optional<FileDescriptor> output_, errors_;  // absent once they have ended
};

int Program::start() {
    std::vector<std::string> words = call_.words;
    std::vector<std::string> variables = environment_of(call_);
    const std::vector<char*> word_pointers = pointers(words);
    const std::vector<char*> variable_pointers = pointers(variables);
    const FileDescriptor input = file_of(call_.input);
    if (!input.is_open()) return errno;
    auto output = make_pipe(), errors = make_pipe(), failure = make_pipe();
    if (!output || !errors || !failure) return errno;
    // Where one of our own three is closed, a pipe may have its number, and be lost as the child makes its three.
    for (const Pipe* pipe : {&*output, &*errors, &*failure})
        if (pipe->reads.get() <= STDERR_FILENO || pipe->writes.get() <= STDERR_FILENO) return EBADF;
    const Start start{word_pointers.data(), variable_pointers.data(), input.get(), output->writes.get(),
                      errors->writes.get(), failure->writes.get(),    getpid()};
    pid_ = fork();
    if (pid_ < 0) return errno;
    if (pid_ == 0) become_program(start);
    setpgid(pid_, pid_);                                           // whichever of the two comes first
    { const FileDescriptor closed = std::move(failure->writes); }  // so that the child's own is the last
    int reason = 0;
    ssize_t got = 0;
    do got = read(failure->reads.get(), &reason, sizeof reason);
    while (got < 0 && errno == EINTR);
    if (got == static_cast<ssize_t>(sizeof reason)) {
        while (waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
        }
        pid_ = -1;
        return reason;
    }
    for (Pipe* pipe : {&*output, &*errors}) fcntl(pipe->reads.get(), F_SETFL, O_NONBLOCK);
    output_.emplace(std::move(output->reads));
    errors_.emplace(std::move(errors->reads));
    return 0;
}

bool Program::read_some(int file, std::string& into, std::size_t bytes_max) {
    std::array<char, 1 << 14> buffer;
    for (;;) {
        const ssize_t got = read(file, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return errno == EAGAIN;
        if (got == 0) return false;
        const std::size_t room = bytes_max - std::min(bytes_max, into.size());
        into.append(buffer.data(), std::min(room, static_cast<std::size_t>(got)));
        return true;  // in turns, so that a flood of one leaves the clock and the other to be looked at
    }
}

bool Program::read_outputs(ProgramResult& result, milliseconds wait) {
    std::array<pollfd, 2> files{
        {{output_ ? output_->get() : -1, POLLIN, 0}, {errors_ ? errors_->get() : -1, POLLIN, 0}}};
    if (poll(files.data(), files.size(), static_cast<int>(wait.count())) <= 0) return false;
    // One byte more than is allowed tells that it is too much.
    if (files[0].revents != 0 && !read_some(files[0].fd, result.output, call_.output_bytes_max + 1)) output_.reset();
    if (files[1].revents != 0 && !read_some(files[1].fd, result.errors, call_.errors_bytes_max)) errors_.reset();
    return true;
}

bool Program::has_ended() {
    if (pid_ < 0) return true;
    const pid_t ended = waitpid(pid_, &status_, WNOHANG);
    if (ended == 0 || (ended < 0 && errno == EINTR)) return false;
    if (ended < 0) status_ = k_unknown_status;  // somebody else has waited for it
    pid_ = -1;
    return true;
}

/// Ends the whole group: asks, waits the grace, kills.
void Program::end() {
    const pid_t group = pid_;
    kill(-group, SIGTERM);
    for (const Time over = now() + call_.grace; now() < over && !has_ended();) {
        const timespec pause{0, 2'000'000};
        nanosleep(&pause, nullptr);
    }
    kill(-group, SIGKILL);
    while (pid_ > 0 && waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
}

ProgramResult Program::run() {
    ProgramResult result;
    while (!has_ended()) {
        const auto left = std::chrono::ceil<milliseconds>(deadline_ - now());
        const bool is_flood = result.output.size() > call_.output_bytes_max;
        if (left <= milliseconds{0} || is_flood) {
            result.end = is_flood ? ProgramResult::End::too_much_output : ProgramResult::End::timed_out;
            end();
            break;
        }
        // What has closed its outputs is about to end.
        const bool is_silent = !output_ && !errors_;
        read_outputs(result, std::min(left, is_silent ? milliseconds{1} : k_look_after));
    }
    // What it wrote before it ended may still stand in the pipes; what others write there is not waited for.
    while ((output_ || errors_) && now() < deadline_ && result.output.size() <= call_.output_bytes_max)
        if (!read_outputs(result, milliseconds{0})) break;
    if (result.output.size() > call_.output_bytes_max) {
        result.output.resize(call_.output_bytes_max);
        result.end = ProgramResult::End::too_much_output;
    }
    if (result.end != ProgramResult::End::exited) return result;
    if (WIFSIGNALED(status_)) result.end = ProgramResult::End::signalled;
    result.code = WIFSIGNALED(status_) ? WTERMSIG(status_) : WEXITSTATUS(status_);
    return result;
}

}  // namespace

ProgramResult run_program(const ProgramCall& call) {
    Program program(call);
    if (const int failure = program.start()) {
        ProgramResult result;
        result.end = ProgramResult::End::not_started;
        result.code = failure;
        return result;
    }
    return program.run();
}

std::vector<std::string> shell_words(std::string command) { return {"/bin/sh", "-c", std::move(command)}; }

std::string description(const ProgramResult& result) {
    std::string text;
    switch (result.end) {
        case ProgramResult::End::exited: text = "exited with " + std::to_string(result.code); break;
        case ProgramResult::End::signalled: text = "was ended by signal " + std::to_string(result.code); break;
        case ProgramResult::End::timed_out: text = "took too long"; break;
        case ProgramResult::End::too_much_output: text = "wrote too much"; break;
        case ProgramResult::End::not_started:
            text = std::string("cannot be started: ") + std::strerror(result.code);  // NOLINT: one thread
            break;
    }
    const std::string_view said = std::string_view(result.errors).substr(0, result.errors.find('\n'));
    return said.empty() ? text : text + ": " + shortened(printable(said), 200);
}

}  // namespace bankctl
