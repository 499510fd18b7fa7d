// Many processes that ask one limiter at once, some of them killed, and a record of all that was admitted.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/model/limit_policy.h"
#include "tests/limiter/judge.h"
#include "tests/limiter/making.h"

namespace bankctl::limiter_test {

struct Campaign {
    Maker make;
    LimitPolicy policy;
    std::uint32_t capacity = 0;
    std::chrono::nanoseconds wait_max{};
    int processes = 8;

    std::int64_t users = 1;
    /// Of many users only some ask at any time: `users_at_once` of them, then, after `turn`, the next ones. So each has
    /// long been silent when many processes ask for it at once.
    std::int64_t users_at_once = 1;
    std::chrono::nanoseconds turn = std::chrono::seconds(1);

    /// It ends once there were so many of both.
    std::int64_t decisions = 0;
    std::int64_t kills = 0;

    std::int64_t step_ns = 1'000;   ///< of the clock, by each reading; 0: the clock of the machine
    std::int64_t reopen_every = 0;  ///< decisions after which a process opens the limiter anew; 0: never
    std::uint64_t seed = 1;
};

struct Record {
    std::vector<Admissions> admissions;  ///< by user; the time of a slot that was reserved is when it begins
    std::int64_t decisions = 0;
    std::int64_t admitted = 0;
    std::int64_t full = 0;           ///< refused because there was no room
    std::int64_t without_delay = 0;  ///< refused without a time after which to ask again
    std::int64_t last_ns = 0;        ///< of the clock, when it ended
    std::int64_t kills = 0;
    std::map<std::string, std::int64_t> kills_at;  ///< fault points; the others were killed anywhere
    std::vector<std::string> problems;             ///< what no participant should meet

    /// What the participants met that is no over-admission, and the first proof of one, by the policy of the campaign.
    /// Empty if all is well.
    std::string verdict;
};

/// Runs it on a limiter of its own in `directory`, and judges. Of a single user, whose requests never pause, it goes on
/// until the last one is refused.
Record run(const Campaign& campaign, const std::string& directory);

/// The figures of a record in one line.
std::string summary(const Record& record);

}  // namespace bankctl::limiter_test
