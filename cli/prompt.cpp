#include "cli/prompt.h"

#include <unistd.h>

#include <cerrno>
#include <span>

#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/parse.h"
#include "cli/terminal.h"

namespace bankctl::cli {
namespace {

constexpr int k_tries = 3;
constexpr std::size_t k_answer_bytes_max = std::size_t{64} << 10;

/// Byte by byte, so that what follows the line is still there for the command.
std::optional<std::string> read_line() {
    std::string line;
    while (line.size() < k_answer_bytes_max) {
        char c = 0;
        const ssize_t count = read(STDIN_FILENO, &c, 1);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return std::nullopt;  // half a line is no answer
        if (c == '\n') return line;
        line += c;
    }
    throw Failure(Error(ErrorCode::usage, "the answer is too long"));
}

/// Like "ACCOUNT, the account's id: ".
std::string question_for(const Missing& missing) {
    std::string text = missing.name() + ", " + std::string(missing.summary());
    std::string choices;
    for (const std::string_view choice : missing.choices())
        choices += (choices.empty() ? "" : ", ") + std::string(choice);
    return text + (choices.empty() ? "" : " (" + choices + ")") + ": ";
}

}  // namespace

bool can_ask(const Settings& settings) {
    return !settings.never_asks && is_terminal(STDIN_FILENO) && is_terminal(STDERR_FILENO);
}

std::optional<std::string> ask(const std::string& question) {
    leave_line_when_interrupted("\n");  // before the question: the answer to it can be an interrupt
    write_all(STDERR_FILENO, question);
    const std::optional<std::string> answer = read_line();
    leave_line_when_interrupted(nullptr);
    if (!answer) write_all(STDERR_FILENO, "\n");
    return answer;
}

void ask_for_missing(const Command& command, Arguments& arguments) {
    while (const std::optional<Missing> missing = first_missing(command, arguments)) {
        std::optional<std::string> answer;
        for (int i = 0; i < k_tries && (!answer || answer->empty()); ++i) {
            answer = ask(question_for(*missing));
            if (!answer) return;
        }
        if (answer->empty()) return;
        arguments.set(missing->key(), {*answer});
    }
}

}  // namespace bankctl::cli
