#include "tests/fault/memory.h"

#include <cstdlib>
#include <new>

#include <sqlite3.h>

namespace bankctl::fault_test {
namespace {

std::int64_t left = 0;  // until one fails; 0: none will
bool is_lasting = false;
bool has_failed = false;

bool fails_now() {
    if (left == 0) return false;
    if (left > 1) {
        --left;
        return false;
    }
    has_failed = true;
    if (!is_lasting) left = 0;
    return true;
}

sqlite3_mem_methods real;

/// Puts itself between SQLite and its allocator; SQLite must not have been used yet.
const bool is_installed = [] {
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real);
    sqlite3_mem_methods scarce = real;
    scarce.xMalloc = [](int size) { return fails_now() ? nullptr : real.xMalloc(size); };
    scarce.xRealloc = [](void* memory, int size) { return fails_now() ? nullptr : real.xRealloc(memory, size); };
    return sqlite3_config(SQLITE_CONFIG_MALLOC, &scarce) == SQLITE_OK;
}();

}  // namespace

void make_memory_scarce(std::int64_t number, Scarcity scarcity) {
    if (!is_installed) std::abort();
    left = number;
    is_lasting = scarcity == Scarcity::from_then_on;
    has_failed = false;
}

bool end_scarcity() {
    left = 0;
    return has_failed;
}

}  // namespace bankctl::fault_test

void* operator new(std::size_t size) {
    void* const memory = bankctl::fault_test::fails_now() ? nullptr : std::malloc(size == 0 ? 1 : size);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
}

void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
