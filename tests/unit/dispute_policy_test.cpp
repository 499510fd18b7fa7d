#include "core/model/dispute_policy.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "core/model/policy_condition.h"
#include "tests/support/failure.h"

using namespace bankctl;
using test::outcome;
using Json = nlohmann::json;

namespace {

const Timestamp k_now = parse_time("2026-03-02T09:00:00Z").value_or_throw();

Json small_policy() {
    return Json::parse(R"({"policy":"p","version":"1","facts":["amount_minor","currency","category","merchant",
        "vulnerable","device_known","channel"],"rules":[],
        "bands":[{"min":60,"risk":"high","require":"four_eyes"},{"min":30,"risk":"medium"},{"min":0,"risk":"low"}],
        "priority":{"base":{"fee_dispute":5,"*":15},"add":[],
                    "bands":[{"min":70,"p":"P1"},{"min":45,"p":"P2"},{"min":20,"p":"P3"},{"min":0,"p":"P4"}]}})");
}

/// A policy whose only rule of risk has this condition.
Json policy_with(const Json& condition) {
    Json policy = small_policy();
    policy["rules"] = Json::array({{{"id", "r"}, {"when", condition}, {"score", 40}}});
    return policy;
}

/// What is wrong with the document at `pointer` put to `value`: the pointer that the error names.
std::string place_of(Json policy, const std::string& pointer, const Json& value) {
    policy[Json::json_pointer(pointer)] = value;
    const auto parsed = DisputePolicy::parse(policy.dump());
    if (parsed) return "taken";
    REQUIRE(outcome(parsed) == "invalid_policy");
    for (const auto& [key, detail] : parsed.error().details) {
        if (key == "pointer") return std::get<std::string>(detail);
    }
    return "nowhere";
}

DisputePolicy parsed(const Json& policy) { return DisputePolicy::parse(policy.dump()).value_or_throw(); }

Classification classified(DisputeCategory category = DisputeCategory::fee_dispute, std::int32_t confidence_bp = 9'000) {
    Classification classification;
    classification.category = category;
    classification.confidence_bp = confidence_bp;
    return classification;
}

Deadline legal(std::int64_t hours, const char* rule = "reg_e_decide") {
    Deadline deadline;
    deadline.rule = rule;
    deadline.due = Timestamp{k_now.us + hours * 3'600'000'000};
    deadline.source = "12 CFR";
    return deadline;
}

/// How the condition comes out: yes, no or unknown, and what was missing.
std::string value_of(const Json& condition, const Facts& facts) {
    const std::string text = condition.dump();
    rapidjson::Document document;
    REQUIRE(parse_policy_json(text, document));
    PolicyScope scope;
    for (const FactInfo& fact : all_facts()) scope.facts.insert(&fact);
    const auto read = read_condition(PolicyNode(document), scope);
    REQUIRE(read);
    std::set<std::string, std::less<>> missing;
    const Truth truth = evaluate(*read, facts, missing);
    std::string result = truth == Truth::yes ? "yes" : truth == Truth::no ? "no" : "unknown";
    for (const std::string& fact : missing) result += " " + fact;
    return result;
}

const Facts k_facts{{"amount_minor", std::int64_t{500}},
                    {"vulnerable", true},
                    {"channel", std::string("atm")},
                    {"disputes_180d", std::int64_t{-3}}};

}  // namespace

TEST_CASE("the policy in the executable is whole") {
    const DisputePolicy& policy = DisputePolicy::embedded();
    CHECK(policy.inherited().empty());
    CHECK(policy.id() == "bankctl-dispute");
    // What the executable holds is not checked when it is used, so it is here, and its SHA-256 too.
    const auto checked = DisputePolicy::parse(DisputePolicy::embedded_text());
    REQUIRE(checked);
    CHECK(checked->inherited().empty());
    CHECK(checked->canonical_text() == policy.canonical_text());
    REQUIRE(checked->sha256() == policy.sha256());
    const auto again = DisputePolicy::parse(policy.canonical_text());
    REQUIRE(again);
    CHECK(again->sha256() == policy.sha256());
    CHECK(again->canonical_text() == policy.canonical_text());
}

TEST_CASE("each operator of a condition compares at its border") {
    const auto [condition, value] = GENERATE(table<std::string, std::string>({
        {R"({"ge":["amount_minor",500]})", "yes"},
        {R"({"ge":["amount_minor",501]})", "no"},
        {R"({"le":["amount_minor",500]})", "yes"},
        {R"({"le":["amount_minor",499]})", "no"},
        {R"({"le":["disputes_180d",-3]})", "yes"},
        {R"({"eq":["amount_minor",500]})", "yes"},
        {R"({"eq":["amount_minor",50]})", "no"},
        {R"({"eq":["vulnerable",true]})", "yes"},
        {R"({"eq":["vulnerable",false]})", "no"},
        {R"({"eq":["channel","atm"]})", "yes"},
        {R"({"in":["channel",["card","atm"]]})", "yes"},
        {R"({"in":["channel",["card"]]})", "no"},
        {R"({"in":["amount_minor",[1,500]]})", "yes"},
        {R"({"exists":"channel"})", "yes"},
        {R"({"exists":"merchant"})", "no"},
        {R"({"not":{"exists":"merchant"}})", "yes"},
        {R"({"not":{"eq":["vulnerable",true]}})", "no"},
        {R"({"all":[{"exists":"channel"},{"ge":["amount_minor",1]}]})", "yes"},
        {R"({"all":[{"exists":"channel"},{"ge":["amount_minor",501]}]})", "no"},
        {R"({"any":[{"exists":"merchant"},{"ge":["amount_minor",1]}]})", "yes"},
        {R"({"any":[{"exists":"merchant"},{"ge":["amount_minor",501]}]})", "no"},
    }));
    INFO(condition);
    CHECK(value_of(Json::parse(condition), k_facts) == value);
}

TEST_CASE("what is not known decides nothing, nor does its negation, and is told if it mattered") {
    const auto [condition, value] = GENERATE(table<std::string, std::string>({
        {R"({"eq":["merchant","x"]})", "unknown merchant"},
        {R"({"not":{"eq":["merchant","x"]}})", "unknown merchant"},
        {R"({"not":{"not":{"ge":["new_payee_h",1]}}})", "unknown new_payee_h"},
        {R"({"all":[{"eq":["merchant","x"]},{"eq":["vulnerable",false]}]})", "no"},
        {R"({"all":[{"eq":["merchant","x"]},{"eq":["vulnerable",true]}]})", "unknown merchant"},
        {R"({"any":[{"eq":["merchant","x"]},{"eq":["vulnerable",true]}]})", "yes"},
        {R"({"any":[{"eq":["merchant","x"]},{"le":["new_payee_h",1]}]})", "unknown merchant new_payee_h"},
        // The decided part's missing fact does not matter.
        {R"({"all":[{"any":[{"eq":["merchant","x"]},{"exists":"channel"}]},{"le":["new_payee_h",1]}]})",
         "unknown new_payee_h"},
    }));
    INFO(condition);
    CHECK(value_of(Json::parse(condition), k_facts) == value);
    // A value of another type is as good as none.
    CHECK(value_of(Json::parse(R"({"ge":["amount_minor",1]})"), {{"amount_minor", std::string("500")}}) ==
          "unknown amount_minor");
}

TEST_CASE("a condition that does not fit names its place") {
    const auto [condition, place] = GENERATE(table<std::string, std::string>({
        {R"({"ge":["colour",1]})", "/ge/0"},
        {R"({"ge":["vulnerable",1]})", "/ge/0"},
        {R"({"le":["channel",1]})", "/le/0"},
        {R"({"ge":["amount_minor","1"]})", "/ge/1"},
        {R"({"ge":["amount_minor",1.5]})", "/ge/1"},
        {R"({"ge":["amount_minor",1.0]})", "/ge/1"},
        {R"({"ge":["amount_minor",1e3]})", "/ge/1"},
        {R"({"ge":["amount_minor",9007199254740992]})", "/ge/1"},
        {R"({"ge":["amount_minor",99999999999999999999]})", "/ge/1"},
        {R"({"ge":["amount_minor"]})", "/ge"},
        {R"({"ge":["amount_minor",1,2]})", "/ge"},
        {R"({"ge":"amount_minor"})", "/ge"},
        {R"({"eq":["vulnerable",1]})", "/eq/1"},
        {R"({"eq":["vulnerable",null]})", "/eq/1"},
        {R"({"eq":["channel","bus"]})", "/eq/1"},
        {R"({"eq":["category","colour"]})", "/eq/1"},
        {R"({"eq":["merchant",""]})", "/eq/1"},
        {R"({"in":["channel",[]]})", "/in/1"},
        {R"({"in":["channel","atm"]})", "/in/1"},
        {R"({"in":["channel",["atm","bus"]]})", "/in/1/1"},
        {R"({"exists":"colour"})", "/exists"},
        {R"({"exists":["channel"]})", "/exists"},
        {R"({"exists":"disputes_180d"})", "/exists"},  // not declared
        {R"({"exists":"risk"})", "/exists"},           // not decided yet
        {R"({"gt":["amount_minor",1]})", "/gt"},
        {R"({"all":[]})", "/all"},
        {R"({"all":{"exists":"channel"}})", "/all"},
        {R"({"any":[{"exists":"channel"},{}]})", "/any/1"},
        {R"({"not":[{"exists":"channel"}]})", "/not"},
        {R"({"exists":"channel","not":{"exists":"channel"}})", ""},
        {R"({})", ""},
        {R"([])", ""},
        {R"(true)", ""},
        {R"(null)", ""},
    }));
    INFO(condition);
    CHECK(place_of(policy_with(nullptr), "/rules/0/when", Json::parse(condition)) == "/rules/0/when" + place);
}

TEST_CASE("a condition has bounded nodes and depth") {
    const auto nested = [](int depth) {
        Json condition{{"exists", "channel"}};
        for (int i = 1; i < depth; ++i) condition = Json{{"not", condition}};
        return condition;
    };
    Json policy = small_policy();
    policy["limits"] = {{"max_nodes", 4}, {"max_depth", 3}};
    policy["rules"] = Json::array({{{"id", "r"}, {"when", nested(3)}, {"score", 1}}});
    CHECK(outcome(DisputePolicy::parse(policy.dump())) == "ok");
    CHECK(place_of(policy, "/rules/0/when", nested(4)) == "/rules/0/when/not/not/not");
    const Json leaf{{"exists", "channel"}};
    CHECK(place_of(policy, "/rules/0/when", {{"all", {leaf, leaf, leaf}}}) == "taken");
    CHECK(place_of(policy, "/rules/0/when", {{"all", {leaf, leaf, leaf, leaf}}}) == "/rules/0/when/all/3");
    CHECK(place_of(policy, "/limits/max_nodes", 257) == "/limits/max_nodes");
    CHECK(place_of(policy, "/limits/max_nodes", 0) == "/limits/max_nodes");
    CHECK(place_of(policy, "/limits/max_depth", 17) == "/limits/max_depth");
    // Without limits of its own a policy has those of the one in the executable.
    CHECK(place_of(policy_with(nullptr), "/rules/0/when", nested(8)) == "taken");
    CHECK(place_of(policy_with(nullptr), "/rules/0/when", nested(9)).starts_with("/rules/0/when/not"));
}

TEST_CASE("whatever else does not fit in a policy names its place") {
    Json whole = Json::parse(DisputePolicy::embedded_text());
    const auto [pointer, value, place] = GENERATE(table<std::string, std::string, std::string>({
        {"/colour", "1", "/colour"},
        {"/a~1b~0c", "1", "/a~1b~0c"},
        {"/policy", "\"\"", "/policy"},
        {"/policy", "7", "/policy"},
        {"/policy", "\"a\\u001bb\"", "/policy"},
        {"/version", "\"\\u202e\"", "/version"},
        {"/effective_from", "\"soon\"", "/effective_from"},
        {"/currency", "\"USD\"", "/currency"},
        {"/facts", "[]", "/facts"},
        {"/facts/0", "\"colour\"", "/facts/0"},
        {"/facts/1", "\"amount_minor\"", "/facts/1"},
        {"/facts/1", "\"risk\"", "/facts/1"},
        {"/rules/0/score", "10001", "/rules/0/score"},
        {"/rules/0/score", "\"1\"", "/rules/0/score"},
        {"/rules/0/flag", "\"Big Flag\"", "/rules/0/flag"},
        {"/rules/0/action", "\"\"", "/rules/0/action"},
        {"/rules/0/reason", "\"{colour}\"", "/rules/0/reason"},
        {"/rules/0/reason", "\"{amount_minor\"", "/rules/0/reason"},
        {"/rules/0/reason", "\"amount_minor}\"", "/rules/0/reason"},
        {"/rules/0/reason", "\"{}\"", "/rules/0/reason"},
        {"/rules/0/reason", "\"{risk}\"", "/rules/0/reason"},
        {"/rules/0/reason", "\"{intent}\"", "/rules/0/reason"},
        {"/rules/1/id", "\"takeover-contact\"", "/rules/1/id"},
        {"/rules/0/points", "1", "/rules/0/points"},
        {"/bands", "[]", "/bands"},
        {"/bands/0/risk", "\"huge\"", "/bands/0/risk"},
        {"/bands/0/require", "\"six_eyes\"", "/bands/0"},
        {"/bands/1/min", "60", "/bands/1"},
        {"/bands/1/risk", "\"high\"", "/bands/1"},
        {"/priority/base/colour", "1", "/priority/base/colour"},
        {"/priority/base", "{\"fee_dispute\":1}", "/priority/base"},
        {"/priority/base/*", "1.5", "/priority/base/*"},
        {"/priority/bands/0/p", "\"P5\"", "/priority/bands/0/p"},
        {"/priority/bands/1/p", "\"P1\"", "/priority/bands/1"},
        {"/priority/add/0/points", "null", "/priority/add/0/points"},
        {"/clock_floor/0/within_hours", "-1", "/clock_floor/0/within_hours"},
        {"/clock_floor/0/p", "1", "/clock_floor/0/p"},
        {"/confidence/route_bp", "10001", "/confidence/route_bp"},
        {"/confidence/suggest_bp", "8001", "/confidence/suggest_bp"},
        {"/review/0/id", "\"burst\"", "/review/0/id"},
        {"/review/0/reason", "7", "/review/0/reason"},
        {"/routing/teams/0", "\"Fraud Team\"", "/routing/teams/0"},
        {"/routing/teams/1", "\"fraud\"", "/routing/teams/1"},
        {"/routing/rules/0/team", "\"nobody\"", "/routing/rules/0/team"},
        {"/routing/default", "\"nobody\"", "/routing/default"},
        {"/evidence/0/ask", "[]", "/evidence/0/ask"},
        {"/evidence/0/ask/0", "\"\"", "/evidence/0/ask/0"},
        {"/recommendations/give/0/actions/0", "\"dance\"", "/recommendations/give/0"},
        {"/recommendations/actions/block_card/text", "\"{colour}\"", "/recommendations/actions/block_card/text"},
        {"/recommendations/actions/block_card/due_by", "[]", "/recommendations/actions/block_card/due_by"},
        {"/recommendations/actions/block_card/due_by", "[\"A B\"]", "/recommendations/actions/block_card/due_by/0"},
        {"/network_codes/0/codes/0", "3", "/network_codes/0/codes/0"},
        {"/network_codes/0/when/all/0/eq/0", "\"risk\"", "/network_codes/0/when/all/0/eq/1"},
    }));
    INFO(pointer << " = " << value);
    CHECK(place_of(whole, pointer, Json::parse(value)) == place);
}

TEST_CASE("a policy must be sound JSON of bounded size, without duplicate keys") {
    const auto refused = [](const std::string& text) { return outcome(DisputePolicy::parse(text)); };
    const std::string sound = small_policy().dump();
    CHECK(refused(sound) == "ok");
    for (const std::string& text : std::vector<std::string>{
             "", "null", "[]", "{", sound + "x", sound.substr(0, sound.size() - 1), "\xef\xbb\xbf" + sound + "}",
             std::string(300'000, ' '), std::string(100'000, '['), std::string(sound).replace(2, 1, "\xff"),
             sound.substr(0, sound.size() - 1) + R"(,"policy":"q"})"})
        CHECK(refused(text) == "invalid_policy");
    for (const char* key : {"policy", "version", "facts", "rules", "bands", "priority"}) {
        Json less = small_policy();
        less.erase(key);
        CHECK(refused(less.dump()) == "invalid_policy");
    }
}

TEST_CASE("the order and the blanks of a policy change nothing but its bytes") {
    const std::string text = small_policy().dump();
    const std::string spread = small_policy().dump(4);
    CHECK(DisputePolicy::parse(text)->sha256() == DisputePolicy::parse(spread)->sha256());
    const std::string last = R"(,"version":"1"})";
    REQUIRE(text.ends_with(last));
    const std::string turned = R"({"version":"1",)" + text.substr(1, text.size() - 1 - last.size()) + "}";
    CHECK(DisputePolicy::parse(turned)->sha256() == DisputePolicy::parse(text)->sha256());
    Json other = small_policy();
    other["version"] = "2";
    CHECK(DisputePolicy::parse(other.dump())->sha256() != DisputePolicy::parse(text)->sha256());
}

TEST_CASE("a policy with parts of the executable's decides like its canonical text") {
    const DisputePolicy own = parsed(small_policy());
    CHECK(own.inherited().size() == 8);
    const auto stored = DisputePolicy::parse(own.canonical_text());
    REQUIRE(stored);
    CHECK(stored->inherited().empty());
    CHECK(stored->sha256() == own.sha256());
    const Classification fee = classified();
    const Facts facts{{"amount_minor", std::int64_t{5}}};
    CHECK(own.assess(facts, fee, {legal(30)}, k_now) == stored->assess(facts, fee, {legal(30)}, k_now));
    CHECK(own.teams() == DisputePolicy::embedded().teams());
}

TEST_CASE("points, bands, flags and reasons come from the rules that hold") {
    Json policy = small_policy();
    policy["rules"] = Json::parse(R"([
        {"id":"a","when":{"ge":["amount_minor",100]},"score":30,"flag":"much","action":"look_twice",
         "reason":"{amount_minor} at {merchant}, {vulnerable}"},
        {"id":"b","when":{"all":[{"eq":["vulnerable",true]},{"any":[{"exists":"channel"},{"le":["amount_minor",7]}]}]},
         "score":30,"flag":"much","action":"look_twice"},
        {"id":"c","when":{"eq":["device_known",false]},"score":-5}])");
    policy["priority"]["add"] = Json::parse(R"([{"when":{"ge":["amount_minor",100]},"points":15}])");
    const Facts facts{{"amount_minor", std::int64_t{12'345}},
                      {"currency", std::string("USD")},
                      {"vulnerable", true},
                      {"channel", std::string("card")}};
    const Assessment made = parsed(policy).assess(facts, classified(), {}, k_now);
    CHECK(made.risk_points == 60);
    CHECK(made.risk == RiskBand::high);
    CHECK(made.needs_four_eyes);
    CHECK(
        made.risk_reasons ==
        std::vector<PointReason>{{30, "123.45 USD at the merchant, yes"},
                                 {30, "vulnerable is yes and (channel is known or amount_minor is at most 0.07 USD)"}});
    CHECK(made.flags == std::vector<std::string>{"much"});
    CHECK(made.priority_points == 20);
    CHECK(made.priority == 3);
    CHECK(made.priority_reasons ==
          std::vector<PointReason>{{5, "category fee_dispute"}, {15, "amount_minor is at least 1.00 USD"}});
    REQUIRE(made.recommendations.size() >= 1);
    CHECK(made.recommendations[0] == Recommendation{"look_twice", "look twice", "", std::nullopt});
    CHECK(std::ranges::find(made.missing_facts, "device_known") != made.missing_facts.end());
    Facts fewer = facts;
    fewer["device_known"] = false;
    const Assessment less = parsed(policy).assess(fewer, classified(), {}, k_now);
    CHECK(less.risk_points == 55);
    CHECK(less.risk == RiskBand::medium);
    CHECK_FALSE(less.needs_four_eyes);
}

TEST_CASE("points below the last band belong to it") {
    Json policy = policy_with({{"not", {{"exists", "merchant"}}}});
    policy["rules"][0]["score"] = -10'000;
    policy["priority"]["base"] = {{"*", -10'000}};
    const Assessment made = parsed(policy).assess({}, classified(), {}, k_now);
    CHECK(made.risk == RiskBand::low);
    CHECK(made.priority == 4);
    CHECK(made.priority_points == -10'000);
}

TEST_CASE("a legal clock that runs out raises the priority, nothing else does") {
    const DisputePolicy policy = parsed(small_policy());
    const auto priority = [&](const std::vector<Deadline>& deadlines) {
        return policy.assess({}, classified(), deadlines, k_now).priority;
    };
    CHECK(priority({}) == 4);
    CHECK(priority({legal(361)}) == 4);
    CHECK(priority({legal(360)}) == 3);
    CHECK(priority({legal(121)}) == 3);
    CHECK(priority({legal(120)}) == 2);
    CHECK(priority({legal(48)}) == 1);
    CHECK(priority({legal(-5)}) == 1);
    CHECK(priority({legal(400), legal(100)}) == 2);
    Deadline met = legal(1);
    met.is_met = true;
    Deadline target = legal(1);
    target.is_legal = false;
    Deadline customers = legal(1);
    customers.is_customers = true;
    CHECK(priority({met, target, customers}) == 4);
    const Assessment raised = policy.assess({}, classified(), {legal(63)}, k_now);
    // 63 hours after 09:00 on 2 March is the first moment of 5 March.
    CHECK(raised.priority_reasons.back() ==
          PointReason{0, "reg_e_decide is due by the end of 2026-03-05: at least P2"});
    CHECK(raised.priority_points == 5);
}

TEST_CASE("confidence, scope, length, risk and contradictions decide who goes on") {
    const auto made = [](Classification classification, Facts facts = {}) {
        return DisputePolicy::embedded().assess(facts, classification, {}, k_now);
    };
    const auto duplicate = [](std::int32_t confidence) {
        return classified(DisputeCategory::duplicate_charge, confidence);
    };
    CHECK(made(duplicate(8'000)).route == Route::routed);
    CHECK(made(duplicate(8'000)).route_reasons.empty());
    CHECK(made(duplicate(7'999)).route == Route::suggested);
    CHECK(made(duplicate(5'000)).route == Route::suggested);
    CHECK(made(duplicate(4'999)).route == Route::triage);
    CHECK(made(duplicate(4'999)).team == "triage");
    Classification long_text = duplicate(8'999);
    long_text.is_long = true;
    CHECK(made(long_text).route == Route::triage);
    long_text.confidence_bp = 9'000;
    CHECK(made(long_text).route == Route::routed);
    Classification foreign = classified(DisputeCategory::not_a_dispute, 10'000);
    CHECK(made(foreign).route == Route::routed);
    foreign.in_scope = false;
    CHECK(made(foreign).route == Route::triage);
    const Classification cash = classified(DisputeCategory::unauthorised_cash_withdrawal);
    CHECK(made(cash, {{"channel", std::string("atm")}}).route == Route::routed);
    CHECK(made(cash, {{"channel", std::string("online")}}).route == Route::triage);
    CHECK(made(cash, {{"amount_minor", std::int64_t{0}}}).route == Route::triage);
    const Assessment high =
        made(classified(DisputeCategory::identity_theft_or_account_takeover), {{"contact_change_h", std::int64_t{1}}});
    CHECK(high.risk == RiskBand::high);
    CHECK(high.route == Route::triage);
    CHECK(high.team == "fraud");
    // What the caller says of the classification does not count beside the classification itself.
    CHECK(made(duplicate(9'000), {{"category", std::string("scam_or_deception")}}).team == "merchant_disputes");
}

TEST_CASE("an action with deadlines is due by the first that the case has, and is left out where it has none") {
    Json policy = small_policy();
    policy["recommendations"] = Json::parse(R"({"actions":{
        "decide":{"text":"Decide on {amount_minor}.","due_by":["reg_z_resolve","reg_e_decide"]},
        "credit":{"text":"Credit.","basis":"B","due_by":["reg_e_provisional_credit"]},
        "call":{"text":"Call."}},
        "give":[{"when":{"eq":["risk","low"]},"actions":["decide","credit","call","decide"]},
                {"when":{"le":["priority",3]},"actions":["call"]}]})");
    const auto advice = [&](const std::vector<Deadline>& deadlines) {
        return parsed(policy).assess({}, classified(), deadlines, k_now).recommendations;
    };
    const Recommendation call{"call", "Call.", "", std::nullopt};
    CHECK(advice({}) == std::vector<Recommendation>{call});
    const Deadline decide = legal(400);
    CHECK(advice({decide}) ==
          std::vector<Recommendation>{{"decide", "Decide on the disputed amount.", "12 CFR", decide.due}, call});
    Deadline resolve = legal(900, "reg_z_resolve");
    resolve.source = "Z";
    const Deadline credit = legal(300, "reg_e_provisional_credit");
    CHECK(advice({decide, resolve, credit}) ==
          std::vector<Recommendation>{{"decide", "Decide on the disputed amount.", "Z", resolve.due},
                                      {"credit", "Credit.", "B", credit.due},
                                      call});
    resolve.is_met = true;
    CHECK(advice({decide, resolve})[0].due == decide.due);
}
