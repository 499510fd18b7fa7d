// Memory that a parent and the processes it forks share, and that survives whichever of them is killed.
#pragma once

#include <sys/mman.h>
#include <time.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <utility>

namespace bankctl::limiter_test {

/// `size` objects whose bytes are zero at first. Takes real memory only for what is written to.
template <class T>
class SharedArray {
public:
    explicit SharedArray(std::size_t size)
        : size_(size),
          data_(static_cast<T*>(mmap(nullptr, size * sizeof(T), PROT_READ | PROT_WRITE,
                                     MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0))) {
        if (data_ == MAP_FAILED) throw std::runtime_error("no shared memory");
    }
    ~SharedArray() { munmap(data_, size_ * sizeof(T)); }
    SharedArray(const SharedArray&) = delete;
    SharedArray& operator=(const SharedArray&) = delete;

    T& operator[](std::size_t place) const { return data_[place]; }
    std::size_t size() const { return size_; }
    T* begin() const { return data_; }
    T* end() const { return data_ + size_; }

private:
    std::size_t size_;
    T* data_;
};

/// The clock that all participants read, in nanoseconds. Zero bytes are a clock that stands still at its beginning.
class SharedClock {
public:
    /// Advances by `step_ns` whenever it is read: time passes as requests are decided, however fast the machine is, so
    /// that no pause of a process can let tokens go to waste. 0 stands still.
    void advance_by_reading(std::int64_t step_ns) { step_ns_ = step_ns; }
    /// CLOCK_BOOTTIME.
    void follow_the_machine() { is_real_ = true; }
    void set(std::int64_t now_ns) { now_ns_ = now_ns - k_beginning_ns; }

    std::int64_t read() {
        if (is_real_) return machine_ns();
        const std::int64_t step_ns = step_ns_;
        return k_beginning_ns + (step_ns == 0 ? now_ns_.load() : now_ns_.fetch_add(step_ns) + step_ns);
    }
    /// The time, which does not advance by asking here.
    std::int64_t now() const { return is_real_ ? machine_ns() : k_beginning_ns + now_ns_.load(); }

private:
    static constexpr std::int64_t k_beginning_ns = 3'600'000'000'000;

    static std::int64_t machine_ns() {
        timespec time{};
        clock_gettime(CLOCK_BOOTTIME, &time);
        return time.tv_sec * 1'000'000'000 + time.tv_nsec;
    }

    std::atomic<std::int64_t> now_ns_;
    std::atomic<std::int64_t> step_ns_;
    std::atomic<bool> is_real_;
};

/// What one participant reads of the clock while it asks for one decision: the decision happened in between.
class ClockReadings {
public:
    explicit ClockReadings(SharedClock& clock) : clock_(clock) {}

    std::int64_t read() {
        last_ns_ = clock_.read();
        if (count_++ == 0) first_ns_ = last_ns_;
        return last_ns_;
    }
    void begin() { count_ = 0; }
    bool any() const { return count_ > 0; }
    std::int64_t first_ns() const { return first_ns_; }
    std::int64_t last_ns() const { return last_ns_; }

private:
    SharedClock& clock_;
    std::int64_t count_ = 0;
    std::int64_t first_ns_ = 0;
    std::int64_t last_ns_ = 0;
};

}  // namespace bankctl::limiter_test
