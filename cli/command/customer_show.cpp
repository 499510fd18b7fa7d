// bankctl customer show: one customer.
#include "cli/command/all.h"
#include "cli/command/customer.h"
#include "core/service/lookup.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {k_customer_positional};
constexpr Example k_examples[] = {{"bankctl customer show c1", "one customer"}};
constexpr ErrorCode k_errors[] = {ErrorCode::customer_not_found};

std::function<void(Context&)> plan(const Arguments& arguments) {
    const CustomerId id = required_argument(arguments, "ID", parse_customer_id);
    return [id](Context& context) {
        Json data;
        context.ledger().read([&](port::Snapshot& snapshot) {
            data = customer_json(snapshot, find_customer(snapshot, id).value_or_throw());
        });
        context.print(data);
    };
}

}  // namespace

const Command k_customer_show{.noun = "customer",
                              .verb = "show",
                              .summary = "Show a customer",
                              .description = "Shows a customer as of now.",
                              .positionals = k_positionals,
                              .document = &k_customer_document,
                              .examples = k_examples,
                              .errors = k_errors,
                              .plan = plan};

}  // namespace bankctl::cli
