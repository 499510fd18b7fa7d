#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "core/score/policy.h"

using namespace bankctl;

namespace {

/// The embedded policy with `from` replaced by `to`, which must occur.
std::string with(std::string_view from, std::string_view to) {
    std::string text(LoanPolicy::embedded_text());
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

std::string refusal(const std::string& text) {
    const auto policy = LoanPolicy::parse(text);
    return policy ? "accepted" : std::string(info(policy.error().code).name) + ": " + policy.error().message;
}

/// A card on columns: numbers with a special code, and categories.
constexpr std::string_view k_trained = R"({
    "schema": "loan.policy/v1", "id": "t", "version": "1", "effective_from": "2026-01-01", "status": "challenger",
    "scorecard": {"id": "c", "version": "1", "provenance": "trained", "base": 600, "odds": 50, "pdo": 20,
        "base_points": 500, "base_unrounded": 500.25, "training": {"z": 1, "a": [0.5]},
        "characteristics": [
            {"id": "LIMIT_BAL", "field": "LIMIT_BAL", "direction": "higher_is_better", "reason": "LIMIT_BAL",
             "reference_points": 3, "missing": -2, "missing_unrounded": -1.6,
             "special": [{"codes": [-9, -8], "points": 7}],
             "bins": [{"le": 0.1, "points": -5, "unrounded": -5.3},
                      {"le": 200, "points": 1}, {"le": null, "points": 4}]},
            {"id": "purpose", "field": "purpose", "direction": "none", "reason": "purpose", "reference_points": 0,
             "missing": 0, "bins": [{"in": ["A34", "A32"], "points": 6}], "other": -6}]},
    "bands": {"approve_min": 580, "refer_min": 540}, "reasons": {"max": 4, "texts": {}}})";

}  // namespace

TEST_CASE("the loan policy in the executable is whole, explains all it may say, and reads back") {
    const LoanPolicy& policy = LoanPolicy::embedded();
    CHECK(policy.decides_applications());
    CHECK_FALSE(policy.card.is_trained);
    CHECK(policy.card.characteristics.size() == 10);
    for (const Characteristic& characteristic : policy.card.characteristics)
        CHECK(policy.texts.contains(characteristic.reason));
    for (const Knockout& knockout : policy.knockouts) CHECK(policy.texts.contains(knockout.code));
    const auto again = LoanPolicy::parse(policy.canonical);
    REQUIRE(again);
    CHECK(again->canonical == policy.canonical);
    CHECK(again->sha256 == policy.sha256);
}

TEST_CASE("a trained card reads special codes, categories, unrounded points and what training tells") {
    const auto policy = LoanPolicy::parse(k_trained);
    REQUIRE(policy);
    CHECK_FALSE(policy->decides_applications());
    const Scorecard& card = policy->card;
    CHECK(card.training == R"({"a":[0.5],"z":1})");
    CHECK(card.base_points.unrounded == 500.25);
    const auto points = [&](std::size_t i, const CardValue& value) {
        const Place found = place(card.characteristics[i], value);
        return std::to_string(found.points.points) + " " + describe(card.characteristics[i], found);
    };
    CHECK(points(0, {}) == "-2 missing");
    CHECK(points(0, -9.0) == "7 code -9, -8");
    CHECK(points(0, -7.0) == "-5 <= 0.1");
    CHECK(points(0, 0.1) == "-5 <= 0.1");
    CHECK(points(0, 0.100001) == "1 > 0.1 and <= 200");
    CHECK(points(0, 1e300) == "4 > 200");
    CHECK(points(1, std::string_view("A32")) == "6 A34, A32");
    CHECK(points(1, std::string_view("A99")) == "-6 other");
    CHECK(points(1, {}) == "0 missing");
    CHECK(place(card.characteristics[0], -7.0).points.unrounded == -5.3);
    CHECK(max_points(card.characteristics[0]) == 4);
}

TEST_CASE("a loan policy that contradicts itself is refused at its place") {
    const auto [from, to, why] = GENERATE(table<std::string, std::string, std::string>({
        {"\"le\": 2500", "\"le\": 1500", "bins/1/le must be greater"},
        {"{\"le\": null, \"points\": 0}", "{\"le\": null, \"points\": 90}", "bins/4 has points that run against"},
        {"{\"le\": null, \"points\": 0}", "{\"le\": 9999, \"points\": 0}", "bins/4/le must be null"},
        {"derived.dti_bps", "derived.dti", "which no application has"},
        {"\"op\": \"<\"", "\"op\": \"=<\"", "op must be one of"},
        {"\"value\": true", "\"value\": 1", "value must be true or false"},
        {"\"K02\"", "\"K01\"", "id stands twice"},
        {"\"action\": \"decline\"", "\"action\": \"reject\"", "action must be decline or refer"},
        {"[12, 24", "[24, 12", "terms/1 must be longer"},
        {"\"refer_min\": 540", "\"refer_min\": 581", "refer_min must be a whole number"},
        {"\"max\": 4", "\"max\": 5", "max must be a whole number from 1 to 4"},
        {"\"pdo\": 20", "\"pdo\": 0", "pdo must be"},
        {"\"expert\"", "\"oracle\"", "provenance must be"},
        {"\"status\": \"champion\"", "\"status\": \"best\"", "status must be"},
        {"2026-01-01", "2026-02-30", "effective_from must be a date"},
        {"loan.policy/v1", "loan.policy/v2", "schema must be"},
        {"ratio=ceil(10000*num/den)", "ratio=floor", "rounding must be"},
        {"\"knockouts\"", "\"knock_outs\"", "is unknown"},
        {"\"utilisation\"", "\"dti\"", "has the id of another"},
    }));
    const std::string message = refusal(with(from, to));
    INFO(message);
    CHECK(message.starts_with("invalid_policy: "));
    CHECK(message.find(why) != std::string::npos);
}

TEST_CASE("a loan policy may not decide by what none may decide by") {
    CHECK(refusal(with("bank.tenure_months", "applicant.sex")).starts_with("invalid_policy: "));
    CHECK(refusal(with("bureau.bankruptcy_months_ago", "applicant.Marital-Status")).starts_with("prohibited_input: "));
    std::string trained(k_trained);
    trained.replace(trained.find("\"field\": \"purpose\""), 18, "\"field\": \"SEX\"");
    CHECK(refusal(trained).starts_with("prohibited_input: "));
    CHECK(
        refusal(with("\"colour\",", "\"colour\", \"bureau.x\", \"tenure_months\",")).starts_with("prohibited_input: "));
    CHECK(is_prohibited_name("Religion"));
    CHECK_FALSE(is_prohibited_name("religious_holiday_loans"));
}

TEST_CASE("scores become probabilities on the card's scale") {
    const Scorecard& card = LoanPolicy::embedded().card;
    CHECK(probability_of_default_ppm(card, 500) == 390244);
    CHECK(probability_of_default_ppm(card, 540) == 137931);
    CHECK(probability_of_default_ppm(card, 580) == 38462);
    CHECK(probability_of_default_ppm(card, 600) == 19608);
    CHECK(probability_of_default_ppm(card, 660) == 2494);
    CHECK(scale(card).factor == Approx(28.85390081777927).epsilon(1e-15));
    CHECK(scale(card).offset == Approx(487.1228762045055).epsilon(1e-15));
}
