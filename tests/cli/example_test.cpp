// The examples of the man pages, run by a shell as they stand there.
#include <filesystem>
#include <map>

#include <catch2/catch.hpp>

#include "cli/mdoc.h"
#include "tests/cli/bank.h"
#include "tests/cli/manual_parts.h"
#include "tests/cli/program.h"
#include "tests/support/loan_application.h"

namespace bankctl::cli_test {
namespace {

/// The disputes DSP-44, just routed, DSP-45, which is investigated, and DSP-46, which has a provisional credit, too.
/// Entry 43 is the policy.
void make_disputes_of_examples(const Bank& bank) {
    const std::map<std::string, std::string> about{{"DSP-44", "20"}, {"DSP-45", "21"}, {"DSP-46", "22"}};
    for (const auto& [id, transaction] : about) {
        const Json dispute = bank.data({"dispute", "file", "--customer", "c1", "--transaction", transaction, "--amount",
                                        "10.00", "--text", "I was charged twice"});
        REQUIRE(dispute.at("id") == id);
    }
    for (const std::string id : {"DSP-45", "DSP-46"}) bank.ok({"dispute", "advance", id, "investigating"});
    bank.ok({"dispute", "credit", "DSP-46"});
    const std::string line = R"({"customer":"c1","text":"The shop charged me twice"})";
    test::write_file(bank.file("new.ndjson"), line + "\n" + line + "\n");
}

/// The loans LOAN-53, which is accepted, LOAN-54, approved by a person, LOAN-55, referred, and LOAN-56, with a
/// counter-offer. Entry 52 is the policy.
void make_applications_of_examples(const Bank& bank) {
    const auto apply = [&](const std::string& id, LoanChanges changes) {
        for (const char* field : {"tenure_months", "overdraft_days_180", "returned_payments_12m", "salary_months_6",
                                  "average_balance_6m_minor", "account_frozen"})
            changes[std::string("bank.") + field] = "";
        changes.emplace("applicant.customer_id", "");
        test::write_file(bank.file("application.json"), loan_application(changes));
        const Json loan = bank.data({"loan", "apply", bank.file("application.json"), "--customer", "c1"});
        REQUIRE(loan.at("id") == id);
        return loan;
    };
    const LoanChanges small{{"loan.amount_minor", "500000"}, {"income.verified", "false"}};
    for (const std::string id : {"LOAN-53", "LOAN-54", "LOAN-55"}) apply(id, small);
    const LoanChanges safe{{"loan.amount_minor", "2900000"},    {"loan.term_months", "12"},
                           {"bureau.utilisation_bps", "100"},   {"obligations.monthly_debt_payments_minor", "0"},
                           {"income.employment_months", "240"}, {"bureau.inquiries_6m", "0"}};
    REQUIRE(apply("LOAN-56", safe).at("offers").size() > 1);
    for (const std::string id : {"LOAN-53", "LOAN-54"}) bank.ok({"loan", "decide", id, "approve", "--note", "seen"});
    bank.ok({"loan", "accept", "LOAN-53"});
    apply("LOAN-60", {});  // what is left in application.json
}

/// The policy that bankctl-dispute-policy(5) shows.
std::string policy_of_page() {
    const std::string page = test::read_file(page_directory() + "/bankctl-dispute-policy.5");
    const std::string text = cli::mdoc_text(page, "A SMALL POLICY");
    const std::size_t begin = text.find('{');
    return text.substr(begin, text.rfind('}') + 1 - begin);
}

/// Applications, advances and payments, past loans and a card that was trained on them.
void make_loans_of_examples(const Bank& bank) {
    test::write_file(bank.file("application.json"), loan_application() + "\n");
    test::write_file(bank.file("many.ndjson"), loan_application() + "\n" + loan_application() + "\n");
    test::write_file(bank.file("flows.json"), R"({"advance":"6000","payment":"200","count":36,"full_periods":1,)"
                                              R"("fraction":"19/30","periods_per_year":12})");
    std::string loans = "BAD,AGE,MONTHS\n";
    std::string newer = "BAD,AGE,MONTHS,SEX\n";
    for (int i = 0; i < 400; ++i) {
        const std::string row = std::string(i % 7 < 2 + i % 3 ? "1" : "0") + "," + std::to_string(20 + i % 50) + "," +
                                std::to_string(6 * (1 + i % 3) + i % 5);
        loans += row + "\n";
        newer += row + (i % 2 == 0 ? ",f\n" : ",m\n");
    }
    test::write_file(bank.file("loans.csv"), loans);
    test::write_file(bank.file("new.csv"), newer);
    bank.ok({"loan", "policy", "train", bank.file("loans.csv"), "--target", "BAD", "--out", bank.file("my.json")});
}

/// Makes what the examples speak of: customers, accounts, a transfer 41 with the key inv-17, a hold 42, files to
/// import, and, where there is one, a backup.
void make_bank_of_examples(const Bank& bank) {
    bank.add_accounts({"alice", "bob"}, "500");
    bank.ok({"customer", "add", "c2", "--name", "Mallory Example"});
    for (const std::string id : {"old", "mallory"})
        bank.ok({"account", "open", id, "--customer", "c2", "--currency", "USD"});
    bank.ok({"account", "freeze", "mallory"});
    bank.ok({"limit", "set", "cron", "--rate", "50/s"});
    for (int i = 0; i < 3; ++i) bank.ok({"transaction", "credit", "alice", "1"});
    while (bank.head().at("seq") < 40) bank.ok({"transaction", "credit", "bob", "1"});
    REQUIRE(bank.seq({"transaction", "transfer", "alice", "bob", "12.34", "--key", "inv-17"}) == "41");
    REQUIRE(bank.seq({"transaction", "hold", "alice", "50.00"}) == "42");
    REQUIRE(bank.data({"account", "show", "alice"}).at("version") == 7);
    make_disputes_of_examples(bank);
    bank.ok({"--db", bank.file("c.db"), "init"});
    bank.ok({"backup", bank.file("last.db")});
    bank.ok({"backup", bank.file("bank-2026-01-31.db")});
    std::filesystem::create_directory(bank.file("backups"));
    test::write_file(bank.file("day.ndjson"), R"({"type":"credit","account":"alice","amount":"1.00"})"
                                              "\n");
    const std::string demo = BANKCTL_SOURCE_DIR "/scripts/demo/sample";
    test::write_file(bank.file("bank.csv"), test::read_file(demo + ".csv"));
    test::write_file(bank.file("policy.json"), policy_of_page());
    std::string texts = "text,category\n";
    for (int i = 0; i < 60; ++i)
        texts += i % 2 == 0 ? "order " + std::to_string(i) + " was never refunded,refund_or_merchant_dispute\n"
                            : "you took a fee on day " + std::to_string(i) + ",fee_dispute\n";
    test::write_file(bank.file("texts.csv"), texts);
    make_loans_of_examples(bank);
    make_applications_of_examples(bank);
    test::write_file(bank.file("bank.json"), test::read_file(demo + ".rules.json"));
}

/// The command lines of the pages' EXAMPLES, each alone; one that ends with a pipe goes on in the next line.
Words examples_of_pages() {
    Words commands;
    for (const auto& entry : std::filesystem::directory_iterator(page_directory())) {
        const std::string text = cli::mdoc_text(test::read_file(entry.path().string()), "EXAMPLES");
        std::string session;  // the main page's example is one session
        for (const std::string& line : lines_of(text)) {
            if (!line.starts_with("      ")) continue;
            if (entry.path().filename() == "bankctl.1") {
                session += line + "\n";
            } else if (!commands.empty() && commands.back().ends_with('|')) {
                commands.back() += line.substr(6);
            } else {
                commands.push_back(line.substr(6));
            }
        }
        if (!session.empty()) commands.push_back(session);
    }
    return commands;
}

TEST_CASE("the examples of the man pages work", "[cli][manual][example]") {
    for (const char* program : {"bash", "jq", "hledger"}) {
        if (!has_program(program)) return;
    }
    const Bank model;
    make_bank_of_examples(model);
    const Words examples = examples_of_pages();
    CHECK(examples.size() > 40);
    for (const std::string& example : examples) {
        const bool makes_bank =
            example.find("bankctl init") != std::string::npos || example.find(" init ") != std::string::npos;
        Bank bank(Bank::Nothing::yet);
        for (const auto& entry : std::filesystem::directory_iterator(model.directory())) {
            if (!makes_bank)
                std::filesystem::copy(entry.path(), bank.file(entry.path().filename().string()),
                                      std::filesystem::copy_options::recursive);
        }
        const Run run = run_program(bank, "bash", {"-euo", "pipefail", "-c", example});
        INFO(example << "\n" << run.out << run.err);
        CHECK(run.exit_code == 0);
        CHECK(run.err.empty());
    }
}

}  // namespace
}  // namespace bankctl::cli_test
