// Writing results: stdout carries the result and nothing else, composed whole and written once.
#pragma once

#include <string_view>

namespace bankctl::cli {

/// Makes descriptors 0 to 2 valid, so that a file opened later never takes the place of a closed stdout.
void reserve_standard_streams();

enum class WriteOutcome { done, reader_gone, given_up, failed };

/// Writes all of `bytes` to the descriptor. `gives_up`, asked whenever the write was cut short, may end it.
WriteOutcome write_all(int descriptor, std::string_view bytes, bool (*gives_up)() = nullptr);

}  // namespace bankctl::cli
