// The writer gate as processes share it: in turn, with a deadline, and freed by the death of whoever has it.
#include "core/store/sqlite/gate.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <vector>

#include <catch2/catch.hpp>

#include "core/store/sqlite/sqlite_ledger.h"
#include "tests/support/bank.h"
#include "tests/support/failure.h"

namespace bankctl::test {
namespace {

using sqlite::Gate;

constexpr std::int64_t k_long_ms = 60'000;  // longer than any test

/// A process that runs `work` and then ends with 0, or with 1 if that failed; killed at the end if it still runs.
class Child {
public:
    explicit Child(const std::function<void()>& work) : id_(fork()) {
        if (id_ != 0) return;
        try {
            work();
            _exit(0);
        } catch (...) {
            _exit(1);
        }
    }
    ~Child() {
        if (id_ > 0) die();
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    void send(int signal) const { kill(id_, signal); }
    void die() {
        send(SIGKILL);
        waitpid(id_, nullptr, 0);
        id_ = -1;
    }
    /// Waits until it has stopped itself.
    bool has_stopped() const {
        int status = 0;
        return waitpid(id_, &status, WUNTRACED) == id_ && WIFSTOPPED(status);
    }
    /// Waits for its end.
    bool has_succeeded() {
        int status = 0;
        const pid_t ended = waitpid(id_, &status, 0);
        id_ = -1;
        return ended > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }

private:
    pid_t id_;
};

/// A gate in a directory of its own, and a look at it from outside.
class GateFile {
public:
    GateFile() : look_(open(path().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {}
    ~GateFile() { close(look_); }
    GateFile(const GateFile&) = delete;
    GateFile& operator=(const GateFile&) = delete;

    std::string path() const { return directory_.file("bank.db-gate"); }
    std::unique_ptr<Gate> enter(std::int64_t wait_ms = 0) const {
        return std::make_unique<Gate>(path(), 0600, wait_ms);
    }
    /// The code that entering fails with; none if it does not.
    std::optional<ErrorCode> entering_fails_with(std::int64_t wait_ms) const {
        return failure_code([&] { enter(wait_ms); });
    }
    struct flock byte(std::int64_t offset) const {
        struct flock lock {};
        lock.l_type = F_WRLCK;
        lock.l_whence = SEEK_SET;
        lock.l_start = offset;
        lock.l_len = 1;
        return lock;
    }
    bool is_locked(std::int64_t offset) const {
        struct flock lock = byte(offset);
        REQUIRE(fcntl(look_, F_OFD_GETLK, &lock) == 0);
        return lock.l_type != F_UNLCK;
    }
    /// Locks a byte as another process would.
    void lock(std::int64_t offset) const {
        struct flock lock = byte(offset);
        REQUIRE(fcntl(look_, F_OFD_SETLK, &lock) == 0);
    }
    /// Lets others run until somebody has locked the byte.
    void await(std::int64_t offset) const {
        for (int i = 0; i < 60'000 && !is_locked(offset); ++i) usleep(1000);
        REQUIRE(is_locked(offset));
    }

    static constexpr std::int64_t k_entrance = 0;

private:
    TempDirectory directory_;
    int look_;
};

/// Another process that is inside the gate until it dies. (A child of this one would share what this one had locked.)
class Holder : public Child {
public:
    explicit Holder(const GateFile& gate)
        : Child([&] {
              const auto inside = gate.enter();
              for (;;) pause();
          }) {
        gate.await(sqlite::k_gate_inside);
    }
};

/// Memory that processes share.
template <class T>
class Shared {
public:
    Shared() : value_(new (map()) T{}) {}
    ~Shared() { munmap(value_, sizeof(T)); }
    Shared(const Shared&) = delete;
    Shared& operator=(const Shared&) = delete;
    T* operator->() const { return value_; }

private:
    static void* map() { return mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0); }
    T* value_;
};

}  // namespace

TEST_CASE("who is inside the gate has left its entrance to the next") {
    const GateFile gate;
    auto inside = gate.enter();
    CHECK(gate.is_locked(sqlite::k_gate_inside));
    CHECK_FALSE(gate.is_locked(GateFile::k_entrance));
    inside.reset();
    CHECK_FALSE(gate.is_locked(sqlite::k_gate_inside));
}

TEST_CASE("whoever has no time to wait is busy at once, in the entrance and inside") {
    const GateFile gate;
    gate.lock(GENERATE(GateFile::k_entrance, sqlite::k_gate_inside));
    CHECK(gate.entering_fails_with(0) == ErrorCode::busy);
}

TEST_CASE("the deadline ends the wait in the entrance and inside, and leaves nothing locked") {
    const GateFile gate;
    const std::int64_t locked = GENERATE(GateFile::k_entrance, sqlite::k_gate_inside);
    gate.lock(locked);
    CHECK(gate.entering_fails_with(50) == ErrorCode::busy);
    // What the test itself has locked it does not see: the other byte must be free.
    CHECK_FALSE(gate.is_locked(GateFile::k_entrance));
    CHECK_FALSE(gate.is_locked(sqlite::k_gate_inside));
}

TEST_CASE("the deadline holds for whoever was started with its signal blocked") {
    const GateFile gate;
    gate.lock(sqlite::k_gate_inside);
    sigset_t alarm{};
    sigset_t before{};
    sigset_t after{};
    sigemptyset(&alarm);
    sigaddset(&alarm, SIGALRM);
    pthread_sigmask(SIG_BLOCK, &alarm, &before);
    CHECK(gate.entering_fails_with(50) == ErrorCode::busy);
    pthread_sigmask(SIG_SETMASK, &before, &after);
    CHECK(sigismember(&after, SIGALRM) == 1);
}

TEST_CASE("a signal that is not the deadline ends no wait") {
    const GateFile gate;
    Holder holder(gate);
    Child child([&] {
        struct sigaction action {};
        action.sa_handler = [](int) {};
        sigaction(SIGUSR1, &action, nullptr);
        gate.enter(k_long_ms);
    });
    gate.await(GateFile::k_entrance);
    for (int i = 0; i < 20; ++i) {
        child.send(SIGUSR1);
        usleep(1000);
    }
    holder.die();
    CHECK(child.has_succeeded());
}

TEST_CASE("a program that is started from inside does not keep the gate") {
    const GateFile gate;
    auto inside = gate.enter();
    pid_t id = -1;
    std::array<char*, 3> words{const_cast<char*>("sleep"), const_cast<char*>("60"), nullptr};
    REQUIRE(posix_spawnp(&id, words[0], nullptr, nullptr, words.data(), environ) == 0);
    inside.reset();
    CHECK_FALSE(gate.entering_fails_with(10'000));  // the program may still be about to start
    kill(id, SIGKILL);
    waitpid(id, nullptr, 0);
}

TEST_CASE("the death of whoever is inside lets in all who wait") {
    const GateFile gate;
    Holder holder(gate);
    const auto wait_and_leave = [&] { gate.enter(k_long_ms); };
    Child first(wait_and_leave);
    Child second(wait_and_leave);
    Child third(wait_and_leave);
    gate.await(GateFile::k_entrance);
    CHECK(gate.entering_fails_with(0) == ErrorCode::busy);
    holder.die();
    CHECK(first.has_succeeded());
    CHECK(second.has_succeeded());
    CHECK(third.has_succeeded());
}

TEST_CASE("the death of whoever waits in the entrance leaves it to the next") {
    const GateFile gate;
    Holder holder(gate);
    Child first([&] { gate.enter(k_long_ms); });
    gate.await(GateFile::k_entrance);
    Child second([&] { gate.enter(k_long_ms); });
    first.die();
    gate.await(GateFile::k_entrance);  // the second one
    CHECK(gate.entering_fails_with(0) == ErrorCode::busy);
    holder.die();
    CHECK(second.has_succeeded());
}

TEST_CASE("whoever leaves the gate does not get in again before the one who waits") {
    constexpr int k_rounds = 50;
    struct Round {
        std::atomic<int> waiter_may_come;
        std::atomic<int> waiter_may_go;
    };
    const GateFile gate;
    const Shared<Round> round;
    Child waiter([&] {
        for (int i = 1; i <= k_rounds; ++i) {
            while (round->waiter_may_come < i) usleep(100);
            const auto inside = gate.enter(k_long_ms);
            while (round->waiter_may_go < i) usleep(100);
        }
    });
    int early = 0;
    for (int i = 1; i <= k_rounds; ++i) {
        auto inside = gate.enter(k_long_ms);
        round->waiter_may_come = i;
        gate.await(GateFile::k_entrance);
        inside.reset();
        if (gate.entering_fails_with(0) != ErrorCode::busy) ++early;
        round->waiter_may_go = i;
    }
    CHECK(early == 0);
    CHECK(waiter.has_succeeded());
}

TEST_CASE("whoever comes back to the gate at once queues behind those who wait", "[alone]") {
    constexpr std::size_t k_processes = 8;
    constexpr int k_turns = 1600;  // so many that chance alone makes nobody's share half of another's
    struct Tally {
        std::atomic<int> ready;
        std::atomic<int> turns;
        std::array<std::atomic<int>, k_processes> of;
    };
    const GateFile gate;
    const Shared<Tally> tally;
    std::vector<std::unique_ptr<Child>> loops;
    for (std::size_t i = 0; i < k_processes; ++i)
        loops.push_back(std::make_unique<Child>([&] {
            ++tally->ready;
            while (tally->ready < static_cast<int>(k_processes)) usleep(1000);
            while (tally->turns < k_turns) {
                const auto inside = gate.enter(k_long_ms);
                ++tally->turns;
                ++tally->of.at(i);
                usleep(2000);  // time for whoever left to come back and queue, even on a busy machine: the gate is
                               // tested, no scheduler
            }
        }));
    for (auto& loop : loops) CHECK(loop->has_succeeded());
    std::vector<int> turns(tally->of.begin(), tally->of.end());
    CAPTURE(turns);
    const auto [fewest, most] = std::ranges::minmax(turns);
    CHECK(2 * fewest >= most);
}

TEST_CASE("a writer that is stopped makes others busy and nothing else") {
    TempDirectory directory;
    const sqlite::Options options{directory.file("bank.db"), 50};
    sqlite::create_ledger(options, [](port::Ledger& ledger) { create_bank(ledger); });
    const auto entries = [&] {
        std::int64_t seq = 0;
        sqlite::open_ledger(options)->read([&](port::Snapshot& snapshot) { seq = snapshot.head().seq.value; });
        return seq;
    };
    const auto write = [](const sqlite::Options& as, const std::function<void()>& before_commit) {
        const Status written = write_books(*sqlite::open_ledger(as), [&](Books& books) {
            Draft draft;
            draft.kind = EntryKind::bank_created;
            draft.posted_at = k_start;
            draft.user = "tester";
            books.record(draft);
            before_commit();
            return ok();
        });
        if (!written) throw Failure(written.error());
    };
    Child stopped([&] { write(options, [] { raise(SIGSTOP); }); });
    REQUIRE(stopped.has_stopped());
    CHECK(failure_code([&] { write(options, [] {}); }) == ErrorCode::busy);
    CHECK(entries() == 1);
    Child waiting([&] { write({options.path, k_long_ms}, [] {}); });
    stopped.send(SIGCONT);
    CHECK(stopped.has_succeeded());
    CHECK(waiting.has_succeeded());
    CHECK(entries() == 3);
}

}  // namespace bankctl::test
