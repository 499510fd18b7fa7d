// What each step's answer says, once its form was found right: exit code, streams and documents as the contract with
// scripts has them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/concurrency/finding.h"
#include "tests/concurrency/journal.h"
#include "tests/concurrency/recording.h"

namespace bankctl::concurrency_test {

struct Observation {
    enum class End {
        unknown,  ///< killed: it may have had its effect or not
        done,     ///< also if it was killed after it had printed its document
        refused,
    };
    End end = End::unknown;
    std::string code;                      ///< of a refusal
    test::Json document;                   ///< `data` and what stands beside it, or `error`; null of an export
    std::string key;                       ///< of the entry that a post is answered with, as Journal::key_of
    std::int64_t report = 0;               ///< entries that the answer proves to have been in the journal
    std::optional<std::int64_t> snapshot;  ///< the seq of the very state that was read

    bool is_done() const { return end == End::done; }
    bool is_replay() const { return is_done() && document.at("data").value("replayed", false); }
};

/// One for each step. What is wrong with an answer's form is added to `findings`.
std::vector<Observation> observe(const Recording& recording, const Journal& journal, Findings& findings);

}  // namespace bankctl::concurrency_test
