#include "cli/command/loan_answers.h"

#include <algorithm>
#include <span>

#include "cli/command/loan.h"
#include "cli/prompt.h"
#include "core/base/text.h"

namespace bankctl::cli {
namespace {

constexpr std::size_t k_needed = 10;

struct Target {
    std::string_view option;
    std::string_view path;
};
constexpr Target k_targets[] = {{"amount", "loan.amount_minor"},
                                {"months", "loan.term_months"},
                                {"rate-bps", "loan.rate_bps"},
                                {"birth-date", "applicant.date_of_birth"},
                                {"gross-income", "income.gross_monthly_minor"},
                                {"net-income", "income.net_monthly_minor"},
                                {"income-verified", "income.verified"},
                                {"debts", "obligations.monthly_debt_payments_minor"},
                                {"expenses", "obligations.essential_expenses_minor"},
                                {"housing", "obligations.housing_minor"},
                                {"fee", "loan.fee_minor"},
                                {"employment-months", "income.employment_months"},
                                {"utilisation-bps", "bureau.utilisation_bps"},
                                {"delinquencies", "bureau.delinquencies_24m"},
                                {"inquiries", "bureau.inquiries_6m"},
                                {"as-of", "as_of"}};

const LoanFactInfo& fact_of(std::string_view option) {
    const auto* const target = std::ranges::find(k_targets, option, &Target::option);
    return info(*loan_fact(target->path));
}

Json value_of(std::string_view option, const std::string& text, const Currency& currency) {
    const LoanFactInfo& fact = fact_of(option);
    const std::string flag = "--" + std::string(option);
    switch (fact.type) {
        case LoanFactType::amount:
            return Amount::parse_or_zero(text).value_or_throw().minor_in(currency).value_or_throw();
        case LoanFactType::integer: return parse_number(text, fact.low, fact.high, flag).value_or_throw();
        case LoanFactType::boolean:
            if (text != "yes" && text != "no") throw Failure(Error(ErrorCode::usage, flag + " must be yes or no"));
            return text == "yes";
        default: return text;
    }
}

}  // namespace

std::map<std::string, std::string> loan_answers(const Arguments& arguments) {
    std::map<std::string, std::string> answers;
    for (const Option& option : k_loan_check_options) {
        if (option.name == k_loan_policy_option.name) continue;
        if (const auto value = arguments.value(option.name)) answers.emplace(option.name, *value);
    }
    return answers;
}

void ask_for_loan(Context& context, std::map<std::string, std::string>& answers) {
    std::string absent;
    for (const Option& option : std::span(k_loan_check_options).first(k_needed)) {
        if (answers.contains(std::string(option.name))) continue;
        if (can_ask(context.settings())) {
            const std::string choices = option.choices.empty() ? "" : " (yes, no)";
            const auto answer =
                ask("--" + std::string(option.name) + ", " + std::string(option.summary) + choices + ": ");
            if (answer && !answer->empty()) {
                answers.emplace(option.name, *answer);
                continue;
            }
        }
        absent += (absent.empty() ? "--" : ", --") + std::string(option.name);
    }
    if (absent.empty()) return;
    throw Failure(Error(ErrorCode::missing_argument, "the application lacks " + absent,
                        "give them, or name a file with the application, or - for stdin"));
}

std::string loan_application_json(const std::map<std::string, std::string>& answers, const std::string& as_of) {
    const Currency currency = find_currency(answers.at("currency")).value_or_throw();
    Json application{{"schema", "loan.application/v1"}, {"as_of", as_of}, {"currency", currency.code}};
    for (const auto& [option, text] : answers) {
        if (option == "currency") continue;
        if (!is_utf8(text)) throw Failure(Error(ErrorCode::invalid_text, "--" + option + " is not valid UTF-8"));
        const std::string_view path = fact_of(option).path;
        const std::size_t point = path.find('.');
        Json& place = point == std::string_view::npos
                          ? application[std::string(path)]
                          : application[std::string(path.substr(0, point))][std::string(path.substr(point + 1))];
        place = value_of(option, text, currency);
    }
    return application.dump();
}

}  // namespace bankctl::cli
