// Runs programs for scripts/bench and measures them where bash is too slow or too coarse: what each process cost,
// percentiles, many at once. Prints lines `NAME VALUE...`, a value for each command that was given.
//
//     bench_driver [--accounts=N] run -- COMMAND              once: what it cost
//     bench_driver [--accounts=N] compare ROUNDS -- COMMAND... -- COMMAND...
//                                                             in turn, one process at a time: medians
//     bench_driver [--accounts=N] loops LOOPS SECONDS WINDOWS -- COMMAND... -- COMMAND...
//                                                             that many loops at once, in turn for SECONDS each
//     bench_driver [--accounts=N] burst COUNT -- COMMAND      that many processes, let go at the same moment
//     bench_driver [--accounts=N] beside LOOPS GATE -- COMMAND -- LONG_COMMAND
//                                                             loops as long as a long command lasts, which holds GATE
//                                                             now and then
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string_view>
#include <thread>

#include "tests/bench/child.h"
#include "tests/bench/gate_watch.h"

namespace bankctl::bench {
namespace {

using Values = std::vector<double>;

constexpr int k_look_pause_us = 200;

[[noreturn]] void fail(const std::string& message) {
    std::fprintf(stderr, "bench_driver: %s\n", message.c_str());
    std::exit(2);
}

void print(const char* name, const Values& values) {
    std::printf("%s", name);
    for (const double value : values) std::printf(" %.12g", std::round(value * 1'000) / 1'000);
    std::printf("\n");
}

/// What was asked for: a word that says what to do, its numbers and its commands.
struct Request {
    std::int64_t accounts = 2;
    Words words;
    std::vector<Words> commands;

    std::string word(std::size_t index) const {
        if (index >= words.size()) fail("a word is missing; see the top of tests/bench/driver.cpp");
        return words[index];
    }
    int number(std::size_t index) const { return std::stoi(word(index)); }
    Template command(std::size_t index) const {
        if (index >= commands.size()) fail("a command is missing; see the top of tests/bench/driver.cpp");
        return {commands[index], accounts};
    }
};

Request parse(int count, char** arguments) {
    Request request;
    constexpr std::string_view k_accounts = "--accounts=";
    for (int i = 1; i < count; ++i) {
        const std::string word = arguments[i];
        if (word == "--") {
            request.commands.emplace_back();
        } else if (!request.commands.empty()) {
            request.commands.back().push_back(word);
        } else if (word.starts_with(k_accounts)) {
            request.accounts = std::stoll(word.substr(k_accounts.size()));
        } else {
            request.words.push_back(word);
        }
    }
    return request;
}

void run(const Request& request) {
    std::mt19937_64 random(1);
    const Cost cost = Child(request.command(0).fill(random)).wait();
    print("wall_us", {static_cast<double>(cost.wall_us)});
    print("cpu_us", {static_cast<double>(cost.cpu_us)});
    print("memory_kib", {static_cast<double>(cost.memory_kib)});
    print("bytes_given", {static_cast<double>(cost.bytes_given)});
    print("bytes_dirty", {static_cast<double>(cost.bytes_dirty)});
    print("failed", {cost.has_succeeded ? 0.0 : 1.0});
}

void compare(const Request& request) {
    std::mt19937_64 random(1);
    const std::size_t commands = request.commands.size();
    std::vector<Values> wall_us(commands), cpu_us(commands);
    Values failed(commands);
    for (int round = 0; round < request.number(1); ++round) {
        for (std::size_t i = 0; i < commands; ++i) {
            const std::size_t command = (i + static_cast<std::size_t>(round)) % commands;  // no one is always first
            const Cost cost = Child(request.command(command).fill(random)).wait();
            wall_us[command].push_back(static_cast<double>(cost.wall_us));
            cpu_us[command].push_back(static_cast<double>(cost.cpu_us));
            failed[command] += cost.has_succeeded ? 0 : 1;
        }
    }
    Values median_wall_us, median_cpu_us;
    for (const Values& values : wall_us) median_wall_us.push_back(quantile(values, 0.5));
    for (const Values& values : cpu_us) median_cpu_us.push_back(quantile(values, 0.5));
    print("wall_us", median_wall_us);
    print("cpu_us", median_cpu_us);
    print("failed", failed);
}

/// What loops that ran at once did.
struct Window {
    Values wall_us;   ///< of each invocation
    Values per_loop;  ///< how many invocations each loop came to
    double failed = 0;
    double seconds = 0;
};

/// Runs `command` again and again in `loops` loops, each until `goes_on` says no.
Window run_loops(const Template& command, int loops, const std::function<bool()>& goes_on) {
    std::vector<Values> wall_us(static_cast<std::size_t>(loops));
    std::atomic<int> failed = 0;
    const std::int64_t begin_us = now_us();
    std::vector<std::jthread> threads;
    threads.reserve(wall_us.size());
    for (Values& mine : wall_us) {
        threads.emplace_back([&command, &goes_on, &failed, &mine, seed = threads.size()] {
            std::mt19937_64 random(seed);
            while (goes_on()) {
                const Cost cost = Child(command.fill(random)).wait();
                mine.push_back(static_cast<double>(cost.wall_us));
                if (!cost.has_succeeded) ++failed;
            }
        });
    }
    threads.clear();  // waits for them
    Window window;
    window.seconds = static_cast<double>(now_us() - begin_us) / 1e6;
    window.failed = failed;
    for (const Values& values : wall_us) {
        window.per_loop.push_back(static_cast<double>(values.size()));
        window.wall_us.insert(window.wall_us.end(), values.begin(), values.end());
    }
    return window;
}

/// The figures of one command's windows.
struct LoopFigures {
    Values per_second, median_us, slowest_us, fewest_by_most;
    double invocations = 0;
    double failed = 0;

    void add(const Window& window) {
        const auto count = static_cast<double>(window.wall_us.size());
        per_second.push_back(count / window.seconds);
        median_us.push_back(quantile(window.wall_us, 0.5));
        slowest_us.push_back(quantile(window.wall_us, 1));
        fewest_by_most.push_back(quantile(window.per_loop, 0) / quantile(window.per_loop, 1));
        invocations += count;
        failed += window.failed;
    }
};

void loops(const Request& request) {
    const std::int64_t window_us = static_cast<std::int64_t>(std::stod(request.word(2)) * 1e6);
    std::vector<LoopFigures> figures(request.commands.size());
    for (int window = 0; window < request.number(3); ++window) {
        for (std::size_t i = 0; i < figures.size(); ++i) {
            const std::int64_t end_us = now_us() + window_us;
            figures[i].add(run_loops(request.command(i), request.number(1), [&] { return now_us() < end_us; }));
        }
    }
    const auto print_medians = [&](const char* name, Values LoopFigures::*values) {
        Values medians;
        for (const LoopFigures& each : figures) medians.push_back(quantile(each.*values, 0.5));
        print(name, medians);
    };
    print_medians("per_second", &LoopFigures::per_second);
    print_medians("median_us", &LoopFigures::median_us);
    print_medians("fewest_by_most", &LoopFigures::fewest_by_most);
    Values slowest_of_all_us, invocations, failed;
    for (const LoopFigures& each : figures) {
        slowest_of_all_us.push_back(quantile(each.slowest_us, 1));
        invocations.push_back(each.invocations);
        failed.push_back(each.failed);
    }
    print("slowest_of_all_us", slowest_of_all_us);
    print("invocations", invocations);
    print("failed", failed);
}

/// Forks all of them first; each waits for the end of a pipe before it becomes the command.
void burst(const Request& request) {
    std::mt19937_64 random(1);
    const Template command = request.command(0);
    int start[2];
    if (pipe(start) != 0) fail("no pipe");
    std::vector<pid_t> children;
    for (int i = 0; i < request.number(1); ++i) {
        Words words = command.fill(random);
        const pid_t child = fork();
        if (child < 0) fail("the system allows no more than " + std::to_string(children.size()) + " processes");
        if (child > 0) {
            children.push_back(child);
            continue;
        }
        close(start[1]);
        char nothing = 0;
        if (read(start[0], &nothing, 1) != 0 || std::freopen("/dev/null", "w", stdout) == nullptr) _exit(126);
        close(start[0]);
        std::vector<char*> arguments;
        for (std::string& word : words) arguments.push_back(word.data());
        arguments.push_back(nullptr);
        execvp(arguments[0], arguments.data());
        _exit(127);
    }
    close(start[0]);
    const std::int64_t begin_us = now_us();
    close(start[1]);
    double succeeded = 0;
    for (const pid_t child : children) {
        int status = 0;
        waitpid(child, &status, 0);
        succeeded += WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 1 : 0;
    }
    print("wall_us", {static_cast<double>(now_us() - begin_us)});
    print("succeeded", {succeeded});
    print("failed", {static_cast<double>(children.size()) - succeeded});
}

void beside(const Request& request) {
    const Child long_command(request.commands.at(1));
    GateWatch watch(long_command.pid(), request.word(2));
    std::atomic<bool> goes_on = true;
    std::jthread watcher([&] {
        while (goes_on) {
            watch.look();
            usleep(k_look_pause_us);
        }
    });
    Window window;
    std::jthread interactive(
        [&] { window = run_loops(request.command(0), request.number(1), [&] { return goes_on.load(); }); });
    const Cost cost = long_command.wait();
    goes_on = false;
    watcher.join();
    interactive.join();
    print("holds", {static_cast<double>(watch.holds_us().size())});
    print("hold_median_us", {quantile(watch.holds_us(), 0.5)});
    print("hold_p99_us", {quantile(watch.holds_us(), 0.99)});
    print("invocations", {static_cast<double>(window.wall_us.size())});
    print("median_us", {quantile(window.wall_us, 0.5)});
    print("p99_us", {quantile(window.wall_us, 0.99)});
    print("slowest_us", {quantile(window.wall_us, 1)});
    print("failed", {window.failed + (cost.has_succeeded ? 0 : 1)});
}

void syncs(const Request& request) {
    const std::string block(4096, 'x');
    const int file = open(request.word(2).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    Values sync_us;
    for (int i = 0; i < request.number(1); ++i) {
        const std::int64_t begin_us = now_us();
        if (write(file, block.data(), block.size()) < 0 || fdatasync(file) != 0)
            fail("cannot write " + request.word(2));
        sync_us.push_back(static_cast<double>(now_us() - begin_us));
    }
    close(file);
    print("sync_us", {quantile(sync_us, 0.5)});
}

int run_driver(int count, char** arguments) {
    const Request request = parse(count, arguments);
    const std::string action = request.word(0);
    if (action == "run") {
        run(request);
    } else if (action == "compare") {
        compare(request);
    } else if (action == "loops") {
        loops(request);
    } else if (action == "burst") {
        burst(request);
    } else if (action == "beside") {
        beside(request);
    } else if (action == "syncs") {
        syncs(request);
    } else {
        fail("there is no action '" + action + "'");
    }
    return 0;
}

}  // namespace
}  // namespace bankctl::bench

int main(int count, char** arguments) { return bankctl::bench::run_driver(count, arguments); }
