#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/settings.h"

namespace bankctl::cli {

bool is_terminal(int descriptor) { return isatty(descriptor) == 1; }

bool is_capable_terminal(int descriptor) {
    return is_terminal(descriptor) && process_environment("TERM").value_or("dumb") != "dumb";
}

TerminalSize terminal_size(int descriptor) {
    winsize size{};
    if (ioctl(descriptor, TIOCGWINSZ, &size) != 0) size = {};
    return {size.ws_col == 0 ? std::size_t{80} : size.ws_col, size.ws_row == 0 ? std::size_t{24} : size.ws_row};
}

}  // namespace bankctl::cli
