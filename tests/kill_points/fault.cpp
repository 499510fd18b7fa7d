#include "tests/kill_points/fault.h"

#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <stdexcept>

#ifndef __x86_64__
#error "The tracer knows the registers of x86-64 only."
#endif

namespace bankctl::kill_points {
namespace {

// What a call does, and so what can happen to it.
enum : unsigned {
    uses_file = 1U << 0U,
    takes_room = 1U << 1U,
    may_wait = 1U << 2U,
    moves_bytes = 1U << 3U,
    takes_effect = 1U << 4U,  // even if it then reports an error, as close does
};

struct Call {
    unsigned long long number;
    std::string_view name;
    unsigned traits;
};

constexpr std::array k_calls = {
    Call{SYS_read, "read", uses_file | may_wait | moves_bytes},
    Call{SYS_pread64, "pread64", uses_file | may_wait | moves_bytes},
    Call{SYS_readv, "readv", uses_file | may_wait},
    Call{SYS_write, "write", uses_file | takes_room | may_wait | moves_bytes},
    Call{SYS_writev, "writev", uses_file | takes_room | may_wait},
    Call{SYS_pwrite64, "pwrite64", uses_file | takes_room | may_wait | moves_bytes},
    Call{SYS_fsync, "fsync", uses_file | takes_room | may_wait},
    Call{SYS_fdatasync, "fdatasync", uses_file | takes_room | may_wait},
    Call{SYS_ftruncate, "ftruncate", uses_file | takes_room | may_wait},
    Call{SYS_fallocate, "fallocate", uses_file | takes_room | may_wait},
    Call{SYS_open, "open", uses_file | takes_room | may_wait},
    Call{SYS_openat, "openat", uses_file | takes_room | may_wait},
    Call{SYS_close, "close", uses_file | takes_effect},
    Call{SYS_rename, "rename", uses_file | takes_room},
    Call{SYS_renameat2, "renameat2", uses_file | takes_room},
    Call{SYS_mkdir, "mkdir", uses_file | takes_room},
    Call{SYS_unlink, "unlink", uses_file},
    Call{SYS_unlinkat, "unlinkat", uses_file},
    Call{SYS_stat, "stat", uses_file},
    Call{SYS_lstat, "lstat", uses_file},
    Call{SYS_fstat, "fstat", uses_file},
    Call{SYS_newfstatat, "newfstatat", uses_file},
    Call{SYS_statx, "statx", uses_file},
    Call{SYS_statfs, "statfs", uses_file},
    Call{SYS_access, "access", uses_file},
    Call{SYS_faccessat, "faccessat", uses_file},
    Call{SYS_lseek, "lseek", uses_file},
    Call{SYS_flock, "flock", uses_file | may_wait},
    Call{SYS_fcntl, "fcntl", uses_file | may_wait},
    Call{SYS_fchmod, "fchmod", uses_file},
    Call{SYS_chmod, "chmod", uses_file},
    Call{SYS_fchown, "fchown", uses_file},
    Call{SYS_readlink, "readlink", uses_file},
    Call{SYS_getcwd, "getcwd", uses_file},
    Call{SYS_getdents64, "getdents64", uses_file},
    Call{SYS_mmap, "mmap", uses_file},
};

/// The name and traits of what a process calls.
Call call_at(const user_regs_struct& registers) {
    const auto* const known = std::ranges::find(k_calls, registers.orig_rax, &Call::number);
    if (known == k_calls.end()) return {registers.orig_rax, "another call", 0};
    const bool is_about_memory = known->number == SYS_mmap && static_cast<int>(registers.r8) < 0;
    const bool tells_error = known->number == SYS_write && registers.rdi == STDERR_FILENO;
    return {known->number, known->name, is_about_memory || tells_error ? 0 : known->traits};
}

bool can_happen(Fault fault, const Call& call, const user_regs_struct& registers) {
    const bool can_be_halved = (call.traits & moves_bytes) != 0 && registers.rdx > 1;
    switch (fault) {
        case Fault::kill: return true;
        case Fault::tear: return can_be_halved && (call.traits & takes_room) != 0;
        case Fault::io_error:
        case Fault::io_error_from_on: return (call.traits & uses_file) != 0;
        case Fault::disk_full:
        case Fault::disk_full_from_on: return (call.traits & takes_room) != 0;
        case Fault::interruption: return (call.traits & may_wait) != 0;
        case Fault::half: return can_be_halved;
    }
    return false;
}

int error_of(Fault fault) {
    if (fault == Fault::interruption) return EINTR;
    return fault == Fault::disk_full || fault == Fault::disk_full_from_on ? ENOSPC : EIO;
}

/// Follows one process from its exec to its exit. How it ended is left for its parent's usual wait.
class Tracer {
public:
    Tracer(pid_t process, const std::optional<Point>& point, TracedRun& report)
        : process_(process), point_(point), report_(report) {}

    void follow() {
        if (wait_for_stop() != SIGTRAP) throw std::runtime_error("SKIPPED: this machine does not let a test trace");
        request(PTRACE_SETOPTIONS, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
        while (const std::optional<int> signal = next_call()) {
            if (*signal != 0) throw std::runtime_error("signal " + std::to_string(*signal) + " in a traced process");
            user_regs_struct registers = read_registers();
            const bool is_last = registers.orig_rax == SYS_exit_group;
            if (is_last && !is_due(registers)) return request(PTRACE_DETACH, 0);
            if (!at_call(registers)) return;
        }
    }

private:
    /// The signal that stopped it; none if it has ended.
    std::optional<int> wait_for_stop() const {
        siginfo_t what{};
        while (waitid(P_PID, static_cast<id_t>(process_), &what, WEXITED | WSTOPPED | WNOWAIT) != 0) {
            if (errno != EINTR) throw std::runtime_error("a traced process is lost");
        }
        if (what.si_code != CLD_TRAPPED && what.si_code != CLD_STOPPED) return std::nullopt;
        int status = 0;
        waitpid(process_, &status, 0);
        return WSTOPSIG(status);
    }

    /// Lets it run to its next call or back from it: 0, or another signal. None if it has ended.
    std::optional<int> next_call() const {
        request(PTRACE_SYSCALL, 0);
        const std::optional<int> signal = wait_for_stop();
        return signal == (SIGTRAP | 0x80) ? 0 : signal;
    }

    bool is_due(const user_regs_struct& registers) const {
        if (!point_ || !can_happen(point_->fault, call_at(registers), registers)) return false;
        const int number = report_.calls[static_cast<std::size_t>(point_->fault)] + 1;
        const bool goes_on = point_->fault == Fault::io_error_from_on || point_->fault == Fault::disk_full_from_on;
        return number == point_->number || (goes_on && number > point_->number);
    }

    /// Sees a call through; false if the process is dead.
    bool at_call(user_regs_struct& registers) {
        const Call call = call_at(registers);
        if (call.number == SYS_clone || call.number == SYS_clone3 || call.number == SYS_vfork)
            throw std::runtime_error("a traced process starts another, which nobody follows");
        const bool happens = is_due(registers);
        for (const Fault fault : k_faults)
            if (can_happen(fault, call, registers)) ++report_.calls[static_cast<std::size_t>(fault)];
        if (!happens) return next_call().has_value();
        if (report_.call.empty()) report_.call = call.name;
        if (point_->fault == Fault::kill) return die();
        const bool is_halved = point_->fault == Fault::tear || point_->fault == Fault::half;
        const unsigned long long bytes = registers.rdx;
        if (is_halved) registers.rdx /= 2;
        if (!is_halved && (call.traits & takes_effect) == 0) registers.orig_rax = static_cast<unsigned long long>(-1);
        write_registers(registers);
        if (!next_call()) return false;
        if (point_->fault == Fault::tear) return die();
        registers = read_registers();
        registers.rdx = bytes;  // the process may rely on what it passed
        if (!is_halved) registers.rax = static_cast<unsigned long long>(-error_of(point_->fault));
        write_registers(registers);
        return true;
    }

    bool die() const {
        kill(process_, SIGKILL);
        return false;
    }

    void request(int what, long data) const {
        if (ptrace(static_cast<__ptrace_request>(what), process_, nullptr, data) != 0)
            throw std::runtime_error("a traced process does not answer");
    }

    user_regs_struct read_registers() const {
        user_regs_struct registers{};
        ptrace(PTRACE_GETREGS, process_, nullptr, &registers);
        return registers;
    }

    void write_registers(const user_regs_struct& registers) const {
        ptrace(PTRACE_SETREGS, process_, nullptr, &registers);
    }

    pid_t process_;
    std::optional<Point> point_;
    TracedRun& report_;
};

}  // namespace

std::string_view name(Fault fault) {
    switch (fault) {
        case Fault::kill: return "kill";
        case Fault::tear: return "half a write, kill";
        case Fault::io_error: return "EIO";
        case Fault::io_error_from_on: return "EIO from there on";
        case Fault::disk_full: return "ENOSPC";
        case Fault::disk_full_from_on: return "ENOSPC from there on";
        case Fault::interruption: return "EINTR";
        case Fault::half: return "half";
    }
    return {};
}

TracedRun run_traced(cli_test::ProcessOptions options, const std::optional<Point>& point) {
    options.is_traced = true;
    TracedRun report;
    cli_test::Process process(options);
    Tracer(process.id(), point, report).follow();
    report.run = process.wait();
    return report;
}

}  // namespace bankctl::kill_points
