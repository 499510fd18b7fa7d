// bankctl dispute credit: credit a dispute provisionally, or take it back.
#include "cli/command/all.h"
#include "cli/command/dispute.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {
    k_dispute_positional,
    {.name = "AMOUNT", .summary = "in major units, like 12.34 (default: the disputed amount)", .is_required = false}};
constexpr Option k_options[] = {{"take-back", "", "reverses the provisional credit that stands"},
                                k_credited_account_option,
                                k_note_option,
                                k_if_dispute_version_option,
                                k_key_option,
                                k_dry_run_option};
constexpr Example k_examples[] = {
    {"bankctl dispute credit DSP-45 --key credit-45", "the disputed amount, once, however often it is run"},
    {"bankctl dispute credit DSP-46 --take-back --note \"the merchant has paid\"", "take it back"}};
constexpr ErrorCode k_errors[] = {
    ErrorCode::dispute_not_found,       ErrorCode::illegal_transition, ErrorCode::exceeds_reversible,
    ErrorCode::missing_argument,        ErrorCode::account_not_found,  ErrorCode::wrong_customer,
    ErrorCode::currency_mismatch,       ErrorCode::insufficient_funds, ErrorCode::account_frozen,
    ErrorCode::account_closed,          ErrorCode::version_conflict,   ErrorCode::invalid_text,
    ErrorCode::idempotency_key_mismatch};

std::function<void(Context&)> plan(const Arguments& arguments) {
    CreditDispute step = dispute_step<CreditDispute>(arguments);
    step.amount = optional_argument(arguments, "AMOUNT", Amount::parse);
    step.takes_back = arguments.has("take-back");
    step.account = optional_argument(arguments, "account", parse_account_id);
    if (step.takes_back && (step.amount || step.account))
        throw Failure(Error(ErrorCode::usage, "--take-back reverses the whole credit on its account",
                            "leave out the amount and --account"));
    return step_plan(arguments, step, &Disputes::credit);
}

}  // namespace

const Command k_dispute_credit{
    .noun = "dispute",
    .verb = "credit",
    .summary = "Credit a dispute provisionally, or take it back",
    .description =
        "Posts the amount from the bank's account @dispute.CURRENCY to the customer's, in the same transaction as the "
        "step, and tells the customer. --take-back reverses it, if the account's funds cover that.",
    .positionals = k_positionals,
    .options = k_options,
    .document = &k_dispute_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan};

}  // namespace bankctl::cli
