// bankctl dispute list: the queues of cases, the most urgent first.
#include "cli/command/all.h"
#include "cli/command/dispute.h"
#include "core/base/text.h"
#include "core/model/dispute_queue.h"

namespace bankctl::cli {
namespace {

constexpr std::string_view k_statuses[] = {
    "received",      "classified",      "triage",      "routed",  "investigating", "awaiting_customer", "chargeback",
    "representment", "pre_arbitration", "arbitration", "decided", "closed",        "reopened",          "withdrawn"};
constexpr std::string_view k_priorities[] = {"P1", "P2", "P3", "P4"};
constexpr Option k_options[] = {
    {"team", "TEAM", "only this team's"},
    {"assignee", "USER", "only this person's"},
    {.name = "status", .value = "STATUS", .summary = "only in this status", .choices = k_statuses},
    {.name = "priority", .value = "PRIORITY", .summary = "only of this priority", .choices = k_priorities},
    {"due-before", "TIME", "only those with something due before this time"},
    {"overdue", "", "only those with something due before now"},
    {"customer", "CUSTOMER", "only this customer's"},
    {"all", "", "also closed and withdrawn cases"},
    k_limit_option,
    k_after_option};
constexpr Example k_examples[] = {
    {"bankctl dispute list --limit 50", "what to do first"},
    {"bankctl dispute list --team cards --overdue", "what a team is late with"},
    {"bankctl dispute list --status triage --fields id,priority,category,due_at", "what nobody has looked at yet"},
    {"bankctl dispute list --customer c1 --all --fields id,status,outcome", "a customer's cases, ended ones too"}};
constexpr ErrorCode k_errors[] = {ErrorCode::customer_not_found, ErrorCode::invalid_time, ErrorCode::invalid_cursor};

struct Request {
    DisputeQueue queue;
    std::optional<CustomerId> customer;
    std::optional<std::int64_t> limit;
    bool is_overdue = false;
};

Seq number_of(port::Snapshot& snapshot, const CustomerId& id) {
    const std::optional<Customer> customer = snapshot.customer(id);
    if (!customer)
        throw Failure(Error(ErrorCode::customer_not_found, "there is no customer " + in_quotes(id.text))
                          .with("customer", id.text));
    return customer->number;
}

void run(Context& context, Request request) {
    context.ledger().read([&](port::Snapshot& snapshot) {
        const Timestamp now = context.clock().now();
        DisputeQueue& queue = request.queue;
        if (request.customer) queue.customer = number_of(snapshot, *request.customer);
        if (request.is_overdue) queue.due_before = std::min(queue.due_before.value_or(now), now);
        ListPrinter printer(context);
        std::int64_t printed = 0;
        Json next = nullptr;
        DisputePlace last;
        snapshot.scan_queue(queue, [&](const Dispute& dispute) {
            if (request.limit && printed == *request.limit) {
                next = place_text(last);
                return false;
            }
            ++printed;
            last = place_of(dispute);
            return printer.add(dispute_row_json(snapshot, dispute, now));
        });
        printer.finish(next);
    });
}

std::function<void(Context&)> plan(const Arguments& arguments) {
    Request request;
    const auto parse_name = [](std::string_view text) { return parse_text(text, k_user_bytes_max, "a name"); };
    request.queue.team = optional_argument(arguments, "team", parse_name);
    request.queue.assignee = optional_argument(arguments, "assignee", parse_name);
    if (const auto status = arguments.value("status")) request.queue.status = dispute_status(*status);
    if (const auto priority = arguments.value("priority")) request.queue.priority = priority->back() - '0';
    request.queue.due_before = optional_argument(arguments, "due-before", parse_time);
    request.queue.includes_ended = arguments.has("all");
    request.queue.after = optional_argument(arguments, "after", parse_place);
    request.is_overdue = arguments.has("overdue");
    request.customer = optional_argument(arguments, "customer", parse_customer_id);
    request.limit = optional_argument(arguments, "limit", parse_limit);
    return [request](Context& context) { run(context, request); };
}

}  // namespace

const Command k_dispute_list{
    .noun = "dispute",
    .verb = "list",
    .summary = "List disputes, the most urgent first",
    .description =
        "Lists the cases that somebody has to work on: by priority, then by what is due first, then by number. What is "
        "due is the earliest deadline, of the law or the bank's own, that is not met. Closed and withdrawn cases are "
        "left out unless --all or --status asks for them.",
    .options = k_options,
    .list_document = &k_dispute_list_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan};

}  // namespace bankctl::cli
