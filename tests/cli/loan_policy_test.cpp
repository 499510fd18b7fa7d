// bankctl loan policy train and evaluate: files in, a policy and a report out, and what bad data is told.
#include <catch2/catch.hpp>

#include "core/base/random.h"
#include "tests/cli/bank.h"

namespace bankctl::cli_test {
namespace {

/// Loans that go bad the more often the more is owed, the less is earned and where the owner rents; SEX has no effect
/// but through what is earned.
std::string loans(std::size_t count, std::uint64_t seed) {
    Random random(seed);
    std::string csv = "BAD,SEX,DEBT,INCOME,HOME,SAME,EMPTY\n";
    for (std::size_t i = 0; i < count; ++i) {
        const bool is_first = random.below(2) == 0;
        const std::uint64_t debt = random.below(100);
        const std::uint64_t income = random.below(80) + (is_first ? 20 : 0);
        const bool rents = random.below(3) == 0;
        const std::uint64_t risk = 20 + debt / 2 + (rents ? 20 : 0) - income / 5;
        csv += std::string(random.below(100) < risk ? "1" : "0") + (is_first ? ",a," : ",b,") +
               (i % 10 == 0 ? "-9" : std::to_string(debt)) + "," + (i % 12 == 0 ? "" : std::to_string(income)) + "," +
               (rents ? "rents" : "owns") + ",1,\n";
    }
    return csv;
}

struct Files {
    Bank bank{Bank::Nothing::yet};
    std::string csv = bank.file("loans.csv");
    std::string card = bank.file("card.json");
    Files() { test::write_file(csv, loans(1500, 1)); }
    Words train(const Words& more = {}) const {
        Words words{"loan",      "policy", "train",     csv,  "--target", "BAD",
                    "--exclude", "SEX",    "--special", "-9", "--out",    card};
        words.insert(words.end(), more.begin(), more.end());
        return words;
    }
};

TEST_CASE("loan policy train writes a policy, the same bytes for the same data", "[cli][loan]") {
    const Files files;
    const Json data = files.bank.data(files.train());
    CHECK(data.at("rows") == 1500);
    CHECK(data.at("out") == files.card);
    CHECK(data.at("characteristics") == Json({"DEBT", "INCOME", "HOME"}));
    const std::string first = test::read_file(files.card);
    CHECK(files.bank.data(files.train()) == data);
    CHECK((test::read_file(files.card) == first));
    const Json policy = Json::parse(first);
    CHECK(policy.at("scorecard").at("training").at("excluded") == Json({"SEX"}));
    CHECK(policy.at("scorecard").at("characteristics").at(0).at("special").at(0).at("codes") == Json({-9}));
    // From stdin too, and within the limits that are asked for.
    files.bank.ok({"loan", "policy", "train", "-", "--target", "BAD", "--exclude", "SEX", "--max-characteristics", "1",
                   "--max-bins", "3", "--out", files.card},
                  test::read_file(files.csv));
    const Json small = Json::parse(test::read_file(files.card));
    REQUIRE(small.at("scorecard").at("characteristics").size() == 1);
    CHECK(small.at("scorecard").at("characteristics").at(0).at("bins").size() <= 3);
}

TEST_CASE("loan policy evaluate judges a card on other loans and writes a report", "[cli][loan]") {
    const Files files;
    files.bank.ok(files.train());
    const std::string newer = files.bank.file("newer.csv");
    test::write_file(newer, loans(1000, 2));
    const std::string report = files.bank.file("report.html");
    const Words words{"loan",     "policy",   "evaluate", newer, "--target", "BAD",
                      "--policy", files.card, "--group",  "SEX", "--html",   report};
    const Json data = files.bank.data(words);
    CHECK(data.at("n") == 1000);
    CHECK(data.at("auc").get<double>() > 0.6);
    CHECK(data.at("gini").get<double>() == Approx(2 * data.at("auc").get<double>() - 1).margin(2e-6));
    CHECK(data.at("psi").get<double>() < 0.1);
    REQUIRE(data.at("groups").size() == 2);
    std::int64_t rows = 0;
    for (const Json& band : data.at("bands")) rows += band.at("n").get<std::int64_t>();
    CHECK(rows == 1000);
    const std::string html = test::read_file(report);
    CHECK(html.find(data.at("policy").at("sha256").get<std::string>()) != std::string::npos);
    CHECK(html.ends_with("</html>\n"));
    files.bank.ok(words);
    CHECK((test::read_file(report) == html));
    for (const std::string& input : {newer, files.card}) {
        const std::string before = test::read_file(input);
        files.bank.fails(
            {"loan", "policy", "evaluate", newer, "--target", "BAD", "--policy", files.card, "--html", input}, "usage");
        CHECK((test::read_file(input) == before));
    }
    files.bank.fails({"loan", "policy", "evaluate", newer, "--target", "BAD", "--policy", files.card, "--html",
                      files.bank.directory()},
                     "output_failed");
}

TEST_CASE("a challenger is judged by the same loans, and what the two would approve is counted", "[cli][loan]") {
    const Files files;
    files.bank.ok(files.train());
    const std::string newer = files.bank.file("newer.csv");
    test::write_file(newer, loans(1000, 2));
    // The same card with a higher passing score approves fewer loans, and none that the champion would not.
    Json strict = Json::parse(test::read_file(files.card));
    strict["version"] = "2";
    strict["bands"]["approve_min"] = strict["bands"]["approve_min"].get<int>() + 20;
    test::write_file(files.bank.file("strict.json"), strict.dump());
    const Words words{"loan", "policy", "evaluate", newer, "--target", "BAD", "--policy", files.card};
    CHECK(files.bank.data(words).at("challenger").is_null());
    Words both = words;
    both.insert(both.end(), {"--challenger", files.bank.file("strict.json")});
    const Json data = files.bank.data(both);
    const Json& challenger = data.at("challenger");
    for (const char* const key : {"auc", "ks", "brier", "ece", "psi"}) CHECK(challenger.at(key) == data.at(key));
    CHECK(challenger.at("policy").at("version") == "2");
    const Json& approved = challenger.at("approved_by");
    const auto count = [&](const char* who, const char* what) { return approved.at(who).at(what).get<int>(); };
    CHECK(count("only_challenger", "n") == 0);
    CHECK(count("only_champion", "n") > 0);
    CHECK(count("both", "n") + count("only_champion", "n") + count("neither", "n") == 1000);
    int bad = 0;
    for (const Json& band : data.at("bands")) bad += band.at("bad").get<int>();
    CHECK(count("both", "bad") + count("only_champion", "bad") + count("neither", "bad") == bad);
    const auto rate = [&](const char* who) { return 1.0 * count(who, "bad") / count(who, "n"); };
    CHECK((rate("both") < rate("only_champion") && rate("only_champion") < rate("neither")));
}

TEST_CASE("a trained policy decides no application", "[cli][loan]") {
    const Files files;
    files.bank.ok(files.train());
    files.bank.fails({"loan", "check", "-", "--policy", files.card}, "invalid_policy", "{}");
}

TEST_CASE("loan policy train refuses bad data and leaves the file as it was", "[cli][loan]") {
    const Files files;
    test::write_file(files.card, "before");
    std::string few = "BAD,A\n", same = "BAD,A\n", alike = "BAD,A\n", sex = "BAD,SEX\n";
    for (int i = 0; i < 100; ++i) {
        const std::string outcome = i % 3 == 0 ? "1," : "0,";
        if (i < 20) few += outcome + std::to_string(i) + "\n";
        same += outcome + "5\n";
        alike += "0," + std::to_string(i) + "\n";
        sex += outcome + std::to_string(i % 2) + "\n";
    }
    const std::vector<std::pair<std::string, std::string>> cases{{"", "invalid_csv"},
                                                                 {"\n", "invalid_csv"},
                                                                 {"BAD,A\n", "invalid_csv"},
                                                                 {"A,B\n1,2\n", "unknown_field"},
                                                                 {"BAD,A,A\n1,2,3\n", "invalid_csv"},
                                                                 {"BAD,BAD\n1,2\n", "invalid_csv"},
                                                                 {"BAD,A\n1,2\n0\n", "invalid_csv"},
                                                                 {"BAD,A\n1,2\n0,1,2\n", "invalid_csv"},
                                                                 {"BAD,A\n1,2\n2,1\n", "invalid_csv"},
                                                                 {"BAD,A\n1,2\nyes,1\n", "invalid_csv"},
                                                                 {"BAD,A\n1,2\n,1\n", "invalid_csv"},
                                                                 {"BAD,A\n1,\"2\n", "invalid_csv"},
                                                                 {few, "invalid_csv"},
                                                                 {same, "invalid_csv"},
                                                                 {alike, "invalid_csv"},
                                                                 {sex, "prohibited_input"},
                                                                 {"BAD,A\x1b\n1,2\n", "invalid_csv"}};
    for (const auto& [csv, code] : cases) {
        INFO(csv.substr(0, 40));
        files.bank.fails({"loan", "policy", "train", "-", "--target", "BAD", "--out", files.card}, code, csv);
        CHECK(test::read_file(files.card) == "before");
    }
    const auto refuses = [&](const Words& more, const std::string& code) {
        files.bank.fails(files.train(more), code);
        CHECK(test::read_file(files.card) == "before");
    };
    refuses({"--max-characteristics", "0"}, "invalid_number");
    refuses({"--max-bins", "1"}, "invalid_number");
    refuses({"--max-bins", "x"}, "invalid_number");
    refuses({"--seed", "-1"}, "invalid_number");
    files.bank.fails({"loan", "policy", "train", files.csv, "--target", "BAD", "--special", "x", "--out", files.card},
                     "invalid_number");
    files.bank.fails({"loan", "policy", "train", files.csv, "--target", "BAD", "--exclude", "NO", "--out", files.card},
                     "unknown_field");
    files.bank.fails({"loan", "policy", "train", files.csv, "--target", "BAD", "--exclude", "BAD", "--out", files.card},
                     "usage");
    files.bank.fails({"loan", "policy", "train", files.csv, "--target", "BAD", "--exclude", "SEX", "--out", files.csv},
                     "usage");
    files.bank.fails({"loan", "policy", "train", files.bank.file("absent"), "--target", "BAD", "--out", files.card},
                     "unreadable_input");
    CHECK(test::read_file(files.card) == "before");
}

TEST_CASE("loan policy evaluate refuses what it cannot judge", "[cli][loan]") {
    const Files files;
    files.bank.ok(files.train());
    const auto refuses = [&](const Words& more, const std::string& csv, const std::string& code) {
        Words words{"loan", "policy", "evaluate", "-", "--target", "BAD"};
        words.insert(words.end(), more.begin(), more.end());
        INFO(csv.substr(0, 40));
        files.bank.fails(words, code, csv);
    };
    const std::string good = loans(100, 3);
    refuses({"--policy", files.card, "--group", "NO"}, good, "unknown_field");
    refuses({"--policy", files.card, "--group", "HOME"}, good, "usage");
    refuses({"--policy", files.card}, "BAD,DEBT\n1,2\n0,3\n", "unknown_field");
    refuses({"--policy", files.card}, "", "invalid_csv");
    refuses({"--policy", files.csv}, good, "invalid_policy");
    refuses({"--policy", files.bank.file("absent")}, good, "unreadable_input");
    refuses({}, good, "unknown_field");
    refuses({"--policy", files.card, "--challenger", "embedded"}, good, "unknown_field");
    refuses({"--policy", files.card, "--challenger", files.csv}, good, "invalid_policy");
    refuses({"--policy", files.card, "--challenger", "-"}, good, "usage");
}

}  // namespace
}  // namespace bankctl::cli_test
