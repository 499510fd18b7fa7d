#include "tests/support/loan_application.h"

#include <utility>
#include <vector>

namespace bankctl {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

const Fields k_fields{
    {"schema", "\"loan.application/v1\""},
    {"application_id", "\"LN-1\""},
    {"as_of", "\"2026-03-31\""},
    {"currency", "\"USD\""},
    {"applicant.customer_id", "\"C-1\""},
    {"applicant.date_of_birth", "\"1991-05-14\""},
    {"applicant.residency", "\"resident\""},
    {"applicant.consent_credit_check", "true"},
    {"loan.product", "\"personal_unsecured\""},
    {"loan.purpose", "\"home_improvement\""},
    {"loan.amount_minor", "2500000"},
    {"loan.term_months", "48"},
    {"loan.rate_bps", "999"},
    {"loan.fee_minor", "30000"},
    {"loan.fee_financed", "false"},
    {"loan.disbursement_date", "\"2026-04-05\""},
    {"loan.first_payment_date", "\"2026-05-05\""},
    {"loan.collateral_value_minor", "null"},
    {"income.gross_monthly_minor", "400000"},
    {"income.net_monthly_minor", "310000"},
    {"income.verified", "true"},
    {"income.type", "\"salaried\""},
    {"income.employment_months", "30"},
    {"obligations.monthly_debt_payments_minor", "90000"},
    {"obligations.housing_minor", "0"},
    {"obligations.essential_expenses_minor", "110000"},
    {"obligations.dependants_costs_minor", "0"},
    {"bureau.utilisation_bps", "4200"},
    {"bureau.defaults_open", "0"},
    {"bureau.bankruptcy_months_ago", "null"},
    {"bureau.inquiries_6m", "1"},
    {"bureau.oldest_account_months", "96"},
    {"bureau.delinquencies_24m", "0"},
    {"bureau.months_since_delinquency", "null"},
    {"bank.tenure_months", "40"},
    {"bank.overdraft_days_180", "3"},
    {"bank.returned_payments_12m", "0"},
    {"bank.existing_loans_dpd_max", "0"},
    {"bank.account_frozen", "false"},
    {"bank.average_balance_6m_minor", "240000"},
    {"bank.salary_months_6", "6"},
};

}  // namespace

std::string loan_application(const LoanChanges& changes) {
    Fields fields = k_fields;
    for (const auto& [path, value] : changes) {
        bool is_known = false;
        for (auto& field : fields) {
            if (field.first != path) continue;
            field.second = value;
            is_known = true;
        }
        if (!is_known) fields.emplace_back(path, value);
    }
    std::string top;
    std::map<std::string, std::string> sections;
    for (const auto& [path, value] : fields) {
        if (value.empty()) continue;
        const std::size_t point = path.find('.');
        std::string& members = point == std::string::npos ? top : sections[path.substr(0, point)];
        const std::string key = point == std::string::npos ? path : path.substr(point + 1);
        members += std::string(members.empty() ? "" : ",") + "\"" + key + "\":" + value;
    }
    for (const auto& [section, members] : sections) top += ",\"" + section + "\":{" + members + "}";
    return "{" + top + "}";
}

}  // namespace bankctl
