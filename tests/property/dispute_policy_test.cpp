// Laws of dispute policies, tried on policies and cases that rapidcheck makes up: the same decision as a second,
// plainer reading of the document gives, bands that more risk never lowers, and clocks that no history lowers.
#include "core/model/dispute_policy.h"

#include <rapidcheck.h>

#include <algorithm>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace bankctl::test {
namespace {

using Json = nlohmann::json;

const std::vector<std::string> k_numbers{"amount_minor", "disputes_180d", "disputes_lost_365d", "hours_since_txn"};
const std::vector<std::string> k_truths{"vulnerable", "device_known"};
const std::vector<std::string> k_channels{"atm", "card", "online"};

Json any_condition(int depth) {
    const int kind = *rc::gen::inRange(0, depth > 0 ? 8 : 5);
    const auto number_fact = [] { return *rc::gen::elementOf(k_numbers); };
    const auto small = [] { return *rc::gen::inRange<std::int64_t>(-2, 4); };
    switch (kind) {
        case 0: return {{"ge", {number_fact(), small()}}};
        case 1: return {{"le", {number_fact(), small()}}};
        case 2: return {{"eq", {*rc::gen::elementOf(k_truths), *rc::gen::arbitrary<bool>()}}};
        case 3: return {{"in", {"channel", Json::array({*rc::gen::elementOf(k_channels)})}}};
        case 4: return {{"exists", *rc::gen::elementOf(k_truths)}};
        case 5: return {{"not", any_condition(depth - 1)}};
        default: break;
    }
    Json parts = Json::array();
    for (int i = *rc::gen::inRange(1, 4); i > 0; --i) parts.push_back(any_condition(depth - 1));
    return {{kind == 6 ? "all" : "any", parts}};
}

Json any_policy() {
    Json policy = Json::parse(R"({"policy":"p","version":"1","facts":["amount_minor","disputes_180d",
        "disputes_lost_365d","hours_since_txn","vulnerable","device_known","channel"],
        "limits":{"max_nodes":256,"max_depth":8},"rules":[],
        "bands":[{"min":6,"risk":"high"},{"min":3,"risk":"medium"},{"min":0,"risk":"low"}],
        "priority":{"base":{"*":2},"add":[],
                    "bands":[{"min":9,"p":"P1"},{"min":6,"p":"P2"},{"min":3,"p":"P3"},{"min":0,"p":"P4"}]}})");
    for (int i = *rc::gen::inRange(0, 5); i > 0; --i) {
        policy["rules"].push_back({{"id", "r" + std::to_string(i)},
                                   {"when", any_condition(3)},
                                   {"score", *rc::gen::inRange<std::int64_t>(-3, 7)}});
        policy["priority"]["add"].push_back(
            {{"when", any_condition(3)}, {"points", *rc::gen::inRange<std::int64_t>(-5, 7)}});
    }
    return policy;
}

Facts any_facts() {
    Facts facts;
    const auto is_known = [] { return *rc::gen::inRange(0, 4) > 0; };
    for (const std::string& name : k_numbers) {
        if (is_known()) facts[name] = *rc::gen::inRange<std::int64_t>(-3, 5);
    }
    for (const std::string& name : k_truths) {
        if (is_known()) facts[name] = *rc::gen::arbitrary<bool>();
    }
    if (is_known()) facts["channel"] = *rc::gen::elementOf(k_channels);
    return facts;
}

std::vector<Deadline> any_deadlines() {
    std::vector<Deadline> deadlines;
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
        Deadline deadline;
        deadline.rule = "rule_" + std::to_string(i);
        deadline.due = Timestamp{*rc::gen::inRange<std::int64_t>(-10, 500) * 3'600'000'000};
        deadline.is_legal = *rc::gen::inRange(0, 3) > 0;
        deadline.is_met = *rc::gen::inRange(0, 3) == 0;
        deadline.is_customers = *rc::gen::inRange(0, 4) == 0;
        deadlines.push_back(deadline);
    }
    return deadlines;
}

/// The condition's truth read straight from the document: 1, 0, or -1 where it is not known.
int truth(const Json& condition, const Facts& facts) {
    const std::string key = condition.begin().key();
    const Json& operand = condition.begin().value();
    if (key == "exists") return facts.contains(operand.get<std::string>()) ? 1 : 0;
    if (key == "not") {
        const int inner = truth(operand, facts);
        return inner < 0 ? inner : 1 - inner;
    }
    if (key == "all" || key == "any") {
        std::vector<int> parts;
        for (const Json& part : operand) parts.push_back(truth(part, facts));
        const int decisive = key == "any" ? 1 : 0;
        if (std::ranges::count(parts, decisive) > 0) return decisive;
        return std::ranges::count(parts, -1) > 0 ? -1 : 1 - decisive;
    }
    const auto fact = facts.find(operand[0].get<std::string>());
    if (fact == facts.end()) return -1;
    const Json value = std::visit([](const auto& known) { return Json(known); }, fact->second);
    if (key == "ge") return value >= operand[1] ? 1 : 0;
    if (key == "le") return value <= operand[1] ? 1 : 0;
    if (key == "eq") return value == operand[1] ? 1 : 0;
    return std::ranges::count(operand[1], value) > 0 ? 1 : 0;
}

std::int64_t sum(const Json& rules, const char* points, const Facts& facts) {
    std::int64_t total = 0;
    for (const Json& rule : rules) {
        if (truth(rule["when"], facts) == 1) total += rule[points].get<std::int64_t>();
    }
    return total;
}

std::string band(const Json& bands, const char* key, std::int64_t points) {
    for (const Json& each : bands) {
        if (points >= each["min"].get<std::int64_t>()) return each[key];
    }
    return bands.back()[key];
}

/// The least priority that the clocks of the policy in the executable ask for.
int clock_priority(const std::vector<Deadline>& deadlines) {
    const Json policy = Json::parse(DisputePolicy::embedded_text());
    int priority = 4;
    for (const Deadline& deadline : deadlines) {
        if (!deadline.is_legal || deadline.is_met || deadline.is_customers) continue;
        for (const Json& level : policy["clock_floor"]) {
            if (deadline.due.us <= level["within_hours"].get<std::int64_t>() * 3'600'000'000)
                priority = std::min(priority, level["p"].get<std::string>()[1] - '0');
        }
    }
    return priority;
}

const Classification k_classification{DisputeCategory::fee_dispute, "fee", 9'000, true, false, {}, {}, "", ""};

DisputePolicy parsed(const Json& policy) { return DisputePolicy::parse(policy.dump()).value_or_throw(); }

TEST_CASE("a policy decides as a plain reading of its document does, and the same each time") {
    CHECK(rc::check([] {
        const Json policy = any_policy();
        const Facts facts = any_facts();
        const std::vector<Deadline> deadlines = any_deadlines();
        const DisputePolicy read = parsed(policy);
        const Assessment made = read.assess(facts, k_classification, deadlines, Timestamp{0});
        RC_ASSERT(made.risk_points == sum(policy["rules"], "score", facts));
        RC_ASSERT(std::string(name(made.risk)) == band(policy["bands"], "risk", made.risk_points));
        RC_ASSERT(made.priority_points == 2 + sum(policy["priority"]["add"], "points", facts));
        const int by_points = band(policy["priority"]["bands"], "p", made.priority_points)[1] - '0';
        RC_ASSERT(made.priority == std::min(by_points, clock_priority(deadlines)));
        std::int64_t reasons = 0;
        for (const PointReason& reason : made.priority_reasons) reasons += reason.points;
        RC_ASSERT(reasons == made.priority_points);
        RC_ASSERT(made == read.assess(facts, k_classification, deadlines, Timestamp{0}));
        const auto stored = DisputePolicy::parse(read.canonical_text());
        RC_ASSERT(made == stored->assess(facts, k_classification, deadlines, Timestamp{0}));
    }));
}

TEST_CASE("points of risk that are added never lower the band") {
    CHECK(rc::check([] {
        Json policy = any_policy();
        const Facts facts = any_facts();
        const RiskBand before = parsed(policy).assess(facts, k_classification, {}, Timestamp{0}).risk;
        policy["rules"].push_back(
            {{"id", "more"}, {"when", any_condition(2)}, {"score", *rc::gen::inRange<std::int64_t>(0, 20)}});
        RC_ASSERT(parsed(policy).assess(facts, k_classification, {}, Timestamp{0}).risk >= before);
    }));
}

TEST_CASE("no history lowers the priority of a case below its legal clock's") {
    CHECK(rc::check([] {
        const std::vector<Deadline> deadlines = any_deadlines();
        Json policy = any_policy();
        policy["priority"]["add"].push_back(
            {{"when", {{"ge", {"disputes_lost_365d", 1}}}}, {"points", *rc::gen::inRange<std::int64_t>(-50, 1)}});
        Facts facts = any_facts();
        facts["disputes_lost_365d"] = *rc::gen::inRange<std::int64_t>(0, 100);
        const int priority = parsed(policy).assess(facts, k_classification, deadlines, Timestamp{0}).priority;
        RC_ASSERT(priority <= clock_priority(deadlines));
    }));
}

}  // namespace
}  // namespace bankctl::test
