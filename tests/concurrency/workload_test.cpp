// Many clients at once, random kills, and every answer held against the journal.
//
// BANKCTL_CONCURRENCY_KILLS says how many processes are killed in all, BANKCTL_CONCURRENCY_SEED which episode is the
// first, BANKCTL_CONCURRENCY_EXECUTABLE another bankctl than the one built beside the tests. The scheduler is not
// seeded: a seed repeats what the clients want, not what comes of it.
#include "tests/concurrency/workload.h"

#include <cstdlib>
#include <iostream>
#include <map>

#include <catch2/catch.hpp>

#include "tests/concurrency/checker.h"
#include "tests/concurrency/observation.h"
#include "tests/concurrency/processes.h"
#include "tests/support/temp_directory.h"

namespace bankctl::concurrency_test {
namespace {

constexpr std::int64_t k_kills_by_default = 300;
constexpr int k_kills_of_episode_max = 250;
constexpr std::size_t k_findings_shown_max = 5;

std::int64_t setting(const char* variable, std::int64_t otherwise) {
    const char* const text = std::getenv(variable);
    return text != nullptr ? std::stoll(text) : otherwise;
}

using Counts = std::map<std::string, std::int64_t>;

/// How often each answer came about.
void count(const Recording& recording, Counts& counts) {
    for (const Step& step : recording.steps) {
        const Answer& answer = step.answer;
        ++counts["invocations"];
        if (answer.signal != 0) {
            ++counts["signal " + std::to_string(answer.signal)];
            if (!answer.out.empty()) ++counts["killed after its answer"];
        } else if (answer.exit_code == 0) {
            const bool is_replay = answer.out.find("\"replayed\":true") != std::string::npos;
            ++counts[is_replay ? "replayed" : "done"];
        } else {
            const test::Json error = test::Json::parse(answer.err, nullptr, false);
            const bool is_json = error.is_object();
            ++counts[is_json ? error.value("/error/code"_json_pointer, "no code") : "interrupted early"];
        }
    }
}

std::string report(const Recording& recording, const Findings& findings) {
    std::string text = "seed " + std::to_string(recording.seed) + ": " + std::to_string(findings.size()) + " findings";
    for (std::size_t i = 0; i < std::min(findings.size(), k_findings_shown_max); ++i) {
        text += "\n\n" + findings[i].what;
        if (findings[i].step) text += "\n" + describe(recording.steps[*findings[i].step]);
    }
    const auto first = std::ranges::find_if(findings, [](const Finding& one) { return one.step.has_value(); });
    if (first != findings.end())
        text += "\n\nwhat the clients did last:\n" + describe_surroundings(recording, recording.steps[*first->step]);
    return text;
}

/// Each backup that was acknowledged is a bank of its own with the head that was acknowledged.
void check_backups(const Recording& recording, const std::string& home) {
    for (const Step& step : recording.steps) {
        if (step.request.purpose != Purpose::backup || step.answer.exit_code != 0) continue;
        const Answer verified = Processes(step.request.file, home).run({"verify", "--json"});
        INFO(describe(step) << "\nverify: " << verified.err);
        REQUIRE(verified.exit_code == 0);
        CHECK(test::Json::parse(verified.out).at("data").at("head") ==
              test::Json::parse(step.answer.out).at("data").at("head"));
    }
}

}  // namespace

TEST_CASE("what many clients are answered while some are killed agrees with the journal", "[concurrency]") {
    const std::int64_t kills = setting("BANKCTL_CONCURRENCY_KILLS", k_kills_by_default);
    auto seed = static_cast<std::uint64_t>(setting("BANKCTL_CONCURRENCY_SEED", 1));
    Counts counts;
    while (counts["signal 9"] < kills) {
        const test::TempDirectory directory;
        EpisodeOptions options;
        options.seed = seed++;
        options.kills = static_cast<int>(std::min<std::int64_t>(kills - counts["signal 9"], k_kills_of_episode_max));
        const Recording recording = run_episode(options, directory.path());
        count(recording, counts);
        const Findings findings = check(recording, read_journal(directory.file("bank.db")));
        if (!findings.empty()) FAIL(report(recording, findings));
        check_backups(recording, directory.path());
        if (kills > k_kills_of_episode_max * 2)
            std::cout << "seed " << recording.seed << ": " << counts["signal 9"] << " killed so far\n" << std::flush;
    }
    for (const auto& [what, number] : counts) std::cout << what << ": " << number << "\n";
    if (kills < k_kills_by_default) return;  // too few for every answer to have come
    for (const char* what : {"done", "replayed", "insufficient_funds", "account_frozen", "version_conflict",
                             "idempotency_key_mismatch", "hold_not_pending"}) {
        CAPTURE(what);
        CHECK(counts[what] > 0);
    }
}

}  // namespace bankctl::concurrency_test
