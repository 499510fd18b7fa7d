// bankctl limit test: spends requests of the user's limit and says what is left.
#include "cli/command/limit.h"

#include "cli/command/all.h"

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

void run(Context& context, std::int64_t count) {
    require_bank(context);
    const port::LimitSubject subject = context.limit_subject(LimitClass::command);
    LimitPolicy policy;
    std::int64_t allowed = 0;
    std::optional<port::Decision> last_refusal;
    for (std::int64_t i = 0; i < count; ++i) {
        policy = held_limit(context, subject).policy;  // a change holds for the next request
        const port::Decision decision = context.limiter().take(subject, policy, limit_wait(context));
        if (decision.is_admitted) ++allowed;
        if (!decision.is_admitted) last_refusal = decision;
        if (decision.is_admitted) sleep_for(decision.delay);
    }
    const port::Standing standing = context.limiter().peek(subject, policy);
    const std::int64_t retry_ms = milliseconds_up(standing.next_in);
    const Json data{{"user", subject.user},
                    {"allowed", allowed},
                    {"refused", count - allowed},
                    {"remaining", standing.remaining ? Json(*standing.remaining) : Json(nullptr)},
                    {"limit", limit_json(policy)},
                    {"retry_after_ms", retry_ms},
                    {"reset_ms", milliseconds_up(standing.full_in)}};
    if (!last_refusal) return context.print(data);
    Error error = rate_limited(subject, policy, *last_refusal);
    error.message =
        std::to_string(count - allowed) + " of " + std::to_string(count) + " requests were refused: " + error.message;
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
        "error's details. With --wait each request waits for its slot.",
    .options = k_options,
    .document = &k_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan,
    .cost = Cost::by_itself};

}  // namespace bankctl::cli
