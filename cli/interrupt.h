// SIGINT, SIGTERM and SIGHUP: each ends the process at once as long as nothing has been decided; from then on it is
// only noted.
#pragma once

#include <string_view>

namespace bankctl::cli {

/// Sets the handler up, for what whoever started the process does not want ignored. `message` says what an interrupt
/// writes to stderr; it is called in the handler.
void install_interrupt_handler(std::string_view (*message)());

/// From now on an interrupt is noted, not obeyed: what is being committed will be reported.
void defer_interrupts();

/// What an interrupt writes to stderr before its message, to leave a line that stands there unfinished; null for
/// nothing. It must last as long as the process.
void leave_line_when_interrupted(const char* bytes);

/// The exit code of a command that a signal has ended: 128 and its number, as a shell tells it.
int exit_code_of_interrupt();

/// True once a deferred interrupt has come.
bool was_interrupted();

}  // namespace bankctl::cli
