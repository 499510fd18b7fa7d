// bankctl customer: add, show, list, update.
#include <catch2/catch.hpp>

#include "tests/cli/bank.h"
#include "tests/cli/forms.h"

namespace bankctl::cli_test {
namespace {

TEST_CASE("a customer is added as given", "[cli][customer]") {
    const Bank bank;
    const Json added = bank.data(
        {"customer", "add", "c1", "--name", "Ada Lovelace", "--email", "ada@example.com", "--phone", "+44 1"});
    CHECK(added.at("id") == "c1");
    CHECK(added.at("name") == "Ada Lovelace");
    CHECK(added.at("email") == "ada@example.com");
    CHECK(added.at("phone") == "+44 1");
    CHECK(added.at("version") == 1);
    CHECK(bank.data({"customer", "show", "c1"}) == added);
}

TEST_CASE("a customer's fields are changed one by one", "[cli][customer]") {
    const Bank bank;
    bank.ok({"customer", "add", "c1", "--name", "Ada", "--email", "a@example.com", "--phone", "1"});
    Json expected = bank.data({"customer", "show", "c1"});
    const auto update = [&](const Words& options, const char* key, const Json& value) {
        Words words{"customer", "update", "c1"};
        words.insert(words.end(), options.begin(), options.end());
        expected[key] = value;
        expected["version"] = expected["version"].get<int>() + 1;
        CHECK(bank.data(words) == expected);
        CHECK(bank.data({"customer", "show", "c1"}) == expected);
    };
    update({"--name", "Ada L."}, "name", "Ada L.");
    update({"--email", "b@example.com"}, "email", "b@example.com");
    update({"--phone", ""}, "phone", nullptr);
    update({"--email="}, "email", nullptr);
}

TEST_CASE("what customer refuses", "[cli][customer]") {
    const Bank bank;
    bank.ok({"customer", "add", "c1", "--name", "Ada"});
    const Json head = bank.head();
    bank.fails({"customer", "add", "c1", "--name", "Ada"}, "already_exists");
    bank.fails({"customer", "add", "c2"}, "missing_argument");
    bank.fails({"customer", "add", "--name", "Ada"}, "missing_argument");
    bank.fails({"customer", "add", "c2", "--name", ""}, "invalid_text");
    bank.fails({"customer", "add", "c 2", "--name", "Ada"}, "invalid_id");
    bank.fails({"customer", "show", "c2"}, "customer_not_found");
    bank.fails({"customer", "update", "c2", "--name", "Bob"}, "customer_not_found");
    bank.fails({"customer", "update", "c1"}, "missing_argument");
    bank.fails({"customer", "update", "c1", "--name", ""}, "invalid_text");
    const Json error =
        bank.fails({"customer", "update", "c1", "--name", "Bob", "--if-version", "2"}, "version_conflict");
    CHECK(error.at("details").at("expected") == 2);
    CHECK(error.at("details").at("actual") == 1);
    CHECK(bank.head() == head);
    CHECK(bank.data({"customer", "update", "c1", "--name", "Bob", "--if-version", "1"}).at("version") == 2);
}

TEST_CASE("a dry run of customer keeps nothing", "[cli][customer]") {
    const Bank bank;
    const Json head = bank.head();
    CHECK(bank.data({"customer", "add", "c1", "--name", "Ada", "--dry-run"}).at("dry_run") == true);
    bank.fails({"customer", "show", "c1"}, "customer_not_found");
    CHECK(bank.head() == head);
    bank.ok({"customer", "add", "c1", "--name", "Ada"});
    CHECK(bank.data({"customer", "update", "c1", "--name", "Bob", "--dry-run"}).at("name") == "Bob");
    CHECK(bank.data({"customer", "show", "c1"}).at("name") == "Ada");
    bank.fails({"customer", "add", "c1", "--name", "Ada", "--dry-run"}, "already_exists");
}

TEST_CASE("customers are listed by id, in pages too", "[cli][customer]") {
    const Bank bank;
    CHECK(bank.data({"customer", "list"}).empty());
    for (const std::string id : {"m", "B", "a.1", "z", "9", "a"})
        bank.ok({"customer", "add", id, "--name", "Name of " + id});
    const Json whole = bank.data({"customer", "list"});
    std::vector<std::string> ids;
    for (const Json& row : whole) ids.push_back(row.at("id"));
    CHECK(ids == Words{"9", "B", "a", "a.1", "m", "z"});
    Json pages = Json::array();
    Json next;
    do {
        Words words{"customer", "list", "--limit", "4"};
        if (next.is_string()) words.insert(words.end(), {"--after", next.get<std::string>()});
        const Json page = bank.ok_json(words);
        CHECK(page.at("data").size() <= 4);
        for (const Json& row : page.at("data")) pages.push_back(row);
        next = page.at("next");
    } while (!next.is_null());
    CHECK(pages == whole);
    bank.fails({"customer", "list", "--after", "not an id"}, "invalid_cursor");
}

TEST_CASE("customer prints every form", "[cli][customer]") {
    const Bank bank;
    require_same_in_all_forms(bank, {"customer", "list"});
    bank.ok({"customer", "add", "c1", "--name", "Ada, \"the\" Countess", "--phone", "+44 1"});
    bank.ok({"customer", "add", "c2", "--name", std::string(256, 'x'), "--email", std::string(200, 'y')});
    require_same_in_all_forms(bank, {"customer", "show", "c1"});
    require_same_in_all_forms(bank, {"customer", "list"});
    require_same_in_all_forms(bank, {"customer", "add", "c3", "--name", "Bob", "--dry-run"});
    require_same_in_all_forms(bank, {"customer", "update", "c1", "--email", "=1+1", "--dry-run"});
}

}  // namespace
}  // namespace bankctl::cli_test
