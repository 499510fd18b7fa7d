// bankctl completion: the completion script of a shell.
#include "cli/completion.h"

#include "cli/command/all.h"
#include "cli/command/common.h"

namespace bankctl::cli {
namespace {

constexpr std::string_view k_shells[] = {"bash", "zsh", "fish"};
constexpr Positional k_positionals[] = {{.name = "SHELL", .summary = "the shell", .choices = k_shells}};
constexpr Example k_examples[] = {{"eval \"$(bankctl completion bash)\"", "in this shell, at once"},
                                  {"bankctl completion zsh > _bankctl", "for a folder of zsh's fpath"}};

std::function<void(Context&)> plan(const Arguments& arguments) {
    const std::string shell = arguments.required("SHELL");
    return [shell](Context& context) { context.print_text(completion_script(shell)); };
}

}  // namespace

const Command k_completion{
    .noun = "completion",
    .verb = "",
    .summary = "Print the completion script of a shell",
    .description =
        "Prints a script that completes nouns, verbs, options, the values that options choose from, files, topics, and "
        "the ids of accounts and customers.",
    .positionals = k_positionals,
    .examples = k_examples,
    .plan = plan,
    .is_about_program = true,
    .cost = Cost::nothing};

}  // namespace bankctl::cli
