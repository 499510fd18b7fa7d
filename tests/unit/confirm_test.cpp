// Questions that are answered yes or no, asked through the context as commands do.
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include <catch2/catch.hpp>

#include "cli/command/all.h"
#include "cli/context.h"
#include "tests/support/failure.h"

namespace bankctl::cli {
namespace {

constexpr int k_passed = 0;
constexpr int k_refused = 1;

struct Dialogue {
    std::string shown;
    int exit = -1;
};

/// In a process of its own, on a terminal, where `typed` is the answer.
Dialogue confirm_on_terminal(const std::string& typed) {
    int terminal = -1;
    const pid_t child = forkpty(&terminal, nullptr, nullptr, nullptr);
    if (child == 0) {
        try {
            Context(k_version, Settings{}).confirm("Replace it?");
            _exit(k_passed);
        } catch (const Failure& failure) {
            _exit(failure.error().code == ErrorCode::confirmation_required ? k_refused : 2);
        }
    }
    REQUIRE(child > 0);
    Dialogue dialogue;
    bool is_typed = false;
    char buffer[256];
    for (ssize_t size = 0; (size = read(terminal, buffer, sizeof buffer)) > 0;) {
        dialogue.shown.append(buffer, static_cast<std::size_t>(size));
        if (is_typed || dialogue.shown.find("[y/N] ") == std::string::npos) continue;
        is_typed = true;
        CHECK(write(terminal, typed.data(), typed.size()) == static_cast<ssize_t>(typed.size()));
    }
    close(terminal);
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFEXITED(status)) dialogue.exit = WEXITSTATUS(status);
    return dialogue;
}

TEST_CASE("a confirmation is given by --yes", "[confirm]") {
    Settings settings;
    settings.is_yes = true;
    settings.never_asks = true;
    CHECK_NOTHROW(Context(k_version, settings).confirm("Replace it?"));
}

TEST_CASE("a confirmation that cannot be asked for is required", "[confirm]") {
    Settings settings;
    settings.never_asks = true;
    Context context(k_version, settings);
    CHECK(test::failure_code([&] { context.confirm("Replace it?"); }) == ErrorCode::confirmation_required);
}

TEST_CASE("a person confirms by y or yes and by nothing else", "[confirm]") {
    int ends[2];
    if (openpty(&ends[0], &ends[1], nullptr, nullptr, nullptr) != 0) {
        WARN("SKIPPED: this machine gives no pseudo-terminal");
        return;
    }
    for (const int end : ends) close(end);
    for (const std::string answer : {"y\n", "Y\n", "yes\n"}) {
        const Dialogue dialogue = confirm_on_terminal(answer);
        CHECK(dialogue.shown.starts_with("Replace it? [y/N] "));
        CHECK(dialogue.exit == k_passed);
    }
    for (const std::string answer : {"\n", "n\n", "no\n", "yy\n", "ja\n", "\x04"})
        CHECK(confirm_on_terminal(answer).exit == k_refused);
}

}  // namespace
}  // namespace bankctl::cli
