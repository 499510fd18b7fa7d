// What an application may not be: every case gets its code and names its field.
#include <catch2/catch.hpp>

#include "core/score/application.h"
#include "core/score/decision.h"
#include "tests/support/bad_loan_applications.h"
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

}  // namespace

TEST_CASE("an application is refused for each field that is wrong, and the error names it") {
    REQUIRE(refusal(loan_application()).code == "accepted");
    const std::vector<BadApplication> all = bad_loan_applications();
    CHECK(all.size() >= 300);
    for (const BadApplication& each : all) {
        INFO(each.path << " = " << each.value);
        const Refusal found = refusal(loan_application({{each.path, each.value}}));
        CHECK(found.code == each.code);
        CHECK(found.field == each.field);
    }
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
