// bankctl limit set: what a user, or everybody without a limit of their own, may do from now on.
#include "cli/command/all.h"
#include "cli/command/limit.h"
#include "core/base/text.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {k_limit_user_positional};
constexpr std::string_view k_algorithms[] = {"token-bucket", "sliding-window", "none"};
constexpr std::string_view k_on_error[] = {"closed", "open"};
constexpr Option k_options[] = {
    {.name = "rate", .value = "RATE", .summary = "N/s, N/m or none: how many a second or minute", .is_required = true},
    {"burst", "N", "how many at once (default: the number of the rate); of a sliding window: the rate"},
    {.name = "algorithm",
     .value = "ALGORITHM",
     .summary = "how requests are counted (default: token-bucket)",
     .choices = k_algorithms},
    k_class_option,
    {.name = "on-error",
     .value = "ANSWER",
     .summary = "whether commands go on when the limiter cannot be used (default: closed)",
     .choices = k_on_error},
    k_if_limit_version_option,
    k_key_option,
    k_dry_run_option};
constexpr Example k_examples[] = {
    {"bankctl limit set default --rate none", "nobody has a limit but who has one of their own"},
    {"bankctl limit set cron --rate 50/s --burst 100", "more for one user"},
    {"bankctl limit set alice --rate 5/s --algorithm sliding-window", "never more than five in any second"}};
constexpr ErrorCode k_errors[] = {ErrorCode::owner_only, ErrorCode::version_conflict, ErrorCode::invalid_number,
                                  ErrorCode::idempotency_key_mismatch};

Result<LimitPolicy> parse_rate_or_none(std::string_view text) {
    if (text != "none") return parse_rate(text);
    LimitPolicy policy;
    policy.algorithm = LimitAlgorithm::none;
    return policy;
}

LimitPolicy policy_argument(const Arguments& arguments) {
    LimitPolicy policy = required_argument(arguments, "rate", parse_rate_or_none);
    const auto burst = optional_argument(arguments, "burst", parse_burst);
    policy.fails_open = arguments.value("on-error") == "open";
    const bool has_rate = policy.algorithm != LimitAlgorithm::none;
    const auto algorithm = limit_algorithm(arguments.value("algorithm").value_or(has_rate ? "token-bucket" : "none"));
    if (has_rate != (algorithm != LimitAlgorithm::none))
        throw Failure(Error(ErrorCode::usage, "--rate and --algorithm contradict each other",
                            "give --rate none alone for no limit"));
    if (burst && !has_rate) throw Failure(Error(ErrorCode::usage, "without a limit there is no --burst"));
    policy.algorithm = *algorithm;
    if (burst && policy.algorithm == LimitAlgorithm::sliding_window && *burst != policy.rate)
        throw Failure(Error(ErrorCode::usage, "the burst of a sliding window is its rate", "leave out --burst"));
    policy.burst = burst.value_or(policy.burst);
    if (const Status status = check_limit_policy(policy); !status) throw Failure(status.error());
    return policy;
}

std::function<void(Context&)> plan(const Arguments& arguments) {
    PutLimit request;
    request.user = required_argument(arguments, "USER", parse_user);
    request.limit_class = class_argument(arguments);
    request.policy = policy_argument(arguments);
    request.if_version = optional_argument(arguments, "if-version", parse_limit_version);
    request.key = optional_argument(arguments, "key", parse_key);
    const bool is_dry_run = arguments.has("dry-run");
    return [request, is_dry_run](Context& context) {
        context.print(change_limit(context, is_dry_run, [&](Posting& posting) { return posting.put_limit(request); }));
    };
}

}  // namespace

const Command k_limit_set{
    .noun = "limit",
    .verb = "set",
    .summary = "Set the limit of a user or of everybody",
    .description =
        "From now on the user may make at most so many requests, whatever process asks. The limit of default holds for "
        "all who have none of their own, in place of the built-in one: 5 commands a second, 5 at once; lines of "
        "imports "
        "without a limit for the database's owner, 1000 a second for everybody else. A token bucket allows --burst at "
        "once and then the rate, so up to burst + rate - 1 in a second; a sliding window, of at most 100, never more "
        "than the rate in any period. For the owner of the database only.",
    .positionals = k_positionals,
    .options = k_options,
    .document = &k_limit_rule_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan};

}  // namespace bankctl::cli
