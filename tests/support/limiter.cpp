#include "tests/support/limiter.h"

#include "core/limit/memory/memory_limiter.h"
#include "core/limit/shm/shm_limiter.h"

namespace bankctl::test {

std::ostream& operator<<(std::ostream& out, LimiterAdapter adapter) {
    return out << (adapter == LimiterAdapter::memory ? "memory" : "shared memory");
}

std::int64_t& limiter_now_ns() {
    static std::int64_t now_ns = 1'000'000 * k_second_ns;
    return now_ns;
}

std::unique_ptr<port::Limiter> make_limiter(LimiterAdapter adapter, const TempDirectory& directory) {
    if (adapter == LimiterAdapter::memory) return memory::make_limiter([] { return limiter_now_ns(); });
    shm::Options options{directory.file("bank.db")};
    options.now_ns = [] { return limiter_now_ns(); };
    return shm::open_limiter(options);
}

}  // namespace bankctl::test
