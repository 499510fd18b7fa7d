// bankctl limit unset: a user has no limit of their own any more.
#include "cli/command/all.h"
#include "cli/command/limit.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {k_limit_user_positional};
constexpr Option k_options[] = {k_class_option, k_if_limit_version_option, k_key_option, k_dry_run_option};
constexpr Example k_examples[] = {{"bankctl limit unset cron", "the default holds for cron again"}};
constexpr ErrorCode k_errors[] = {ErrorCode::limit_not_found, ErrorCode::owner_only, ErrorCode::version_conflict,
                                  ErrorCode::idempotency_key_mismatch};

std::function<void(Context&)> plan(const Arguments& arguments) {
    UnsetLimit request;
    request.user = required_argument(arguments, "USER", parse_user);
    request.limit_class = class_argument(arguments);
    request.if_version = optional_argument(arguments, "if-version", parse_limit_version);
    request.key = optional_argument(arguments, "key", parse_key);
    const bool is_dry_run = arguments.has("dry-run");
    return [request, is_dry_run](Context& context) {
        context.print(
            change_limit(context, is_dry_run, [&](Posting& posting) { return posting.unset_limit(request); }));
    };
}

}  // namespace

const Command k_limit_unset{
    .noun = "limit",
    .verb = "unset",
    .summary = "Take a user's own limit away",
    .description =
        "Ends what bankctl limit set began: the default's limit holds for the user again, or, of default, the built-in "
        "one. For the owner of the database only.",
    .positionals = k_positionals,
    .options = k_options,
    .document = &k_limit_rule_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan};

}  // namespace bankctl::cli
