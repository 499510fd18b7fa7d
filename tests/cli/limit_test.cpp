// Rate limits from outside: who is charged what, how a refusal looks, and what becomes of a limiter that is broken.
#include "tests/cli/limit.h"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <list>
#include <map>
#include <set>
#include <sstream>
#include <thread>

#include <catch2/catch.hpp>

#include "cli/command.h"

namespace bankctl::cli_test {
namespace {

using Seconds = std::chrono::duration<double>;

/// What a run with --json printed as its error's code; empty if it succeeded.
std::string code_of(const Run& run) {
    return run.exit_code == 0 ? "" : parse_document(run.err).at("error").at("code").get<std::string>();
}

/// Waits until so many requests were admitted, as these words show.
void wait_until_admitted(const Bank& bank, const Words& words, int count) {
    int looks = 0;
    for (; bank.data(words).at("admitted") < count && looks < 1'000; ++looks) usleep(20'000);
    REQUIRE(looks < 1'000);
}

/// How many of so many concurrent `balance` of one user were admitted; each other ends with one error document.
int admitted_of(const Bank& bank, const std::string& user, int count) {
    const Words words{"--json", "balance", "alice", "--user", user};
    std::list<Process> processes;
    for (int i = 0; i < count; ++i) processes.emplace_back(bank.options(words));
    int admitted = 0;
    for (Process& process : processes) {
        const Run run = process.wait();
        if (run.exit_code == 0) ++admitted;
        if (run.exit_code == 0) continue;
        const Json error = require_failure(words, run, "rate_limited");
        CHECK(run.exit_code == 75);
        CHECK(error.at("retry_after_ms") >= 1);
        CHECK(error.at("details").at("user") == user);
        CHECK(lines_of(run.err).size() == 1);
    }
    return admitted;
}

TEST_CASE("of forty processes of one user at once as many are admitted as the limit allows", "[cli][limit]") {
    const Bank bank;
    bank.add_accounts({"alice"}, "1");
    SECTION("by the built-in limit") {
        const auto begin = std::chrono::steady_clock::now();
        const int admitted = admitted_of(bank, "ops", 40);
        const double elapsed_s = Seconds(std::chrono::steady_clock::now() - begin).count();
        CHECK(admitted >= 5);
        CHECK(admitted <= 5 + static_cast<int>(elapsed_s * 5));
    }
    SECTION("by a limit so slow that time does not matter") {
        set_limit(bank, "ops", "1/m", {"--burst", "7"});
        CHECK(admitted_of(bank, "ops", 40) == 7);
        bank.ok({"balance", "alice", "--user", "somebody else"});
    }
    SECTION("by a sliding window") {
        set_limit(bank, "ops", "7/m", {"--algorithm", "sliding-window"});
        CHECK(admitted_of(bank, "ops", 40) == 7);
        bank.ok({"balance", "alice", "--user", "somebody else"});
    }
}

TEST_CASE("a refusal names the user and the limit, for scripts and for people", "[cli][limit]") {
    const Bank bank;
    block(bank, "ops");
    const Json error = bank.fails({"balance", "--all", "--user", "ops"}, "rate_limited");
    CHECK(error.at("retry_after_ms") > 1'000);
    CHECK(error.at("retry_after_ms") <= 60'000);
    CHECK(error.at("details") ==
          Json{{"user", "ops"},
               {"class", "command"},
               {"limit", {{"rate", 1}, {"period_ms", 60'000}, {"burst", 1}, {"algorithm", "token-bucket"}}}});
    const Run run = bank.run({"balance", "--all", "--user", "ops"});
    CHECK(run.exit_code == 75);
    CHECK(run.out.empty());
    CHECK(lines_of(run.err).size() == 2);
    CHECK(run.err.starts_with("bankctl: 'ops' has used up the limit for commands: 1/m\nhint: try again in "));
}

TEST_CASE("what needs no books is refused before the limit, and costs nothing; all else comes after it",
          "[cli][limit]") {
    const Bank bank;
    bank.add_accounts({"alice"}, "1");
    set_limit(bank, "ops", "1/m");
    const auto code = [&](const Words& words) {
        Words whole = as("ops", words);
        whole.insert(whole.begin(), "--json");
        return code_of(bank.run(whole));
    };
    const auto is_told_first = [&] {
        CHECK(code({"transaction", "credit", "nobody", "-1"}) == "invalid_amount");
        CHECK(code({"transaction", "transfer", "alice", "alice", "1"}) == "same_account");
        CHECK(code({"balance", "alice", "--fields", "x"}) == "unknown_field");
        CHECK(code({"limit", "set", "x", "--rate", "5"}) == "invalid_number");
    };
    is_told_first();
    CHECK(bank.data({"limit", "show", "ops"}).at("remaining") == 1);
    CHECK(code({"account", "show", "nobody"}) == "account_not_found");
    is_told_first();
    CHECK(code({"account", "show", "nobody"}) == "rate_limited");
    CHECK(code({"transaction", "debit", "alice", "500", "--key", "k"}) == "rate_limited");
    CHECK(code({"transaction", "credit", "alice", "0.001"}) == "rate_limited");
    CHECK(code({"limit", "unset", "nobody"}) == "rate_limited");
}

/// A command line for each command that is valid, whatever the bank has.
std::map<std::string, Words> a_line_of_each(const Bank& bank) {
    test::write_file(bank.file("empty.ndjson"), "");
    test::write_file(bank.file("trace"), "0\n");
    return {{"init", {}},
            {"demo", {"--keep", bank.file("demo.db")}},
            {"customer add", {"c9", "--name", "Ada"}},
            {"customer show", {"c1"}},
            {"customer list", {}},
            {"customer update", {"c1", "--name", "Ada"}},
            {"account open", {"a9", "--customer", "c1", "--currency", "USD"}},
            {"account show", {"alice"}},
            {"account list", {}},
            {"account statement", {"alice", "--since", "2026-01-01", "--until", "2026-02-01"}},
            {"account freeze", {"alice"}},
            {"account unfreeze", {"alice"}},
            {"account close", {"alice"}},
            {"balance", {"alice"}},
            {"transaction credit", {"alice", "1"}},
            {"transaction debit", {"alice", "1"}},
            {"transaction transfer", {"alice", "bob", "1"}},
            {"transaction hold", {"alice", "1"}},
            {"transaction capture", {"9"}},
            {"transaction release", {"9"}},
            {"transaction reverse", {"9"}},
            {"transaction show", {"9"}},
            {"transaction list", {}},
            {"transaction import", {bank.file("empty.ndjson")}},
            {"transaction export", {"--format", "ndjson"}},
            {"dispute file", {"--customer", "c1", "--text", "x"}},
            {"dispute form", {}},
            {"dispute list", {}},
            {"dispute show", {"DSP-9"}},
            {"dispute assign", {"DSP-9", "--team", "cards"}},
            {"dispute advance", {"DSP-9", "closed"}},
            {"dispute credit", {"DSP-9"}},
            {"dispute resolve", {"DSP-9", "rejected"}},
            {"dispute relabel", {"DSP-9", "fee_dispute"}},
            {"dispute stats", {}},
            {"loan apply", {bank.file("trace")}},
            {"loan list", {}},
            {"loan show", {"LOAN-9"}},
            {"loan decide", {"LOAN-9", "approve", "--note", "x"}},
            {"loan accept", {"LOAN-9"}},
            {"loan disburse", {"LOAN-9"}},
            {"loan withdraw", {"LOAN-9"}},
            {"loan expire", {}},
            {"notification list", {}},
            {"notification deliver", {"--spool", bank.directory()}},
            {"notification retry", {"NTF-9-1"}},
            {"verify", {}},
            {"limit test", {}},
            {"limit show", {}},
            {"limit list", {}},
            {"limit set", {"x", "--rate", "9/s"}},
            {"limit unset", {"x"}},
            {"limit reset", {"x"}},
            {"limit simulate", {bank.file("trace")}},
            {"loan check", {bank.file("trace")}},
            {"loan schedule", {"--principal", "9", "--currency", "EUR", "--rate-bps", "0", "--months", "9"}},
            {"loan apr", {bank.file("trace")}},
            {"loan policy show", {}},
            {"loan policy validate", {bank.file("policy.json")}},
            {"loan policy diff", {"embedded", bank.file("policy.json")}},
            {"loan policy train", {bank.file("trace"), "--target", "BAD", "--out", bank.file("card.json")}},
            {"loan policy evaluate", {bank.file("trace"), "--target", "BAD"}},
            {"backup", {bank.file("copy.db")}},
            {"restore", {bank.file("copy.db"), "--yes"}},
            {"dispute classify", {"--text", "my card was stolen"}},
            {"dispute model train", {bank.file("texts.csv"), "--out", bank.file("my.model")}},
            {"dispute model evaluate", {bank.file("texts.csv")}},
            {"dispute model show", {}},
            {"dispute policy show", {}},
            {"dispute policy validate", {bank.file("policy.json")}},
            {"doctor", {}},
            {"config show", {}},
            {"completion", {"bash"}},
            {"help", {}},
            {"version", {}}};
}

TEST_CASE("each command costs what it declares", "[cli][limit]") {
    const Bank bank;
    bank.add_accounts({"alice", "bob"}, "100");
    block(bank, "ops");
    const std::set<std::string> free_of_charge{"init",
                                               "demo",
                                               "limit show",
                                               "limit list",
                                               "limit simulate",
                                               "version",
                                               "config show",
                                               "completion",
                                               "help",
                                               "dispute policy show",
                                               "dispute policy validate",
                                               "dispute classify",
                                               "dispute model train",
                                               "dispute model evaluate",
                                               "dispute model show",
                                               "loan check",
                                               "loan schedule",
                                               "loan apr",
                                               "loan policy show",
                                               "loan policy validate",
                                               "loan policy diff",
                                               "loan policy train",
                                               "loan policy evaluate"};
    const std::map<std::string, Words> lines = a_line_of_each(bank);
    for (const cli::Command* const command : cli::all_commands()) {
        const std::string name =
            std::string(command->noun) + (command->verb.empty() ? "" : " ") + std::string(command->verb);
        INFO(name);
        CHECK((command->cost == cli::Cost::nothing) == free_of_charge.contains(name));
        Words words{std::string(command->noun)};
        std::istringstream verb{std::string(command->verb)};
        for (std::string word; verb >> word;) words.push_back(word);
        const Words& line = lines.at(name);
        words.insert(words.end(), line.begin(), line.end());
        const Run run = bank.run(as("ops", words));
        INFO(describe(words, run));
        CHECK((run.exit_code == 75) == (command->cost != cli::Cost::nothing));
    }
    // And from the other side: what is charged is what was admitted.
    set_limit(bank, "counted", "1000/m", {"--burst", "1000"});
    const auto remaining = [&] { return bank.data({"limit", "show", "counted"}).at("remaining").get<int>(); };
    bank.run({"balance", "alice", "--user", "counted"});
    bank.run({"doctor", "--user", "counted"});
    bank.run({"transaction", "import", bank.file("empty.ndjson"), "--user", "counted"});
    bank.run({"limit", "test", "--count", "7", "--user", "counted"});
    bank.run({"limit", "show", "counted", "--user", "counted"});
    bank.run({"help", "--user", "counted"});
    CHECK(bank.data({"limit", "show", "counted"}).at("admitted") == 10);
    CHECK(remaining() < 1000);
}

TEST_CASE("with --wait a command has its slot reserved and sleeps until it comes", "[cli][limit]") {
    Bank bank;
    bank.add_accounts({"alice"}, "1");
    set_limit(bank, "ops", "5/s", {"--burst", "1"});
    const Words words = as("ops", {"balance", "alice", "--wait=60"});
    std::list<Process> processes;
    for (int i = 0; i < 8; ++i) processes.emplace_back(bank.options(words));
    for (Process& process : processes) CHECK(process.wait().exit_code == 0);
    SECTION("also where the configuration file says so") {
        test::write_file(bank.file("config"), "wait = 60\n");
        bank.environment()["BANKCTL_CONFIG"] = bank.file("config");
        for (int i = 0; i < 3; ++i) CHECK(bank.run(as("ops", {"balance", "alice"})).exit_code == 0);
    }
    SECTION("not longer than the wait") {
        block(bank, "slow");
        const Json error = bank.fails(as("slow", {"balance", "alice", "--wait=1"}), "rate_limited");
        CHECK(error.at("retry_after_ms") > 1'000);
        CHECK(bank.data({"limit", "show", "slow"}).at("admitted") == 1);
    }
    SECTION("until it is interrupted") {
        block(bank, "slow");
        for (const int signal : {SIGINT, SIGTERM}) {
            const Words waiting = as("slow", {"--json", "balance", "alice", "--wait=600"});
            Process process(bank.options(waiting));
            wait_until_admitted(bank, {"limit", "show", "slow"}, signal == SIGINT ? 2 : 3);
            process.send_signal(signal);
            const Run run = process.wait();
            INFO(describe(waiting, run));
            CHECK(run.exit_code == 128 + signal);
            CHECK(code_of(run) == "interrupted");
        }
    }
}

TEST_CASE("who waits as long as a refusal says is admitted", "[cli][limit]") {
    const Bank bank;
    set_limit(bank, "ops", "7/s", {"--burst", "1"});
    for (int i = 0; i < 10; ++i) {
        Run run = bank.run(as("ops", {"--json", "limit", "test"}));
        if (run.exit_code == 0) run = bank.run(as("ops", {"--json", "limit", "test"}));
        if (run.exit_code == 0) continue;  // the machine was slower than the limit
        const int retry_ms = parse_document(run.err).at("error").at("retry_after_ms").get<int>();
        CHECK(retry_ms <= 143);
        std::this_thread::sleep_for(std::chrono::milliseconds(retry_ms));
        CHECK(bank.run(as("ops", {"limit", "test"})).exit_code == 0);
    }
}

TEST_CASE("limit test spends requests and tells what is left", "[cli][limit]") {
    const Bank bank;
    set_limit(bank, "ops", "2/m", {"--burst", "5"});
    const Json first = bank.data(as("ops", {"limit", "test", "--count", "3"}));
    CHECK(first.at("user") == "ops");
    CHECK(first.at("allowed") == 3);
    CHECK(first.at("refused") == 0);
    CHECK(first.at("remaining") == 2);
    CHECK(first.at("retry_after_ms") == 0);
    CHECK(first.at("reset_ms") > 60'000);
    CHECK(first.at("reset_ms") <= 90'000);
    const Json error = bank.fails(as("ops", {"limit", "test", "--count", "1000"}), "rate_limited");
    const Json& report = error.at("details");
    CHECK(report.at("allowed") == 2);
    CHECK(report.at("refused") == 998);
    CHECK(report.at("remaining") == 0);
    CHECK(report.at("limit").at("burst") == 5);
    CHECK(report.at("retry_after_ms") > 1'000);
    CHECK(report.at("retry_after_ms") <= 30'000);
    Json document{{"schema", "limit.test/v1"}, {"data", report}};
    CHECK(schema_faults(document).empty());
    // For people the report follows the message.
    const Run run = bank.run(as("ops", {"limit", "test"}));
    CHECK(run.exit_code == 75);
    CHECK(run.err.find("\nallowed") != std::string::npos);
    set_limit(bank, "free", "none");
    const Json unlimited = bank.data(as("free", {"limit", "test", "--count", "100000"}));
    CHECK(unlimited.at("allowed") == 100'000);
    CHECK(unlimited.at("remaining").is_null());
    CHECK(unlimited.at("limit").at("algorithm") == "none");
    CHECK(unlimited.at("limit").at("rate").is_null());
    CHECK(bank.data(as("waiting", {"limit", "test", "--count", "8", "--wait=60"})).at("allowed") == 8);
    bank.fails({"limit", "test", "--count", "0"}, "invalid_number");
    bank.fails({"limit", "test", "--count", "1000001"}, "invalid_number");
    bank.fails({"--db", bank.file("absent.db"), "limit", "test"}, "not_initialized");
}

TEST_CASE("a limiter that is broken stops commands, unless the bank's rule lets them go on", "[cli][limit]") {
    const Bank bank;
    bank.add_accounts({"alice"}, "1");
    set_limit(bank, "open", "5/s", {"--on-error", "open"});
    bank.ok({"balance", "alice"});
    std::filesystem::resize_file(limiter_file(bank), 100);
    const Json head = [&] {
        return parse_document(bank.run(as("open", {"--json", "verify"})).out).at("data").at("head");
    }();
    const Json error = bank.fails(as("closed", {"transaction", "credit", "alice", "1"}), "limiter_unavailable");
    CHECK(error.at("retryable") == false);
    for (const Words& words : {Words{"verify"}, Words{"limit", "test"}, Words{"limit", "show"}, Words{"limit", "list"}})
        bank.fails(as("closed", words), "limiter_unavailable");
    const Run run = bank.run(as("open", {"balance", "alice"}));
    CHECK(run.exit_code == 0);
    CHECK(run.out.find("1.00") != std::string::npos);
    CHECK(run.err.starts_with("note: the limiter cannot be used: "));
    CHECK(lines_of(run.err).size() == 1);
    bank.ok(as("open", {"balance", "alice", "--quiet"}));
    const std::string line = R"({"type":"credit","account":"alice","amount":"1.00"})"
                             "\n";
    const Run import =
        bank.run(as("open", {"--json", "transaction", "import", "-", "--source", "s", "--dry-run"}), line + line);
    CHECK(import.exit_code == 0);
    CHECK(lines_of(import.err).size() == 1);  // lines without a limit need no limiter
    CHECK(parse_document(bank.run(as("open", {"--json", "verify"})).out).at("data").at("head") == head);
    // Nobody changes a rule that no process would come to know.
    bank.fails(as("open", {"limit", "set", "x", "--rate", "1/s", "--quiet"}), "limiter_unavailable");
    // doctor says so instead of failing for it.
    const Json report = bank.fails(as("closed", {"doctor"}), "limiter_unavailable").at("details");
    for (const Json& check : report.at("checks")) {
        INFO(check.dump());
        CHECK((check.at("name") == "limiter") == (check.at("status") == "problem"));
    }
    // The owner removes the file; nobody gains by it, and all is well.
    std::filesystem::remove(limiter_file(bank));
    bank.ok({"doctor", "--wait=60"});
}

TEST_CASE("doctor tells where the limiter is and how full", "[cli][limit]") {
    const Bank bank;
    const auto limiter = [](const Json& report) {
        for (const Json& check : report.at("checks")) {
            if (check.at("name") == "limiter") return check.at("detail").get<std::string>();
        }
        return std::string();
    };
    CHECK(limiter(bank.data({"doctor"})).find(bank.path() + "-limit-") != std::string::npos);
    const Json without = bank.fails({"doctor", "--db", bank.file("absent.db")}, "not_initialized").at("details");
    CHECK(limiter(without) == "none, for there is no bank to use it");
    CHECK_FALSE(std::filesystem::exists(bank.file("absent.db-boot")));
}

TEST_CASE("an import costs one command, and its lines are paced by the limit for lines", "[cli][limit]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    const std::string line = R"({"type":"credit","account":"alice","amount":"1.00"})"
                             "\n";
    const auto admitted = [&](const std::string& user, const std::string& what) {
        return bank.data({"limit", "show", user, "--class", what}).at("admitted").get<int>();
    };
    std::string lines;
    for (int i = 0; i < 150; ++i) lines += line;
    set_limit(bank, "ops", "200/s", {"--class", "batch", "--burst", "100"});
    const Words import = as("ops", {"transaction", "import", "-", "--source", "s"});
    const std::string mode = GENERATE(std::string(), std::string("--atomic"), std::string("--dry-run"));
    Words words = import;
    if (!mode.empty()) words.push_back(mode);
    CHECK(bank.data(words, lines).at("applied") == 150);
    CHECK(admitted("ops", "batch") == 150);
    CHECK(admitted("ops", "command") == 1);
    // Without a limit nobody counts lines.
    bank.data(as("free", {"transaction", "import", "-", "--source", "t"}), lines);
    CHECK(admitted("free", "batch") == 0);
}

TEST_CASE("an import that waits for its pace can be interrupted", "[cli][limit]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    set_limit(bank, "ops", "1/m", {"--class", "batch", "--burst", "2"});
    std::string lines;
    for (int i = 0; i < 3; ++i)
        lines += R"({"type":"credit","account":"alice","amount":"1.00"})"
                 "\n";
    const Words words = as("ops", {"--json", "transaction", "import", "-", "--source", "s"});
    Process process(bank.options(words, lines));
    wait_until_admitted(bank, {"limit", "show", "ops", "--class", "batch"}, 2);
    process.send_signal(SIGINT);
    const Json error = require_failure(words, process.wait(), "interrupted");
    CHECK(error.at("details").at("applied") == 0);
    CHECK(bank.balance_of("alice") == "0.00");
}

}  // namespace

std::string limiter_file(const Bank& bank) {
    std::string found;
    for (const auto& entry : std::filesystem::directory_iterator(bank.directory())) {
        if (entry.path().string().starts_with(bank.path() + "-limit-")) found = entry.path();
    }
    REQUIRE_FALSE(found.empty());
    return found;
}

}  // namespace bankctl::cli_test
