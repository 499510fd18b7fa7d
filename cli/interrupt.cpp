#include "cli/interrupt.h"

#include <unistd.h>

#include <atomic>
#include <csignal>

#include "cli/output.h"

namespace bankctl::cli {
namespace {

constexpr int k_exit_of_signal = 128;

volatile std::sig_atomic_t is_deferred = 0;
volatile std::sig_atomic_t signal_come = 0;
std::atomic<const char*> line_end = nullptr;
std::string_view (*message_of_interrupt)() = nullptr;

extern "C" void handle_interrupt(int signal) {
    signal_come = signal;
    if (is_deferred != 0) return;
    if (const char* const end = line_end) write_all(STDERR_FILENO, end);
    write_all(STDERR_FILENO, message_of_interrupt());
    _exit(exit_code_of_interrupt());
}

}  // namespace

void install_interrupt_handler(std::string_view (*message)()) {
    message_of_interrupt = message;
    struct sigaction action {};
    action.sa_handler = handle_interrupt;  // without SA_RESTART, so that waiting for input ends
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        struct sigaction before {};
        sigaction(signal, nullptr, &before);
        if (before.sa_handler != SIG_IGN) sigaction(signal, &action, nullptr);  // nohup has its way
    }
}

void leave_line_when_interrupted(const char* bytes) { line_end = bytes; }

void defer_interrupts() { is_deferred = 1; }

int exit_code_of_interrupt() { return k_exit_of_signal + (signal_come != 0 ? signal_come : SIGINT); }

bool was_interrupted() { return signal_come != 0; }

}  // namespace bankctl::cli
