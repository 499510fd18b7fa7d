// Signals that processes send to themselves inside a limiter, at the places where it says that it may be killed.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>

namespace bankctl::limiter_test {

using Random = std::mt19937_64;

/// A number from `low` to `high`, both included.
inline std::int64_t pick(Random& random, std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution(low, high)(random);
}

/// The fault points that were met so far and how often somebody was signalled at each. Lies in shared memory; zero
/// bytes are empty.
class FaultPoints {
public:
    static constexpr std::size_t k_points_max = 48;

    /// The number of a point, which is noted if it is new.
    std::size_t number(std::string_view name);
    std::size_t count() const;
    void signalled(std::size_t point) { ++points_[point].signals; }
    /// How often a signal was sent at each point.
    std::map<std::string, std::int64_t> signals() const;

private:
    struct Point {
        std::array<char, 48> name;
        std::atomic<bool> is_named;
        std::atomic<std::int64_t> signals;
    };

    std::array<Point, k_points_max> points_;
    std::atomic<std::size_t> used_;
};

/// Signals its own process once, at a random fault point: mostly at one of the points that others met, chosen with the
/// same chance whether it is met often or seldom.
class Saboteur {
public:
    Saboteur(FaultPoints& points, int signal, Random& random);
    void operator()(const char* place);

private:
    static constexpr std::int64_t k_patience = 2'000;

    FaultPoints& points_;
    int signal_;
    std::size_t target_ = FaultPoints::k_points_max;  ///< any
    std::int64_t left_ = 1;                           ///< how often the target is met until then
    std::int64_t patience_left_ = k_patience;         ///< points until any target will do
};

}  // namespace bankctl::limiter_test
