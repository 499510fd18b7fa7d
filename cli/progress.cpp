#include "cli/progress.h"

#include <unistd.h>

#include <string>

#include "cli/output.h"

namespace bankctl::cli {

Progress::Progress(bool is_quiet, std::string_view what)
    : what_(what), is_wanted_(!is_quiet && is_terminal(STDERR_FILENO)) {}

void Progress::show(std::int64_t count) {
    if (!is_wanted_) return;
    write_all(STDERR_FILENO, "\r" + std::to_string(count) + " " + std::string(what_));
    is_shown_ = true;
}

void Progress::clear() {
    if (is_shown_) write_all(STDERR_FILENO, "\r\x1b[K");
    is_shown_ = false;
}

}  // namespace bankctl::cli
