// Each command, killed at a system call or with a call that fails: its exit code tells the truth, the books stay whole,
// and asking again with the same key has the effect exactly once.
//
// Two forms: some calls of each command, drawn anew from Catch2's --rng-seed, and all of them, `kill_points_tests
// "[every]"`.
#include <algorithm>
#include <functional>
#include <iomanip>
#include <iostream>
#include <map>
#include <numeric>
#include <random>

#include <catch2/catch.hpp>

#include "tests/kill_points/trial.h"

namespace bankctl::kill_points {
namespace {

/// Which of `count` calls are disturbed, from 1.
using Choice = std::function<std::vector<int>(const Scenario&, Fault, int count)>;

/// How many processes were killed and how many had a call that failed.
struct Count {
    int deaths = 0;
    int failures = 0;
};

/// What a fault did to a command: how its points ended, and how often so.
using Ends = std::map<std::string, int>;

void print_row(const Scenario& scenario, Fault fault, const Ends& ends) {
    int points = 0;
    for (const auto& [end, times] : ends) points += times;
    std::cout << std::left << std::setw(26) << scenario.name << std::setw(22) << name(fault) << std::right
              << std::setw(5) << points << " points";
    for (const auto& [end, times] : ends) std::cout << "  " << end << ": " << times;
    std::cout << std::endl;
}

/// Disturbs one command by one fault at the chosen calls. A defect does not end the campaign.
Ends disturb(const Scenario& scenario, const Trial& trial, Fault fault, const std::vector<int>& numbers) {
    Ends ends;
    for (const int number : numbers) {
        try {
            const TracedRun done = trial.disturb({fault, number});
            if (done.call.empty()) continue;
            ++ends[done.run.signal != 0 ? "killed" : "exit " + std::to_string(done.run.exit_code)];
        } catch (const std::exception& defect) {
            ++ends["defects"];
            FAIL_CHECK(scenario.name << ", " << name(fault) << ", number " << number << ", " << defect.what());
        }
    }
    return ends;
}

/// A section for each command, so that `-c "account close"` runs it alone.
void run_campaign(const Choice& choice, bool prints_rows) {
    static const Workshop workshop;
    static Count count;
    for (const Scenario& scenario : workshop.scenarios()) {
        DYNAMIC_SECTION(scenario.name) {
            const Trial trial(workshop, scenario);
            for (const Fault fault : k_faults) {
                const Ends ends = disturb(scenario, trial, fault, choice(scenario, fault, trial.calls(fault)));
                for (const auto& [end, times] : ends) (is_death(fault) ? count.deaths : count.failures) += times;
                if (prints_rows) print_row(scenario, fault, ends);
            }
            std::cout << "seed " << Catch::rngSeed() << ", " << scenario.name << ": " << count.deaths << " kills and "
                      << count.failures << " failing calls so far" << std::endl;
        }
    }
}

/// Disturbs a command at each call that the fault can happen to.
void disturb_everywhere(const std::string& command, Fault fault) {
    const Workshop workshop;
    const auto scenario = std::ranges::find(workshop.scenarios(), command, &Scenario::name);
    const Trial trial(workshop, *scenario);
    std::vector<int> numbers(static_cast<std::size_t>(trial.calls(fault)));
    std::iota(numbers.begin(), numbers.end(), 1);
    disturb(*scenario, trial, fault, numbers);
}

TEST_CASE("a new bank that the disk has no room for is not created", "[kill_points]") {
    disturb_everywhere("init", Fault::disk_full);
}

TEST_CASE("a copy that the disk has no room for is not kept", "[kill_points]") {
    disturb_everywhere("backup", Fault::disk_full);
}

TEST_CASE("a restore that the disk has no room for leaves the bank as it was, or its outcome open", "[kill_points]") {
    disturb_everywhere("restore, over a bank", Fault::disk_full);
}

TEST_CASE("commands tell the truth when some of their calls fail or kill them", "[kill_points]") {
    static std::mt19937 random(Catch::rngSeed());  // one for all sections
    run_campaign(
        [&](const Scenario& scenario, Fault fault, int count) {
            const int wanted = fault == Fault::kill && !scenario.is_long ? 2 : 1;
            std::vector<int> numbers;
            for (int part = 0; part < std::min(wanted, count); ++part) {  // one out of each part of the run
                const int begin = count * part / wanted;
                const int end = std::max(count * (part + 1) / wanted, begin + 1);
                numbers.push_back(begin + 1 + static_cast<int>(random() % static_cast<unsigned>(end - begin)));
            }
            return numbers;
        },
        false);
}

TEST_CASE("commands tell the truth whichever call kills them, and when one out of every few fails", "[.every]") {
    constexpr int k_failures_max = 25;  // of one command by one fault
    run_campaign(
        [](const Scenario& scenario, Fault fault, int count) {
            const bool is_every = fault == Fault::kill && !scenario.is_long;
            const int step = is_every ? 1 : 1 + (count - 1) / k_failures_max;
            std::vector<int> numbers;
            for (int number = 1 + static_cast<int>(Catch::rngSeed() % static_cast<unsigned>(step)); number <= count;
                 number += step)
                numbers.push_back(number);
            return numbers;
        },
        true);
}

}  // namespace
}  // namespace bankctl::kill_points
