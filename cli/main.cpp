// The process: signals, streams, and the words of the command line.
#include <unistd.h>

#include <csignal>
#include <string>
#include <vector>

#include "cli/output.h"
#include "cli/run.h"

namespace {

constexpr int k_exit_interrupted = 130;

/// Nothing is half applied at any point, so there is nothing to undo.
extern "C" void exit_interrupted(int) {
    bankctl::cli::write_all(STDERR_FILENO, bankctl::cli::interrupt_message());
    _exit(k_exit_interrupted);
}

}  // namespace

int main(int count, char** values) {
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGINT, exit_interrupted);
    bankctl::cli::reserve_standard_streams();
    const std::vector<std::string> words(values + 1, values + count);
    return bankctl::cli::run(words);
}
