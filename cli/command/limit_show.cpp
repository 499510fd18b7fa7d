// bankctl limit show: a user's limit and what is left of it, without spending any.
#include <algorithm>

#include "cli/command/all.h"
#include "cli/command/limit.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {{"USER", "whose limit (default: your own)", false}};
constexpr Option k_options[] = {k_class_option};
constexpr Example k_examples[] = {{"bankctl limit show", "your own"},
                                  {"bankctl limit show cron --class batch --json", "of cron's imports, for a script"}};
constexpr ErrorCode k_errors[] = {ErrorCode::not_initialized};

std::function<void(Context&)> plan(const Arguments& arguments) {
    const auto user = optional_argument(arguments, "USER", parse_user);
    const LimitClass limit_class = class_argument(arguments);
    return [user, limit_class](Context& context) {
        context.ledger().read([&](port::Snapshot& snapshot) {
            port::Usage usage{context.limit_subject(limit_class)};
            if (user) usage.subject.user = *user;
            const std::vector<port::Usage> all = context.limiter().usage();
            const auto known = std::ranges::find_if(all, [&](const port::Usage& other) {
                return other.subject.user == usage.subject.user && other.subject.limit_class == limit_class;
            });
            if (known != all.end()) usage = *known;
            context.print(limit_standing_json(context, snapshot, usage));
        });
    };
}

}  // namespace

const Command k_limit_show{
    .noun = "limit",
    .verb = "show",
    .summary = "Show a user's limit and what is left of it",
    .description =
        "Shows which limit holds for the user, where it comes from (user: a limit of their own, default: the one for "
        "everybody, built-in: neither was set), how many requests would be allowed at once, and when more are. It "
        "spends nothing. admitted and refused count since the limiter last forgot the user.",
    .positionals = k_positionals,
    .options = k_options,
    .document = &k_limit_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan,
    .cost = Cost::nothing};

}  // namespace bankctl::cli
