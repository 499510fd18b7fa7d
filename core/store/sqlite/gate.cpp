#include "core/store/sqlite/gate.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <ctime>
#include <optional>

#include "core/base/error.h"
#include "core/store/sqlite/files.h"

namespace bankctl::sqlite {
namespace {

constexpr std::int64_t k_gate_entrance = 0;
constexpr std::int64_t k_delivery = 2;

/// Interrupts this thread's blocking calls with EINTR from the deadline on, again every 20 ms in case the first signal
/// came just before the call blocked.
class Alarm {
public:
    explicit Alarm(std::int64_t wait_ms) {
        sigevent event{};
        event.sigev_notify = SIGEV_THREAD_ID;
        event.sigev_signo = k_signal;
        event._sigev_un._tid = static_cast<pid_t>(syscall(SYS_gettid));
        if (timer_create(CLOCK_MONOTONIC, &event, &timer_) != 0)
            throw Failure(Error(ErrorCode::storage_unavailable, "no timer for the writer gate"));
        struct sigaction action {};
        action.sa_handler = [](int) {};  // present only so that the signal interrupts; without SA_RESTART
        sigaction(k_signal, &action, &previous_action_);
        sigset_t alarm{};
        sigemptyset(&alarm);
        sigaddset(&alarm, k_signal);
        pthread_sigmask(SIG_UNBLOCK, &alarm, &previous_mask_);  // whoever started us may have left it blocked
        clock_gettime(CLOCK_MONOTONIC, &deadline_);
        deadline_.tv_sec += wait_ms / 1000;
        deadline_.tv_nsec += (wait_ms % 1000) * 1'000'000;
        if (deadline_.tv_nsec >= k_ns_per_s) {
            deadline_.tv_nsec -= k_ns_per_s;
            ++deadline_.tv_sec;
        }
        const itimerspec schedule{{0, 20'000'000}, deadline_};
        timer_settime(timer_, TIMER_ABSTIME, &schedule, nullptr);
    }
    ~Alarm() {
        timer_delete(timer_);
        pthread_sigmask(SIG_SETMASK, &previous_mask_, nullptr);
        sigaction(k_signal, &previous_action_, nullptr);
    }
    Alarm(const Alarm&) = delete;
    Alarm& operator=(const Alarm&) = delete;

    bool is_over() const {
        timespec now{};
        clock_gettime(CLOCK_MONOTONIC, &now);
        return now.tv_sec > deadline_.tv_sec || (now.tv_sec == deadline_.tv_sec && now.tv_nsec >= deadline_.tv_nsec);
    }

private:
    static constexpr int k_signal = SIGALRM;
    static constexpr long k_ns_per_s = 1'000'000'000;
    struct sigaction previous_action_ {};
    sigset_t previous_mask_{};
    timer_t timer_{};
    timespec deadline_{};
};

bool set_lock(int file, int command, short type, std::int64_t byte) {
    struct flock lock {};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    lock.l_start = byte;
    lock.l_len = 1;
    return fcntl(file, command, &lock) == 0;
}

class Turn {
public:
    Turn(const std::string& path, int file, std::int64_t wait_ms, bool (*gives_up)())
        : path_(path), file_(file), wait_ms_(wait_ms), gives_up_(gives_up) {}

    /// Has the byte to itself; false once the time is over.
    bool takes(std::int64_t byte) {
        if (set_lock(file_, F_OFD_SETLK, F_WRLCK, byte)) return true;
        if (errno != EAGAIN && errno != EACCES) throw cannot("lock", path_);
        if (wait_ms_ <= 0) return false;
        if (!alarm_) alarm_.emplace(wait_ms_);
        while (!set_lock(file_, F_OFD_SETLKW, F_WRLCK, byte)) {
            if (errno != EINTR) throw cannot("lock", path_);
            if (gives_up_ != nullptr && gives_up_()) throw Failure(Error(ErrorCode::interrupted, "interrupted"));
            if (alarm_->is_over()) return false;
        }
        return true;
    }

    /// Passes the entrance and is inside; false once the time for both is over.
    bool comes() {
        if (!takes(k_gate_entrance) || !takes(k_gate_inside)) return false;
        set_lock(file_, F_OFD_SETLK, F_UNLCK, k_gate_entrance);
        return true;
    }

private:
    const std::string& path_;
    int file_;
    std::int64_t wait_ms_;
    bool (*gives_up_)();
    std::optional<Alarm> alarm_;  // set up only where there is something to wait for
};

/// Makes our own file as open as the database, whatever the umask, and whenever that was shared.
void share_with(mode_t mode, int file) {
    struct stat found {};
    if (fstat(file, &found) == 0 && found.st_uid == geteuid() && (found.st_mode & 0777) != mode)
        fchmod(file, mode);  // whoever cannot use it then will say so
}

FileDescriptor open_gate(const std::string& path, unsigned mode) {
    FileDescriptor file(open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, mode));
    if (!file.is_open()) throw cannot("open", path);
    share_with(mode, file.get());
    return file;
}

Failure busy(const std::string& who_and_what, std::int64_t wait_ms) {
    Error error(ErrorCode::busy, who_and_what + " for more than " + std::to_string(wait_ms) + " ms",
                "try again, or wait longer with --wait=SECONDS");
    error.retry_after_ms = 100;
    return Failure(std::move(error));
}

}  // namespace

Gate::Gate(const std::string& path, unsigned mode, std::int64_t wait_ms, bool (*gives_up)())
    : file_(open_gate(path, mode)) {
    if (!Turn(path, file_.get(), wait_ms, gives_up).comes()) throw busy("another process has been writing", wait_ms);
}

DeliveryTurn::DeliveryTurn(const std::string& path, unsigned mode, std::int64_t wait_ms, bool (*gives_up)())
    : file_(open_gate(path, mode)) {
    if (!Turn(path, file_.get(), wait_ms, gives_up).takes(k_delivery))
        throw busy("another process has been delivering notifications", wait_ms);
}

}  // namespace bankctl::sqlite
