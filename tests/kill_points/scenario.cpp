#include "tests/kill_points/scenario.h"

#include <filesystem>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "tests/support/bank.h"
#include "tests/support/loan_application.h"

namespace bankctl::kill_points {
namespace {

namespace fs = std::filesystem;

constexpr int k_import_lines = 2'500;  // some commits
constexpr int k_mixed_lines = 40;

/// Credits to alice; every tenth line is to an account that does not exist if `some_fail`. A long memo makes the
/// transaction outgrow SQLite's memory, so that it is written to the log before it is committed.
std::string import_lines(int count, std::size_t memo_bytes, bool some_fail) {
    std::string lines;
    for (int i = 1; i <= count; ++i) {
        const std::string account = some_fail && i % 10 == 0 ? "nobody" : "alice";
        lines += R"({"type":"credit","account":")" + account + R"(","amount":"0.01","memo":")" +
                 std::string(memo_bytes, 'm') + "\"}\n";
    }
    return lines;
}

}  // namespace

Workshop::Workshop() {
    fs::create_directories(directory_.file("home/.config/bankctl"));
    test::write_file(directory_.file("home/.config/bankctl/config"), "user = teller\n");
    make_start();
    make_full_log();
    make_disputes();
}

cli_test::ProcessOptions Workshop::options(const Words& words) const {
    cli_test::ProcessOptions options;
    options.words = words;
    options.environment = {
        {"HOME", directory_.file("home")}, {"BANKCTL_DB", "bank.db"}, {"TMPDIR", place()}, {"BANKCTL_USER", ""}};
    options.directory = place();
    return options;
}

cli_test::Run Workshop::look(const Words& words) const {
    cli_test::ProcessOptions anybody = options(words);
    anybody.environment.erase("BANKCTL_USER");
    return run_process(anybody);
}

void Workshop::lay_out(const std::string& folder) const {
    fs::remove_all(place());
    fs::copy(directory_.file(folder), place(), fs::copy_options::recursive);
}

void Workshop::keep_as(const std::string& folder) const {
    fs::copy(place(), directory_.file(folder), fs::copy_options::recursive);
}

std::string Workshop::must(const Words& words) const {
    const cli_test::Run done = run(words);
    if (done.exit_code != 0) throw std::runtime_error("the workshop cannot be set up: " + describe(words, done));
    return done.out;
}

std::string Workshop::posted(const Words& words) const {
    Words all{"--json", "transaction"};
    all.insert(all.end(), words.begin(), words.end());
    return nlohmann::json::parse(must(all)).at("data").at("seq").dump();
}

void Workshop::make_start() {
    fs::create_directory(place());
    keep_as("empty");
    must({"init"});
    must({"limit", "set", "teller", "--rate", "1000000/s"});  // as good as none, but counted
    must({"customer", "add", "c1", "--name", "Ada Lovelace"});
    must({"account", "open", "alice", "--customer", "c1", "--currency", "USD", "--opening-balance", "1000"});
    for (const char* account : {"bob", "carol"})
        must({"account", "open", account, "--customer", "c1", "--currency", "USD"});
    posted({"credit", "alice", "12.34", "--key", "first", "--memo", "wages"});
    const std::string sent = posted({"transfer", "alice", "bob", "20", "--key", "rent"});
    const std::string to_capture = posted({"hold", "alice", "7"});
    const std::string to_release = posted({"hold", "alice", "8"});
    must({"backup", "copy.db"});
    posted({"credit", "bob", "5"});
    test::write_file(place("day.ndjson"), import_lines(k_import_lines, 0, false));
    test::write_file(place("fat.ndjson"), import_lines(700, 4096, false));
    test::write_file(place("mixed.ndjson"), import_lines(k_mixed_lines, 0, true));
    keep_as("start");

    scenarios_ = {
        {.name = "credit", .words = {"transaction", "credit", "alice", "5", "--key", "k"}, .key = "k"},
        {.name = "debit", .words = {"transaction", "debit", "alice", "5", "--key", "k"}, .key = "k"},
        {.name = "transfer", .words = {"transaction", "transfer", "alice", "bob", "3", "--key", "k"}, .key = "k"},
        {.name = "hold", .words = {"transaction", "hold", "alice", "4", "--key", "k"}, .key = "k"},
        {.name = "capture", .words = {"transaction", "capture", to_capture, "2", "--key", "k"}, .key = "k"},
        {.name = "release", .words = {"transaction", "release", to_release, "--key", "k"}, .key = "k"},
        {.name = "reverse", .words = {"transaction", "reverse", sent, "1", "--key", "k"}, .key = "k"},
        {.name = "credit, long log",
         .words = {"transaction", "credit", "alice", "5", "--key", "k"},
         .folder = "full_log",
         .key = "k"},
        {.name = "credit, open elsewhere",
         .words = {"transaction", "credit", "alice", "5", "--key", "k"},
         .key = "k",
         .has_neighbour = true},
        {.name = "transfer, refused",
         .words = {"transaction", "transfer", "bob", "alice", "5000", "--key", "k"},
         .repeated = "insufficient_funds",
         .exit_code = 4},
        {.name = "import",
         .words = {"transaction", "import", "day.ndjson"},
         .applies_line_by_line = true,
         .is_long = true},
        {.name = "import --atomic", .words = {"transaction", "import", "--atomic", "fat.ndjson"}, .is_long = true},
        {.name = "import --keep-going",
         .words = {"transaction", "import", "--keep-going", "--rejects", "rejects", "mixed.ndjson"},
         .repeated = "lines_rejected",
         .exit_code = 4,
         .applies_line_by_line = true},
        {.name = "init", .words = {"init"}, .folder = "empty", .repeated = "already_exists"},
        {.name = "init, beside a log",
         .words = {"init"},
         .folder = "lone_log",
         .repeated = "unsafe_file",
         .exit_code = 69},
        {.name = "limit set", .words = {"limit", "set", "default", "--rate", "50/s", "--key", "k"}},
        {.name = "limit reset", .words = {"limit", "reset", "alice", "--key", "k"}},
        {.name = "customer add",
         .words = {"customer", "add", "c2", "--name", "Grace Hopper"},
         .repeated = "already_exists"},
        {.name = "account open",
         .words = {"account", "open", "dave", "--customer", "c1", "--currency", "EUR"},
         .repeated = "already_exists"},
        {.name = "account open, with money",
         .words = {"account", "open", "dave", "--customer", "c1", "--currency", "EUR", "--opening-balance", "9",
                   "--key", "k"},
         .key = "k"},
        {.name = "account freeze", .words = {"account", "freeze", "bob"}, .repeated = "illegal_transition"},
        {.name = "account close", .words = {"account", "close", "carol"}, .repeated = "account_closed"},
        {.name = "backup",
         .words = {"backup", "new.db"},
         .banks = {"bank.db", "new.db"},
         .repeated = "confirmation_required"},
        {.name = "backup, over another", .words = {"backup", "--yes", "copy.db"}, .banks = {"bank.db", "copy.db"}},
        {.name = "restore",
         .words = {"--db", "new.db", "restore", "copy.db"},
         .banks = {"new.db", "bank.db", "copy.db"},
         .repeated = "confirmation_required"},
        {.name = "restore, over a bank", .words = {"restore", "--yes", "copy.db"}, .banks = {"bank.db", "copy.db"}},
        {.name = "balance", .words = {"balance", "alice"}},
        {.name = "balance --all", .words = {"balance", "--all"}},
        {.name = "transaction list", .words = {"transaction", "list"}},
        {.name = "transaction list, streamed", .words = {"transaction", "list"}, .is_streamed = true},
        {.name = "verify", .words = {"verify"}},
    };
    lay_out("empty");
    fs::copy(directory_.file("start/bank.db-wal"), place("bank.db-wal"));
    keep_as("lone_log");
}

/// A bank whose next credit empties the log.
void Workshop::make_full_log() {
    lay_out("start");
    do {
        fs::remove_all(directory_.file("full_log"));
        keep_as("full_log");
        posted({"credit", "alice", "1"});
    } while (!test::is_empty_log(place("bank.db-wal")));
}

std::string Workshop::investigated(const std::string& amount) const {
    const std::string payment = posted({"debit", "alice", amount, "--memo", "Acme Shop"});
    const Words filing{"--json", "dispute",       "file",          "--customer", "c1",
                       "--text", "Charged twice", "--transaction", payment};
    const std::string id = nlohmann::json::parse(must(filing)).at("data").at("id");
    must({"dispute", "assign", id, "--team", "cards"});
    must({"dispute", "advance", id, "investigating"});
    return id;
}

/// Cases of which each has come to where one of the scenarios goes on, and a bank with one thing left to tell.
void Workshop::make_disputes() {
    lay_out("start");
    const std::string payment = posted({"debit", "alice", "30", "--memo", "Acme Shop"});
    keep_as("first_dispute");
    const std::string to_credit = investigated("40");
    const std::string to_take_back = investigated("41");
    const std::string to_uphold = investigated("42");
    const std::string to_uphold_partly = investigated("43");
    const std::string to_reject = investigated("44");
    for (const std::string& id : {to_take_back, to_uphold_partly, to_reject}) must({"dispute", "credit", id});
    keep_as("disputes");
    fs::create_directory(place("spool"));
    must({"notification", "deliver", "--exec", "cat >/dev/null"});
    must({"dispute", "advance", to_credit, "awaiting_customer"});
    keep_as("outbox");

    make_loan();
    const auto add = [&](const std::string& name, Words words, const std::string& folder = "disputes") {
        words.insert(words.end(), {"--key", "k"});
        scenarios_.push_back({.name = name, .words = words, .folder = folder, .has_disputes = true});
    };
    add("dispute file", {"dispute", "file", "--customer", "c1", "--text", "Charged twice", "--transaction", payment},
        "first_dispute");  // which stores the policy too
    add("loan disburse", {"loan", "disburse", to_disburse_, "--account", "alice"}, "loan");
    add("dispute credit", {"dispute", "credit", to_credit});
    add("dispute credit, back", {"dispute", "credit", to_take_back, "--take-back"});
    add("dispute resolve, refund", {"dispute", "resolve", to_uphold, "upheld", "--refund", "42"});
    add("dispute resolve, partial", {"dispute", "resolve", to_uphold_partly, "partial", "--refund", "13"});
    add("dispute resolve, rejected", {"dispute", "resolve", to_reject, "rejected"});
    scenarios_.push_back({.name = "notification deliver",
                          .words = {"notification", "deliver", "--spool", "spool"},
                          .folder = "outbox",
                          .has_disputes = true,
                          .may_be_put_off = true});
}

/// A loan that is accepted and not paid out.
void Workshop::make_loan() {
    lay_out("disputes");
    // Large incomes and no debts, so that what the ledger lacks does not matter.
    const std::string application = loan_application({{"applicant.customer_id", "\"c1\""},
                                                      {"loan.amount_minor", "100000"},
                                                      {"loan.fee_minor", "0"},
                                                      {"income.gross_monthly_minor", "900000"},
                                                      {"income.net_monthly_minor", "900000"},
                                                      {"income.verified", "false"}});
    test::write_file(place("application.json"), application);
    const std::string applied = must({"--json", "loan", "apply", "application.json"});
    to_disburse_ = nlohmann::json::parse(applied).at("data").at("id");
    must({"loan", "decide", to_disburse_, "approve", "--note", "payslips seen"});
    must({"loan", "accept", to_disburse_});
    keep_as("loan");
}

}  // namespace bankctl::kill_points
