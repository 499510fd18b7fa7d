// One episode: clients that use a new bank at once, and a killer among them.
#pragma once

#include <cstdint>
#include <string>

#include "tests/concurrency/recording.h"

namespace bankctl::concurrency_test {

class Processes;

struct EpisodeOptions {
    std::uint64_t seed = 1;
    int clients = 8;
    int kills = 100;  ///< the episode ends after so many processes were killed
};

/// The bank is made as bank.db in `directory`, which is empty before.
Recording run_episode(const EpisodeOptions& options, const std::string& directory);

/// A new bank with its first accounts, whose opening is recorded.
void prepare_bank(Processes& processes, Recording& recording);

/// Looks at the bank in every way while nobody uses it.
void look_at_bank(Processes& processes, Recording& recording);

}  // namespace bankctl::concurrency_test
