// What an application may not be: every case gets its code and names its field.
#include <set>

#include <catch2/catch.hpp>

#include "core/score/application.h"
#include "core/score/decision.h"
#include "tests/support/loan_application.h"

using namespace bankctl;

namespace {

struct Refusal {
    std::string code = "accepted";
    std::string field;
};

std::string detail(const Error& error, const std::string& key) {
    for (const auto& [name, value] : error.details) {
        if (name == key) return std::get<std::string>(value);
    }
    return {};
}

Refusal refusal(const std::string& json) {
    ApplicationReader reader(LoanPolicy::embedded());
    const auto application = reader.read(json);
    if (!application) return {std::string(info(application.error().code).name), detail(application.error(), "field")};
    const auto decision = LoanEngine(LoanPolicy::embedded()).decide(**application, DecisionDetail::full);
    if (!decision) return {std::string(info(decision.error().code).name), detail(decision.error(), "field")};
    return {};
}

struct Case {
    std::string path;
    std::string value;  // JSON; empty leaves it out
    std::string code;
};

/// What no field of a type may hold.
std::vector<Case> cases_of(const LoanFactInfo& fact) {
    const std::string path(fact.path);
    std::vector<Case> cases;
    const auto add = [&](const std::string& code, std::initializer_list<const char*> values) {
        for (const char* const value : values) cases.push_back({path, value, code});
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

TEST_CASE("no field of an application takes what is not of its kind") {
    REQUIRE(refusal(loan_application()).code == "accepted");
    int count = 0;
    for (const LoanFactInfo& fact : loan_facts()) {
        if (fact.is_derived()) continue;
        for (const Case& each : cases_of(fact)) {
            INFO(each.path << " = " << each.value);
            const Refusal found = refusal(loan_application({{each.path, each.value}}));
            CHECK(found.code == each.code);
            CHECK(found.field == each.path);
            ++count;
        }
    }
    CHECK(count >= 150);
}

TEST_CASE("an application is refused for what is unknown, prohibited, out of its range or contradicts itself") {
    const auto [path, value, code] = GENERATE(table<std::string, std::string, std::string>({
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
        {"derived.dti_bps", "1", "invalid_json"},
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
        {"loan.amount_minor", "30000", "invalid_amount"},  // all of it would be the fee
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
        {"bank.tenure_months", "4", "invalid_number"},
    }));
    INFO(path << " = " << value);
    const Refusal found = refusal(loan_application({{path, value}}));
    CHECK(found.code == code);
    const std::map<std::string, std::string> named_otherwise{{"loan.amount_minor=30000", "loan.fee_minor"},
                                                             {"bank.tenure_months=4", "bank.salary_months_6"},
                                                             {"derived.dti_bps=1", "derived"}};
    const auto other = named_otherwise.find(path + "=" + value);
    CHECK(found.field == (other == named_otherwise.end() ? path : other->second));
}

TEST_CASE("several fields of an application can contradict one another") {
    CHECK(refusal(loan_application({{"bureau.delinquencies_24m", "1"}, {"bureau.months_since_delinquency", "25"}}))
              .field == "bureau.months_since_delinquency");
    CHECK(refusal(loan_application({{"applicant.consent_credit_check", "false"}})).field == "bureau.utilisation_bps");
    CHECK(refusal(loan_application({{"loan.disbursement_date", "null"}})).field == "loan.first_payment_date");
    CHECK(refusal(loan_application({{"loan.amount_minor", "9007199254740991"}, {"loan.fee_financed", "true"}})).code ==
          "amount_too_large");
    CHECK(refusal(loan_application({{"loan.amount_minor", "9007199254740991"}})).field == "loan.amount_minor");
    CHECK(
        refusal(loan_application({{"loan.amount_minor", "7"}, {"loan.fee_minor", "0"}, {"loan.rate_bps", "0"}})).code ==
        "invalid_amount");
}

TEST_CASE("an application is one JSON object in UTF-8, without repetitions") {
    std::string twice = loan_application();
    twice.insert(twice.size() - 2, ",\"salary_months_6\":6");
    CHECK(refusal(twice).code == "invalid_json");
    for (const std::string& json :
         {std::string(), std::string("[]"), std::string("null"), std::string("{"), std::string("{\"a\":}"),
          loan_application() + "x", loan_application().insert(1, "\"as_of\":\"2026-03-31\","),
          loan_application().insert(1, "\"schema\":\"loan.application/v1\","),
          loan_application().insert(1, "\"\xff\":1,"), std::string(100'000, '['), loan_application({{"bank", "{}"}}),
          loan_application() + std::string(k_application_bytes_max, ' ')}) {
        INFO(json.substr(0, 60));
        CHECK(refusal(json).code == "invalid_json");
    }
    CHECK(refusal(loan_application({{"loan.nul\\u0000", "1"}})).field == "loan.nul\\x00");
}
