// What every fuzz target uses: to say that a promise was broken, and to cut its input into parts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/error.h"

/// The target itself, as libFuzzer wants it: runs one input, and returns 0 or ends the process.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace bankctl::fuzz {

/// The bytes of an input as text.
std::string_view text_of(const std::uint8_t* data, std::size_t size);

/// Prints `promise` and ends the process unless it is kept.
void expect(bool is_kept, std::string_view promise);

/// Expects what every error owes its reader: a kind other than `internal`, and a message that is not empty.
void expect_sound(const Error& error);

/// Expects a sound error that blames the request: kind `invalid`.
void expect_invalid(const Error& error);

/// The input before and after the first line that is `----`; all of it and nothing if there is none.
std::pair<std::string_view, std::string_view> two_documents(std::string_view input);

}  // namespace bankctl::fuzz
