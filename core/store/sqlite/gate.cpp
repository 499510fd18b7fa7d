#include "core/store/sqlite/gate.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>

#include "core/base/error.h"
#include "core/base/text.h"

namespace bankctl::sqlite {
namespace {

/// Interrupts this thread's blocking calls with EINTR from `wait_ms` on, again every 20 ms in case the first signal
/// came just before the call blocked.
class Alarm {
public:
    explicit Alarm(std::int64_t wait_ms) {
        struct sigaction action {};
        action.sa_handler = [](int) {};  // present only so that the signal interrupts; without SA_RESTART
        sigaction(k_signal, &action, &previous_);
        sigevent event{};
        event.sigev_notify = SIGEV_THREAD_ID;
        event.sigev_signo = k_signal;
        event._sigev_un._tid = static_cast<pid_t>(syscall(SYS_gettid));
        if (timer_create(CLOCK_MONOTONIC, &event, &timer_) != 0)
            throw Failure(Error(ErrorCode::storage_unavailable, "no timer for the writer gate"));
        itimerspec schedule{};
        schedule.it_value = {wait_ms / 1000, (wait_ms % 1000) * 1'000'000 + 1};
        schedule.it_interval = {0, 20'000'000};
        timer_settime(timer_, 0, &schedule, nullptr);
    }
    ~Alarm() {
        timer_delete(timer_);
        sigaction(k_signal, &previous_, nullptr);
    }
    Alarm(const Alarm&) = delete;
    Alarm& operator=(const Alarm&) = delete;

private:
    static constexpr int k_signal = SIGALRM;
    struct sigaction previous_ {};
    timer_t timer_{};
};

std::int64_t now_ms() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<std::int64_t>(time.tv_sec) * 1000 + time.tv_nsec / 1'000'000;
}

bool lock_within(int file, std::int64_t wait_ms) {
    if (flock(file, LOCK_EX | LOCK_NB) == 0) return true;
    if (errno != EWOULDBLOCK || wait_ms <= 0) return false;
    const std::int64_t deadline_ms = now_ms() + wait_ms;
    const Alarm alarm(wait_ms);
    while (flock(file, LOCK_EX) != 0) {
        if (errno != EINTR || now_ms() >= deadline_ms) return false;
    }
    return true;
}

}  // namespace

Gate::Gate(const std::string& path, unsigned mode, std::int64_t wait_ms)
    : file_(open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, mode)) {
    if (!file_.is_open())
        throw Failure(
            Error(ErrorCode::storage_unavailable, "cannot open " + in_quotes(path) + ": " + std::strerror(errno)));
    if (lock_within(file_.get(), wait_ms)) return;
    Error error(ErrorCode::busy, "another process has been writing for more than " + std::to_string(wait_ms) + " ms",
                "try again, or wait longer with --wait=SECONDS");
    error.retry_after_ms = 100;
    throw Failure(std::move(error));
}

}  // namespace bankctl::sqlite
