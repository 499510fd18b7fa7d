// The terminal at the other end of a standard stream, if there is one.
#pragma once

#include <cstddef>

namespace bankctl::cli {

bool is_terminal(int descriptor);

/// A terminal that can move its cursor and show colours: TERM is neither unset nor `dumb`.
bool is_capable_terminal(int descriptor);

struct TerminalSize {
    std::size_t columns = 0;
    std::size_t rows = 0;
};

/// As the terminal says it; 80 columns or 24 rows where it does not.
TerminalSize terminal_size(int descriptor);

}  // namespace bankctl::cli
