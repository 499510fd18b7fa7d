// bankctl customer add: adds a customer, who may then have accounts.
#include "cli/command/all.h"
#include "cli/command/customer.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {k_customer_positional};
constexpr Option k_options[] = {
    {"name", "NAME", "the customer's full name", true}, k_email_option, k_phone_option, k_dry_run_option};
constexpr Example k_examples[] = {
    {"bankctl customer add c3 --name \"Grace Hopper\" --email grace@example.com", "a customer with an email address"}};
constexpr ErrorCode k_errors[] = {ErrorCode::already_exists, ErrorCode::invalid_text};

std::function<void(Context&)> plan(const Arguments& arguments) { return put_customer_plan(arguments, true); }

}  // namespace

const Command k_customer_add{
    .noun = "customer",
    .verb = "add",
    .summary = "Add a customer",
    .description = "Adds a customer. Accounts are opened for customers with bankctl account open.",
    .positionals = k_positionals,
    .options = k_options,
    .document = &k_customer_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan};

}  // namespace bankctl::cli
