#include "core/score/amortisation.h"

#include <catch2/catch.hpp>

#include "core/model/money.h"
#include "core/score/apr_request.h"

using namespace bankctl;

namespace {

/// Of a loan paid monthly from a month after the advance on, with a fee taken off it.
std::string rate_of(const LoanTerms& terms, std::int64_t fee, AprMethod method) {
    const Schedule schedule = *amortise(terms, ScheduleDetail::totals);
    const std::vector<CashFlow> flows{{terms.principal - fee, 1, 0, 0},
                                      {-schedule.payment, terms.months - 1, 1, 0},
                                      {-schedule.last_payment, 1, terms.months, 0}};
    return percent_text(*annual_rate_ppm(flows, 12, method));
}

std::string regz(const std::vector<CashFlow>& flows, std::int64_t periods_per_year) {
    return percent_text(*annual_rate_ppm(flows, periods_per_year, AprMethod::regz));
}

}  // namespace

TEST_CASE("schedules agree with worked examples to the cent") {
    struct Example {
        LoanTerms terms;
        std::int64_t payment, last_payment, total_interest;
        ScheduleRow first;
    };
    const Example example = GENERATE(values<Example>({
        {{1000000, 1200, 12}, 88849, 88847, 66186, {1, 88849, 10000, 78849, 921151}},
        {{1000000, 850, 60}, 20517, 20484, 230987, {1, 20517, 7083, 13434, 986566}},
        {{2500000, 599, 84}, 36509, 36550, 566797, {1, 36509, 12479, 24030, 2475970}},
        {{500000, 0, 24}, 20833, 20841, 0, {1, 20833, 0, 20833, 479167}},
        {{123456, 1999, 36}, 4587, 4607, 41696, {1, 4587, 2057, 2530, 120926}},
        {{20000000, 450, 360}, 101337, 101400, 16481383, {1, 101337, 75000, 26337, 19973663}},
    }));
    const auto schedule = amortise(example.terms, ScheduleDetail::rows);
    REQUIRE(schedule);
    CHECK(schedule->payment == example.payment);
    CHECK(schedule->last_payment == example.last_payment);
    CHECK(schedule->total_interest == example.total_interest);
    const ScheduleRow& first = schedule->rows.front();
    CHECK(first.payment == example.first.payment);
    CHECK(first.interest == example.first.interest);
    CHECK(first.principal == example.first.principal);
    CHECK(first.balance == example.first.balance);
    CHECK(schedule->rows.back().balance == 0);
    CHECK(schedule->rows.size() == static_cast<std::size_t>(example.terms.months));
}

TEST_CASE("a payment in the very middle of two cents is rounded up") {
    // One payment of P·(1 + 0.01): 50 · 1.01 = 50.5. Two payments: P·1.01²/(1.01² − 1)·0.01 = P·1.0201/2.01.
    CHECK(Annuity(1200, 1).payment(50) == 51);
    CHECK(Annuity(1200, 2).payment(10050) == 5101);  // 5100.5
    CHECK(Annuity(1200, 2).payment(10049) == 5100);
    CHECK(Annuity(0, 2).payment(3) == 2);
    CHECK(Annuity(1, 1).payment(60000) == 60001);  // 60,000.5
    CHECK(Annuity(1, 1).payment(59999) == 59999);  // 59,999.49999
    CHECK(Annuity(1200, 2).payment(k_minor_max) == 4571265651622530);
}

TEST_CASE("loans that no schedule of whole cents can pay are refused") {
    CHECK(amortise({7, 0, 12}, ScheduleDetail::totals).error().code == ErrorCode::invalid_amount);
    CHECK(amortise({5, 0, 12}, ScheduleDetail::totals).error().code == ErrorCode::invalid_amount);
    CHECK(amortise({k_minor_max, 1, 1}, ScheduleDetail::totals).error().code == ErrorCode::amount_too_large);
    CHECK(amortise({k_minor_max, 0, 1}, ScheduleDetail::totals));
    CHECK(amortise({1, 0, 1}, ScheduleDetail::totals));
}

TEST_CASE("rates agree with the worked examples of Appendix J and of the Directive") {
    CHECK(regz({{500000, 1, 0, 0}, {-23000, 24, 1, 0}}, 12) == "9.6857");  // the Appendix prints two decimals: 9.69
    CHECK(regz({{600000, 1, 0, 0}, {-20000, 36, 1, 19 / 30.0L}}, 12) == "11.8165");
    CHECK(regz({{500000, 1, 0, 0}, {-21917, 24, 0, 6 / 15.0L}}, 24) == "10.3379");
    const auto eu = [](std::int64_t advance) {
        return percent_text(*annual_rate_ppm({{advance, 1, 0, 0}, {-1200, 1, 1, 0.5L}}, 1, AprMethod::eu));
    };
    CHECK(eu(1000) == "12.9243");
    CHECK(eu(950) == "16.8526");
    CHECK(rate_of({1000000, 1200, 12}, 0, AprMethod::regz) == "12.0001");
    CHECK(rate_of({1000000, 1200, 12}, 0, AprMethod::eu) == "12.6826");
    CHECK(rate_of({1000000, 850, 60}, 20000, AprMethod::regz) == "9.3636");
    CHECK(rate_of({1000000, 850, 60}, 20000, AprMethod::eu) == "9.7761");
}

TEST_CASE("rates are found at the edges, and refused where there is none or more than one") {
    const auto rate = [](const std::vector<CashFlow>& flows) { return annual_rate_ppm(flows, 1, AprMethod::eu); };
    CHECK(*rate({{1000, 1, 0, 0}, {-1000, 1, 1, 0}}) == 0);
    CHECK(*rate({{1000, 1, 0, 0}, {-900, 1, 1, 0}}) == -100000);
    CHECK(percent_text(-100000) == "-10.0000");
    CHECK(percent_text(-1) == "-0.0001");
    CHECK(*rate({{100000000, 1, 0, 0}, {-112345650, 1, 1, 0}}) == 123457);  // 12.34565 percent: half up
    CHECK(*rate({{1, 1, 0, 0}, {-1000, 1, 1, 0}}) == 999'000'000);
    CHECK(*rate({{1000, 1, 1, 0}, {-1200, 1, 2, 0}}) == 200000);
    for (const std::vector<CashFlow>& flows : std::vector<std::vector<CashFlow>>{
             {{1000, 1, 0, 0}},
             {{-1000, 1, 1, 0}},
             {{1000, 1, 0, 0}, {-2300, 1, 1, 0}, {1320, 1, 2, 0}},  // 10 and 20 percent
             {{1000, 1, 0, 0}, {-1200, 1, 0, 0}},
             {{1, 1, 0, 0}, {-9'000'000'000, 1, 0, 0.1L}},
         }) {
        const auto found = rate(flows);
        REQUIRE_FALSE(found);
        CHECK(found.error().code == ErrorCode::invalid_amount);
    }
}

TEST_CASE("a request for rates is read in unit-periods and in years") {
    const auto unit = read_apr_request(
        R"({"advance":"6000","payment":"200","count":36,"full_periods":1,"fraction":"19/30","periods_per_year":12})");
    REQUIRE(unit);
    CHECK(unit->has_unit_periods);
    CHECK(percent_text(*annual_rate_ppm(unit->flows, unit->periods_per_year, AprMethod::regz)) == "11.8165");
    const auto years = read_apr_request(R"({"advances":[["0","950"]],"payments":[["1.5","1200"]]})");
    REQUIRE(years);
    CHECK(percent_text(*annual_rate_ppm(years->flows, 1, AprMethod::eu)) == "16.8526");
    const auto [json, code, field] = GENERATE(table<std::string, ErrorCode, std::string>({
        {R"({"advances":[["0",950]],"payments":[["1.5","1200"]]})", ErrorCode::invalid_amount, "advances[0]"},
        {R"({"advances":[["0","950"]],"payments":[["1,5","1200"]]})", ErrorCode::invalid_number, "payments[0]"},
        {R"({"advances":[["0","950"]],"payments":[["1.","1200"]]})", ErrorCode::invalid_number, "payments[0]"},
        {R"({"advances":[["0","950"]],"payments":[]})", ErrorCode::invalid_json, "payments"},
        {R"({"advances":[["0","950"]]})", ErrorCode::missing_argument, "payments"},
        {R"({"advances":[["0","950","1"]],"payments":[["1","2"]]})", ErrorCode::invalid_json, "advances[0]"},
        {R"({"advance":"1.00001","payment":"1","count":1,"full_periods":1,"fraction":"0","periods_per_year":12})",
         ErrorCode::amount_precision, "advance"},
        {R"({"advance":"1","payment":"-1","count":1,"full_periods":1,"fraction":"0","periods_per_year":12})",
         ErrorCode::invalid_amount, "payment"},
        {R"({"advance":"1","payment":"1","count":0,"full_periods":1,"fraction":"0","periods_per_year":12})",
         ErrorCode::invalid_number, "count"},
        {R"({"advance":"1","payment":"1","count":1,"full_periods":1,"fraction":"31/30","periods_per_year":12})",
         ErrorCode::invalid_number, "fraction"},
        {R"({"advance":"1","payment":"1","count":1,"full_periods":1,"fraction":"1/0","periods_per_year":12})",
         ErrorCode::invalid_number, "fraction"},
        {R"({"advance":"1","payment":"1","count":1,"count":1,"full_periods":1,"fraction":"0","periods_per_year":12})",
         ErrorCode::invalid_json, "count"},
        {R"({"advance":"1"})", ErrorCode::missing_argument, "payment"},
        {R"({"advanced":"1"})", ErrorCode::invalid_json, "advanced"},
    }));
    const auto refused = read_apr_request(json);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == code);
    CHECK(std::get<std::string>(refused.error().details.at(0).second) == field);
}
