#include "tests/bench/child.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <utility>

namespace bankctl::bench {
namespace {

std::int64_t microseconds(const timeval& time) {
    return static_cast<std::int64_t>(time.tv_sec) * 1'000'000 + time.tv_usec;
}

/// The kernel keeps these counts until the process that ended has been waited for.
void read_bytes_written(pid_t pid, Cost& cost) {
    std::ifstream counts("/proc/" + std::to_string(pid) + "/io");
    std::string name;
    std::int64_t value = 0;
    while (counts >> name >> value) {
        if (name == "wchar:") cost.bytes_given = value;
        if (name == "write_bytes:") cost.bytes_dirty = value;
    }
}

void replace_all(std::string& text, std::string_view place, const std::string& value) {
    for (std::size_t at = text.find(place); at != std::string::npos; at = text.find(place, at + value.size()))
        text.replace(at, place.size(), value);
}

}  // namespace

std::int64_t now_us() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<std::int64_t>(time.tv_sec) * 1'000'000 + time.tv_nsec / 1'000;
}

Child::Child(const Words& words) {
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t streams;
    posix_spawn_file_actions_init(&streams);
    posix_spawn_file_actions_addopen(&streams, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&streams, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    const int failure = posix_spawnp(&pid_, arguments[0], &streams, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&streams);
    if (failure != 0) {
        std::fprintf(stderr, "bench_driver: cannot run %s: %s\n", arguments[0], std::strerror(failure));
        std::exit(2);
    }
}

Cost Child::wait() const {
    siginfo_t info{};
    waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT);
    Cost cost;
    cost.wall_us = now_us() - start_us_;
    read_bytes_written(pid_, cost);
    int status = 0;
    rusage usage{};
    wait4(pid_, &status, 0, &usage);
    cost.cpu_us = microseconds(usage.ru_utime) + microseconds(usage.ru_stime);
    cost.memory_kib = usage.ru_maxrss;
    cost.has_succeeded = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    return cost;
}

Words Template::fill(std::mt19937_64& random) const {
    static std::atomic<std::int64_t> serial{0};
    const std::int64_t from = std::uniform_int_distribution<std::int64_t>(1, accounts_)(random);
    const std::int64_t further = std::uniform_int_distribution<std::int64_t>(1, accounts_ - 1)(random);
    const std::int64_t to = (from - 1 + further) % accounts_ + 1;
    const std::pair<std::string_view, std::string> values[] = {{"{from}", std::to_string(from)},
                                                               {"{to}", std::to_string(to)},
                                                               {"{run}", std::to_string(getpid())},
                                                               {"{serial}", std::to_string(++serial)}};
    Words words = words_;
    for (std::string& word : words) {
        for (const auto& [place, value] : values) replace_all(word, place, value);
    }
    return words;
}

double quantile(std::vector<double> values, double share) {
    if (values.empty()) return 0;
    std::ranges::sort(values);
    const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
    return values[std::max<std::size_t>(rank, 1) - 1];
}

}  // namespace bankctl::bench
