#include "tests/limiter/campaign.h"

#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <stdexcept>

#include "tests/limiter/child.h"
#include "tests/limiter/sabotage.h"
#include "tests/limiter/shared_memory.h"

namespace bankctl::limiter_test {
namespace {

constexpr std::size_t k_entries_max = 32'000'000;  // of one participant; memory is taken only for what is written
/// Of the fault points that a participant reaches, at how many it lets others run: that is where they could get in its
/// way.
constexpr std::int64_t k_points_between_pauses = 64;
constexpr std::int64_t k_refusals_between_pauses = 4;
constexpr std::int64_t k_polls_between_kills_max = 8;
constexpr std::int64_t k_polls_without_progress_max = 60'000;

struct Entry {
    std::int64_t first_ns;
    std::int64_t last_ns;
    std::int64_t user;
};

/// What one participant leaves behind. Only it writes, and its successor after it was killed.
struct Notes {
    std::atomic<std::size_t> entries;
    std::atomic<std::int64_t> decisions;
    std::atomic<std::int64_t> full;
    std::atomic<std::int64_t> without_delay;
    Problem problem;
};

struct Common {
    SharedClock clock;
    FaultPoints points;
    std::atomic<bool> is_over;
    std::atomic<bool> is_peaceful;  ///< nobody is killed any more
};

class Runner {
public:
    Runner(const Campaign& campaign, const std::string& directory);
    Record run();

private:
    void participate(std::size_t place, std::uint64_t seed);
    void ask(std::size_t place, port::Limiter& limiter, ClockReadings& readings, Random& random);
    void drain();
    std::size_t choose_user(Random& random);
    void start(std::size_t place);
    void reap(bool is_waiting);
    void kill_somebody(Random& random);
    std::int64_t decisions() const;
    std::int64_t kills_due(std::int64_t decisions) const;
    Record collect() const;

    const Campaign& campaign_;
    std::string database_path_;
    std::vector<port::LimitSubject> subjects_;
    SharedArray<Common> common_;
    SharedArray<Notes> notes_;
    std::vector<std::unique_ptr<SharedArray<Entry>>> entries_;
    std::vector<pid_t> participants_;
    std::int64_t lives_ = 0;
    std::int64_t kills_ = 0;
    std::vector<std::string> problems_;
};

Runner::Runner(const Campaign& campaign, const std::string& directory)
    : campaign_(campaign),
      database_path_(directory + "/bank.db"),
      common_(1),
      notes_(static_cast<std::size_t>(campaign.processes) + 1),
      participants_(static_cast<std::size_t>(campaign.processes)) {
    make_database(database_path_);
    for (std::int64_t user = 0; user < campaign.users; ++user)
        subjects_.push_back({"user-" + std::to_string(user), LimitClass::command});
    for (std::size_t i = 0; i < notes_.size(); ++i)
        entries_.push_back(std::make_unique<SharedArray<Entry>>(k_entries_max));
    if (campaign.step_ns == 0) {
        common_[0].clock.follow_the_machine();
    } else {
        common_[0].clock.advance_by_reading(campaign.step_ns);
    }
}

std::size_t Runner::choose_user(Random& random) {
    if (campaign_.users == 1) return 0;
    const std::int64_t turn = common_[0].clock.now() / campaign_.turn.count();
    const std::int64_t one = turn * campaign_.users_at_once + pick(random, 0, campaign_.users_at_once - 1);
    return static_cast<std::size_t>(one % campaign_.users);
}

// An admission is written down after the answer, and counted after it is written down: a process killed in between has
// been charged for nothing, but never the other way round.
void Runner::ask(std::size_t place, port::Limiter& limiter, ClockReadings& readings, Random& random) {
    Notes& notes = notes_[place];
    const std::size_t user = choose_user(random);
    readings.begin();
    const port::Decision decision = limiter.take(subjects_[user], campaign_.policy, campaign_.wait_max);
    if (!readings.any()) throw std::runtime_error("a decision was made without reading the clock");
    const std::int64_t delay_ns = decision.delay.count();
    if (decision.is_admitted) {
        const std::size_t entry = notes.entries.load();
        if (entry == k_entries_max) throw std::runtime_error("more admissions than can be written down");
        if (delay_ns < 0 || delay_ns > campaign_.wait_max.count()) throw std::runtime_error("a slot not asked for");
        (*entries_[place])[entry] = {readings.first_ns() + delay_ns, readings.last_ns() + delay_ns,
                                     static_cast<std::int64_t>(user)};
        notes.entries.store(entry + 1);
    } else {
        if (decision.is_full) {
            ++notes.full;
            // Whoever makes room gets on with it, or too much of the clock's time passes meanwhile.
            if (pick(random, 1, k_refusals_between_pauses) == 1) usleep(1);
        }
        if (delay_ns <= 0) ++notes.without_delay;
    }
    ++notes.decisions;
}

void Runner::participate(std::size_t place, std::uint64_t seed) {
    Common& common = common_[0];
    Random random(seed);
    ClockReadings readings(common.clock);
    Saboteur saboteur(common.points, SIGKILL, random);
    const char* last_point = nullptr;
    const auto reached = [&](const char* point) {
        if (!common.is_peaceful) saboteur(point);
        // A point that is passed in a loop counts once, for time passes while its process waits.
        if (last_point != point && pick(random, 1, k_points_between_pauses) == 1) sched_yield();
        last_point = point;
    };
    const bool is_sabotaged = campaign_.kills > 0;
    Making making{.database_path = database_path_, .capacity = campaign_.capacity, .clock = {}, .fault_point = {}};
    making.clock = [&] {
        const std::int64_t now_ns = readings.read();
        if (is_sabotaged) reached("clock read");
        return now_ns;
    };
    if (is_sabotaged) making.fault_point = reached;
    while (!common.is_over) {
        const auto limiter = campaign_.make(making);
        for (std::int64_t asked = 0; !common.is_over; ++asked) {
            if (campaign_.reopen_every > 0 && asked == campaign_.reopen_every) break;
            ask(place, *limiter, readings, random);
        }
    }
}

void Runner::start(std::size_t place) {
    const std::uint64_t seed = campaign_.seed * 1'000'003 + static_cast<std::uint64_t>(++lives_);
    participants_[place] = start_child([&] { participate(place, seed); }, notes_[place].problem);
}

/// Takes note of who has ended; the place of one who was killed is taken by another.
void Runner::reap(bool is_waiting) {
    for (std::size_t place = 0; place < participants_.size(); ++place) {
        int status = 0;
        if (participants_[place] == 0) continue;
        if (waitpid(participants_[place], &status, is_waiting ? 0 : WNOHANG) <= 0) continue;
        participants_[place] = 0;
        if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) {
            ++kills_;
            if (!common_[0].is_over) start(place);
        } else if (WIFSIGNALED(status)) {
            problems_.push_back("a participant ended by signal " + std::to_string(WTERMSIG(status)));
        } else if (WEXITSTATUS(status) != 0) {
            problems_.emplace_back(notes_[place].problem.data());
        }
    }
}

void Runner::kill_somebody(Random& random) {
    const auto place = static_cast<std::size_t>(pick(random, 0, campaign_.processes - 1));
    if (participants_[place] != 0) kill(participants_[place], SIGKILL);
}

std::int64_t Runner::decisions() const {
    std::int64_t sum = 0;
    for (const Notes& notes : notes_) sum += notes.decisions;
    return sum;
}

/// Asks until the user has nothing left, so that what was admitted until then is known exactly.
void Runner::drain() {
    ClockReadings readings(common_[0].clock);
    Random random(campaign_.seed);
    const auto limiter = campaign_.make({.database_path = database_path_,
                                         .capacity = campaign_.capacity,
                                         .clock = [&] { return readings.read(); },
                                         .fault_point = nullptr});
    const std::size_t place = notes_.size() - 1;
    std::size_t before = 0;
    do {
        before = notes_[place].entries;
        ask(place, *limiter, readings, random);
    } while (notes_[place].entries != before);
}

/// Kills are spread over the decisions.
std::int64_t Runner::kills_due(std::int64_t decisions) const {
    const double done = static_cast<double>(decisions) / static_cast<double>(campaign_.decisions);
    return std::min(static_cast<std::int64_t>(done * static_cast<double>(campaign_.kills)) + 1, campaign_.kills);
}

Record Runner::run() {
    Random random(campaign_.seed);
    for (std::size_t place = 0; place < participants_.size(); ++place) start(place);
    std::int64_t before = 0;
    std::int64_t idle = 0;
    while (problems_.empty()) {
        usleep(static_cast<useconds_t>(pick(random, 200, 1'000)));
        reap(false);
        const std::int64_t now = decisions();
        if (now >= campaign_.decisions && kills_ >= campaign_.kills) break;
        common_[0].is_peaceful = kills_ >= kills_due(now);
        if (!common_[0].is_peaceful && pick(random, 1, k_polls_between_kills_max) == 1) kill_somebody(random);
        idle = now == before ? idle + 1 : 0;
        before = now;
        if (idle > k_polls_without_progress_max) problems_.emplace_back("nobody gets a decision any more");
    }
    common_[0].is_over = true;
    if (!problems_.empty()) {
        for (const pid_t participant : participants_) {
            if (participant != 0) kill(participant, SIGKILL);
        }
    }
    reap(true);
    if (campaign_.users == 1 && problems_.empty()) drain();
    return collect();
}

Record Runner::collect() const {
    Record record;
    record.admissions.resize(static_cast<std::size_t>(campaign_.users));
    record.problems = problems_;
    record.kills = kills_;
    record.kills_at = common_[0].points.signals();
    record.decisions = decisions();
    record.last_ns = common_[0].clock.now();
    for (std::size_t place = 0; place < notes_.size(); ++place) {
        const Notes& notes = notes_[place];
        record.full += notes.full;
        record.without_delay += notes.without_delay;
        for (std::size_t i = 0; i < notes.entries; ++i) {
            const Entry& entry = (*entries_[place])[i];
            record.admissions[static_cast<std::size_t>(entry.user)].push_back({entry.first_ns, entry.last_ns});
            ++record.admitted;
        }
    }
    return record;
}

/// Worked out here again, so that an error of the model's does not excuse itself.
std::int64_t interval_ns(const LimitPolicy& policy) {
    return (policy.period_ms * 1'000'000 + policy.rate - 1) / policy.rate;
}

std::optional<Excess> excess(const LimitPolicy& policy, const Admissions& admissions) {
    if (policy.algorithm == LimitAlgorithm::sliding_window)
        return window_excess(admissions, policy.period_ms * 1'000'000, policy.rate);
    return bucket_excess(admissions, interval_ns(policy), policy.burst);
}

/// What a single user who asks without pause is owed until the end. A token comes at its time however late the one
/// before was taken, so a bucket owes all but the one that may come just after the end. A window begins when its
/// request is admitted, which may be some readings of the clock after it could be, and never makes up for that: so 99
/// of 100.
std::int64_t least(const Campaign& campaign, const Record& record) {
    const Admissions& admissions = record.admissions.front();
    if (admissions.empty()) return 1;
    const auto first = std::ranges::min_element(admissions, {}, &Admission::first_ns)->last_ns;
    const std::int64_t elapsed_ns = record.last_ns - first;
    if (campaign.policy.algorithm == LimitAlgorithm::sliding_window)
        return elapsed_ns / (campaign.policy.period_ms * 1'000'000) * campaign.policy.rate * 99 / 100;
    return bucket_allowance(elapsed_ns, interval_ns(campaign.policy), campaign.policy.burst) - 1;
}

std::string judge(const Campaign& campaign, const Record& record) {
    for (const std::string& problem : record.problems) return problem;
    if (record.without_delay > 0)
        return std::to_string(record.without_delay) + " were refused without a time after which to ask again";
    if (campaign.users == 1 && record.kills == 0 && record.admitted < least(campaign, record))
        return std::to_string(record.admitted) + " admitted, but " + std::to_string(least(campaign, record)) +
               " were due";
    for (std::size_t user = 0; user < record.admissions.size(); ++user) {
        const auto found = excess(campaign.policy, record.admissions[user]);
        if (found) return "user-" + std::to_string(user) + ": " + describe(*found);
    }
    return {};
}

}  // namespace

Record run(const Campaign& campaign, const std::string& directory) {
    Record record = Runner(campaign, directory).run();
    record.verdict = judge(campaign, record);
    return record;
}

std::string summary(const Record& record) {
    std::string text = std::to_string(record.decisions) + " decisions, " + std::to_string(record.admitted) +
                       " admitted, " + std::to_string(record.full) + " refused for want of room, " +
                       std::to_string(record.kills) + " killed";
    std::int64_t anywhere = record.kills;
    for (const auto& [place, count] : record.kills_at) {
        if (count > 0) text += ", " + std::to_string(count) + " at " + place;
        anywhere -= count;
    }
    if (record.kills > 0) text += ", " + std::to_string(anywhere) + " anywhere";
    return text;
}

}  // namespace bankctl::limiter_test
