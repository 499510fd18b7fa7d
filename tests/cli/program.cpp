#include "tests/cli/program.h"

#include <unistd.h>

#include <cstdlib>
#include <sstream>

#include <catch2/catch.hpp>

namespace bankctl::cli_test {
namespace {

/// The path of a program in the folders where programs are; empty where there is none.
std::string path_of(const std::string& program) {
    for (const std::string folder : {"/usr/local/bin/", "/usr/bin/", "/bin/", "/usr/sbin/", "/sbin/"}) {
        if (access((folder + program).c_str(), X_OK) == 0) return folder + program;
    }
    return {};
}

}  // namespace

bool has_program(const std::string& program) {
    if (!path_of(program).empty()) return true;
    WARN("SKIPPED: " + program + " is not installed");
    return false;
}

Run run_program(const std::string& program, const Words& words, const std::string& directory, const Environment& more,
                const std::string& input) {
    const std::string executable = BANKCTL_EXECUTABLE;
    ProcessOptions options;
    options.program = path_of(program);
    options.words = words;
    options.directory = directory;
    options.input = input;
    options.environment = {{"LC_ALL", "C.UTF-8"}, {"HOME", directory}, {"TMPDIR", directory}};
    for (const auto& [name, value] : more) options.environment[name] = value;
    options.environment["PATH"] =
        executable.substr(0, executable.rfind('/')) + ":/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";
    return run_process(options);
}

Run run_program(const Bank& bank, const std::string& program, const Words& words, const std::string& input) {
    return run_program(program, words, bank.directory(), bank.environment(), input);
}

Run run_shell(const std::string& line) { return run_program("sh", {"-c", line}); }

}  // namespace bankctl::cli_test
