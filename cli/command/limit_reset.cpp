// bankctl limit reset: forgets what a user was charged.
#include "cli/command/all.h"
#include "cli/command/limit.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {{"USER", "whose requests are forgotten"}};
constexpr Option k_options[] = {k_class_option, k_key_option, k_dry_run_option};
constexpr Example k_examples[] = {{"bankctl limit reset alice", "alice may use all of her limit again, at once"}};
constexpr ErrorCode k_errors[] = {ErrorCode::owner_only, ErrorCode::idempotency_key_mismatch};

void forget(Context& context, const port::LimitSubject& subject) {
    try {
        context.limiter().reset(subject);
    } catch (const Failure& failure) {
        throw Failure(Error(ErrorCode::applied_unreported,
                            "the reset is in the journal, but was not done: " + failure.error().message,
                            "reset the limit again"));
    }
}

std::function<void(Context&)> plan(const Arguments& arguments) {
    ResetLimit request;
    request.user = required_argument(arguments, "USER", parse_user);
    request.limit_class = class_argument(arguments);
    request.key = optional_argument(arguments, "key", parse_key);
    const bool is_dry_run = arguments.has("dry-run");
    return [request, is_dry_run](Context& context) {
        const Json data =
            change_limit(context, is_dry_run, [&](Posting& posting) { return posting.reset_limit(request); });
        // What is in the journal but was not done costs the user a wait; what is done is always in the journal.
        if (!data.at("dry_run") && !data.at("replayed")) forget(context, {request.user, request.limit_class});
        context.print(data);
    };
}

}  // namespace

const Command k_limit_reset{.noun = "limit",
                            .verb = "reset",
                            .summary = "Forget what a user was charged",
                            .description =
                                "The user may use all of their limit again, at once. The journal records it. For the "
                                "owner of the database only.",
                            .positionals = k_positionals,
                            .options = k_options,
                            .document = &k_limit_rule_document,
                            .examples = k_examples,
                            .errors = k_errors,
                            .plan = plan};

}  // namespace bankctl::cli
