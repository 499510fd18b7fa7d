// Many processes that are the first to use a bank's limiter, all at once, while some of those who make it are killed.
//
// BANKCTL_LIMITER_ROUNDS says how often, BANKCTL_LIMITER_SEED which rounds.
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <stdexcept>

#include <catch2/catch.hpp>

#include "tests/limiter/child.h"
#include "tests/limiter/making.h"
#include "tests/limiter/sabotage.h"
#include "tests/limiter/setting.h"
#include "tests/limiter/shared_memory.h"
#include "tests/limiter/stub_limiter.h"
#include "tests/support/temp_directory.h"

namespace bankctl::limiter_test {
namespace {

constexpr int k_processes = 32;
constexpr int k_requests = 3;
const LimitPolicy k_policy{.rate = 5, .burst = 5};
const port::LimitSubject k_user{"user", LimitClass::command};

/// What the processes of one round share. Its clock stands still: nobody gains anything by waiting.
struct Race {
    SharedClock clock;
    FaultPoints points;
    std::atomic<std::int64_t> admitted;
    std::array<Problem, k_processes> problems;
};

struct Outcome {
    std::int64_t admitted = 0;  ///< and told of
    std::int64_t killed = 0;
    std::string problem;  ///< the first that somebody met who was not killed
};

void take_part(const Maker& make, const std::string& database_path, Race& race, std::uint64_t seed) {
    Random random(seed);
    Saboteur saboteur(race.points, SIGKILL, random);
    const bool is_sabotaged = pick(random, 0, 1) == 0;
    const auto limiter = make({.database_path = database_path,
                               .capacity = 64,
                               .clock = [&] { return race.clock.read(); },
                               .fault_point =
                                   [&](const char* place) {
                                       if (is_sabotaged) saboteur(place);
                                   }});
    for (int i = 0; i < k_requests; ++i) {
        if (limiter->take(k_user, k_policy, {}).is_admitted) ++race.admitted;
    }
}

/// All of them wait for the end of the pipe, which comes to all at once.
Outcome run_race(const Maker& make, const std::string& database_path, Race& race, std::uint64_t seed) {
    Random random(seed);
    std::array<int, 2> gate{};
    if (pipe2(gate.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    std::vector<pid_t> racers;
    for (std::size_t i = 0; i < k_processes; ++i) {
        racers.push_back(start_child(
            [&] {
                close(gate[1]);
                char byte = 0;
                if (read(gate[0], &byte, 1) != 0) throw std::runtime_error("the race began early");
                take_part(make, database_path, race, seed * k_processes + i);
            },
            race.problems.at(i)));
    }
    close(gate[1]);
    for (std::int64_t kills = pick(random, 0, 4); kills > 0; --kills) {
        usleep(static_cast<useconds_t>(pick(random, 0, 300)));
        kill(racers[static_cast<std::size_t>(pick(random, 0, k_processes - 1))], SIGKILL);
    }
    Outcome outcome;
    for (std::size_t i = 0; i < racers.size(); ++i) {
        int status = 0;
        waitpid(racers[i], &status, 0);
        if (WIFSIGNALED(status)) {
            ++outcome.killed;
        } else if (WEXITSTATUS(status) != 0 && outcome.problem.empty()) {
            outcome.problem = race.problems.at(i).data();
        }
    }
    close(gate[0]);
    outcome.admitted = race.admitted;
    return outcome;
}

std::int64_t files_in(const std::string& directory, const std::string& part) {
    std::int64_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
        if (entry.path().filename().string().find(part) != std::string::npos) ++count;
    }
    return count;
}

/// Counts in a file that whoever finds none makes, and so replaces what another has made meanwhile.
class ReplacingLimiter final : public StubLimiter {
public:
    explicit ReplacingLimiter(const Making& making) {
        const std::string path = making.database_path + "-limit";
        int file = open(path.c_str(), O_RDWR | O_CLOEXEC);
        if (file < 0) {
            const std::string draft = path + ".new-" + std::to_string(getpid());
            file = open(draft.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
            if (ftruncate(file, sizeof *word_) != 0) throw std::runtime_error("no file");
            std::filesystem::rename(draft, path);
        }
        word_ = static_cast<std::atomic<std::int64_t>*>(
            mmap(nullptr, sizeof *word_, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0));
        close(file);
    }
    ~ReplacingLimiter() override { munmap(word_, sizeof *word_); }

    port::Decision take(const port::LimitSubject& /*subject*/, const LimitPolicy& policy,
                        std::chrono::nanoseconds /*wait_max*/) override {
        const bool is_admitted = word_->fetch_add(1) < policy.burst;
        return {.is_admitted = is_admitted, .delay = {}, .after = {}};
    }

private:
    std::atomic<std::int64_t>* word_ = nullptr;
};

}  // namespace

TEST_CASE("of many who make the file at once all use one, whoever of them is killed", "[limiter][campaign]") {
    const std::int64_t rounds = setting("BANKCTL_LIMITER_ROUNDS", 30);
    const auto seed = static_cast<std::uint64_t>(setting("BANKCTL_LIMITER_SEED", 1)) * 1'000'003;
    std::int64_t killed = 0;
    std::int64_t drafts = 0;
    std::map<std::string, std::int64_t> killed_at;
    for (std::int64_t round = 0; round < rounds; ++round) {
        const test::TempDirectory directory;
        const std::string database_path = directory.file("bank.db");
        make_database(database_path);
        SharedArray<Race> race(1);
        const Outcome outcome =
            run_race(shared_memory_limiter, database_path, race[0], seed + static_cast<std::uint64_t>(round));
        killed += outcome.killed;
        for (const auto& [place, count] : race[0].points.signals()) killed_at[place] += count;
        INFO("round " << round << ", " << outcome.killed << " killed, " << outcome.admitted << " admitted");
        REQUIRE(outcome.problem.empty());

        Making making{.database_path = database_path, .capacity = 64, .clock = {}, .fault_point = {}};
        making.clock = [&] { return race[0].clock.read(); };
        auto limiter = shared_memory_limiter(making);
        std::int64_t left = 0;
        while (limiter->take(k_user, k_policy, {}).is_admitted) ++left;
        REQUIRE(outcome.admitted + left <= k_policy.burst);
        REQUIRE(outcome.admitted + left + outcome.killed >= k_policy.burst);

        // What killed makers leave is removed by the next one who makes a file.
        drafts += files_in(directory.path(), ".new");
        REQUIRE(files_in(directory.path(), ".new") <= outcome.killed);
        std::filesystem::remove(limiter->describe().place);
        limiter = shared_memory_limiter(making);
        REQUIRE(files_in(directory.path(), ".new") == 0);
        REQUIRE(files_in(directory.path(), "-limit") == 1);
    }
    std::cout << rounds << " files made by " << k_processes << " processes at once, " << killed << " of them killed";
    for (const auto& [place, count] : killed_at) std::cout << ", " << count << " at " << place;
    std::cout << "; " << drafts << " drafts left and removed" << std::endl;
    CHECK(killed > 0);
}

TEST_CASE("a file that replaces another's is found out", "[limiter][self]") {
    const Maker make = [](const Making& making) { return std::make_unique<ReplacingLimiter>(making); };
    bool is_found = false;
    for (std::uint64_t round = 0; round < 30 && !is_found; ++round) {
        const test::TempDirectory directory;
        SharedArray<Race> race(1);
        const Outcome outcome = run_race(make, directory.file("bank.db"), race[0], round);
        is_found = outcome.admitted > k_policy.burst;
    }
    CHECK(is_found);
}

}  // namespace bankctl::limiter_test
