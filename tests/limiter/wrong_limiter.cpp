#include "tests/limiter/wrong_limiter.h"

#include <sched.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <limits>

#include "tests/limiter/shared_memory.h"
#include "tests/limiter/stub_limiter.h"

namespace bankctl::limiter_test {
namespace {

constexpr std::int64_t k_full_delay_ns = 1'000'000;
constexpr std::size_t k_window_max = 8;

struct Bucket {
    std::atomic<std::uint64_t> user;  ///< 0: nobody
    std::atomic<std::int64_t> arrival_ns;
    std::array<std::atomic<std::int64_t>, k_window_max> window;
};

class WrongLimiter final : public StubLimiter {
public:
    WrongLimiter(Fault fault, std::shared_ptr<SharedArray<Bucket>> table, Making making)
        : fault_(fault), table_(std::move(table)), making_(std::move(making)) {}

    port::Decision take(const port::LimitSubject& subject, const LimitPolicy& policy,
                        std::chrono::nanoseconds wait_max) override {
        const std::int64_t now = making_.clock();
        Bucket* const bucket = find(std::hash<std::string>{}(subject.user) | 1, now);
        if (bucket == nullptr)
            return {.delay = std::chrono::nanoseconds(k_full_delay_ns), .is_full = true, .after = {}};
        if (fault_ == Fault::naive_eviction && ++taken_ % 32 == 0) sched_yield();
        meet("charge");
        if (policy.algorithm == LimitAlgorithm::sliding_window) return take_of_window(*bucket, policy, now);
        return take_of_bucket(*bucket, policy, now, wait_max.count());
    }

private:
    void meet(const char* place) const {
        if (making_.fault_point) making_.fault_point(place);
    }

    Bucket* find(std::uint64_t user, std::int64_t now) {
        const std::size_t size = table_->size();
        for (std::size_t i = 0; i < size; ++i) {
            Bucket& bucket = (*table_)[(user + i) % size];
            if (bucket.user == user) return &bucket;
            if (bucket.user != 0) continue;
            std::uint64_t nobody = 0;
            meet("insert");
            if (bucket.user.compare_exchange_strong(nobody, user) || nobody == user) return &bucket;
        }
        return fault_ == Fault::naive_eviction ? evict(user, now) : nullptr;
    }

    Bucket* evict(std::uint64_t user, std::int64_t now) {
        for (std::size_t i = 0; i < table_->size(); ++i) {
            Bucket& bucket = (*table_)[(user + i) % table_->size()];
            std::uint64_t other = bucket.user;
            if (bucket.arrival_ns > now) continue;
            meet("evict");
            if (bucket.user.compare_exchange_strong(other, user)) return &bucket;
        }
        return nullptr;
    }

    bool charge(std::atomic<std::int64_t>& word, std::int64_t& known, std::int64_t value) const {
        if (fault_ != Fault::lost_update) return word.compare_exchange_weak(known, value);
        sched_yield();  // others get their chance, also where there is one processor
        word = value;
        return true;
    }

    port::Decision take_of_bucket(Bucket& bucket, const LimitPolicy& policy, std::int64_t now, std::int64_t wait_max) {
        const std::int64_t period_ns = policy.period_ms * 1'000'000;
        const std::int64_t interval = fault_ == Fault::interval_rounded_down
                                          ? period_ns / policy.rate
                                          : (period_ns + policy.rate - 1) / policy.rate;
        const std::int64_t burst = policy.burst + (fault_ == Fault::burst_of_one_more ? 1 : 0);
        std::int64_t arrival = bucket.arrival_ns;
        while (true) {
            const std::int64_t begin = std::max(arrival, now);
            const std::int64_t delay = std::max<std::int64_t>(begin - now - (burst - 1) * interval, 0);
            if (delay > wait_max) return {.delay = std::chrono::nanoseconds(delay), .after = {}};
            if (charge(bucket.arrival_ns, arrival, begin + interval))
                return {.is_admitted = true, .delay = std::chrono::nanoseconds(delay), .after = {}};
        }
    }

    port::Decision take_of_window(Bucket& bucket, const LimitPolicy& policy, std::int64_t now) {
        std::int64_t window_ns = policy.period_ms * 1'000'000;
        if (fault_ == Fault::window_too_short) window_ns = window_ns / 100 * 99;
        while (true) {
            std::atomic<std::int64_t>* oldest = nullptr;
            std::int64_t oldest_ns = std::numeric_limits<std::int64_t>::max();
            for (std::int64_t i = 0; i < policy.rate; ++i) {
                std::atomic<std::int64_t>& cell = bucket.window.at(static_cast<std::size_t>(i));
                if (cell >= oldest_ns) continue;
                oldest = &cell;
                oldest_ns = cell;
            }
            if (oldest_ns + window_ns > now)
                return {.delay = std::chrono::nanoseconds(oldest_ns + window_ns - now), .after = {}};
            if (charge(*oldest, oldest_ns, now)) return {.is_admitted = true, .delay = {}, .after = {}};
        }
    }

    Fault fault_;
    std::shared_ptr<SharedArray<Bucket>> table_;
    Making making_;
    std::int64_t taken_ = 0;
};

}  // namespace

Maker wrong_limiter(Fault fault, std::size_t users_max) {
    const auto table = std::make_shared<SharedArray<Bucket>>(users_max);
    return [fault, table](const Making& making) { return std::make_unique<WrongLimiter>(fault, table, making); };
}

}  // namespace bankctl::limiter_test
