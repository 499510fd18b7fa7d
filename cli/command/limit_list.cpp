// bankctl limit list: who is busy, who is blocked, and whose limit was set.
#include <algorithm>
#include <tuple>

#include "cli/command/all.h"
#include "cli/command/limit.h"
#include "core/service/queries.h"

namespace bankctl::cli {
namespace {

constexpr Option k_options[] = {k_limit_option};
constexpr Example k_examples[] = {
    {"bankctl limit list --limit 10", "the busiest"},
    {"bankctl limit list --json | jq -r '.data[] | select(.blocked) | .user'", "who has to wait now"}};
constexpr ErrorCode k_errors[] = {ErrorCode::not_initialized};

/// Everybody who was counted, the busiest first, then those whose limit was set.
std::vector<port::Usage> listed_users(Context& context, port::Snapshot& snapshot) {
    std::vector<port::Usage> users = context.limiter().usage();
    std::ranges::sort(users, {}, [](const port::Usage& usage) {
        return std::tuple(-(usage.admitted + usage.refused), usage.subject.user, usage.subject.limit_class);
    });
    for (const LimitRule& rule : all_limit_rules(snapshot)) {
        const auto is_of_rule = [&](const port::Usage& usage) {
            return usage.subject.user == rule.user && usage.subject.limit_class == rule.limit_class;
        };
        if (rule.policy && std::ranges::none_of(users, is_of_rule)) users.push_back({{rule.user, rule.limit_class}});
    }
    return users;
}

std::function<void(Context&)> plan(const Arguments& arguments) {
    const auto limit =
        static_cast<std::size_t>(optional_argument(arguments, "limit", parse_limit).value_or(k_limit_max));
    return [limit](Context& context) {
        context.ledger().read([&](port::Snapshot& snapshot) {
            std::vector<port::Usage> users = listed_users(context, snapshot);
            users.resize(std::min(users.size(), limit));
            ListPrinter printer(context);
            for (const port::Usage& usage : users) {
                if (!printer.add(limit_standing_json(context, snapshot, usage))) break;
            }
            printer.finish();
        });
    };
}

}  // namespace

const Command k_limit_list{.noun = "limit",
                           .verb = "list",
                           .summary = "List busy and blocked users and the limits that were set",
                           .description =
                               "Lists everybody whom the limiter remembers, the busiest first, then the users whose "
                               "limit was set and who made "
                               "no request. Who is blocked would be refused now. Commands and lines of imports are "
                               "counted apart, by class. It "
                               "spends nothing.",
                           .options = k_options,
                           .list_document = &k_limit_list_document,
                           .examples = k_examples,
                           .errors = k_errors,
                           .plan = plan,
                           .cost = Cost::nothing};

}  // namespace bankctl::cli
