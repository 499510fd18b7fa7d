#include "cli/command/customer.h"

namespace bankctl::cli {

std::function<void(Context&)> put_customer_plan(const Arguments& arguments, bool is_new) {
    PutCustomer request;
    request.is_new = is_new;
    request.id = required_argument(arguments, "ID", parse_customer_id);
    request.name = optional_argument(arguments, "name", parse_name);
    request.email = optional_argument(arguments, "email", parse_name);
    request.phone = optional_argument(arguments, "phone", parse_name);
    request.if_version = optional_argument(arguments, "if-version", parse_version);
    const bool is_dry_run = arguments.has("dry-run");
    if (!request.name && !request.email && !request.phone) {
        throw Failure(Error(ErrorCode::missing_argument, "nothing to change", "give --name, --email or --phone"));
    }
    return [request, is_dry_run](Context& context) {
        const auto describe = [&](port::Snapshot& snapshot, const Posted&, WriteFlags flags) {
            return customer_json(snapshot, require(snapshot.customer(request.id), "the customer just written"), flags);
        };
        context.print(write_once(
            context, is_dry_run, [&](Posting& posting) { return posting.put_customer(request); }, describe));
    };
}

}  // namespace bankctl::cli
