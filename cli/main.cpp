// The process: signals, streams, and the words of the command line.
#include <csignal>
#include <string>
#include <vector>

#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/run.h"
#include "core/base/error.h"

int main(int count, char** values) {
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGCHLD, SIG_DFL);  // a parent's wish to ignore its children would hide how those of ours end
    std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error of the write, not the end of the process
    bankctl::cli::install_interrupt_handler(bankctl::cli::interrupt_message);
    bankctl::cli::reserve_standard_streams();
    const std::vector<std::string> words(values + 1, values + count);
    const int outcome = bankctl::cli::run(words);
    const bool is_interrupted = outcome == exit_code(bankctl::ErrorKind::interrupted);
    return is_interrupted ? bankctl::cli::exit_code_of_interrupt() : outcome;
}
