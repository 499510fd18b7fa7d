// bankctl help: the commands, one command, or a topic.
#include "cli/help.h"

#include "cli/command/all.h"
#include "cli/command/common.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {
    {"TOPIC", "a command, a topic, a page, an error code or an exit code", false, true}};
constexpr Example k_examples[] = {{"bankctl help transaction transfer", "one command"},
                                  {"bankctl help errors", "every error code with its cause and remedy"},
                                  {"bankctl help 75", "what an exit code means"},
                                  {"bankctl help bankctl-json", "a man page where there is no man"}};
constexpr ErrorCode k_errors[] = {ErrorCode::unknown_topic};

std::function<void(Context&)> plan(const Arguments& arguments) {
    const std::string text = help_text(arguments.values("TOPIC")).value_or_throw();
    return [text](Context& context) { context.print_help(text); };
}

}  // namespace

const Command k_help{.noun = "help",
                     .verb = "",
                     .summary = "Show help on a command or topic",
                     .description =
                         "Shows the list of commands, the help of one noun or command, or a topic. The same as --help. "
                         "On a terminal what is "
                         "longer than the screen goes through $PAGER (default: less).",
                     .positionals = k_positionals,
                     .examples = k_examples,
                     .errors = k_errors,
                     .plan = plan,
                     .is_about_program = true,
                     .cost = Cost::nothing};

}  // namespace bankctl::cli
