#include "cli/pager.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string>
#include <vector>

#include "cli/output.h"
#include "cli/terminal.h"
#include "core/base/text.h"

namespace bankctl::cli {
namespace {

// What the shell says of a command that it cannot run.
constexpr int k_exit_not_executable = 126;
constexpr int k_exit_not_found = 127;

/// The shell command to page with; empty for none.
std::string pager_command() {
    const char* const named = std::getenv("PAGER");  // NOLINT(concurrency-mt-unsafe): one thread
    if (named == nullptr) return "command -v less >/dev/null || exit 127; exec less";
    return std::string_view(named) == "cat" ? "" : named;
}

bool is_longer_than_screen(std::string_view text) {
    const TerminalSize size = terminal_size(STDOUT_FILENO);
    std::size_t rows = 0;
    while (!text.empty() && rows < size.rows) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::size_t columns = display_width(text.substr(0, end));
        rows += std::max<std::size_t>(1, (columns + size.columns - 1) / size.columns);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return rows >= size.rows;  // the shell's prompt needs a row too
}

/// The environment of the pager: ours, and what makes less show colours and end by itself where nothing is left to
/// show.
std::vector<std::string> pager_environment() {
    std::vector<std::string> variables;
    for (char** variable = environ; *variable != nullptr; ++variable) variables.emplace_back(*variable);
    const auto is_less = [](const std::string& variable) { return variable.starts_with("LESS="); };
    if (std::ranges::none_of(variables, is_less)) variables.emplace_back("LESS=FRX");
    return variables;
}

/// Starts the shell with its stdin at the end of a pipe; returns its process id, or -1.
pid_t start(std::string command, std::array<int, 2>& ends) {
    std::string shell = "/bin/sh";
    std::string option = "-c";
    std::vector<std::string> variables = pager_environment();
    std::vector<char*> environment;
    for (std::string& variable : variables) environment.push_back(variable.data());
    environment.push_back(nullptr);
    std::array<char*, 4> words{shell.data(), option.data(), command.data(), nullptr};

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t defaults;  // what this process ignores, the pager must not
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    sigaddset(&defaults, SIGXFSZ);
    sigaddset(&defaults, SIGINT);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    pid_t child = -1;
    const int failure = posix_spawn(&child, shell.c_str(), &actions, &attributes, words.data(), environment.data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failure == 0 ? child : -1;
}

}  // namespace

bool show_in_pager(std::string_view text, const Settings& settings) {
    if (settings.never_asks || !is_terminal(STDIN_FILENO) || !is_capable_terminal(STDOUT_FILENO)) return false;
    const std::string command = pager_command();
    if (command.empty() || !is_longer_than_screen(text)) return false;
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    std::signal(SIGINT, SIG_IGN);  // while the pager has the terminal, Ctrl-C is its business
    const pid_t child = start(command, ends);
    close(ends[0]);
    if (child > 0) write_all(ends[1], text);
    close(ends[1]);
    if (child < 0) return false;
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    const int exit = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    return exit != k_exit_not_executable && exit != k_exit_not_found;
}

}  // namespace bankctl::cli
