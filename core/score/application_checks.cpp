#include "core/score/application_checks.h"

#include "core/score/application.h"

namespace bankctl {
namespace {

using enum LoanFact;

constexpr std::int64_t k_age_max = 130;
constexpr std::int64_t k_first_payment_days_max = 366;

Error contradiction(LoanFact fact, LoanFact other, const std::string& why) {
    const LoanFactType type = info(fact).type;
    const ErrorCode code = type == LoanFactType::date     ? ErrorCode::invalid_time
                           : type == LoanFactType::amount ? ErrorCode::invalid_amount
                                                          : ErrorCode::invalid_number;
    return field_error(code, info(fact).path, why).with("contradicts", std::string(info(other).path));
}

Status check_dates(const LoanValues& values) {
    const std::int64_t as_of_day = values.at(as_of);
    if (values.at(date_of_birth) > as_of_day) return contradiction(date_of_birth, as_of, "lies after as_of");
    if (age_in_years(values.at(date_of_birth), as_of_day) > k_age_max)
        return contradiction(date_of_birth, as_of, "would make the applicant older than 130 years");
    const std::int64_t start = values.value_or(disbursement_date, as_of_day);
    if (start < as_of_day) return contradiction(disbursement_date, as_of, "lies before as_of");
    if (!values.has(first_payment_date)) return ok();
    if (!values.has(disbursement_date))
        return contradiction(first_payment_date, disbursement_date, "needs loan.disbursement_date beside it");
    if (values.at(first_payment_date) <= start)
        return contradiction(first_payment_date, disbursement_date, "does not lie after loan.disbursement_date");
    if (values.at(first_payment_date) - start > k_first_payment_days_max)
        return contradiction(first_payment_date, disbursement_date, "lies more than a year after the disbursement");
    return ok();
}

Status check_months(const LoanValues& values) {
    const std::int64_t months_lived = 12 * (age_in_years(values.at(date_of_birth), values.at(as_of)) + 1);
    for (const LoanFact fact :
         {employment_months, bankruptcy_months_ago, oldest_account_months, tenure_months, months_since_delinquency}) {
        if (values.value_or(fact, 0) > months_lived)
            return contradiction(fact, date_of_birth, "is longer than the applicant has lived");
    }
    if (values.has(tenure_months) && values.value_or(salary_months_6, 0) > values.at(tenure_months) + 1)
        return contradiction(salary_months_6, tenure_months, "is more than the months as our customer");
    if (!values.has(delinquencies_24m) || !values.has(months_since_delinquency)) return ok();
    const bool was_late = values.at(delinquencies_24m) > 0;
    const std::int64_t since = values.at(months_since_delinquency);
    if (was_late ? since > 24 : since < 24)
        return contradiction(months_since_delinquency, delinquencies_24m,
                             was_late ? "is more than 24, though there were late payments in the last 24 months"
                                      : "is less than 24, though there were no late payments in the last 24 months");
    return ok();
}

Status check_amounts(const LoanValues& values) {
    if (values.at(net_monthly) > values.at(gross_monthly))
        return contradiction(net_monthly, gross_monthly, "is more than the income before taxes");
    const bool is_financed = values.value_or(fee_financed, 0) != 0;
    if (!is_financed && values.value_or(fee, 0) >= values.at(amount))
        return contradiction(fee, amount, "leaves nothing of the loan to pay out");
    return ok();
}

Status check_consent(const LoanValues& values) {
    if (values.value_or(consent_credit_check, 1) != 0) return ok();
    for (const LoanFactInfo& each : loan_facts()) {
        if (each.path.starts_with("bureau.") && values.has(each.fact))
            return contradiction(each.fact, consent_credit_check, "is given without consent to a credit check");
    }
    return ok();
}

}  // namespace

Error field_error(ErrorCode code, std::string_view path, const std::string& why) {
    return Error(code, std::string(path) + " " + why).with("field", std::string(path));
}

Status check_contradictions(const LoanValues& values) {
    BANKCTL_CHECK(check_dates(values));
    BANKCTL_CHECK(check_months(values));
    BANKCTL_CHECK(check_amounts(values));
    return check_consent(values);
}

}  // namespace bankctl
