// bankctl loan accept, disburse, withdraw: the customer's answer, and the money.
#include "cli/command/all.h"
#include "cli/command/loan_case.h"

namespace bankctl::cli {
namespace {

constexpr std::int64_t k_offers_max = 1000;
constexpr Positional k_positionals[] = {k_loan_positional};
constexpr Option k_accept_options[] = {
    {"offer", "N", "0: what was asked for (default); others: the counter-offers in their order, from 1"},
    k_loan_note_option,
    k_if_loan_version_option,
    k_key_option,
    k_dry_run_option};
constexpr Option k_disburse_options[] = {
    {"account", "ACCOUNT", "the customer's account (default: the application's, else their only one in the currency)"},
    k_loan_note_option,
    k_if_loan_version_option,
    k_key_option,
    k_dry_run_option};
constexpr Option k_withdraw_options[] = {k_loan_note_option, k_if_loan_version_option, k_key_option, k_dry_run_option};
constexpr Example k_accept_examples[] = {{"bankctl loan accept LOAN-54", "as it was asked for"},
                                         {"bankctl loan accept LOAN-56 --offer 1", "the first counter-offer"}};
constexpr Example k_disburse_examples[] = {
    {"bankctl loan disburse LOAN-53 --account alice --key disburse-53", "once, however often it is repeated"}};
constexpr Example k_withdraw_examples[] = {{"bankctl loan withdraw LOAN-54", "the customer wants it no more"}};
constexpr ErrorCode k_errors[] = {ErrorCode::loan_not_found, ErrorCode::illegal_transition, ErrorCode::version_conflict,
                                  ErrorCode::invalid_text, ErrorCode::idempotency_key_mismatch};
constexpr ErrorCode k_disburse_errors[] = {
    ErrorCode::loan_not_found, ErrorCode::illegal_transition,      ErrorCode::account_not_found,
    ErrorCode::wrong_customer, ErrorCode::currency_mismatch,       ErrorCode::account_frozen,
    ErrorCode::account_closed, ErrorCode::balance_overflow,        ErrorCode::version_conflict,
    ErrorCode::invalid_text,   ErrorCode::idempotency_key_mismatch};

Result<std::int64_t> parse_offer(std::string_view text) { return parse_number(text, 0, k_offers_max, "--offer"); }

std::function<void(Context&)> plan_accept(const Arguments& arguments) {
    AcceptLoan step = loan_step_from<AcceptLoan>(arguments);
    step.offer = optional_argument(arguments, "offer", parse_offer).value_or(0);
    return loan_step_plan(arguments, step, &Loans::accept);
}

std::function<void(Context&)> plan_disburse(const Arguments& arguments) {
    DisburseLoan step = loan_step_from<DisburseLoan>(arguments);
    step.account = optional_argument(arguments, "account", parse_account_id);
    return loan_step_plan(arguments, step, &Loans::disburse);
}

std::function<void(Context&)> plan_withdraw(const Arguments& arguments) {
    return loan_step_plan(arguments, loan_step_from<WithdrawLoan>(arguments), &Loans::withdraw);
}

}  // namespace

const Command k_loan_accept{
    .noun = "loan",
    .verb = "accept",
    .summary = "The customer accepts an offer",
    .description =
        "Records that the customer takes an offer within its validity: what was asked for, once it is approved, or a "
        "counter-offer, also of an application that was declined.",
    .positionals = k_positionals,
    .options = k_accept_options,
    .document = &k_loan_document,
    .examples = k_accept_examples,
    .errors = k_errors,
    .plan = plan_accept};

const Command k_loan_disburse{
    .noun = "loan",
    .verb = "disburse",
    .summary = "Pay out a loan",
    .description =
        "Credits what was accepted, less a fee that is not financed, to the customer's account from @loan.CURRENCY, in "
        "the same transaction and never twice.",
    .positionals = k_positionals,
    .options = k_disburse_options,
    .document = &k_loan_document,
    .examples = k_disburse_examples,
    .errors = k_disburse_errors,
    .plan = plan_disburse};

const Command k_loan_withdraw{
    .noun = "loan",
    .verb = "withdraw",
    .summary = "The customer withdraws an application",
    .description = "Ends an application that is approved, referred or accepted, at the customer's wish.",
    .positionals = k_positionals,
    .options = k_withdraw_options,
    .document = &k_loan_document,
    .examples = k_withdraw_examples,
    .errors = k_errors,
    .plan = plan_withdraw};

}  // namespace bankctl::cli
