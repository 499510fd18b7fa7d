// bankctl customer update: changes what is known of a customer.
#include "cli/command/all.h"
#include "cli/command/customer.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {k_customer_positional};
constexpr Option k_options[] = {{"name", "NAME", "the customer's full name"},
                                k_email_option,
                                k_phone_option,
                                {"if-version", "N", "only if the customer is still at this version"},
                                k_dry_run_option};
constexpr Example k_examples[] = {{"bankctl customer update c1 --email \"\"", "forget the email address"}};
constexpr ErrorCode k_errors[] = {ErrorCode::customer_not_found, ErrorCode::version_conflict, ErrorCode::invalid_text};

std::function<void(Context&)> plan(const Arguments& arguments) { return put_customer_plan(arguments, false); }

}  // namespace

const Command k_customer_update{
    .noun = "customer",
    .verb = "update",
    .summary = "Change a customer's name, email or phone",
    .description =
        "Changes the fields that are given; an empty email or phone removes it. Every update increments the "
        "customer's version and stays in the journal.",
    .positionals = k_positionals,
    .options = k_options,
    .document = &k_customer_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan};

}  // namespace bankctl::cli
