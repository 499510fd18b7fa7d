// The schemas and the checks of the other tests can fail.
#include <filesystem>
#include <fstream>
#include <set>

#include <catch2/catch.hpp>

#include "tests/cli/bank.h"

namespace bankctl::cli_test {
namespace {

TEST_CASE("a schema refuses a document with anything missing, added or changed", "[cli][schema]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    const Json good = bank.ok_json({"transaction", "credit", "alice", "1.00"});
    REQUIRE(schema_faults(good).empty());
    for (const auto& [key, value] : good.at("data").items()) {
        INFO(key);
        Json without = good;
        without["data"].erase(key);
        CHECK_FALSE(schema_faults(without).empty());
        for (const Json& wrong :
             std::vector<Json>{Json::array({{{"x", 1}}}), Json{{"x", 1}}, Json("\x01"), Json(-1.5)}) {
            if ((key == "memo" || key == "user") && wrong.is_string()) continue;  // any text will do
            Json changed = good;
            changed["data"][key] = wrong;
            CHECK_FALSE(schema_faults(changed).empty());
        }
    }
    const auto faults_with = [&](const Json::json_pointer& place, const Json& value) {
        Json changed = good;
        changed[place] = value;
        return schema_faults(changed);
    };
    using Pointer = Json::json_pointer;
    CHECK_FALSE(faults_with(Pointer("/data/extra"), 1).empty());
    CHECK_FALSE(faults_with(Pointer("/extra"), 1).empty());
    CHECK_FALSE(faults_with(Pointer("/data/amount/extra"), 1).empty());
    CHECK_FALSE(faults_with(Pointer("/data/amount/minor"), 9007199254740992).empty());
    CHECK_FALSE(faults_with(Pointer("/data/amount/decimal"), "1,00").empty());
    CHECK_FALSE(faults_with(Pointer("/data/amount/decimal"), "01.00").empty());
    CHECK_FALSE(faults_with(Pointer("/data/posted_at"), "2026-01-31T09:00:00Z").empty());
    CHECK_FALSE(faults_with(Pointer("/data/hash"), "ABC").empty());
    CHECK_FALSE(faults_with(Pointer("/data/accounts/0/id"), "a b").empty());
    CHECK_FALSE(faults_with(Pointer("/schema"), "transaction.list/v1").empty());
    CHECK_FALSE(faults_with(Pointer("/schema"), "transaction").empty());
    CHECK(faults_with(Pointer("/data/memo"), "any text").empty());
}

TEST_CASE("every key in every schema says what it means", "[cli][schema]") {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(BANKCTL_SOURCE_DIR "/schema/json")) {
        names.insert(entry.path().filename().string());
        std::ifstream file(entry.path());
        const Json schema = Json::parse(file);
        CHECK(schema.at("description").is_string());
        if (!schema.contains("properties")) continue;
        for (const auto& [key, value] : schema.at("properties").items()) {
            INFO(entry.path() << " " << key);
            CHECK((value.contains("description") || value.contains("$ref")));
        }
    }
    CHECK(names.count("definitions.schema.json") == 1);
    CHECK(names.size() >= 15);
}

TEST_CASE("characters that would harm a terminal are recognised", "[cli][schema]") {
    for (const std::string harmful : {"\x1b", "\x7f", "\u009b", "\u202e", "\u2069", "\u2028", "a\nb", "\r"})
        CHECK(has_harmful_characters(harmful, ""));
    CHECK_FALSE(has_harmful_characters("plain ä 日本 🏦 \u00a0\n", "\n"));
}

}  // namespace
}  // namespace bankctl::cli_test
