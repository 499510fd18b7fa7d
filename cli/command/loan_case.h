// What the commands about loans in the bank share.
#pragma once

#include "cli/command/common.h"
#include "cli/dispute_input.h"
#include "cli/loan_case_document.h"
#include "core/service/loans.h"

namespace bankctl::cli {

inline constexpr Positional k_loan_positional{"ID", "the loan's id, like LOAN-42"};
inline constexpr Option k_loan_note_option{"note", "TEXT", "a note of at most 4096 bytes, kept in the loan's history"};
inline constexpr Option k_if_loan_version_option{"if-version", "N", "only if the loan is still at this version"};

/// The bytes of loan.decision/v1's data that are stored with an application.
std::string loan_decision_bytes(const LoanApplication& application, const LoanDecision& decision,
                                const LoanPolicy& policy, const std::string& input_sha256);

/// Does one step in a transaction of its own and returns the loan's document as it stands after it.
Json write_loan(Context& context, bool is_dry_run, const std::function<Result<Posted>(Loans&)>& step,
                std::optional<Seq> number = {});

/// ID, --note, --if-version and --key of a step.
template <class Step>
Step loan_step_from(const Arguments& arguments) {
    Step step;
    step.loan = required_argument(arguments, "ID", parse_loan_id);
    step.note = optional_argument(arguments, "note", parse_note);
    step.if_version = optional_argument(arguments, "if-version", parse_version);
    step.key = optional_argument(arguments, "key", parse_key);
    return step;
}

/// Prints a loan: for people as one reads it, unless fields were chosen.
void print_loan(Context& context, const Json& loan);

/// The plan of a step: does `method` with `step` and prints the loan.
template <class Step>
std::function<void(Context&)> loan_step_plan(const Arguments& arguments, const Step& step,
                                             Result<Posted> (Loans::*method)(const Step&)) {
    const bool is_dry_run = arguments.has("dry-run");
    return [step, method, is_dry_run](Context& context) {
        const auto work = [&](Loans& loans) { return (loans.*method)(step); };
        print_loan(context, write_loan(context, is_dry_run, work, step.loan));
    };
}

}  // namespace bankctl::cli
