#include "core/score/loan_fact.h"

#include <algorithm>

#include "core/model/money.h"

namespace bankctl {
namespace {

using enum LoanFact;
using T = LoanFactType;

constexpr std::int64_t k_bps_max = 1'000'000;
constexpr std::int64_t k_months_max = 1800;  // 150 years
constexpr std::int64_t k_count_max = 10'000;
constexpr std::int64_t k_day_max = 2'932'896;  // 9999-12-31

// clang-format off
constexpr LoanFactInfo k_facts[] = {
    {as_of, "as_of", T::date, true, 0, k_day_max, "the day for which it is decided"},
    {date_of_birth, "applicant.date_of_birth", T::date, true, -60'000, k_day_max, "the applicant's date of birth"},
    {residency, "applicant.residency", T::word, false, 0, 0, "the applicant's residency"},
    {consent_credit_check, "applicant.consent_credit_check", T::boolean, false, 0, 1, "consent to a credit check"},
    {product, "loan.product", T::word, false, 0, 0, "the product"},
    {purpose, "loan.purpose", T::word, false, 0, 0, "what the loan is for"},
    {amount, "loan.amount_minor", T::amount, true, 1, k_minor_max, "the amount asked for"},
    {term_months, "loan.term_months", T::integer, true, 1, 600, "the number of monthly payments"},
    {rate_bps, "loan.rate_bps", T::integer, true, 0, 100'000, "the yearly rate"},
    {fee, "loan.fee_minor", T::amount, false, 0, k_minor_max, "the fee"},
    {fee_financed, "loan.fee_financed", T::boolean, false, 0, 1, "whether the fee is added to the loan"},
    {disbursement_date, "loan.disbursement_date", T::date, false, 0, k_day_max, "the day of disbursement"},
    {first_payment_date, "loan.first_payment_date", T::date, false, 0, k_day_max, "the day of the first payment"},
    {collateral_value, "loan.collateral_value_minor", T::amount, false, 1, k_minor_max, "the value of the collateral"},
    {gross_monthly, "income.gross_monthly_minor", T::amount, true, 1, k_minor_max, "monthly income before taxes"},
    {net_monthly, "income.net_monthly_minor", T::amount, true, 0, k_minor_max, "monthly income after taxes"},
    {income_verified, "income.verified", T::boolean, true, 0, 1, "whether the income was verified"},
    {income_type, "income.type", T::word, false, 0, 0, "the kind of income"},
    {employment_months, "income.employment_months", T::integer, false, 0, k_months_max, "months in the present employment"},
    {monthly_debt_payments, "obligations.monthly_debt_payments_minor", T::amount, true, 0, k_minor_max, "monthly payments on debts"},
    {housing, "obligations.housing_minor", T::amount, false, 0, k_minor_max, "monthly cost of housing"},
    {essential_expenses, "obligations.essential_expenses_minor", T::amount, false, 0, k_minor_max, "monthly essential expenses"},
    {dependants_costs, "obligations.dependants_costs_minor", T::amount, false, 0, k_minor_max, "monthly costs of dependants"},
    {utilisation_bps, "bureau.utilisation_bps", T::integer, false, 0, k_bps_max, "the part of credit limits that is used"},
    {defaults_open, "bureau.defaults_open", T::integer, false, 0, k_count_max, "open defaults"},
    {bankruptcy_months_ago, "bureau.bankruptcy_months_ago", T::integer, false, 0, k_months_max, "months since a bankruptcy"},
    {inquiries_6m, "bureau.inquiries_6m", T::integer, false, 0, k_count_max, "credit inquiries in 6 months"},
    {oldest_account_months, "bureau.oldest_account_months", T::integer, false, 0, k_months_max, "age of the oldest credit account"},
    {delinquencies_24m, "bureau.delinquencies_24m", T::integer, false, 0, k_count_max, "late payments in 24 months"},
    {months_since_delinquency, "bureau.months_since_delinquency", T::integer, false, 0, k_months_max, "months since a late payment"},
    {tenure_months, "bank.tenure_months", T::integer, false, 0, k_months_max, "months as our customer"},
    {overdraft_days_180, "bank.overdraft_days_180", T::integer, false, 0, 180, "days overdrawn of the last 180"},
    {returned_payments_12m, "bank.returned_payments_12m", T::integer, false, 0, k_count_max, "returned payments in 12 months"},
    {existing_loans_dpd_max, "bank.existing_loans_dpd_max", T::integer, false, 0, 36'500, "days that a loan with us is past due"},
    {account_frozen, "bank.account_frozen", T::boolean, false, 0, 1, "whether an account with us is frozen"},
    {average_balance_6m, "bank.average_balance_6m_minor", T::amount, false, -k_minor_max, k_minor_max, "average balance of 6 months"},
    {salary_months_6, "bank.salary_months_6", T::integer, false, 0, 6, "of the last 6 months, those with a salary"},
    {age_years, "derived.age_years", T::integer, false, 0, 0, "the applicant's age"},
    {payment, "derived.payment_minor", T::amount, false, 0, 0, "the monthly payment"},
    {stressed_payment, "derived.stressed_payment_minor", T::amount, false, 0, 0, "the monthly payment at a higher rate"},
    {dti_bps, "derived.dti_bps", T::integer, false, 0, 0, "payments on debts, this loan's too, to gross income"},
    {pti_bps, "derived.pti_bps", T::integer, false, 0, 0, "this loan's payment to gross income"},
    {ltv_bps, "derived.ltv_bps", T::integer, false, 0, 0, "the loan to the value of the collateral"},
    {residual, "derived.residual_minor", T::amount, false, 0, 0, "what is left of net income"},
    {average_balance_to_income_bps, "derived.average_balance_to_income_bps", T::integer, false, 0, 0, "average balance to gross income"},
};
// clang-format on
static_assert(std::size(k_facts) == k_loan_facts);

constexpr std::string_view k_prohibited[] = {"sex",
                                             "gender",
                                             "race",
                                             "color",
                                             "colour",
                                             "skin_color",
                                             "skin_colour",
                                             "ethnicity",
                                             "ethnic_group",
                                             "religion",
                                             "creed",
                                             "national_origin",
                                             "origin",
                                             "nationality",
                                             "country_of_birth",
                                             "place_of_birth",
                                             "marital_status",
                                             "marriage",
                                             "public_assistance",
                                             "welfare",
                                             "disputes_filed",
                                             "disputes",
                                             "dispute_count",
                                             "postcode",
                                             "postal_code",
                                             "zip",
                                             "zip_code",
                                             "zipcode"};

}  // namespace

std::span<const LoanFactInfo> loan_facts() { return k_facts; }

const LoanFactInfo& info(LoanFact fact) { return k_facts[static_cast<std::size_t>(fact)]; }

std::optional<LoanFact> loan_fact(std::string_view path) {
    const auto* const found = std::ranges::find(k_facts, path, &LoanFactInfo::path);
    if (found == std::end(k_facts)) return std::nullopt;
    return found->fact;
}

bool is_prohibited_name(std::string_view name) {
    if (name.size() > 32) return false;
    std::string plain(name);
    for (char& c : plain) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if (c == '-' || c == ' ') c = '_';
    }
    return std::ranges::find(k_prohibited, plain) != std::end(k_prohibited);
}

}  // namespace bankctl
