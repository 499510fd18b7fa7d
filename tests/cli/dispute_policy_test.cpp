// bankctl dispute policy: the policy in the executable, and others that are shown, checked and refused.
#include "core/model/dispute_policy.h"

#include <filesystem>
#include <iostream>

#include <catch2/catch.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "tests/cli/bank.h"

namespace bankctl::cli_test {
namespace {

const std::string k_policy =
    R"({"policy":"p","version":"7","facts":["amount_minor"],"rules":[],"bands":[{"min":0,"risk":"low"}],)"
    R"("priority":{"base":{"*":1},"bands":[{"min":0,"p":"P4"}]}})";

/// Whether the schema of policies in schema/json admits the document.
bool is_admitted(const Json& policy) {
    const Json source = Json::parse(test::read_file(BANKCTL_SOURCE_DIR "/schema/json/dispute.policy.file.schema.json"));
    valijson::Schema schema;
    valijson::SchemaParser().populateSchema(valijson::adapters::NlohmannJsonAdapter(source), schema);
    return valijson::Validator().validate(schema, valijson::adapters::NlohmannJsonAdapter(policy), nullptr);
}

TEST_CASE("dispute policy show tells the policy in the executable, without a bank", "[cli][dispute]") {
    const Bank bank(Bank::Nothing::yet);
    const Json data = bank.data({"dispute", "policy", "show"});
    CHECK(data.at("id") == DisputePolicy::embedded().id());
    CHECK(data.at("sha256") == DisputePolicy::embedded().sha256());
    CHECK(data.at("source") == "embedded");
    CHECK(data.at("inherited").empty());
    CHECK(data.at("teams").size() >= 5);
    CHECK(data.at("rules").at(0).at("flag") == "possible_account_takeover");
    const std::string table = bank.ok({"dispute", "policy", "show", "--output", "table"});
    for (const char* word : {"takeover-contact", "P1 from 70", "clock floor", "fraud", "decide_in_time", "--json"})
        CHECK(table.find(word) != std::string::npos);
    for (const std::string& line : lines_of(table)) CHECK(line.size() <= 80);
    CHECK(bank.ok({"dispute", "policy", "show", "--output", "csv", "--fields", "id,version"}) ==
          "id,version\nbankctl-dispute,1\n");
}

TEST_CASE("dispute policy show tells the policy that the settings name", "[cli][dispute]") {
    Bank bank(Bank::Nothing::yet);
    test::write_file(bank.file("p.json"), k_policy);
    bank.environment()["BANKCTL_DISPUTE_POLICY"] = bank.file("p.json");
    CHECK(bank.data({"dispute", "policy", "show"}).at("id") == "p");
    CHECK(bank.data({"dispute", "policy", "show"}).at("source") == bank.file("p.json"));
    bank.environment()["BANKCTL_DISPUTE_POLICY"] = "embedded";
    CHECK(bank.data({"dispute", "policy", "show"}).at("source") == "embedded");
    bank.environment()["BANKCTL_DISPUTE_POLICY"] = bank.file("absent");
    bank.fails({"dispute", "policy", "show"}, "unreadable_input");
}

TEST_CASE("dispute policy validate reads a file or stdin and says what was inherited", "[cli][dispute]") {
    const Bank bank(Bank::Nothing::yet);
    test::write_file(bank.file("p.json"), k_policy);
    const Json data = bank.data({"dispute", "policy", "validate", bank.file("p.json")});
    CHECK(data.at("id") == "p");
    CHECK(data.at("source") == bank.file("p.json"));
    CHECK(data.at("effective_from").is_null());
    CHECK(data.at("inherited") == Json({"limits", "clock_floor", "confidence", "review", "routing", "evidence",
                                        "recommendations", "network_codes"}));
    CHECK(data.at("sha256") == DisputePolicy::parse(k_policy)->sha256());
    CHECK(bank.data({"dispute", "policy", "validate", "-"}, k_policy).at("sha256") == data.at("sha256"));
    CHECK(bank.data({"dispute", "policy", "show", "-"}, k_policy).at("sha256") == data.at("sha256"));
}

TEST_CASE("a policy that does not fit is refused with its place", "[cli][dispute]") {
    const Bank bank(Bank::Nothing::yet);
    const auto refused = [&](const std::string& text) {
        return bank.fails({"dispute", "policy", "validate", "-"}, "invalid_policy", text).at("details");
    };
    std::string other = k_policy;
    other.replace(other.find("amount_minor"), 12, "colour_minor");
    CHECK(refused(other).at("pointer") == "/facts/0");
    CHECK(refused("").contains("byte"));
    CHECK(refused("[]").at("pointer") == "");
    refused(std::string(2 << 20, ' '));
    refused(std::string(100'000, '['));
    refused(k_policy + "\xff");
    bank.fails({"dispute", "policy", "validate"}, "missing_argument");
    bank.fails({"dispute", "policy", "validate", bank.file("absent")}, "unreadable_input");
    bank.fails({"dispute", "policy", "validate", bank.directory()}, "unreadable_input");
    bank.fails({"dispute", "policy", "show", "-", "--fields", "colour"}, "unknown_field", k_policy);
}

TEST_CASE("a noun of two words is spelt, helped and suggested like one", "[cli][dispute][grammar]") {
    const Bank bank(Bank::Nothing::yet);
    CHECK(bank.data({"--json", "dispute", "--quiet", "policy", "--no-color", "show"}).at("version") == "1");
    CHECK(bank.fails({"dispute"}, "missing_argument").at("hint").get<std::string>().find("policy") !=
          std::string::npos);
    CHECK(bank.fails({"dispute", "policy"}, "missing_argument").at("hint") == "one of show, validate");
    CHECK(bank.fails({"dispute", "polcy", "show"}, "unknown_command").at("hint") == "did you mean 'policy'?");
    CHECK(bank.fails({"dispute", "policy", "shw"}, "unknown_command").at("hint") == "did you mean 'show'?");
    CHECK(bank.fails({"disputes", "policy", "show"}, "unknown_command").at("hint") == "did you mean 'dispute'?");
    bank.fails({"policy", "show"}, "unknown_command");
    CHECK(bank.ok({"help", "dispute", "policy", "show"}).find("usage: bankctl dispute policy show [FILE]") !=
          std::string::npos);
    CHECK(bank.ok({"help", "dispute", "policy"}).find("validate") != std::string::npos);
    CHECK(bank.ok({"dispute", "policy", "--help"}) == bank.ok({"help", "dispute", "policy"}));
    CHECK(bank.ok({"help", "dispute-policy"}).find("CONDITIONS") != std::string::npos);
}

TEST_CASE("the schema of policies admits those that bankctl takes", "[cli][dispute][schema]") {
    CHECK(is_admitted(Json::parse(DisputePolicy::embedded_text())));
    CHECK(is_admitted(Json::parse(DisputePolicy::embedded().canonical_text())));
    CHECK(is_admitted(Json::parse(k_policy)));
    Json other = Json::parse(k_policy);
    other["colour"] = 1;
    CHECK_FALSE(is_admitted(other));
    other = Json::parse(DisputePolicy::embedded_text());
    other["rules"][0]["when"] = {{"gt", {"amount_minor", 1}}};
    CHECK_FALSE(is_admitted(other));
}

TEST_CASE("the schema of policies and bankctl take the example of the shape", "[cli][real][dispute]") {
    const std::string path = BANKCTL_SOURCE_DIR "/../shared/data/dispute/policy.example.json";
    if (!std::filesystem::exists(path)) {
        std::cout << "SKIPPED: there is no ../shared/data/dispute\n";
        return;
    }
    const std::string text = test::read_file(path);
    CHECK(is_admitted(Json::parse(text)));
    const auto policy = DisputePolicy::parse(text);
    REQUIRE(policy);
    CHECK(policy->id() == "dispute-risk");
    CHECK(policy->inherited().size() == 7);
}

}  // namespace
}  // namespace bankctl::cli_test
