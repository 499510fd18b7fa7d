// bankctl limit test: spends requests of the user's limit and says what is left.
#include "cli/command/limit.h"

#include "cli/command/all.h"
#include "cli/interrupt.h"

namespace bankctl::cli {
namespace {

constexpr std::int64_t k_count_max = 1'000'000;
constexpr Option k_options[] = {{"count", "N", "how many requests to spend, from 1 to 1000000 (default: 1)"}};
constexpr Field k_fields[] = {{"user"},
                              {"allowed", CellType::number},
                              {"refused", CellType::number},
                              {"remaining", CellType::number},
                              {"limit", CellType::nested},
                              {"retry_after_ms", CellType::number},
                              {"reset_ms", CellType::number}};
const DocumentInfo k_document{"limit.test/v1", k_fields};
constexpr Example k_examples[] = {
    {"bankctl limit test", "spend one request"},
    {"bankctl limit test --user batch-job --count 8 --wait=5", "spend eight, each as soon as it is allowed"}};
constexpr ErrorCode k_errors[] = {ErrorCode::not_initialized};

Result<std::int64_t> parse_count(std::string_view text) { return parse_number(text, 1, k_count_max, "--count"); }

/// The requests that were spent, and how the last of them ended.
struct Spent {
    std::int64_t allowed = 0;
    std::int64_t refused = 0;
    LimitPolicy policy;  // that held for the last one
    std::optional<Error> error;
};

/// Spends `count` requests, waiting no longer for all of them than --wait allows. An interrupt ends it.
Spent spend(Context& context, const port::LimitSubject& subject, std::int64_t count) {
    Spent spent;
    std::chrono::nanoseconds patience = limit_wait(context);
    for (std::int64_t i = 0; i < count; ++i) {
        spent.policy = held_limit(context, subject).policy;  // a change holds for the next request
        const port::Decision decision = context.limiter().take(subject, spent.policy, patience);
        ++(decision.is_admitted ? spent.allowed : spent.refused);
        if (!decision.is_admitted) {
            spent.error = rate_limited(subject, spent.policy, decision);
            continue;
        }
        patience -= decision.delay;
        try {
            sleep_for(decision.delay);
        } catch (const Failure& failure) {
            spent.error = failure.error();
            return spent;
        }
    }
    return spent;
}

void run(Context& context, std::int64_t count) {
    require_bank(context);
    const port::LimitSubject subject = context.limit_subject(LimitClass::command);
    if (limit_wait(context).count() > 0) defer_interrupts();  // what was spent is told of
    const Spent spent = spend(context, subject, count);
    const port::Standing standing = context.limiter().peek(subject, spent.policy);
    const Json data{{"user", subject.user},
                    {"allowed", spent.allowed},
                    {"refused", spent.refused},
                    {"remaining", standing.remaining ? Json(*standing.remaining) : Json(nullptr)},
                    {"limit", limit_json(spent.policy)},
                    {"retry_after_ms", milliseconds_up(standing.next_in)},
                    {"reset_ms", milliseconds_up(standing.full_in)}};
    if (!spent.error) return context.print(data);
    Error error = *spent.error;
    if (spent.refused > 0)
        error.message = std::to_string(spent.refused) + " of " + std::to_string(count) + " refused: " + error.message;
    throw ReportedFailure(std::move(error), data);
}

std::function<void(Context&)> plan(const Arguments& arguments) {
    const std::int64_t count = optional_argument(arguments, "count", parse_count).value_or(1);
    return [count](Context& context) { run(context, count); };
}

}  // namespace

const Command k_limit_test{
    .noun = "limit",
    .verb = "test",
    .summary = "Spend requests of your limit and see what is left",
    .description =
        "Charges the user as N commands would be, without doing anything else, and says how many were allowed, how "
        "many "
        "would be now, and when. If any was refused the command ends with rate_limited, and the report stands in the "
        "error's details. With --wait each request waits for its slot, and all of them no longer than "
        "that.",
    .options = k_options,
    .document = &k_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan,
    .cost = Cost::by_itself};

}  // namespace bankctl::cli
