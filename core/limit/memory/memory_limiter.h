// The limiter in the memory of one process, for tests.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "core/port/limiter.h"

namespace bankctl::memory {

/// `now_ns` is a clock that never goes back. There is room for everybody.
std::unique_ptr<port::Limiter> make_limiter(std::function<std::int64_t()> now_ns);

}  // namespace bankctl::memory
