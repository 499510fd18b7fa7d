// bankctl dispute classify and bankctl dispute model, as scripts use them.
#include <catch2/catch.hpp>

#include "tests/cli/dispute.h"
#include "tests/support/temp_directory.h"

namespace bankctl::cli_test {
namespace {

std::string texts_csv(int rows) {
    std::string texts = "text,category\n";
    for (int i = 0; i < rows; ++i) {
        const std::string number = std::to_string(i);
        texts += i % 2 == 0 ? "order " + number + " was never refunded,refund_or_merchant_dispute\n"
                            : "you took a fee on day " + number + ",fee_dispute\n";
    }
    return texts;
}

}  // namespace

TEST_CASE("dispute classify answers line by line, with the ids as they were, and needs no bank",
          "[cli][dispute][classify]") {
    const Bank bank(Bank::Nothing::yet);
    const std::string lines =
        "{\"id\":7,\"text\":\"My card was stolen\"}\n\n{\"text\":\"I was charged twice for one "
        "coffee\",\"id\":\"b\"}\r\n"
        "{\"text\":\"what is the weather in Paris\"}\n";
    const std::vector<Json> rows = parse_lines(bank.ok({"dispute", "classify", "-", "--output", "ndjson"}, lines));
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].at("id") == 7);
    CHECK(rows[0].at("category") == "lost_or_stolen_card_or_device");
    CHECK(rows[0].at("explanation")[0].at("word") == "stolen");
    CHECK(rows[1].at("id") == "b");
    CHECK(rows[1].at("category") == "duplicate_charge");
    CHECK(rows[1].at("confidence") > 0.5);
    CHECK(rows[2].at("id").is_null());
    CHECK(rows[2].at("in_scope") == false);
    CHECK(rows[2].at("category") == "not_a_dispute");
    test::write_file(bank.file("lines"), lines);
    CHECK(bank.data({"dispute", "classify", bank.file("lines")}) == Json(rows));
    CHECK(bank.data({"dispute", "classify", "-"}, "") == Json::array());
    const Json one = bank.data({"dispute", "classify", "--text", "My card was stolen"});
    CHECK(one.at("id").is_null());
    CHECK(one.at("confidence") == rows[0].at("confidence"));
    CHECK(bank.data({"dispute", "classify", "--text", "-"}, "My card was stolen") == one);
}

TEST_CASE("dispute classify ends at a line that does not fit, and names it", "[cli][dispute][classify]") {
    const Bank bank(Bank::Nothing::yet);
    const Words classify{"dispute", "classify", "-"};
    const std::string good = "{\"id\":1,\"text\":\"a fee\"}\n";
    CHECK(bank.fails(classify, "invalid_json", good + "{\"id\":2}\n").at("details").at("line") == 2);
    bank.fails(classify, "invalid_json", good + "{\"text\":\"" + std::string(1 << 20, 'a') + "\"}\n");
    bank.fails(classify, "invalid_text", "{\"text\":\"" + std::string(70'000, 'a') + "\"}\n");
    bank.fails({"dispute", "classify", "--text", "\xff"}, "invalid_text");
    bank.fails({"dispute", "classify", "--text", "-"}, "invalid_text", std::string(70'000, 'a'));
    bank.fails({"dispute", "classify"}, "missing_argument");
    bank.fails({"dispute", "classify", "-", "--text", "a"}, "usage");
    bank.fails({"dispute", "classify", bank.file("absent")}, "unreadable_input");
    bank.fails({"dispute", "classify", "--text", "a", "--model", bank.file("absent")}, "unreadable_input");
    test::write_file(bank.file("bad.model"), "BKDISPM1");
    bank.fails({"dispute", "classify", "--text", "a", "--model", bank.file("bad.model")}, "invalid_model");
    const Run run = bank.run({"dispute", "classify", "-", "--output", "ndjson"}, good + "no json\n");
    CHECK(run.exit_code == 2);
    CHECK(lines_of(run.err).size() == 1);
}

TEST_CASE("dispute model train makes the same file twice, which can be used, judged and shown",
          "[cli][dispute][classify]") {
    const Bank bank(Bank::Nothing::yet);
    test::write_file(bank.file("texts.csv"), texts_csv(60));
    test::write_file(bank.file("foreign.csv"), "text\nplay some music\nturn the light on\n");
    test::write_file(bank.file("about.json"), R"({"name":"ours","licences":["our own"],"limits":["small"]})");
    const Words train{"dispute",        "model",
                      "train",          bank.file("texts.csv"),
                      "--out-of-scope", bank.file("foreign.csv"),
                      "--about",        bank.file("about.json"),
                      "--held-out",     bank.file("texts.csv"),
                      "--out",          bank.file("a.model")};
    const Json made = bank.data(train);
    CHECK(made.at("texts") == 62);
    CHECK(made.at("intents") == 3);
    CHECK(made.at("held_out")[0].at("accuracy") == 1.0);
    const std::string bytes = test::read_file(bank.file("a.model"));
    CHECK(bank.data(train) == made);
    CHECK(test::read_file(bank.file("a.model")) == bytes);
    CHECK(names_in(bank.directory()).size() == 4);  // no draft is left
    Words other = train;
    other.insert(other.end(), {"--seed", "2"});
    CHECK(bank.data(other).at("model") != made.at("model"));

    bank.data(train);
    const Json said = bank.data({"dispute", "classify", "--text", "a fee", "--model", bank.file("a.model")});
    CHECK(said.at("category") == "fee_dispute");
    CHECK(said.at("model") == made.at("model"));
    const Json judged =
        bank.data({"dispute", "model", "evaluate", bank.file("texts.csv"), "--model", bank.file("a.model")});
    CHECK(judged.at("n") == 60);
    CHECK(judged.at("accuracy") == 1.0);
    CHECK(judged.at("mapped").is_null());
    CHECK(judged.at("per_class").size() == 2);
    const Json shown = bank.data({"dispute", "model", "show", "--model", bank.file("a.model")});
    CHECK(shown.at("name") == "ours");
    CHECK(shown.at("licences") == Json::array({"our own"}));
    CHECK(shown.at("intents").size() == 3);
}

TEST_CASE("what was classified before a line that does not fit is printed", "[cli][dispute][classify]") {
    const Bank bank;
    const std::string line = "{\"id\":1,\"text\":\"I was charged twice\"}\n";
    const Run run = bank.run({"dispute", "classify", "-", "--output", "ndjson"}, line + line + "nonsense\n");
    CHECK(run.exit_code == 2);
    CHECK(std::ranges::count(run.out, '\n') == 2);
}

TEST_CASE("the model is the one that the settings name, and embedded names the executable's",
          "[cli][dispute][classify]") {
    Bank bank;
    const Words classify{"dispute", "classify", "--text", "I was charged twice"};
    bank.environment()["BANKCTL_DISPUTE_MODEL"] = bank.file("none.model");
    bank.fails(classify, "unreadable_input");
    bank.fails({"dispute", "model", "show"}, "unreadable_input");
    const Json said = bank.data(joined(classify, {"--model", "embedded"}));
    bank.environment().erase("BANKCTL_DISPUTE_MODEL");
    CHECK(said == bank.data(classify));
}

TEST_CASE("dispute model refuses what it cannot learn from, and leaves the file alone", "[cli][dispute][classify]") {
    const Bank bank(Bank::Nothing::yet);
    test::write_file(bank.file("out"), "old");
    const auto fails = [&](const std::string& csv, std::string_view code, Words more = {}) {
        test::write_file(bank.file("texts.csv"), csv);
        Words words{"dispute", "model", "train", bank.file("texts.csv"), "--out", bank.file("out")};
        words.insert(words.end(), more.begin(), more.end());
        bank.fails(words, code);
        CHECK(test::read_file(bank.file("out")) == "old");
    };
    fails("text,label\na,b\n", "invalid_csv");
    fails("text,category\na,\n", "invalid_csv");
    fails("text,category\na,mine\n", "invalid_csv");
    fails("text,category\na,fee_dispute\nb,fee_dispute\n", "invalid_csv");
    fails("text,category\na,fee_dispute\nb,atm_cash_error\n", "invalid_csv");
    fails(texts_csv(60), "invalid_number", {"--seed", "-1"});
    fails(texts_csv(60), "unreadable_input", {"--map", bank.file("absent")});
    test::write_file(bank.file("about.json"), "[]");
    fails(texts_csv(60), "invalid_json", {"--about", bank.file("about.json")});
    bank.fails({"dispute", "model", "train", bank.file("texts.csv"), "--out", bank.file("no/where")}, "output_failed");
    bank.fails({"dispute", "model", "evaluate", "-"}, "invalid_csv", "text,category\n");
    test::write_file(bank.file("labels.csv"),
                     "text,category\nhello there,parrot\nI was charged twice,duplicate_charge\n");
    const Json mixed = bank.data({"dispute", "model", "evaluate", bank.file("labels.csv")});
    CHECK(mixed.at("n") == 2);
    CHECK(mixed.at("skipped") == 1);
    CHECK(mixed.at("per_class").size() == 1);
}

TEST_CASE("dispute model show tells the embedded model's data, licences, figures and limits",
          "[cli][dispute][classify]") {
    const Bank bank(Bank::Nothing::yet);
    const Json data = bank.data({"dispute", "model", "show"});
    CHECK(data.at("bytes") <= 1'500'000);
    CHECK(data.at("licences").size() == 3);
    CHECK(data.at("limits").size() >= 3);
    CHECK(data.at("held_out").size() == 6);
    CHECK(data.at("intents").size() == 108);
}

}  // namespace bankctl::cli_test
