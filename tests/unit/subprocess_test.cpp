#include "core/base/subprocess.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "tests/support/temp_directory.h"

namespace bankctl::test {
namespace {

using End = ProgramResult::End;
using std::chrono::milliseconds;

ProgramCall shell(const std::string& script) {
    ProgramCall call;
    call.words = shell_words(script);
    call.time_limit = milliseconds{60'000};
    call.grace = milliseconds{50};
    return call;
}

ProgramResult run(const std::string& script, std::string_view input = {}) {
    ProgramCall call = shell(script);
    call.input = input;
    return run_program(call);
}

bool has_children() { return waitpid(-1, nullptr, WNOHANG) != -1 || errno != ECHILD; }

/// Whether the process is there and no zombie.
bool runs(pid_t pid) {
    std::ifstream status("/proc/" + std::to_string(pid) + "/stat");
    std::string text;
    std::getline(status, text);
    const std::size_t end = text.rfind(')');
    return end != std::string::npos && end + 2 < text.size() && text[end + 2] != 'Z' && text[end + 2] != 'X';
}

/// Waits until the process is gone; false after ten seconds.
bool ends(pid_t pid) {
    for (int i = 0; i < 1000 && runs(pid); ++i) usleep(10'000);
    return !runs(pid);
}

}  // namespace

TEST_CASE("a program gets its input and its output comes back") {
    const ProgramResult result = run("cat; echo oops >&2; exit 3", "in\0put");
    CHECK(result.end == End::exited);
    CHECK(result.code == 3);
    CHECK_FALSE(result.succeeded());
    CHECK(result.output == "in");
    CHECK(result.errors == "oops\n");
    CHECK(description(result) == "exited with 3: oops");
    CHECK(run("cat", std::string("a\0b", 3)).output == std::string("a\0b", 3));
    CHECK(run("true").succeeded());
    CHECK(run("cat").output.empty());
    const std::string much(1 << 20, 'x');
    CHECK(run("wc -c", much).output == "1048576\n");
    CHECK_FALSE(has_children());
}

TEST_CASE("a program that never reads holds up nobody") {
    const std::string much(4 << 20, 'x');
    CHECK(run("exit 0", much).succeeded());
    CHECK(run("exec 0<&-; echo done", much).output == "done\n");
}

TEST_CASE("a program that never ends is ended with all that it started") {
    TempDirectory folder;
    const std::string pids = folder.file("pids");
    const auto script = GENERATE(values<std::string>(
        {"sleep 1000 & echo $! >PIDS; echo $$ >>PIDS; wait", "trap '' TERM; echo $$ >PIDS; while :; do sleep 1; done",
         "exec >&- 2>&-; echo $$ >PIDS; exec sleep 1000", "(trap '' TERM; sleep 1000) & echo $! >PIDS; exit 0"}));
    std::string text = script;
    for (std::size_t at; (at = text.find("PIDS")) != std::string::npos;) text.replace(at, 4, pids);
    ProgramCall call = shell(text);
    call.time_limit = milliseconds{300};
    const bool leaves = script.ends_with("exit 0");
    const ProgramResult result = run_program(call);
    CHECK(result.end == (leaves ? End::exited : End::timed_out));
    CHECK_FALSE(has_children());
    std::ifstream file(pids);
    int count = 0;
    for (pid_t pid = 0; file >> pid; ++count) {
        if (leaves) {
            CHECK(runs(pid));  // what is left in the background is the program's own business
            kill(pid, SIGKILL);
        }
        CHECK(ends(pid));
    }
    CHECK(count >= 1);
}

TEST_CASE("a background process that holds the output open is not waited for") {
    const ProgramResult result = run("sleep 30 & echo $!");
    CHECK(result.succeeded());
    const pid_t left = std::stoi(result.output);
    CHECK(runs(left));
    kill(left, SIGKILL);
}

TEST_CASE("a flood is cut and ended") {
    ProgramCall call = shell("yes");
    call.output_bytes_max = 1000;
    const ProgramResult result = run_program(call);
    CHECK(result.end == End::too_much_output);
    CHECK(result.output.size() == 1000);
    CHECK(description(result) == "wrote too much");
    CHECK_FALSE(has_children());

    call = shell("head -c 1000 /dev/zero");
    call.output_bytes_max = 1000;
    CHECK(run_program(call).succeeded());
    call.output_bytes_max = 999;
    CHECK(run_program(call).end == End::too_much_output);

    call = shell("head -c 1000000 /dev/zero >&2; echo out");
    const ProgramResult noisy = run_program(call);
    CHECK(noisy.succeeded());
    CHECK(noisy.errors.size() == call.errors_bytes_max);
    CHECK(noisy.output == "out\n");
}

TEST_CASE("a program that dies by a signal or is not there is told apart") {
    const ProgramResult killed = run("echo before; kill -SEGV $$");
    CHECK(killed.end == End::signalled);
    CHECK(killed.code == SIGSEGV);
    CHECK(killed.output == "before\n");
    CHECK(description(killed) == "was ended by signal 11");

    ProgramCall call;
    call.words = {"/nowhere/at-all"};
    const ProgramResult missing = run_program(call);
    CHECK(missing.end == End::not_started);
    CHECK(missing.code == ENOENT);
    CHECK(description(missing) == "cannot be started: No such file or directory");
    call.words = {"/"};
    CHECK(run_program(call).code == EACCES);
    CHECK(run("no-such-command-anywhere").code == 127);
    CHECK_FALSE(has_children());
}

TEST_CASE("where children are ignored, how a program ended is not taken for success") {
    const auto before = std::signal(SIGCHLD, SIG_IGN);
    const ProgramResult result = run("exit 9");
    std::signal(SIGCHLD, before);
    CHECK(result.end == End::exited);
    CHECK(result.code != 0);
}

TEST_CASE("a program gets no file but its three, no blocked and no ignored signal, and the variables it is given") {
    const int leaked = dup2(STDERR_FILENO, 77);
    REQUIRE(leaked == 77);
    CHECK(run("test -e /proc/self/fd/77 && echo leaked || echo closed").output == "closed\n");
    close(leaked);

    std::signal(SIGPIPE, SIG_IGN);
    sigset_t blocked, before;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    const ProgramResult masks = run("grep -E '^Sig(Blk|Ign)' /proc/self/status");
    sigprocmask(SIG_SETMASK, &before, nullptr);
    std::signal(SIGPIPE, SIG_DFL);
    CHECK(masks.output == "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");

    ProgramCall call = shell("echo \"$ONE|$TWO|$HOME\"");
    call.environment = {{"ONE", "1"}, {"TWO", "a b\n$x"}, {"HOME", "/h"}};
    CHECK(run_program(call).output == "1|a b\n$x|/h\n");
}

TEST_CASE("a program dies with the process that runs it") {
    TempDirectory folder;
    const std::string file = folder.file("pid");
    const pid_t runner = fork();
    REQUIRE(runner >= 0);
    if (runner == 0) {
        run("echo $$ >" + file + ".new; mv " + file + ".new " + file + "; exec sleep 1000");
        _exit(0);
    }
    pid_t program = 0;
    for (int i = 0; i < 1000 && program == 0; ++i) {
        std::ifstream(file) >> program;
        if (program == 0) usleep(10'000);
    }
    REQUIRE(program > 0);
    CHECK(runs(program));
    kill(runner, SIGKILL);
    waitpid(runner, nullptr, 0);
    CHECK(ends(program));
}

TEST_CASE("what a program says on stderr is shown on one line without harm") {
    ProgramResult result;
    result.code = 1;
    result.errors = "\x1b[31mred\nsecond line";
    CHECK(description(result) == "exited with 1: \\x1b[31mred");
    result.errors = std::string(5000, 'x');
    CHECK(description(result).size() < 300);
    result.end = End::timed_out;
    result.errors.clear();
    CHECK(description(result) == "took too long");
}

}  // namespace bankctl::test
