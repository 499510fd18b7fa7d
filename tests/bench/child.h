// Starting a program and learning what it cost.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace bankctl::bench {

using Words = std::vector<std::string>;

/// What one run of a program took, as the kernel counted it.
struct Cost {
    std::int64_t wall_us = 0;
    std::int64_t cpu_us = 0;       ///< user and system
    std::int64_t memory_kib = 0;   ///< the most that was resident
    std::int64_t bytes_given = 0;  ///< handed to write calls
    std::int64_t bytes_dirty = 0;  ///< of pages that those calls made the storage write
    bool has_succeeded = false;    ///< it exited with 0
};

/// Microseconds of a clock that only goes forward.
std::int64_t now_us();

/// A program that was started with nothing on its standard input and its output thrown away. Its errors go where ours
/// do.
class Child {
public:
    /// Exits with a message if there is no such program.
    explicit Child(const Words& words);

    pid_t pid() const { return pid_; }
    /// Waits for the end. Call it once.
    Cost wait() const;

private:
    std::int64_t start_us_ = now_us();
    pid_t pid_ = -1;
};

/// A command with places to fill in, so that no two runs of it ask for the same: {from} and {to} become two different
/// numbers of accounts, {run} this process and {serial} a number that it gives only once.
class Template {
public:
    Template(Words words, std::int64_t accounts) : words_(std::move(words)), accounts_(accounts) {}
    Words fill(std::mt19937_64& random) const;

private:
    Words words_;
    std::int64_t accounts_;
};

/// The value below which a share of `values` lies; 0 of none. 0.5 is the median, 1 the greatest.
double quantile(std::vector<double> values, double share);

}  // namespace bankctl::bench
