// An application for a loan from options and, at a terminal, from answers to questions.
#pragma once

#include <map>
#include <string>

#include "cli/command/loan.h"

namespace bankctl::cli {

inline constexpr std::string_view k_yes_no[] = {"yes", "no"};

/// The options of loan check that make an application, and the policy. In the order of the questions: first what is
/// needed, with no gap, then what may be known.
inline constexpr Option k_loan_check_options[] = {
    {"currency", "CODE", "the currency of all amounts, of ISO 4217"},
    {"amount", "AMOUNT", "the amount asked for, in major units"},
    {"months", "N", "how many monthly payments"},
    {"rate-bps", "N", "the yearly rate in basis points: 999 is 9.99 percent"},
    {"birth-date", "DATE", "the applicant's date of birth"},
    {"gross-income", "AMOUNT", "monthly income before taxes"},
    {"net-income", "AMOUNT", "monthly income after taxes"},
    {.name = "income-verified", .value = "WORD", .summary = "whether the income was verified", .choices = k_yes_no},
    {"debts", "AMOUNT", "monthly payments on debts"},
    {"expenses", "AMOUNT", "monthly essential expenses"},
    {"housing", "AMOUNT", "monthly cost of housing"},
    {"fee", "AMOUNT", "a fee that is taken off what is paid out"},
    {"employment-months", "N", "months in the present employment"},
    {"utilisation-bps", "N", "the part of credit limits that is used, in basis points"},
    {"delinquencies", "N", "late payments in 24 months"},
    {"inquiries", "N", "credit inquiries in 6 months"},
    {"as-of", "DATE", "the day for which it is decided (default: today)"},
    k_loan_policy_option};

/// What the options in `arguments` say, by their names; checked when the application is made.
std::map<std::string, std::string> loan_answers(const Arguments& arguments);

/// Asks for what is needed and absent where that is possible; else `missing_argument` that names the options.
void ask_for_loan(Context& context, std::map<std::string, std::string>& answers);

/// `loan.application/v1` of the answers, as of the day `as_of` unless they say otherwise. Throws `invalid_amount`,
/// `amount_precision`, `amount_too_large` and `unknown_currency`; the rest is left to whoever reads the application.
std::string loan_application_json(const std::map<std::string, std::string>& answers, const std::string& as_of);

}  // namespace bankctl::cli
