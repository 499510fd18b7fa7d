// Every error code that bankctl documents is met from outside, but for a short list that says why not.
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <map>
#include <set>

#include <catch2/catch.hpp>
#include <sqlite3.h>

#include "core/store/sqlite/gate.h"
#include "tests/cli/limit.h"

namespace bankctl::cli_test {
namespace {

/// Codes that no process can be made to print, and why.
const std::map<std::string, std::string> k_unprovokable{
    {"internal_error", "it would be a defect"},
    {"network_file_system", "needs a mounted one"},
    {"owner_only", "needs a process of another user, as limit_policy_test.cpp has it"},
};

/// The codes of `bankctl help errors`, each with its documented exit code and kind.
struct Documented {
    int exit_code = 0;
    std::string kind;
};

std::map<std::string, Documented> documented_codes(const Bank& bank) {
    std::map<std::string, Documented> codes;
    Documented current;
    for (const std::string& line : lines_of(bank.ok({"help", "errors"}))) {
        if (line.starts_with("exit ")) {
            const std::size_t comma = line.find(',');
            current.exit_code = std::stoi(line.substr(5, comma - 5));
            current.kind = line.substr(comma + 2, line.size() - comma - 3);
        } else if (line.size() > 2 && line.starts_with("  ") && line[2] != ' ') {
            codes[line.substr(2, line.find(' ', 2) - 2)] = current;
        }
    }
    return codes;
}

void set_pragma(const Bank& bank, const std::string& pragma) {
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open(bank.path().c_str(), &database) == SQLITE_OK);
    CHECK(sqlite3_exec(database, ("PRAGMA " + pragma).c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(database);
}

/// The process may not write far into any file, so that commits fail once the log has grown.
void fail_commit(const Bank& bank) {
    constexpr int k_postings_max = 20;
    const Words words{"--json", "transaction", "credit", "alice", "1"};
    ProcessOptions options = bank.options(words);
    options.file_bytes_max = 40'960;  // the log's index takes 32,768
    Run posted = run_process(options);
    for (int i = 0; posted.exit_code == 0 && i < k_postings_max; ++i) posted = run_process(options);
    require_failure(words, posted, "outcome_unknown");
}

void lose_output(const Bank& bank, const Words& words, const std::string& code) {
    ProcessOptions options = bank.options(words);
    options.out = Stdout::full_disk;
    require_failure(words, run_process(options), code);
}

void hold_gate(const Bank& bank) {
    const sqlite::Gate gate(bank.path() + "-gate", 0600, 0);
    bank.fails({"transaction", "credit", "alice", "1", "--wait=0"}, "busy");
}

void interrupt(const Bank& bank) {
    const Words words{"--json", "transaction", "import", "-", "--source", "s"};
    ProcessOptions options = bank.options(words);
    options.is_stdin_left_open = true;
    Process process(options);
    usleep(300'000);  // it waits for its input
    process.send_signal(SIGINT);
    require_failure(words, process.wait(), "interrupted");
}

using Provocation = std::function<void(const Bank&)>;

/// Provokes a code with one command line.
Provocation by(const Words& words, const std::string& code) {
    return [=](const Bank& bank) { bank.fails(words, code); };
}

/// Provokes a code with the lines of an import.
Provocation by_import(const std::string& input, const std::string& code, const Words& options = {"--source", "s"}) {
    return [=](const Bank& bank) {
        Words words{"transaction", "import", "-"};
        words.insert(words.end(), options.begin(), options.end());
        bank.fails(words, code, input);
    };
}

std::map<std::string, Provocation> provocations_by_command() {
    const std::map<std::string, Words> commands{
        {"usage", {"balance", "alice", "--all"}},
        {"unknown_command", {"blance"}},
        {"unknown_option", {"balance", "--everything"}},
        {"missing_argument", {"balance"}},
        {"unknown_field", {"balance", "--all", "--fields", "x"}},
        {"unknown_topic", {"help", "x"}},
        {"invalid_amount", {"transaction", "credit", "alice", "-1"}},
        {"amount_precision", {"transaction", "credit", "alice", "0.001"}},
        {"amount_too_large", {"transaction", "credit", "alice", "90071992547409.92"}},
        {"invalid_id", {"account", "show", "a b"}},
        {"invalid_key", {"transaction", "credit", "alice", "1", "--key", ""}},
        {"invalid_time", {"balance", "alice", "--at", "noon"}},
        {"invalid_text", {"transaction", "credit", "alice", "1", "--memo", "\xff"}},
        {"invalid_number", {"account", "list", "--limit", "0"}},
        {"invalid_cursor", {"account", "list", "--after", "/"}},
        {"invalid_anchor", {"verify", "--anchor", "1"}},
        {"unknown_currency", {"account", "open", "x", "--customer", "c1", "--currency", "XXX"}},
        {"invalid_policy", {"dispute", "file", "--customer", "c1", "--text", "x", "--policy", "/dev/null"}},
        {"invalid_model", {"dispute", "file", "--customer", "c1", "--text", "x", "--model", "/dev/null"}},
        {"same_account", {"transaction", "transfer", "alice", "alice", "1"}},
        {"unreadable_input", {"transaction", "import", "/does/not/exist"}},
        {"customer_not_found", {"customer", "show", "x"}},
        {"account_not_found", {"account", "show", "x"}},
        {"transaction_not_found", {"transaction", "show", "999"}},
        {"dispute_not_found", {"dispute", "show", "DSP-999"}},
        {"loan_not_found", {"loan", "show", "LOAN-999"}},
        {"limit_not_found", {"limit", "unset", "nobody"}},
        {"notification_not_found", {"notification", "retry", "NTF-9-1"}},
        {"insufficient_funds", {"transaction", "debit", "alice", "102"}},
        {"account_frozen", {"transaction", "credit", "frozen", "1"}},
        {"account_closed", {"transaction", "credit", "closed", "1"}},
        {"balance_not_zero", {"account", "close", "alice"}},
        {"holds_pending", {"account", "close", "held"}},
        {"balance_overflow", {"transaction", "credit", "alice", "90071992547409.91"}},
        {"currency_mismatch", {"transaction", "credit", "alice", "1", "--counter", "@euros"}},
        {"illegal_transition", {"account", "unfreeze", "alice"}},
        {"version_conflict", {"account", "freeze", "alice", "--if-version", "99"}},
        {"idempotency_key_mismatch", {"transaction", "credit", "alice", "2", "--key", "used"}},
        {"already_exists", {"customer", "add", "c1", "--name", "Ada"}},
        {"not_initialized", {"--db", "absent.db", "balance", "--all"}},
        {"storage_unavailable", {"--db", "absent/bank.db", "init"}},
    };
    std::map<std::string, Provocation> all;
    for (const auto& [code, words] : commands) all[code] = by(words, code);
    return all;
}

/// Holds and reversals, whose numbers are known only once they are posted.
void provoke_by_transactions(std::map<std::string, Provocation>& all) {
    const auto on_new = [](const Words& posted, const char* verb, const std::string& amount, const std::string& code) {
        return [=](const Bank& bank) {
            const std::string seq = bank.seq(posted);
            amount.empty() ? bank.fails({"transaction", verb, seq}, code)
                           : bank.fails({"transaction", verb, seq, amount}, code);
        };
    };
    const Words credit{"transaction", "credit", "alice", "2"};
    const Words hold{"transaction", "hold", "alice", "2"};
    all["hold_not_pending"] = on_new(credit, "capture", "", "hold_not_pending");
    all["exceeds_hold"] = on_new(hold, "capture", "2.01", "exceeds_hold");
    all["not_reversible"] = on_new(hold, "reverse", "", "not_reversible");
    all["exceeds_reversible"] = on_new(credit, "reverse", "2.01", "exceeds_reversible");
    all["hold_expired"] = [](const Bank& bank) {
        bank.add_accounts({"past"});
        bank.ok({"transaction", "credit", "past", "1", "--at", "2026-01-01"});
        const std::string seq =
            bank.seq({"transaction", "hold", "past", "1", "--at", "2026-01-02", "--expires", "2026-01-03"});
        bank.fails({"transaction", "release", seq}, "hold_expired");
    };
    all["already_reversed"] = [=](const Bank& bank) {
        const std::string seq = bank.seq(credit);
        bank.ok({"transaction", "reverse", seq});
        bank.fails({"transaction", "reverse", seq}, "already_reversed");
    };
}

void provoke_by_disputes(std::map<std::string, Provocation>& all) {
    const auto file = [](const std::string& transaction) {
        return Words{"dispute", "file", "--customer", "c1",       "--transaction", transaction,
                     "--text",  "x",    "--channel",  "transfer", "--fact",        "new_payee_h=1"};
    };
    all["wrong_customer"] = [=](const Bank& bank) {
        bank.ok({"customer", "add", "c2", "--name", "Grace"});
        bank.ok({"account", "open", "hers", "--customer", "c2", "--currency", "USD"});
        bank.fails(file(bank.seq({"transaction", "credit", "hers", "1"})), "wrong_customer");
    };
    all["four_eyes_required"] = [=](const Bank& bank) {
        bank.ok({"transaction", "credit", "alice", "2000"});
        Words words = file(bank.seq({"transaction", "debit", "alice", "2000"}));
        words.insert(words.end(), {"--classifier", R"(printf '{"category":"scam_or_deception","confidence":0.99}')"});
        const std::string id = bank.data(words).at("id");
        bank.ok({"dispute", "advance", id, "investigating", "--user", "ann"});
        bank.fails({"dispute", "resolve", id, "rejected", "--user", "ann"}, "four_eyes_required");
    };
}

void provoke_by_input_and_files(std::map<std::string, Provocation>& all) {
    all["prohibited_input"] = [](const Bank& bank) {
        bank.fails({"loan", "check", "-"}, "prohibited_input", R"({"applicant":{"sex":"f"}})");
    };
    all["invalid_json"] = by_import("{\n", "invalid_json");
    all["invalid_csv"] = by_import("no,such,columns\n", "invalid_csv", {"--source", "s", "--format", "csv"});
    all["invalid_rules"] = [](const Bank& bank) {
        test::write_file(bank.file("rules.json"), "{}");
        bank.fails({"transaction", "import", "-", "--rules", bank.file("rules.json")}, "invalid_rules", "a\n");
    };
    all["invalid_config"] = [](const Bank& bank) {
        test::write_file(bank.file("config"), "usr = ops\n");
        bank.fails({"--config", bank.file("config"), "balance", "--all"}, "invalid_config");
    };
    all["lines_rejected"] = by_import("{\n", "lines_rejected", {"--source", "s", "--keep-going"});
    all["integrity_violation"] = by({"verify", "--anchor", "1:" + std::string(64, '0')}, "integrity_violation");
    all["newer_schema"] = [](const Bank& bank) {
        set_pragma(bank, "user_version=99");
        bank.fails({"balance", "--all"}, "newer_schema");
    };
    all["older_schema"] = [](const Bank& bank) {
        set_pragma(bank, "user_version=0");
        bank.fails({"balance", "--all"}, "older_schema");
    };
    all["not_a_bank"] = [](const Bank& bank) {
        test::write_file(bank.file("text"), "not a bank");
        REQUIRE(chmod(bank.file("text").c_str(), 0600) == 0);
        bank.fails({"--db", bank.file("text"), "balance", "--all"}, "not_a_bank");
    };
    all["unsafe_file"] = [](const Bank& bank) {
        REQUIRE(chmod(bank.path().c_str(), 0644) == 0);
        bank.fails({"balance", "--all"}, "unsafe_file");
    };
    all["confirmation_required"] = [](const Bank& bank) {
        test::write_file(bank.file("old"), "");
        bank.fails({"backup", bank.file("old")}, "confirmation_required");
    };
    all["output_failed"] = [](const Bank& bank) { lose_output(bank, {"--json", "balance", "--all"}, "output_failed"); };
    all["applied_unreported"] = [](const Bank& bank) {
        lose_output(bank, {"--json", "transaction", "credit", "alice", "1"}, "applied_unreported");
    };
    all["prohibited_input"] = [](const Bank& bank) {
        bank.fails({"loan", "check", "-"}, "prohibited_input", R"({"applicant":{"sex":"f"}})");
    };
    all["outcome_unknown"] = fail_commit;
    all["busy"] = hold_gate;
    all["rate_limited"] = by({"limit", "test", "--count", "1000000"}, "rate_limited");
    all["limiter_unavailable"] = [](const Bank& bank) {
        test::write_file(limiter_file(bank), "");
        bank.fails({"balance", "--all"}, "limiter_unavailable");
    };
    all["interrupted"] = interrupt;
}

/// A bank with something for every provocation.
void prepare(const Bank& bank) {
    bank.add_accounts({"alice"}, "100");
    bank.add_accounts({"frozen", "closed"});
    bank.ok({"account", "open", "held", "--customer", "c1", "--currency", "USD", "--overdraft", "1"});
    bank.ok({"transaction", "hold", "held", "1"});
    bank.ok({"account", "open", "euro", "--customer", "c1", "--currency", "EUR", "--opening-balance", "1", "--counter",
             "@euros"});
    bank.ok({"account", "freeze", "frozen"});
    bank.ok({"account", "close", "closed"});
    bank.ok({"transaction", "credit", "alice", "1", "--key", "used"});
}

TEST_CASE("every documented error code can be met", "[cli][error_codes]") {
    const std::map<std::string, Provocation> simple = provocations_by_command();
    const Bank shared;  // a command that is refused leaves it as it was
    prepare(shared);
    const Json head = shared.head();
    for (const auto& [code, provoke] : simple) {
        INFO(code);
        provoke(shared);
    }
    CHECK(shared.head() == head);
    std::map<std::string, Provocation> provocations;
    provoke_by_transactions(provocations);
    provoke_by_disputes(provocations);
    provoke_by_input_and_files(provocations);
    for (const auto& [code, provoke] : provocations) {
        INFO(code);
        const Bank bank;
        prepare(bank);
        provoke(bank);
    }
    std::set<std::string> covered;
    for (const auto& [code, provoke] : simple) covered.insert(code);
    for (const auto& [code, provoke] : provocations) covered.insert(code);
    for (const auto& [code, reason] : k_unprovokable) CHECK(covered.insert(code).second);
    std::set<std::string> documented;
    for (const auto& [code, what] : documented_codes(Bank(Bank::Nothing::yet))) documented.insert(code);
    CHECK(covered == documented);
}

TEST_CASE("each code's documented kind has the exit code of the contract", "[cli][error_codes]") {
    const std::map<std::string, Documented> codes = documented_codes(Bank(Bank::Nothing::yet));
    CHECK(codes.size() > 50);
    for (const auto& [code, what] : codes) {
        INFO(code);
        CHECK(what.exit_code == documented_exit_code(what.kind));
    }
    // What CLI.md says of single codes.
    const std::map<std::string, std::string> kinds{{"usage", "invalid"},
                                                   {"invalid_amount", "invalid"},
                                                   {"amount_precision", "invalid"},
                                                   {"amount_too_large", "invalid"},
                                                   {"same_account", "invalid"},
                                                   {"customer_not_found", "not_found"},
                                                   {"account_not_found", "not_found"},
                                                   {"transaction_not_found", "not_found"},
                                                   {"insufficient_funds", "refused"},
                                                   {"account_frozen", "refused"},
                                                   {"account_closed", "refused"},
                                                   {"already_reversed", "refused"},
                                                   {"hold_not_pending", "refused"},
                                                   {"illegal_transition", "refused"},
                                                   {"lines_rejected", "refused"},
                                                   {"version_conflict", "conflict"},
                                                   {"idempotency_key_mismatch", "conflict"},
                                                   {"already_exists", "conflict"},
                                                   {"integrity_violation", "integrity"},
                                                   {"not_initialized", "unavailable"},
                                                   {"unsafe_file", "unavailable"},
                                                   {"newer_schema", "unavailable"},
                                                   {"outcome_unknown", "outcome_unknown"},
                                                   {"applied_unreported", "outcome_unknown"},
                                                   {"rate_limited", "retry_later"},
                                                   {"limiter_unavailable", "unavailable"},
                                                   {"busy", "retry_later"},
                                                   {"internal_error", "internal"},
                                                   {"interrupted", "interrupted"}};
    for (const auto& [code, kind] : kinds) {
        INFO(code);
        REQUIRE(codes.count(code) == 1);
        CHECK(codes.at(code).kind == kind);
    }
}

}  // namespace
}  // namespace bankctl::cli_test
