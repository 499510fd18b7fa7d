// One invocation, from its words to its exit code.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/render/render.h"
#include "core/base/error.h"

namespace bankctl::cli {

/// Runs the command that `words` (without the program's name) name: result to stdout, error to stderr. Returns the exit
/// code. The only place where exceptions are caught for good.
int run(std::span<const std::string> words);

/// The error as one document of JSON, as the contract defines it; what is `beside` it stands in its details, too.
std::string error_document(const Error& error, const Json& beside);

/// What an interrupt writes to stderr; safe to call in a signal handler.
std::string_view interrupt_message();

}  // namespace bankctl::cli
