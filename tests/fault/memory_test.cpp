// Memory that runs out, at every allocation of SQLite's and ours: the answer says what was applied, and repeating the
// command has its effect once.
#include "tests/fault/memory.h"

#include <iostream>

#include <catch2/catch.hpp>

#include "tests/fault/command.h"
#include "tests/support/temp_directory.h"

namespace bankctl::fault_test {
namespace {

std::string text_of(const Words& words) {
    std::string text;
    for (const std::string& word : words) text += word + " ";
    return text;
}

/// Fails every `step`-th allocation of each command in turn. The number of commands run and what was wrong.
std::pair<int, std::vector<std::string>> run_out_of_memory(std::int64_t step) {
    const test::TempDirectory folder;
    const Ordeal ordeal(folder.path());
    int runs = 0;
    std::vector<std::string> faults;
    const auto run_all = [&](const std::vector<Words>& commands, auto fault_of) {
        for (const Words& words : commands) {
            for (const Scarcity scarcity : {Scarcity::once, Scarcity::from_then_on}) {
                std::int64_t number = 1 + runs % step;  // so that steps of commands do not fall together
                for (bool met_fault = true; met_fault; number += step) {
                    ordeal.begin();
                    const Answer answer = ordeal.run(words, [&] { make_memory_scarce(number, scarcity); });
                    met_fault = answer.met_fault;
                    ++runs;
                    std::optional<std::string> fault;
                    try {
                        fault = (ordeal.*fault_of)(words, answer);
                    } catch (const std::exception& exception) {
                        fault = exception.what();
                    }
                    if (fault)
                        faults.push_back(text_of(words) + (scarcity == Scarcity::once ? "once" : "lasting") +
                                         ", allocation " + std::to_string(number) + ": " + *fault);
                }
            }
        }
    };
    run_all(Ordeal::writes(), &Ordeal::fault_of_write);
    run_all(Ordeal::reads(), &Ordeal::fault_of_read);
    return {runs, faults};
}

void require_no_fault(const std::pair<int, std::vector<std::string>>& done) {
    std::cout << "out of memory: " << done.first << " runs, " << done.second.size() << " faults\n";
    std::string text;
    for (std::size_t i = 0; i < std::min<std::size_t>(done.second.size(), 20); ++i) text += done.second[i] + "\n";
    INFO(text);
    CHECK(done.second.empty());
}

TEST_CASE("a command that runs out of memory says what it has applied", "[memory]") {
    const auto done = run_out_of_memory(149);
    CHECK(done.first > 200);
    require_no_fault(done);
}

TEST_CASE("the same at every allocation", "[memory][.long]") { require_no_fault(run_out_of_memory(1)); }

}  // namespace
}  // namespace bankctl::fault_test
