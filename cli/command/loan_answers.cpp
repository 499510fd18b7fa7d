#include "cli/command/loan_answers.h"

#include <unistd.h>

#include <algorithm>
#include <span>

#include "cli/command/loan.h"
#include "cli/output.h"
#include "cli/prompt.h"
#include "cli/wrap.h"
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
        case LoanFactType::date:
            if (!parse_day(text))
                throw Failure(Error(ErrorCode::invalid_time, flag + " must be a date like 1990-01-31"));
            return text;
        default: return text;
    }
}

/// Why an answer cannot be taken, as far as that can be told of it alone; the currency comes first.
std::optional<Error> misfit(std::string_view option, const std::string& answer,
                            const std::map<std::string, std::string>& answers) {
    try {
        if (!is_utf8(answer)) throw Failure(Error(ErrorCode::invalid_text, "the answer is not valid UTF-8"));
        const bool is_currency = option == "currency";
        const Currency currency = find_currency(is_currency ? answer : answers.at("currency")).value_or_throw();
        if (!is_currency) value_of(option, answer, currency);
        return std::nullopt;
    } catch (const Failure& failure) {
        return failure.error();
    }
}

/// The answer to a question, which is asked until one fits, so that those before it are not lost; nothing if it is
/// empty or the input ends.
std::optional<std::string> answer_to(const Option& option, const std::map<std::string, std::string>& answers) {
    const std::string choices = option.choices.empty() ? "" : " (yes, no)";
    while (true) {
        auto answer = ask("--" + std::string(option.name) + ", " + std::string(option.summary) + choices + ": ");
        if (!answer || answer->empty()) return std::nullopt;
        const auto error = misfit(option.name, *answer, answers);
        if (!error) return answer;
        write_all(STDERR_FILENO, wrapped(printable(error->message), 2));
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
    // What was given as an option is not asked for again.
    if (const auto currency = answers.find("currency"); currency != answers.end())
        find_currency(currency->second).value_or_throw();
    std::string absent;
    for (const Option& option : std::span(k_loan_check_options).first(k_needed)) {
        if (answers.contains(std::string(option.name))) continue;
        if (absent.empty() && can_ask(context.settings())) {
            if (const auto answer = answer_to(option, answers)) {
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
