// bankctl loan check, schedule and apr: documents, streams, options, and what they refuse.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>

#include <catch2/catch.hpp>

#include "tests/cli/bank.h"
#include "tests/cli/terminal.h"
#include "tests/support/loan_application.h"

namespace bankctl::cli_test {
namespace {

std::string approved() { return loan_application({{"loan.amount_minor", "1500000"}}); }

/// The error document of a run that ended with `exit_code` after printing on stdout, as streams may.
Json error_of(const Run& run) { return Json::parse(run.err).at("error"); }

Json shared_examples() {
    const std::string path = BANKCTL_SOURCE_DIR "/../shared/data/loan/vectors.json";
    if (!std::filesystem::exists(path)) {
        std::cout << "SKIPPED: there is no ../shared/data/loan\n";
        return nullptr;
    }
    return Json::parse(test::read_file(path));
}

TEST_CASE("loan check decides a document and explains it, without a bank", "[cli][loan]") {
    const Bank bank(Bank::Nothing::yet);
    const Json data = bank.data({"loan", "check", "-"}, loan_application());
    CHECK(data.at("decision") == "decline");
    CHECK(data.at("band") == "refer");
    CHECK(data.at("score") == 577);
    CHECK(data.at("failed_rules") == Json::parse(R"([{"code":"dti_above_max","value":3835,"limit":3600}])"));
    CHECK(data.at("affordability").at("payment").at("decimal") == "633.94");
    CHECK(data.at("counter_offers").size() == 2);
    CHECK(data.at("counter_offers")[0].at("amount").at("minor") == 1970000);
    CHECK(data.at("policy").at("version") == "1.0.0");
    CHECK(data.at("input_sha256").get<std::string>().size() == 64);
    test::write_file(bank.file("a.json"), Json::parse(loan_application()).dump(2));
    CHECK(bank.data({"loan", "check", bank.file("a.json")}).at("input_sha256") == data.at("input_sha256"));
    for (const std::string& line : lines_of(bank.ok({"loan", "check", bank.file("a.json"), "--output", "table"})))
        CHECK(line.size() <= 80);
    CHECK_FALSE(std::filesystem::exists(bank.path()));
}

TEST_CASE("loan check decides a stream line by line, and keeps what went before an error", "[cli][loan]") {
    const Bank bank(Bank::Nothing::yet);
    const Words words{"loan", "check", "-", "--output", "ndjson", "--fields", "decision,score"};
    const std::string lines = loan_application() + "\n\n" + approved() + "\n";
    const std::string decided = "{\"decision\":\"decline\",\"score\":577}\n{\"decision\":\"approve\",\"score\":595}\n";
    CHECK(bank.ok(words, lines) == decided);
    const Json list = bank.ok_json({"loan", "check", "-"}, lines);
    CHECK(list.at("schema") == "loan.decision.list/v1");
    CHECK(list.at("data").size() == 2);
    const Run run = bank.run(words, lines + loan_application({{"applicant.sex", "\"f\""}}) + "\n" + approved());
    CHECK(run.exit_code == 2);
    CHECK(run.out == decided);
    CHECK(error_of(run).at("code") == "prohibited_input");
    CHECK(error_of(run).at("details").at("line") == 4);
    CHECK(error_of(run).at("details").at("field") == "applicant.sex");
    bank.fails({"loan", "check", "-"}, "invalid_json", "");
    bank.fails({"loan", "check", "-"}, "prohibited_input", lines + loan_application({{"applicant.religion", "\"x\""}}));
}

TEST_CASE("loan check decides what its options say", "[cli][loan]") {
    const Bank bank(Bank::Nothing::yet);
    const Words words{"loan",           "check", "--currency",   "USD",  "--amount",          "25000",
                      "--months",       "48",    "--rate-bps",   "999",  "--birth-date",      "1991-05-14",
                      "--gross-income", "4000",  "--net-income", "3100", "--income-verified", "yes",
                      "--debts",        "900",   "--expenses",   "1100", "--as-of",           "2026-03-31"};
    const Json data = bank.data(words);
    CHECK(data.at("affordability").at("dti_bps") == 3835);
    CHECK(data.at("affordability").at("payment").at("minor") == 63394);
    CHECK(bank.fails({"loan", "check"}, "missing_argument").at("message").get<std::string>().find("--amount") !=
          std::string::npos);
    const auto refused = [&](const std::string& option, const std::string& value, const std::string& code) {
        Words changed = words;
        const auto at = std::find(changed.begin(), changed.end(), option);
        REQUIRE(at != changed.end());
        *(at + 1) = value;
        INFO(option << " " << value);
        bank.fails(changed, code);
    };
    refused("--amount", "-1", "invalid_amount");
    refused("--amount", "1.001", "amount_precision");
    refused("--amount", "90071992547409.92", "amount_too_large");
    refused("--currency", "XXX", "unknown_currency");
    refused("--months", "601", "invalid_number");
    refused("--birth-date", "2026-02-30", "invalid_time");
    refused("--income-verified", "perhaps", "usage");
    Words both = words;
    both.push_back("-");
    bank.fails(both, "usage", loan_application());
}

TEST_CASE("loan check asks at a terminal for what its options do not say, until the answer fits",
          "[cli][terminal][loan]") {
    const Bank bank(Bank::Nothing::yet);
    const Words words{"--json", "loan", "check", "--months", "48", "--rate-bps", "999", "--as-of", "2026-03-31"};
    const std::vector<Typing> keys{{"--currency", "dollars\n"},
                                   {"--currency", "USD\n"},
                                   {"--amount", "lots\n"},
                                   {"--amount", "25000\n"},
                                   {"--birth-date", "1991-13-14\n"},
                                   {"--birth-date", "1991-05-14\n"},
                                   {"--gross-income", "4000\n"},
                                   {"--net-income", "3100\n"},
                                   {"--income-verified", "y\n"},
                                   {"--income-verified", "yes\n"},
                                   {"--debts", "900\n"},
                                   {"--expenses", "1100\n"}};
    const Run run = run_on_terminal(bank, words, {.in = true, .err = true, .typing = keys});
    INFO(describe({}, run));
    REQUIRE(run.exit_code == 0);
    const Json data = parse_document(run.out).at("data");
    CHECK(data.at("affordability").at("dti_bps") == 3835);
    CHECK(data.at("affordability").at("payment").at("minor") == 63394);
    CHECK(count_of(run.terminal, "--months") == 0);
    CHECK(count_of(run.terminal, "must be a date") == 1);
    // The first empty answer ends the questions.
    const Run left = run_on_terminal(bank, words, {.in = true, .err = true, .typing = {{"--currency", "\n"}}});
    CHECK(left.exit_code == 2);
    CHECK(count_of(left.terminal, "--amount, the amount") == 0);
}

TEST_CASE("loan check decides by the policy it is given", "[cli][loan]") {
    const Bank bank(Bank::Nothing::yet);
    Json policy = Json::parse(test::read_file(BANKCTL_SOURCE_DIR "/schema/policy/loan.json"));
    policy["version"] = "2";
    policy["bands"]["approve_min"] = 596;
    test::write_file(bank.file("p.json"), policy.dump());
    const Json data = bank.data({"loan", "check", "-", "--policy", bank.file("p.json")}, approved());
    CHECK(data.at("decision") == "refer");
    CHECK(data.at("policy").at("version") == "2");
    policy["colour"] = 1;
    test::write_file(bank.file("p.json"), policy.dump());
    bank.fails({"loan", "check", "-", "--policy", bank.file("p.json")}, "invalid_policy", approved());
    bank.fails({"loan", "check", "-", "--policy", bank.file("absent")}, "unreadable_input", approved());
}

TEST_CASE("loan schedule pays what it says, in every form", "[cli][loan]") {
    const Bank bank(Bank::Nothing::yet);
    const Words words{"loan",       "schedule", "--principal", "10000", "--currency", "USD",
                      "--rate-bps", "850",      "--months",    "60",    "--fee",      "200"};
    const Json data = bank.data(words);
    CHECK(data.at("payment").at("minor") == 20517);
    CHECK(data.at("last_payment").at("minor") == 20484);
    CHECK(data.at("total_interest").at("minor") == 230987);
    CHECK(data.at("apr") == Json::parse(R"({"regz":"9.3636","eu":"9.7761"})"));
    CHECK(data.at("rows").size() == 60);
    CHECK(data.at("rows")[59].at("balance").at("minor") == 0);
    Words csv = words;
    csv.insert(csv.end(), {"--output", "csv"});
    CHECK(lines_of(bank.ok(csv)).size() == 61);
    const Words yen{"loan", "schedule", "--principal", "1.5", "--currency", "JPY", "--rate-bps", "0", "--months", "1"};
    bank.fails(yen, "amount_precision");
    const Words tiny{"loan", "schedule",   "--principal", "0.05",     "--currency",
                     "USD",  "--rate-bps", "0",           "--months", "9"};
    bank.fails(tiny, "invalid_amount");
}

TEST_CASE("loan apr finds rates of unit-periods and of years, and refuses the rest", "[cli][loan]") {
    const Bank bank(Bank::Nothing::yet);
    const auto unit = [](const std::string& fraction) {
        return R"({"advance":"6000","payment":"200","count":36,"full_periods":1,"fraction":")" + fraction +
               R"(","periods_per_year":12})";
    };
    const Json rates = bank.data({"loan", "apr", "-"}, unit("19/30"));
    CHECK(rates.at("apr").at("regz").get<std::string>().substr(0, 4) == "11.8");
    const Json years = bank.data({"loan", "apr", "-"}, R"({"advances":[["0","1000"]],"payments":[["1.5","1200"]]})");
    CHECK(years.at("apr") == Json::parse(R"({"regz":null,"eu":"12.9243"})"));
    for (const std::string& input : {unit("31/30"), unit("1/0"), unit("0.5"), unit("-1/30")})
        CHECK(bank.fails({"loan", "apr", "-"}, "invalid_number", input).at("details").at("field") == "fraction");
    bank.fails({"loan", "apr", "-"}, "invalid_json", "[]");
    bank.fails({"loan", "apr", "-"}, "invalid_amount", R"({"advances":[["0",1000]],"payments":[["1","1200"]]})");
    bank.fails({"loan", "apr", "-"}, "invalid_json", R"({"advances":[],"payments":[["1","1200"]]})");
    bank.fails({"loan", "apr", "-"}, "invalid_json", unit("0").insert(1, R"("colour":1,)"));
}

TEST_CASE("scores, reasons and offers are those of the shared examples", "[cli][real][loan]") {
    const Json examples = shared_examples();
    if (examples.is_null()) return;
    const std::map<std::string, std::string> called{{"util", "utilisation"},
                                                    {"delinq_24m", "delinquencies_24m"},
                                                    {"avg_balance_to_income", "average_balance_to_income"}};
    const auto name_of = [&](const std::string& name) { return called.contains(name) ? called.at(name) : name; };
    const Bank bank(Bank::Nothing::yet);
    // The second example owes more than the policy's caps allow, so the card alone decides it.
    Json policy = Json::parse(test::read_file(BANKCTL_SOURCE_DIR "/schema/policy/loan.json"));
    for (const char* const cap : {"dti_max_bps", "pti_max_bps", "min_residual_minor"})
        policy["affordability"][cap] = nullptr;
    test::write_file(bank.file("card.json"), policy.dump());
    const Json& cases = examples.at("starter_card_cases");
    REQUIRE(cases.size() == 2);
    const LoanChanges changes[] = {{{"loan.amount_minor", "1500000"}},
                                   {{"obligations.monthly_debt_payments_minor", "96606"},
                                    {"bureau.utilisation_bps", "null"},
                                    {"income.employment_months", "null"},
                                    {"bureau.inquiries_6m", "null"}}};
    for (std::size_t i = 0; i < cases.size(); ++i) {
        INFO("case " << i);
        Words words{"loan", "check", "-"};
        if (i == 1) words.insert(words.end(), {"--policy", bank.file("card.json")});
        const Json data = bank.data(words, loan_application(changes[i]));
        for (const char* const key : {"score", "decision"}) CHECK(data.at(key) == cases[i].at(key));
        CHECK(data.at("probability_of_default") == cases[i].at("pd"));
        std::map<std::string, Json> points, expected;
        for (const Json& factor : data.at("factors")) points[factor.at("id")] = factor.at("points");
        for (const auto& [name, value] : cases[i].at("points").items()) expected[name_of(name)] = value;
        CHECK(points == expected);
        REQUIRE(data.at("reasons").size() == cases[i].at("reasons").size());
        for (std::size_t r = 0; r < data.at("reasons").size(); ++r) {
            const Json& reason = data.at("reasons")[r];
            const auto place = static_cast<std::size_t>(std::stoi(reason.at("code").get<std::string>().substr(1)) - 1);
            CHECK(data.at("factors")[place].at("id") == name_of(cases[i].at("reasons")[r][0]));
            CHECK(reason.at("gap") == cases[i].at("reasons")[r][1]);
        }
    }
    const Json& offer = examples.at("counter_offer");
    // What is expected of a loan: payment, debts to income, score, decision. An offer is a loan that has just these.
    const auto check_loan = [&](const Json& amount, const std::string& months, const Json& expected) {
        INFO(amount << " over " << months);
        const Json data =
            bank.data({"loan", "check", "-"},
                      loan_application({{"loan.amount_minor", amount.dump()}, {"loan.term_months", months}}));
        CHECK(data.at("affordability").at("payment").at("minor") == expected[0]);
        CHECK(data.at("affordability").at("dti_bps") == expected[1]);
        CHECK(data.at("score") == expected[2]);
        CHECK(data.at("decision") == expected[3]);
    };
    const auto is_offered = [](const Json& data, const Json& amount, const std::string& months) {
        return std::ranges::any_of(data.at("counter_offers"), [&](const Json& each) {
            return each.at("amount").at("minor") == amount && each.at("term_months") == std::stoi(months);
        });
    };
    for (const auto& [months, largest] : offer.at("largest_amount_for_term").items()) {
        const Json data = bank.data({"loan", "check", "-"}, loan_application({{"loan.term_months", months}}));
        INFO(months << " " << data.at("counter_offers"));
        CHECK(is_offered(data, largest[0], months));
        CHECK(is_offered(data, 2500000, "72"));
        CHECK_FALSE(is_offered(data, 2500000, "60"));
        check_loan(largest[0], months, {largest[1], largest[2], largest[3], largest[4]});
    }
    check_loan(2500000, "72", offer.at("same_amount_term_72"));
    check_loan(2500000, "60", offer.at("same_amount_term_60"));
}

TEST_CASE("schedules are those of the shared examples", "[cli][real][loan]") {
    const Json examples = shared_examples();
    if (examples.is_null()) return;
    const Bank bank(Bank::Nothing::yet);
    const auto schedule = [&](std::int64_t cents, std::int64_t rate, std::int64_t months, std::int64_t fee) {
        const auto text = [](std::int64_t minor) {
            return std::to_string(minor / 100) + (minor % 100 < 10 ? ".0" : ".") + std::to_string(minor % 100);
        };
        return bank.data({"loan", "schedule", "--principal", text(cents), "--currency", "USD", "--rate-bps",
                          std::to_string(rate), "--months", std::to_string(months), "--fee", text(fee)});
    };
    for (const Json& each : examples.at("amortisation")) {
        INFO(each.dump());
        const Json data = schedule(each.at("principal_cents"), each.at("rate_bps"), each.at("n"), 0);
        const Json& first = data.at("rows")[0];
        CHECK(data.at("payment").at("minor") == each.at("payment"));
        CHECK(data.at("last_payment").at("minor") == each.at("last"));
        CHECK(data.at("total_interest").at("minor") == each.at("total_interest"));
        CHECK(first.at("interest").at("minor") == each.at("first_interest"));
        CHECK(first.at("principal").at("minor") == each.at("first_principal"));
        CHECK(first.at("balance").at("minor") == each.at("balance_after_first"));
    }
    for (const Json& each : examples.at("apr_with_fee")) {
        INFO(each.dump());
        const Json apr = schedule(each.at("P"), each.at("r"), each.at("n"), each.at("fee")).at("apr");
        CHECK(apr.at("regz") == each.at("regz"));
        CHECK(apr.at("eu") == each.at("eu"));
    }
}

/// Whether a rate of four decimals, rounded half up to two, is `two`.
bool rounds_to(const std::string& four, const std::string& two) {
    const auto digits = [](std::string text) {
        text.erase(text.find('.'), 1);
        return std::stoll(text);
    };
    return (digits(four) + 50) / 100 == digits(two);
}

TEST_CASE("rates are those of the shared examples", "[cli][real][loan]") {
    const Json examples = shared_examples();
    if (examples.is_null()) return;
    const Bank bank(Bank::Nothing::yet);
    for (const Json& each : examples.at("regz_appendix_j")) {
        INFO(each.dump());
        const Json input{{"advance", each.at("A").dump()}, {"payment", each.at("P")},
                         {"count", each.at("n")},          {"full_periods", each.at("t")},
                         {"fraction", each.at("f")},       {"periods_per_year", each.at("w")}};
        const std::string rate = bank.data({"loan", "apr", "-"}, input.dump()).at("apr").at("regz");
        INFO(rate);
        CHECK(rounds_to(rate, each.at("apr")));
    }
    const auto as_text = [](const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); };
    for (const Json& each : examples.at("eu_aprc")) {
        INFO(each.dump());
        Json input{{"advances", Json::array()}, {"payments", Json::array()}};
        for (const Json& pair : each.at("adv")) input["advances"].push_back({as_text(pair[0]), as_text(pair[1])});
        for (const Json& pair : each.at("rep")) input["payments"].push_back({as_text(pair[0]), as_text(pair[1])});
        CHECK(bank.data({"loan", "apr", "-"}, input.dump()).at("apr").at("eu") == each.at("x"));
    }
}

}  // namespace
}  // namespace bankctl::cli_test
