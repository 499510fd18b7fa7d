// bankctl customer list: all customers by id.
#include "cli/command/all.h"
#include "cli/command/paging.h"

namespace bankctl::cli {
namespace {

constexpr Option k_options[] = {k_limit_option, k_after_option};
constexpr Example k_examples[] = {{"bankctl customer list --limit 100", "the first hundred"}};
constexpr ErrorCode k_errors[] = {ErrorCode::invalid_cursor};

std::function<void(Context&)> plan(const Arguments& arguments) {
    const auto limit = optional_argument(arguments, "limit", parse_limit);
    const CustomerId after = optional_argument(arguments, "after", parse_cursor<CustomerId>).value_or(CustomerId{});
    return [limit, after](Context& context) {
        context.ledger().read([&](port::Snapshot& snapshot) {
            ListPrinter printer(context);
            printer.finish(print_page<Customer>(
                printer, limit, [&](const auto& visit) { snapshot.scan_customers(after, visit); },
                [&](const Customer& customer) { return customer_json(snapshot, customer); },
                [](const Customer& customer) { return customer.id.text; }));
        });
    };
}

}  // namespace

const Command k_customer_list{.noun = "customer",
                              .verb = "list",
                              .summary = "List customers",
                              .description = "Lists customers ascending by id.",
                              .options = k_options,
                              .list_document = &k_customer_list_document,
                              .examples = k_examples,
                              .errors = k_errors,
                              .plan = plan};

}  // namespace bankctl::cli
