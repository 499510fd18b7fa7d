// Loans as a clerk works on them: the steps, what they refuse, and what everybody gets to read.
//
// BANKCTL_UPDATE_GOLDEN=1 in the environment writes the outlines anew instead of comparing them.
#include <cstdlib>
#include <regex>

#include <catch2/catch.hpp>

#include "tests/cli/forms.h"
#include "tests/cli/loan.h"
#include "tests/support/bad_loan_applications.h"

namespace bankctl::cli_test {
namespace {

std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

/// Without what differs from day to day.
std::string masked(const std::string& text) {
    std::string masked = std::regex_replace(text, std::regex("[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+Z?)?"), "DATE");
    return std::regex_replace(masked, std::regex("LOAN-[0-9]+"), "LOAN-N");
}

std::string outline_of(const Bank& bank, const std::string& title, const std::string& id) {
    const Json loan = bank.data({"loan", "show", id});
    std::string text = "== " + title + "\nstatus: " + text_of(loan.at("status")) + "\nhistory:";
    for (const Json& event : loan.at("history")) text += " " + text_of(event.at("to"));
    text += "\nfacts: " + loan.at("ledger_facts").dump() + "\n";
    for (const Json& notification : bank.data({"notification", "list"})) {
        if (notification.at("loan") != id) continue;
        text += "-- to " + text_of(notification.at("recipient")) + ": " + text_of(notification.at("subject")) + "\n" +
                text_of(notification.at("body")) + "\n";
    }
    return masked(text);
}

}  // namespace

TEST_CASE("three loans go from the application to their end, and everybody reads what they should", "[cli][loan]") {
    const Bank bank;
    add_applicant(bank);
    std::string outlines;

    const std::string approved = apply(bank);
    CHECK(bank.data({"loan", "show", approved}).at("status") == "approved");
    bank.ok({"loan", "accept", approved});
    bank.ok({"loan", "disburse", approved, "--key", "d1"});
    outlines += outline_of(bank, "approved as asked for", approved);

    const std::string referred = apply(bank, k_referred);
    bank.ok({"loan", "decide", referred, "decline", "--reason", "unable_to_verify_income", "--note", "no answer"});
    outlines += outline_of(bank, "referred, and declined by a person", referred);

    const std::string countered = apply(bank, k_countered);
    const Json offers = bank.data({"loan", "show", countered}).at("offers");
    REQUIRE(offers.size() > 1);
    CHECK(offers.at(0).at("open") == false);
    CHECK(offers.at(1).at("open") == true);
    const std::string before = bank.balance_of("alice");
    const Json accepted = bank.data({"loan", "accept", countered, "--offer", "1"});
    CHECK(accepted.at("accepted").at("amount") == offers.at(1).at("amount"));
    const Json paid = bank.data({"loan", "disburse", countered});
    CHECK(paid.at("disbursement").at("amount").at("minor").get<std::int64_t>() ==
          offers.at(1).at("amount").at("minor").get<std::int64_t>() - 10'000);
    CHECK(bank.balance_of("alice") != before);
    outlines += outline_of(bank, "declined, with a counter-offer that was taken", countered);

    for (const std::string& id : {approved, referred, countered})
        CHECK(bank.data({"loan", "show", id, "--recompute"}).at("recomputation").at("identical") == true);
    bank.head();  // verified
    const std::string path = BANKCTL_SOURCE_DIR "/tests/cli/loan_cases.txt";
    if (std::getenv("BANKCTL_UPDATE_GOLDEN") != nullptr)  // NOLINT(concurrency-mt-unsafe)
        test::write_file(path, outlines);
    const Words expected = lines_of(test::read_file(path));
    const Words actual = lines_of(outlines);
    REQUIRE(actual.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        INFO("line " << i + 1);
        REQUIRE(actual[i] == expected[i]);
    }
}

TEST_CASE("loans say the same in all forms, within 80 columns", "[cli][loan]") {
    const Bank bank;
    add_applicant(bank);
    const std::string countered = apply(bank, k_countered);
    const std::string referred = apply(bank, k_referred);
    apply(bank);
    require_same_in_all_forms(bank, {"loan", "list"});
    require_same_in_all_forms(bank, {"loan", "expire"});
    for (const std::string& id : {countered, referred})
        require_narrow(bank.ok({"loan", "show", id, "--recompute", "--output", "table"}));
    require_narrow(bank.ok({"loan", "list", "--output", "table"}));
    CHECK(bank.data({"loan", "list", "--status", "referred"}).size() == 1);
    CHECK(bank.data({"loan", "list", "--customer", "c1"}).size() == 3);
    CHECK(bank.data({"loan", "list", "--overdue"}).empty());
    const Json page = bank.ok_json({"loan", "list", "--limit", "2"});
    const Json rest = bank.ok_json({"loan", "list", "--after", page.at("next").get<std::string>()});
    CHECK(rest.at("data").size() == 1);
    CHECK(rest.at("next").is_null());
    bank.fails({"loan", "list", "--after", "x"}, "invalid_cursor");
    bank.fails({"loan", "list", "--customer", "nobody"}, "customer_not_found");
}

TEST_CASE("a dry run of each step of a loan says what would be, and keeps nothing", "[cli][loan]") {
    const Bank bank;
    add_applicant(bank);
    const std::string path = application_file(bank, "application.json");
    const auto keeps_nothing = [&](Words words) {
        const std::string head = bank.head().dump();
        words.emplace_back("--dry-run");
        const Json data = bank.data(words);
        CHECK(data.at("dry_run") == true);
        CHECK(data.at("seq").is_null());
        CHECK(bank.head().dump() == head);
        return data;
    };
    CHECK(keeps_nothing({"loan", "apply", path, "--customer", "c1"}).at("id").is_null());
    const std::string id = apply(bank);
    CHECK(keeps_nothing({"loan", "withdraw", id}).at("status") == "withdrawn");
    CHECK(keeps_nothing({"loan", "accept", id}).at("status") == "accepted");
    bank.ok({"loan", "accept", id});
    CHECK(keeps_nothing({"loan", "disburse", id}).at("disbursement").at("transaction").is_null());
    const std::string referred = apply(bank, k_referred);
    CHECK(keeps_nothing({"loan", "decide", referred, "approve", "--note", "seen"}).at("status") == "approved");
}

TEST_CASE("a loan's steps are replayed by their key, and other requests with it refused", "[cli][loan]") {
    const Bank bank;
    add_applicant(bank);
    const std::string path = application_file(bank, "application.json");
    const Words applying{"loan", "apply", path, "--customer", "c1", "--key", "k"};
    const std::string id = bank.data(applying).at("id");
    CHECK(bank.data(applying).at("replayed") == true);
    application_file(bank, "application.json", k_countered);
    bank.fails(applying, "idempotency_key_mismatch");
    bank.ok({"loan", "accept", id});
    const Words paying{"loan", "disburse", id, "--key", "d"};
    const Json paid = bank.data(paying);
    const Json again = bank.data(paying);
    CHECK(again.at("replayed") == true);
    CHECK(again.at("disbursement") == paid.at("disbursement"));
    bank.fails({"loan", "disburse", id}, "illegal_transition");
    bank.fails({"loan", "withdraw", id, "--key", "d"}, "idempotency_key_mismatch");
    bank.fails({"loan", "withdraw", id, "--if-version", "1"}, "illegal_transition");
}

TEST_CASE("no command takes a bad application, and each error names the field", "[cli][loan]") {
    const Bank bank;
    add_applicant(bank);
    const std::string head = bank.head().dump();
    for (const BadApplication& each : bad_loan_applications()) {
        INFO(each.path << " = " << each.value);
        const LoanChanges change{{each.path, each.value}};
        const Json checked = bank.fails({"loan", "check", "-"}, each.code, loan_application(change));
        CHECK(checked.at("details").at("field") == each.field);
        // What the bank knows itself, an application to it cannot say.
        if (each.path.starts_with("bank") || each.path == "applicant.customer_id") continue;
        const Json applied =
            bank.fails({"loan", "apply", "-", "--customer", "c1"}, each.code, loan_application(change));
        CHECK(applied.at("details").at("field") == each.field);
    }
    CHECK(bank.head().dump() == head);
    CHECK(bank.data({"loan", "list"}).empty());
}

TEST_CASE("what a loan's commands refuse is a coded error, and nothing is stored", "[cli][loan]") {
    const Bank bank;
    add_applicant(bank);
    const std::string id = apply(bank, k_referred);
    const std::string large = apply(bank, {{"income.verified", "false"},
                                           {"loan.amount_minor", "2100000"},
                                           {"income.gross_monthly_minor", "900000"},
                                           {"income.net_monthly_minor", "700000"}});
    const std::string head = bank.head().dump();
    const std::string path = application_file(bank, "application.json");
    bank.fails({"loan", "apply", path}, "missing_argument");
    bank.fails({"loan", "apply", path, "--customer", "nobody"}, "customer_not_found");
    bank.fails({"loan", "apply", path, "--customer", "c1", "--account", "none"}, "account_not_found");
    bank.fails({"loan", "apply", bank.file("absent"), "--customer", "c1"}, "unreadable_input");
    bank.fails({"loan", "apply", "-", "--customer", "c1"}, "invalid_json", "{");
    bank.fails({"loan", "apply", "--customer", "c1"}, "invalid_json", "");
    const std::string sex = application_file(bank, "sex.json", {{"applicant.sex", "\"f\""}});
    CHECK(bank.fails({"loan", "apply", sex, "--customer", "c1"}, "prohibited_input").at("details").at("field") ==
          "applicant.sex");
    const std::string ahead = application_file(bank, "ahead.json", {{"as_of", "\"2999-01-01\""}});
    bank.fails({"loan", "apply", ahead, "--customer", "c1"}, "invalid_time");
    bank.fails({"loan", "show", "DSP-1"}, "invalid_id");
    bank.fails({"loan", "decide", id, "approve"}, "missing_argument");
    bank.fails({"loan", "decide", id, "approve", "--note", "\xff"}, "invalid_text");
    bank.fails({"loan", "decide", id, "approve", "--reason", "none"}, "usage");
    bank.fails({"loan", "decide", id, "approve", "--note", "x", "--if-version", "2"}, "version_conflict");
    bank.fails({"loan", "decide", large, "approve", "--note", "x", "--user", "clerk"}, "four_eyes_required");
    bank.fails({"loan", "accept", id, "--offer", "-1"}, "invalid_number");
    bank.fails({"loan", "accept", id}, "illegal_transition");
    bank.fails({"loan", "disburse", id}, "illegal_transition");
    CHECK(bank.head().dump() == head);
}

}  // namespace bankctl::cli_test
