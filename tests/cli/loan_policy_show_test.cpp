// bankctl loan policy show, validate and diff, and the policy that the settings name.
#include <catch2/catch.hpp>

#include "core/score/policy.h"
#include "tests/cli/loan.h"

namespace bankctl::cli_test {
namespace {

Json embedded() { return Json::parse(LoanPolicy::embedded_text()); }

/// The changes that diff finds from the policy in the executable to `policy`.
Json changes_to(const Bank& bank, const Json& policy) {
    return bank.data({"loan", "policy", "diff", "embedded", "-"}, policy.dump()).at("changes");
}

Json change(const std::string& part, const Json& id, const Json& bin, const Json& key, const Json& before,
            const Json& after) {
    return {{"part", part},        {"id", id},         {"bin", bin},    {"key", key},
            {"change", "changed"}, {"before", before}, {"after", after}};
}

TEST_CASE("loan policy show tells the policy in the executable, without a bank", "[cli][loan]") {
    const Bank bank(Bank::Nothing::yet);
    const Json data = bank.data({"loan", "policy", "show"});
    CHECK(data.at("sha256") == LoanPolicy::embedded().sha256);
    CHECK(data.at("source") == "embedded");
    CHECK(data.at("decides_applications") == true);
    CHECK(data.at("affordability").at("ltv_max_bps").is_null());
    CHECK(data.at("knockouts")[4] == Json::parse(R"({"id":"K05","field":"income.verified","op":"==","value":false,)"
                                                 R"("action":"refer","code":"unable_to_verify_income","text":)" +
                                                 data.at("knockouts")[4].at("text").dump() + "}"));
    const Json& first = data.at("scorecard").at("characteristics")[0];
    CHECK(first.at("bins")[1] ==
          Json::parse(R"({"kind":"number","bin":"> 1500 and <= 2500","le":2500,"values":null,"points":50})"));
    CHECK(first.at("bins").back() ==
          Json::parse(R"({"kind":"missing","bin":"missing","le":null,"values":null,"points":10})"));
    const std::string table = bank.ok({"loan", "policy", "show", "--output", "table"});
    for (const char* word : {"K01: derived.age_years < 18: decline", "dti_max_bps 3600", "approve from", "> 4500: 0",
                             "missing: 10", "ltv_max_bps none", "--json"})
        CHECK(table.find(word) != std::string::npos);
    for (const std::string& line : lines_of(table)) CHECK(line.size() <= 80);
    CHECK(bank.ok({"loan", "policy", "show", "--output", "csv", "--fields", "id,version"}) ==
          "id,version\n" + data.at("id").get<std::string>() + ",1.0.0\n");
}

TEST_CASE("the bins of loan policy show have the words of a decision's factors", "[cli][loan]") {
    const Bank bank(Bank::Nothing::yet);
    const Json characteristics = bank.data({"loan", "policy", "show"}).at("scorecard").at("characteristics");
    const Json factors = bank.data({"loan", "check", "-"}, loan_application()).at("factors");
    REQUIRE(factors.size() == characteristics.size());
    for (std::size_t i = 0; i < factors.size(); ++i) {
        std::int64_t points = -1;
        for (const Json& bin : characteristics[i].at("bins"))
            if (bin.at("bin") == factors[i].at("bin")) points = bin.at("points");
        CHECK(points == factors[i].at("points"));
    }
}

TEST_CASE("a trained card is shown with its categories, codes and no product", "[cli][loan]") {
    const Bank bank(Bank::Nothing::yet);
    Json policy = embedded();
    policy["scorecard"]["provenance"] = "trained";
    policy["scorecard"]["characteristics"] = Json::parse(
        R"([{"id":"a","field":"A","direction":"lower_is_better","reason":"R01","reference_points":1,"missing":2,)"
        R"("special":[{"codes":[-9,0.5],"points":3}],"bins":[{"le":0.25,"points":4},{"le":null,"points":0}]},)"
        R"({"id":"b","field":"B","direction":"none","reason":"R02","reference_points":1,"missing":2,"other":-5,)"
        R"("bins":[{"in":["other","x, y"],"points":6}]}])");
    for (const char* part : {"product", "knockouts", "affordability"}) policy.erase(part);
    const Json data = bank.data({"loan", "policy", "validate", "-"}, policy.dump());
    CHECK(data.at("product").is_null());
    CHECK(data.at("decides_applications") == false);
    CHECK(data.at("source") == "-");
    const Json& characteristics = data.at("scorecard").at("characteristics");
    CHECK(characteristics[0].at("bins") ==
          Json::parse(R"([{"kind":"number","bin":"<= 0.25","le":0.25,"values":null,"points":4},)"
                      R"({"kind":"number","bin":"> 0.25","le":null,"values":null,"points":0},)"
                      R"({"kind":"special","bin":"code -9, 0.5","le":null,"values":[-9,0.5],"points":3},)"
                      R"({"kind":"missing","bin":"missing","le":null,"values":null,"points":2}])"));
    CHECK(characteristics[1].at("bins")[0].at("values") == Json({"other", "x, y"}));
    CHECK(characteristics[1].at("bins")[1].at("points") == -5);
    CHECK(bank.ok({"loan", "policy", "show", "-", "--output", "table"}, policy.dump()).find("decides no") !=
          std::string::npos);
    const Json changes = changes_to(bank, policy);
    CHECK(changes[0].at("part") == "product");
    CHECK(changes[0].at("change") == "removed");
    bank.fails({"loan", "check", "/dev/null", "--policy", "-"}, "invalid_policy", policy.dump());
}

TEST_CASE("loan policy show, check and evaluate go by the policy that the settings name", "[cli][loan]") {
    Bank bank(Bank::Nothing::yet);
    Json policy = embedded();
    policy["id"] = "p";
    policy["bands"]["approve_min"] = 596;
    test::write_file(bank.file("p.json"), policy.dump());
    test::write_file(bank.file("rows.csv"), "BAD,bureau.inquiries_6m\n1,3\n0,0\n");
    bank.environment()["BANKCTL_LOAN_POLICY"] = bank.file("p.json");
    const std::string application = loan_application({{"loan.amount_minor", "1500000"}});
    CHECK(bank.data({"loan", "policy", "show"}).at("source") == bank.file("p.json"));
    CHECK(bank.data({"loan", "check", "-"}, application).at("decision") == "refer");
    CHECK(bank.data({"loan", "check", "-", "--policy", "embedded"}, application).at("decision") == "approve");
    CHECK(bank.data({"loan", "policy", "show", "embedded"}).at("source") == "embedded");
    bank.environment()["BANKCTL_LOAN_POLICY"] = bank.file("absent");
    for (const Words& words : {Words{"loan", "policy", "show"}, Words{"loan", "check", "-"},
                               Words{"loan", "policy", "evaluate", bank.file("rows.csv"), "--target", "BAD"}})
        bank.fails(words, "unreadable_input", application);
    // What disputes are decided by is another matter.
    CHECK(bank.data({"dispute", "policy", "show"}).at("source") == "embedded");
}

TEST_CASE("loan apply decides by the policy that the settings name", "[cli][loan]") {
    Bank bank;
    add_applicant(bank);
    Json policy = embedded();
    policy["version"] = "7";
    test::write_file(bank.file("p.json"), policy.dump());
    bank.environment()["BANKCTL_LOAN_POLICY"] = bank.file("p.json");
    const Words words{"loan", "apply", application_file(bank, "a.json"), "--customer", "c1", "--dry-run"};
    const auto version_by = [&](const Words& more) {
        Words all = words;
        all.insert(all.end(), more.begin(), more.end());
        return bank.data(all).at("decision").at("policy").at("version");
    };
    CHECK(version_by({}) == "7");
    CHECK(version_by({"--policy", "embedded"}) == LoanPolicy::embedded().version);
    bank.environment()["BANKCTL_LOAN_POLICY"] = bank.file("absent");
    bank.fails(words, "unreadable_input");
}

TEST_CASE("a policy for loans that does not fit is refused with its place", "[cli][loan]") {
    const Bank bank(Bank::Nothing::yet);
    const auto refused = [&](const std::string& text, const std::string& code = "invalid_policy") {
        return bank.fails({"loan", "policy", "validate", "-"}, code, text).at("details");
    };
    Json policy = embedded();
    policy["knockouts"][1]["when"]["field"] = "bureau.shoe_size";
    CHECK(refused(policy.dump()).at("pointer") == "/knockouts/1/when/field");
    policy = embedded();
    policy["scorecard"]["characteristics"][0]["bins"][1]["points"] = 61;  // it runs against its direction
    CHECK(refused(policy.dump()).at("pointer").get<std::string>().starts_with("/scorecard/characteristics/0/bins/1"));
    policy = embedded();
    policy["knockouts"][0]["when"] = {{"field", "applicant.sex"}, {"op", "=="}, {"value", "f"}};
    CHECK(refused(policy.dump(), "prohibited_input").at("field") == "applicant.sex");
    policy = embedded();
    policy["bands"]["refer_min"] = 581;
    CHECK(refused(policy.dump()).at("pointer") == "/bands/refer_min");
    policy["id"] = "x\u202e";
    CHECK(refused(policy.dump()).at("pointer") == "/id");
    CHECK(refused("").contains("byte"));
    CHECK(refused("[]").at("pointer") == "");
    refused(std::string(2 << 20, ' '));
    refused(std::string(100'000, '['));
    refused("{\"id\":\"\xff\"}");
    refused(R"({"id":"a","id":"b"})");
    bank.fails({"loan", "policy", "validate"}, "missing_argument");
    bank.fails({"loan", "policy", "validate", bank.file("absent")}, "unreadable_input");
    bank.fails({"loan", "policy", "validate", bank.directory()}, "unreadable_input");
    bank.fails({"loan", "policy", "diff", "embedded"}, "missing_argument");
    bank.fails({"loan", "policy", "diff", "-", "-"}, "usage", embedded().dump());
    bank.fails({"loan", "policy", "diff", "embedded", "-"}, "invalid_policy", "{}");
}

TEST_CASE("loan policy diff finds nothing in what is laid out otherwise or left open", "[cli][loan]") {
    const Bank bank(Bank::Nothing::yet);
    Json policy = embedded();
    CHECK(changes_to(bank, policy).empty());
    policy["affordability"].erase("ltv_max_bps");
    policy["reasons"]["texts"]["R99"] = "";
    test::write_file(bank.file("p.json"), policy.dump(7));
    const Json data = bank.data({"loan", "policy", "diff", "embedded", bank.file("p.json")});
    CHECK(data.at("changes").empty());
    CHECK(data.at("from").at("source") == "embedded");
    CHECK(data.at("to").at("source") == bank.file("p.json"));
    CHECK(data.at("from").at("sha256") != data.at("to").at("sha256"));
    CHECK(bank.ok({"loan", "policy", "diff", "embedded", "-", "--output", "table"}, policy.dump())
              .find("differ in nothing") != std::string::npos);
}

TEST_CASE("loan policy diff names each thing that differs", "[cli][loan]") {
    const Bank bank(Bank::Nothing::yet);
    struct Case {
        std::string pointer;
        Json value;
        Json expected;
    };
    const Json shown = bank.data({"loan", "policy", "show"});
    const Json& four_eyes = shown.at("workflow").at("four_eyes_above_minor");
    const Json& agency = shown.at("workflow").at("agency");
    const Json& prohibited = shown.at("prohibited_fields");
    const std::vector<Case> cases{
        {"/version", "2", change("policy", nullptr, nullptr, "version", "1.0.0", "2")},
        {"/status", "draft", change("policy", nullptr, nullptr, "status", "champion", "draft")},
        {"/effective_from", "2026-02-01",
         change("policy", nullptr, nullptr, "effective_from", "2026-01-01", "2026-02-01")},
        {"/product/max_amount_minor", 3000001,
         change("product", nullptr, nullptr, "max_amount_minor", 3000000, 3000001)},
        {"/product/terms", {12, 24}, change("product", nullptr, nullptr, "terms", {12, 24, 36, 48, 60, 72}, {12, 24})},
        {"/knockouts/0/when/value", 21, change("knockouts", "K01", nullptr, "value", 18, 21)},
        {"/knockouts/0/action", "refer", change("knockouts", "K01", nullptr, "action", "decline", "refer")},
        {"/affordability/dti_max_bps", nullptr,
         change("affordability", nullptr, nullptr, "dti_max_bps", 3600, nullptr)},
        {"/affordability/ltv_max_bps", 8000, change("affordability", nullptr, nullptr, "ltv_max_bps", nullptr, 8000)},
        {"/scorecard/base_points", 361, change("scorecard", nullptr, nullptr, "base_points", 360, 361)},
        {"/scorecard/characteristics/0/bins/1/points", 51,
         change("characteristics", "dti", "> 1500 and <= 2500", "points", 50, 51)},
        {"/scorecard/characteristics/2/missing", 26,
         change("characteristics", "delinquencies_24m", "missing", "points", 25, 26)},
        {"/scorecard/characteristics/1/reference_points", 26,
         change("characteristics", "utilisation", nullptr, "reference_points", 25, 26)},
        {"/bands/approve_min", 581, change("bands", nullptr, nullptr, "approve_min", 580, 581)},
        {"/workflow/four_eyes_above_minor", 1,
         change("workflow", nullptr, nullptr, "four_eyes_above_minor", four_eyes, 1)},
        {"/workflow/agency", "CFPB", change("workflow", nullptr, nullptr, "agency", agency, "CFPB")},
        {"/prohibited_fields", {"sex"}, change("policy", nullptr, nullptr, "prohibited_fields", prohibited, {"sex"})},
        {"/reasons/max", 3, change("reasons", nullptr, nullptr, "max", 4, 3)}};
    for (const Case& each : cases) {
        INFO(each.pointer);
        Json policy = embedded();
        policy[Json::json_pointer(each.pointer)] = each.value;
        CHECK(changes_to(bank, policy) == Json::array({each.expected}));
    }
}

TEST_CASE("loan policy diff tells what was added, removed and put in another order", "[cli][loan]") {
    const Bank bank(Bank::Nothing::yet);
    Json policy = embedded();
    Json& characteristics = policy["scorecard"]["characteristics"];
    characteristics[0]["bins"][0]["le"] = 1600;
    const Json changes = changes_to(bank, policy);
    REQUIRE(changes.size() == 4);  // two bins have another edge
    CHECK(changes[0].at("bin") == "<= 1500");
    CHECK(changes[0].at("change") == "removed");
    CHECK(changes[0].at("before").at("points") == 60);
    CHECK(changes[3].at("bin") == "> 1600 and <= 2500");
    CHECK(changes[3].at("change") == "added");
    policy = embedded();
    policy["scorecard"]["characteristics"].erase(9);
    policy["knockouts"].push_back(policy["knockouts"][0]);
    policy["knockouts"][5]["id"] = "K06";
    const Json others = changes_to(bank, policy);
    REQUIRE(others.size() == 2);
    CHECK(others[0].at("part") == "knockouts");
    CHECK(others[0].at("change") == "added");
    CHECK(others[0].at("after").at("id") == "K06");
    CHECK(others[1].at("id") == "returned_payments_12m");
    CHECK(others[1].at("change") == "removed");
    const std::string table = bank.ok({"loan", "policy", "diff", "embedded", "-", "--output", "table"}, policy.dump());
    CHECK(table.find("added        knockouts K06: derived.age_years < 18: decline") != std::string::npos);
    CHECK(table.find("removed      characteristics returned_payments_12m") != std::string::npos);
    for (const std::string& line : lines_of(table)) CHECK(line.size() <= 80);
    policy = embedded();
    std::swap(policy["knockouts"][0], policy["knockouts"][1]);
    CHECK(changes_to(bank, policy) ==
          Json::array({change("knockouts", nullptr, nullptr, "order", {"K01", "K02", "K03", "K04", "K05"},
                              {"K02", "K01", "K03", "K04", "K05"})}));
}

}  // namespace
}  // namespace bankctl::cli_test
