#include "cli/interrupt.h"

#include <unistd.h>

#include <atomic>
#include <csignal>

#include "cli/output.h"

namespace bankctl::cli {
namespace {

constexpr int k_exit_interrupted = 130;

volatile std::sig_atomic_t is_deferred = 0;
volatile std::sig_atomic_t has_come = 0;
std::atomic<const char*> line_end = nullptr;
std::string_view (*message_of_interrupt)() = nullptr;

extern "C" void handle_interrupt(int) {
    if (is_deferred != 0) {
        has_come = 1;
        return;
    }
    if (const char* const end = line_end) write_all(STDERR_FILENO, end);
    write_all(STDERR_FILENO, message_of_interrupt());
    _exit(k_exit_interrupted);
}

}  // namespace

void install_interrupt_handler(std::string_view (*message)()) {
    message_of_interrupt = message;
    struct sigaction action {};
    action.sa_handler = handle_interrupt;  // without SA_RESTART, so that waiting for input ends
    sigaction(SIGINT, &action, nullptr);
}

void leave_line_when_interrupted(const char* bytes) { line_end = bytes; }

void defer_interrupts() { is_deferred = 1; }

bool was_interrupted() { return has_come != 0; }

}  // namespace bankctl::cli
