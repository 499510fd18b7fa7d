#include "core/model/dispute_facts.h"

#include <catch2/catch.hpp>

#include "core/model/dispute_clock.h"
#include "core/model/dispute_policy.h"
#include "core/model/journal.h"
#include "tests/support/failure.h"

using namespace bankctl;
using test::outcome;

namespace {

std::string said(const std::string& text) {
    const auto fact = parse_operator_fact(text);
    if (!fact) return outcome(fact);
    return fact->first + " " + std::to_string(fact->second.index());
}

std::string told(std::string_view name, FactValue value, const Facts& facts = {}) {
    return fact_text(*find_fact(name), value, facts);
}

}  // namespace

TEST_CASE("every fact has a name of its own and says what it is") {
    for (const FactInfo& fact : all_facts()) {
        CHECK(find_fact(fact.name) == &fact);
        CHECK(!fact.what.empty());
        CHECK((fact.values.empty() || fact.type == FactType::text));
        CHECK(fact.min <= fact.max);
    }
    CHECK(find_fact("colour") == nullptr);
    CHECK(find_fact("") == nullptr);
}

TEST_CASE("the words that a fact can be are those of the types they name") {
    const auto all_named = [](std::string_view fact, auto is_named) {
        CHECK(!find_fact(fact)->values.empty());
        for (const std::string_view value : find_fact(fact)->values) CHECK(is_named(value));
    };
    all_named("channel", [](std::string_view word) { return payment_channel(word).has_value(); });
    all_named("jurisdiction", [](std::string_view word) { return jurisdiction(word).has_value(); });
    all_named("txn_kind", [](std::string_view word) { return transaction_kind(word).has_value(); });
    all_named("category", [](std::string_view word) { return dispute_category(word).has_value(); });
    all_named("risk", [](std::string_view word) { return risk_band(word).has_value(); });
    CHECK(find_fact("channel")->values.size() == static_cast<std::size_t>(PaymentChannel::branch) + 1);
    CHECK(find_fact("jurisdiction")->values.size() == static_cast<std::size_t>(Jurisdiction::eu) + 1);
    CHECK(find_fact("txn_kind")->values.size() ==
          static_cast<std::size_t>(EntryKind::reversal) - static_cast<std::size_t>(EntryKind::opening) + 1);
    for (const Route route : {Route::routed, Route::suggested, Route::triage})
        CHECK(find_fact("route")->values[static_cast<std::size_t>(route)] == name(route));
}

TEST_CASE("the operator says numbers, truths and words, each in its own range") {
    CHECK(said("contact_change_h=0") == "contact_change_h 0");
    CHECK(said("contact_change_h=876000") == "contact_change_h 0");
    CHECK(said("billing_cycle_day=31") == "billing_cycle_day 0");
    CHECK(said("device_known=false") == "device_known 1");
    CHECK(said("txn_auth=3ds") == "txn_auth 2");
    for (const char* number : {"876001", "-1", "", "1.5", "1e3", "+1", " 1", "x", "99999999999999999999"})
        CHECK(said("contact_change_h=" + std::string(number)) == "invalid_number");
    CHECK(said("billing_cycle_day=0") == "invalid_number");
    CHECK(said("billing_cycle_day=32") == "invalid_number");
    for (const char* text :
         {"device_known=yes", "device_known=", "device_known", "txn_auth=magic", "txn_auth=", "colour=1", "=1", "",
          "amount_minor=5", "category=fee_dispute", "category_conf=10000", "risk=low"})
        CHECK(said(text) == "usage");
    CHECK(said("txn_auth=\xff") == "invalid_text");
    CHECK(said("txn_auth=" + std::string(257, 'x')) == "invalid_text");
}

TEST_CASE("what the operator says in JSON is checked like what they say in words") {
    CHECK(outcome(check_operator_fact("vulnerable", true)) == "ok");
    CHECK(outcome(check_operator_fact("vulnerable", std::int64_t{1})) == "usage");
    CHECK(outcome(check_operator_fact("new_payee_h", std::int64_t{-1})) == "invalid_number");
    CHECK(outcome(check_operator_fact("new_payee_h", std::string("5"))) == "invalid_number");
    CHECK(outcome(check_operator_fact("txn_auth", std::string("pin"))) == "ok");
    CHECK(outcome(check_operator_fact("merchant", std::string("ACME"))) == "usage");
}

TEST_CASE("a fact is told as a person reads it") {
    const auto number = [](std::int64_t value) { return FactValue(value); };
    CHECK(told("amount_minor", number(123'456), {{"currency", std::string("USD")}}) == "1234.56 USD");
    CHECK(told("amount_minor", number(123'456), {{"currency", std::string("JPY")}}) == "123456 JPY");
    CHECK(told("balance_minor", number(-5), {{"currency", std::string("KWD")}}) == "-0.005 KWD");
    CHECK(told("amount_minor", number(7)) == "7 minor units");
    CHECK(told("amount_minor", number(7), {{"currency", std::string("???")}}) == "7 minor units");
    CHECK(told("category_conf", number(8'705)) == "87.05 %");
    CHECK(told("category_conf", number(10'000)) == "100.00 %");
    CHECK(told("hours_since_txn", number(3)) == "3");
    CHECK(told("vulnerable", FactValue(true)) == "yes");
    const std::string hostile = told("merchant", FactValue(std::string("a\nb\x1b[2J\u202e") + std::string(500, 'x')));
    CHECK(hostile.find('\n') == std::string::npos);
    CHECK(hostile.find('\x1b') == std::string::npos);
    CHECK(hostile.size() < 80);
}
