#include "tests/support/bad_loan_applications.h"

#include "core/score/loan_fact.h"

namespace bankctl {
namespace {

/// What no field of a type may hold.
std::vector<BadApplication> cases_of(const LoanFactInfo& fact) {
    const std::string path(fact.path);
    std::vector<BadApplication> cases;
    const auto add = [&](const std::string& code, std::initializer_list<const char*> values) {
        for (const char* const value : values) cases.push_back({path, value, code, path});
    };
    switch (fact.type) {
        case LoanFactType::integer:
            add("invalid_number",
                {"\"1\"", "1.5", "1e3", "-9223372036854775808", "18446744073709551615", "true", "[1]", "{}"});
            break;
        case LoanFactType::amount:
            add("invalid_amount", {"\"100\"", "100.5", "true", "[1]", "{}"});
            add("amount_too_large", {"9007199254740992", "18446744073709551615", "-9223372036854775808"});
            if (fact.low >= 0) add("invalid_amount", {"-1"});
            break;
        case LoanFactType::date:
            add("invalid_time", {"\"2026-02-30\"", "\"2026-3-31\"", "\"31.03.2026\"", "20260331", "\"\"",
                                 "\"2026-03-31T00:00:00Z\"", "true"});
            break;
        case LoanFactType::boolean: add("invalid_json", {"1", "\"true\"", "[]"}); break;
        case LoanFactType::word:
            add("invalid_text", {"\"\"", "\"Two Words\"", "1", "\"a\\u0000b\"", "\"\\u202e\""});
            add("prohibited_input", {"\"public_assistance\"", "\"race\""});
            break;
    }
    if (fact.is_required) add("missing_argument", {"", "null"});
    return cases;
}

}  // namespace

std::vector<BadApplication> bad_loan_applications() {
    std::vector<BadApplication> all{
        {"schema", "", "missing_argument"},
        {"schema", "\"loan.application/v2\"", "invalid_json"},
        {"schema", "1", "invalid_json"},
        {"currency", "", "missing_argument"},
        {"currency", "null", "missing_argument"},
        {"currency", "\"usd\"", "unknown_currency"},
        {"currency", "840", "unknown_currency"},
        {"application_id", "\"\"", "invalid_id"},
        {"application_id", "\"a b\"", "invalid_id"},
        {"application_id", "7", "invalid_id"},
        {"applicant.customer_id", "\"@cash.USD\"", "invalid_id"},
        {"bank", "[]", "invalid_json"},
        {"unknown", "1", "invalid_json"},
        {"loan.colour_of_car", "\"red\"", "invalid_json"},
        {"income.gross_monthly", "400000", "invalid_json"},
        {"derived.dti_bps", "1", "invalid_json", "derived"},
        {"applicant.sex", "\"f\"", "prohibited_input"},
        {"applicant.gender", "null", "prohibited_input"},
        {"applicant.race", "\"x\"", "prohibited_input"},
        {"applicant.colour", "\"x\"", "prohibited_input"},
        {"applicant.ethnicity", "\"x\"", "prohibited_input"},
        {"applicant.Religion", "\"x\"", "prohibited_input"},
        {"applicant.national_origin", "\"x\"", "prohibited_input"},
        {"applicant.marital-status", "\"x\"", "prohibited_input"},
        {"applicant.postcode", "\"12345\"", "prohibited_input"},
        {"applicant.zip", "12345", "prohibited_input"},
        {"income.public_assistance", "true", "prohibited_input"},
        {"bank.disputes_filed", "0", "prohibited_input"},
        {"sex", "\"f\"", "prohibited_input"},
        {"loan.term_months", "0", "invalid_number"},
        {"loan.term_months", "601", "invalid_number"},
        {"loan.rate_bps", "-1", "invalid_number"},
        {"loan.rate_bps", "100001", "invalid_number"},
        {"loan.amount_minor", "0", "invalid_amount"},
        {"loan.amount_minor", "30000", "invalid_amount", "loan.fee_minor"},  // all of it would be the fee
        {"income.gross_monthly_minor", "0", "invalid_amount"},
        {"bank.overdraft_days_180", "181", "invalid_number"},
        {"bank.salary_months_6", "7", "invalid_number"},
        {"income.employment_months", "1801", "invalid_number"},
        {"income.net_monthly_minor", "400001", "invalid_amount"},
        {"loan.fee_minor", "2500000", "invalid_amount"},
        {"applicant.date_of_birth", "\"2026-04-01\"", "invalid_time"},
        {"applicant.date_of_birth", "\"1894-03-31\"", "invalid_time"},
        {"loan.disbursement_date", "\"2026-03-30\"", "invalid_time"},
        {"loan.first_payment_date", "\"2026-04-05\"", "invalid_time"},
        {"loan.first_payment_date", "\"2027-04-07\"", "invalid_time"},
        {"bureau.months_since_delinquency", "5", "invalid_number"},
        {"bureau.oldest_account_months", "421", "invalid_number"},
        {"bank.tenure_months", "421", "invalid_number"},
        {"bank.tenure_months", "4", "invalid_number", "bank.salary_months_6"},
    };
    for (BadApplication& each : all)
        if (each.field.empty()) each.field = each.path;
    for (const LoanFactInfo& fact : loan_facts()) {
        if (fact.is_derived()) continue;
        const std::vector<BadApplication> of_kind = cases_of(fact);
        all.insert(all.end(), of_kind.begin(), of_kind.end());
    }
    return all;
}

}  // namespace bankctl
