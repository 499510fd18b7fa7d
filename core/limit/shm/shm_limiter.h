// The limiter in memory that all processes of one machine share: a file beside the database, PATH-limit-…, that each of
// them maps. Nothing in it needs a repair, whoever is killed when.
#pragma once

#include <memory>
#include <string>

#include "core/port/limiter.h"

namespace bankctl::shm {

struct Options {
    std::string database_path;
};

/// The limiter of the bank at this path, made if it is the first to be asked since the machine was started. Throws
/// Failure with `limiter_unavailable`.
std::unique_ptr<port::Limiter> open_limiter(const Options& options);

}  // namespace bankctl::shm
