#include "tests/limiter/child.h"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <exception>
#include <stdexcept>
#include <string>

#include "core/base/error.h"

namespace bankctl::limiter_test {
namespace {

void note(Problem& problem, const std::string& text) {
    const std::size_t end = text.copy(problem.data(), problem.size() - 1);
    problem.at(end) = '\0';
}

}  // namespace

pid_t start_child(const std::function<void()>& work, Problem& problem) {
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child < 0) throw std::runtime_error("no process");
    if (child > 0) return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    try {
        work();
        _exit(0);
    } catch (const Failure& failure) {
        note(problem, std::string(info(failure.error().code).name) + ": " + failure.error().message);
    } catch (const std::exception& exception) {
        note(problem, exception.what());
    }
    _exit(1);
}

}  // namespace bankctl::limiter_test
