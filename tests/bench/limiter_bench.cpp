// What the limiter in shared memory costs, measured without the processes around it. Prints lines `NAME VALUE`, each a
// median of the rounds.
//
//     limiter_bench decide DATABASE WHAT DECISIONS PROCESSES ROUNDS
//                                                   so many decisions on one user, shared among that many processes
//     limiter_bench attach DATABASE TIMES ROUNDS    opening the limiter, one decision and closing it
//
// WHAT is `admitted`, `refused` (by a token bucket) or `window` (refused by a sliding window).
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/limit/shm/shm_limiter.h"

namespace bankctl::bench {
namespace {

std::int64_t now_ns(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

/// What some decisions took.
struct Cost {
    double cpu_ns = 0;
    double wall_ns = 0;
    std::int64_t admitted = 0;
};

Cost measured(const std::function<std::int64_t()>& decide) {
    const std::int64_t cpu_ns = now_ns(CLOCK_PROCESS_CPUTIME_ID);
    const std::int64_t wall_ns = now_ns(CLOCK_MONOTONIC);
    Cost cost;
    cost.admitted = decide();
    cost.cpu_ns = static_cast<double>(now_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu_ns);
    cost.wall_ns = static_cast<double>(now_ns(CLOCK_MONOTONIC) - wall_ns);
    return cost;
}

/// A policy that decides so on each of up to k_limit_burst_max requests, if they come as fast as they can.
LimitPolicy policy_of(const std::string& what) {
    constexpr std::int64_t k_second_ms = 1'000;
    constexpr std::int64_t k_minute_ms = 60'000;
    if (what == "admitted")
        return {LimitAlgorithm::token_bucket, k_limit_rate_max, k_second_ms, k_limit_burst_max, false};
    if (what == "refused") return {LimitAlgorithm::token_bucket, 1, k_minute_ms, 1, false};
    if (what == "window") return {LimitAlgorithm::sliding_window, 1, k_minute_ms, 1, false};
    throw std::invalid_argument("nothing decides so: " + what);
}

std::int64_t take(port::Limiter& limiter, const port::LimitSubject& subject, const LimitPolicy& policy,
                  std::int64_t times) {
    std::int64_t admitted = 0;
    for (std::int64_t i = 0; i < times; ++i) admitted += limiter.take(subject, policy, {}).is_admitted ? 1 : 0;
    return admitted;
}

/// Lets `processes` decide at the same time, each in a limiter that it opened for itself; the sum of what they took.
Cost decide_together(const shm::Options& options, const port::LimitSubject& subject, const LimitPolicy& policy,
                     std::int64_t decisions, int processes) {
    int ready[2], start[2], told[2];
    if (pipe(ready) != 0 || pipe(start) != 0 || pipe(told) != 0) throw std::runtime_error("no pipe");
    for (int i = 0; i < processes; ++i) {
        const pid_t child = fork();
        if (child < 0) throw std::runtime_error("no process");
        if (child > 0) continue;
        close(start[1]);
        const auto limiter = shm::open_limiter(options);
        limiter->peek(subject, policy);
        char byte = 0;
        bool is_well = write(ready[1], &byte, 1) == 1 && read(start[0], &byte, 1) == 0;
        const Cost cost = measured([&] { return take(*limiter, subject, policy, decisions / processes); });
        is_well = is_well && write(told[1], &cost, sizeof cost) == sizeof cost;
        _exit(is_well ? 0 : 1);
    }
    close(start[0]);
    char byte = 0;
    for (int i = 0; i < processes; ++i) {
        if (read(ready[0], &byte, 1) != 1) throw std::runtime_error("a process ended early");
    }
    close(start[1]);
    Cost sum;
    for (int i = 0; i < processes; ++i) {
        Cost cost;
        if (read(told[0], &cost, sizeof cost) != sizeof cost) throw std::runtime_error("a process told nothing");
        sum.cpu_ns += cost.cpu_ns;
        sum.wall_ns = std::max(sum.wall_ns, cost.wall_ns);
        sum.admitted += cost.admitted;
        wait(nullptr);
    }
    for (const int end : {ready[0], ready[1], told[0], told[1]}) close(end);
    return sum;
}

/// Prints what one of `count` took in the middle one of the rounds, and how many of all were admitted.
void print(std::vector<Cost> rounds, std::int64_t count) {
    const auto median = [&](double Cost::*value) {
        std::ranges::sort(rounds, {}, value);
        return rounds[rounds.size() / 2].*value / static_cast<double>(count);
    };
    std::int64_t admitted = 0;
    for (const Cost& round : rounds) admitted += round.admitted;
    std::printf("cpu_ns %.1f\nwall_ns %.1f\n", median(&Cost::cpu_ns), median(&Cost::wall_ns));
    std::printf("admitted %lld\nasked %lld\n", static_cast<long long>(admitted),
                static_cast<long long>(count) * static_cast<long long>(rounds.size()));
}

void decide(const shm::Options& options, const std::string& what, std::int64_t decisions, int processes, int rounds) {
    const LimitPolicy policy = policy_of(what);
    std::vector<Cost> costs;
    for (int round = 0; round < rounds; ++round) {
        const port::LimitSubject subject{what + "-" + std::to_string(getpid()) + "-" + std::to_string(round),
                                         LimitClass::command};
        if (!shm::open_limiter(options)->take(subject, policy, {}).is_admitted)
            throw std::runtime_error("a fresh user was refused");
        costs.push_back(decide_together(options, subject, policy, decisions, processes));
    }
    print(std::move(costs), decisions / processes * processes);
}

void attach(const shm::Options& options, std::int64_t times, int rounds) {
    const LimitPolicy policy = policy_of("refused");
    std::vector<Cost> costs;
    for (int round = 0; round < rounds; ++round) {
        costs.push_back(measured([&] {
            std::int64_t admitted = 0;
            for (std::int64_t i = 0; i < times; ++i)
                admitted += take(*shm::open_limiter(options), {"attaching", LimitClass::command}, policy, 1);
            return admitted;
        }));
    }
    print(std::move(costs), times);
}

}  // namespace
}  // namespace bankctl::bench

int main(int count, char** values) {
    using namespace bankctl;
    const std::vector<std::string> words(values + 1, values + count);
    try {
        const shm::Options options{words.at(1)};
        if (words.at(0) == "decide") {
            bench::decide(options, words.at(2), std::stoll(words.at(3)), std::stoi(words.at(4)),
                          std::stoi(words.at(5)));
        } else if (words.at(0) == "attach") {
            bench::attach(options, std::stoll(words.at(2)), std::stoi(words.at(3)));
        } else {
            throw std::invalid_argument("there is no action " + words.at(0));
        }
        return 0;
    } catch (const std::exception& exception) {
        std::fprintf(stderr, "limiter_bench: %s\n", exception.what());
        return 2;
    }
}
