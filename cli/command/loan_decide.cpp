// bankctl loan decide: a person decides an application that was referred.
#include "cli/command/all.h"
#include "cli/command/loan_case.h"

namespace bankctl::cli {
namespace {

constexpr std::string_view k_outcomes[] = {"approve", "decline"};
constexpr Positional k_positionals[] = {k_loan_positional,
                                        {.name = "OUTCOME", .summary = "what was decided", .choices = k_outcomes}};
constexpr Option k_options[] = {
    {.name = "reason", .value = "CODE", .summary = "a reason's code in the policy; up to four", .is_repeated = true},
    {"note", "TEXT", "the reason in your own words, at most 4096 bytes"},
    k_if_loan_version_option,
    k_key_option,
    k_dry_run_option};
constexpr Example k_examples[] = {
    {"bankctl loan decide LOAN-55 approve --note \"payslips seen\" --user ben", "with a reason in own words"},
    {"bankctl loan decide LOAN-55 decline --reason unable_to_verify_income", "with one that the letter explains"}};
constexpr ErrorCode k_errors[] = {ErrorCode::loan_not_found,     ErrorCode::illegal_transition,
                                  ErrorCode::four_eyes_required, ErrorCode::version_conflict,
                                  ErrorCode::invalid_text,       ErrorCode::idempotency_key_mismatch};

std::function<void(Context&)> plan(const Arguments& arguments) {
    DecideLoan step = loan_step_from<DecideLoan>(arguments);
    step.approves = arguments.required("OUTCOME") == "approve";
    step.reasons = arguments.values("reason");
    if (step.reasons.empty() && !step.note)
        throw Failure(Error(ErrorCode::missing_argument, "a decision needs a reason",
                            "give --reason with a code of the policy, or --note with your own words")
                          .with("argument", std::string("--reason")));
    return [step, is_dry_run = arguments.has("dry-run")](Context& context) {
        DecideLoan request = step;
        request.people_are_uids = context.tenure() && context.tenure()->is_shared;
        const auto work = [&](Loans& loans) { return loans.decide(request); };
        print_loan(context, write_loan(context, is_dry_run, work, request.loan));
    };
}

}  // namespace

const Command k_loan_decide{
    .noun = "loan",
    .verb = "decide",
    .summary = "Decide an application that was referred",
    .description =
        "A person decides, for a reason: codes of the policy that decided, or a note. Approved, the loan can be "
        "accepted as it was asked for; declined, the customer is told the reasons. Above the policy's limit, whoever "
        "applied may not decide.",
    .positionals = k_positionals,
    .options = k_options,
    .document = &k_loan_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan};

}  // namespace bankctl::cli
