// bankctl loan list: the loans, what is due first.
#include "cli/command/all.h"
#include "cli/command/loan_case.h"
#include "core/service/lookup.h"

namespace bankctl::cli {
namespace {

constexpr std::string_view k_statuses[] = {"approved",  "referred",  "declined", "accepted",
                                           "disbursed", "withdrawn", "expired"};
constexpr Option k_options[] = {
    {.name = "status", .value = "STATUS", .summary = "only in this status", .choices = k_statuses},
    {"customer", "CUSTOMER", "only this customer's"},
    {"due-before", "TIME", "only those with something due before this time"},
    {"overdue", "", "only those with something due before now"},
    k_limit_option,
    k_after_option};
constexpr Example k_examples[] = {{"bankctl loan list --status referred", "what a person must decide, by when"},
                                  {"bankctl loan list --overdue", "what is late, and which offers have ended"},
                                  {"bankctl loan list --customer c1 --fields id,status,amount", "a customer's loans"}};
constexpr ErrorCode k_errors[] = {ErrorCode::customer_not_found, ErrorCode::invalid_time, ErrorCode::invalid_cursor};

struct Request {
    LoanQueue queue;
    std::optional<CustomerId> customer;
    std::optional<std::int64_t> limit;
    bool is_overdue = false;
};

void run(Context& context, Request request) {
    context.ledger().read([&](port::Snapshot& snapshot) {
        const Timestamp now = context.clock().now();
        LoanQueue& queue = request.queue;
        if (request.customer) queue.customer = find_customer(snapshot, *request.customer).value_or_throw().number;
        if (request.is_overdue) queue.due_before = std::min(queue.due_before.value_or(now), now);
        ListPrinter printer(context);
        std::int64_t printed = 0;
        Json next = nullptr;
        LoanPlace last;
        snapshot.scan_loan_queue(queue, [&](const Loan& loan) {
            if (request.limit && printed == *request.limit) {
                next = place_text(last);
                return false;
            }
            ++printed;
            last = place_of(loan);
            return printer.add(loan_row_json(snapshot, loan, now));
        });
        printer.finish(next);
    });
}

std::function<void(Context&)> plan(const Arguments& arguments) {
    Request request;
    if (const auto status = arguments.value("status")) request.queue.status = loan_status(*status);
    request.queue.due_before = optional_argument(arguments, "due-before", parse_time);
    request.queue.after = optional_argument(arguments, "after", parse_place);
    request.is_overdue = arguments.has("overdue");
    request.customer = optional_argument(arguments, "customer", parse_customer_id);
    request.limit = optional_argument(arguments, "limit", parse_limit);
    return [request](Context& context) { run(context, request); };
}

}  // namespace

const Command k_loan_list{
    .noun = "loan",
    .verb = "list",
    .summary = "List loans, what is due first",
    .description =
        "Lists loans: those with which something can still be done, by what is due first, then those that have ended. "
        "What is due is the bank's decision on a referred application, within 30 days, or the end of an offer.",
    .options = k_options,
    .list_document = &k_loan_list_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan};

}  // namespace bankctl::cli
