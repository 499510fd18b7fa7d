// One command, disturbed at one of its calls, and everything that must hold afterwards.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/kill_points/fault.h"
#include "tests/kill_points/scenario.h"

namespace bankctl::kill_points {

/// What the world can see of a bank, without the times at which it came about.
struct Books {
    std::string state;   ///< the length of a journal that verifies; or that there is no bank
    Words transactions;  ///< one JSON object each, in order
    Words disputes;      ///< each case as it stands, and what there is to tell; only where it is asked for
    bool operator==(const Books&) const = default;
};

class Trial {
public:
    /// Runs the command undisturbed, to learn its calls and its effect.
    Trial(const Workshop& workshop, const Scenario& scenario);

    /// How many calls the fault can happen to.
    int calls(Fault fault) const { return undisturbed_.calls[static_cast<std::size_t>(fault)]; }

    /// Runs the command with the fault at the point, checks what it said against what it did, and repeats it. Throws
    /// std::runtime_error that says what is wrong. Returns what happened; `call` is empty if the point was not met.
    TracedRun disturb(const Point& point) const;

private:
    using Json = nlohmann::json;

    Words words() const;
    std::vector<Books> look() const;
    Books look_at(const std::string& bank) const;
    std::string ask(const std::string& bank, const Words& words) const;

    void check_report(const Point& point, const cli_test::Run& run) const;
    void check_effect(const cli_test::Run& run, const std::vector<Books>& found) const;
    void check_some_lines_were_applied(const cli_test::Run& run, const std::vector<Books>& found) const;
    bool is_put_off(const std::vector<Books>& found) const;
    Words look_at_disputes(const std::string& bank) const;
    void check_spool(bool is_delivered) const;
    void check_key(const std::vector<Books>& found) const;
    void check_nothing_is_left_over() const;
    void repeat(const std::vector<Books>& found) const;

    const Workshop& workshop_;
    const Scenario& scenario_;
    TracedRun undisturbed_;
    std::vector<Books> before_;
    std::vector<Books> after_;
    std::string rejects_;
};

}  // namespace bankctl::kill_points
