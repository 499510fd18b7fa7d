// bankctl loan apply: take in a customer's application, decide it and write the letter.
#include "cli/command/all.h"
#include "cli/command/loan.h"
#include "cli/command/loan_case.h"
#include "cli/input_file.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {{"FILE", "the application in JSON (default: -, stdin)", false}};
constexpr Option k_options[] = {
    {"customer", "CUSTOMER", "who applies (default: the application's applicant.customer_id)"},
    {"account", "ACCOUNT", "the customer's account that the loan is to be paid out to"},
    k_loan_policy_option,
    k_key_option,
    k_dry_run_option};
constexpr Example k_examples[] = {
    {"bankctl loan apply application.json --customer c1 --key application-7",
     "decided, stored, and the letter written"},
    {"bankctl loan apply application.json --customer c1 --dry-run", "what would become of it"}};
constexpr ErrorCode k_errors[] = {
    ErrorCode::prohibited_input,   ErrorCode::invalid_json,      ErrorCode::invalid_policy,
    ErrorCode::invalid_number,     ErrorCode::invalid_amount,    ErrorCode::amount_too_large,
    ErrorCode::invalid_time,       ErrorCode::invalid_text,      ErrorCode::unknown_currency,
    ErrorCode::customer_not_found, ErrorCode::account_not_found, ErrorCode::wrong_customer,
    ErrorCode::currency_mismatch,  ErrorCode::unreadable_input,  ErrorCode::idempotency_key_mismatch};

std::function<void(Context&)> plan(const Arguments& arguments) {
    ApplyForLoan request;
    request.customer = optional_argument(arguments, "customer", parse_customer_id);
    request.account = optional_argument(arguments, "account", parse_account_id);
    request.key = optional_argument(arguments, "key", parse_key);
    const std::string path = arguments.value("FILE").value_or("-");
    const bool is_dry_run = arguments.has("dry-run");
    return [=](Context& context) {
        ApplyForLoan application = request;
        application.input = read_whole(path, k_application_bytes_max, ErrorCode::unreadable_input);
        const LoanPolicy policy = open_deciding_policy(context.settings().loan_policy_path);
        const LoanRules rules{&policy, loan_decision_bytes};
        const auto work = [&](Loans& loans) { return loans.apply(application, rules); };
        print_loan(context, write_loan(context, is_dry_run, work));
    };
}

}  // namespace

const Command k_loan_apply{
    .noun = "loan",
    .verb = "apply",
    .summary = "Take in an application for a loan, and decide it",
    .description =
        "Decides a customer's application (loan.application/v1) as loan check does, but with what the ledger knows of "
        "the customer in place of what the application states of the bank's own, and stores what it was decided on: "
        "the input, the ledger's facts, the policy and the decision. An approval that the ledger contradicts is "
        "referred to a person, if the policy says so. What there is to tell is written in the same transaction: the "
        "customer's letter, or a message to the team that decides.",
    .positionals = k_positionals,
    .options = k_options,
    .document = &k_loan_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan};

}  // namespace bankctl::cli
