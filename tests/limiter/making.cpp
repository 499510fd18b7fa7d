#include "tests/limiter/making.h"

#include <fcntl.h>
#include <unistd.h>

#include <stdexcept>

#include "core/limit/shm/shm_limiter.h"

namespace bankctl::limiter_test {
namespace {

// The adapter takes plain functions, so that calling them costs nothing.
std::function<std::int64_t()> the_clock;
std::function<void(const char*)> the_fault_point;

const char* name(shm::Place place) {
    switch (place) {
        case shm::Place::entry_claimed: return "entry claimed";
        case shm::Place::entry_found: return "entry found";
        case shm::Place::cell_charged: return "cell charged";
        case shm::Place::table_cleared: return "table cleared";
        case shm::Place::compaction_begun: return "compaction begun";
        case shm::Place::entry_moved: return "entry moved";
        case shm::Place::file_written: return "file written";
        case shm::Place::file_named: return "file named";
    }
    return "?";
}

}  // namespace

std::unique_ptr<port::Limiter> shared_memory_limiter(const Making& making) {
    the_clock = making.clock;
    the_fault_point = making.fault_point;
    shm::Options options{.database_path = making.database_path, .capacity = making.capacity};
    if (the_clock) options.now_ns = [] { return the_clock(); };
    if (the_fault_point) options.reached = [](shm::Place place) { the_fault_point(name(place)); };
    return shm::open_limiter(options);
}

void make_database(const std::string& path) {
    const int file = open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (file < 0) throw std::runtime_error("cannot make " + path);
    close(file);
}

}  // namespace bankctl::limiter_test
