// What survives: killed processes, many processes at once, writers that wait, and a disk that fails.
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <optional>
#include <random>

#include <catch2/catch.hpp>

#include "core/store/sqlite/gate.h"
#include "tests/cli/bank.h"
#include "tests/cli/program.h"

namespace bankctl::cli_test {
namespace {

using Clock = std::chrono::steady_clock;

TEST_CASE("what was acknowledged survives SIGKILL, and the books stay whole", "[cli][durability]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    std::mt19937 random(20260131);  // fixed, though the scheduler is not
    std::vector<std::string> acknowledged;
    int killed = 0;
    unsigned delay_us_max = 12'000;  // grows until one gets through, however slow the machine
    const Clock::time_point end = Clock::now() + std::chrono::seconds(3);
    const Clock::time_point limit = end + std::chrono::seconds(57);
    for (int i = 0; Clock::now() < end || (acknowledged.empty() && Clock::now() < limit); ++i) {
        const std::string key = "k" + std::to_string(i);
        Process process(bank.options({"--json", "transaction", "credit", "alice", "1", "--key", key}));
        usleep(static_cast<useconds_t>(random() % delay_us_max));
        process.send_signal(SIGKILL);
        const Run run = process.wait();
        if (run.signal == SIGKILL) ++killed;
        if (acknowledged.empty()) delay_us_max += 2'000;
        if (run.out.ends_with("\n")) acknowledged.push_back(key);
    }
    CHECK(killed > 0);
    CHECK(!acknowledged.empty());
    bank.head();
    for (const std::string& key : acknowledged) bank.data({"transaction", "show", "--key", key});
    // Every credit is there whole or not at all.
    const Json rows = bank.data({"transaction", "list"});
    CHECK(rows.size() >= acknowledged.size());
    CHECK(bank.data({"balance", "alice"}).at("balance").at("minor") == 100 * rows.size());
}

TEST_CASE("an interrupt that comes too late for a change does not hide it", "[cli][durability]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    std::mt19937 random(20261123);
    std::size_t reported = 0;
    for (int i = 0; i < 100; ++i) {
        Process process(bank.options({"--json", "transaction", "credit", "alice", "1"}));
        usleep(static_cast<useconds_t>(random() % 12'000));
        process.send_signal(SIGINT);
        const Run run = process.wait();
        if (run.exit_code == 0) ++reported;
    }
    CHECK(bank.data({"transaction", "list"}).size() == reported);
}

TEST_CASE("an interrupt that comes once the result is written does not deny it", "[cli][durability]") {
    const Bank bank;
    bank.add_accounts({"alice"}, "1");
    for (int i = 0; i < 50; ++i) {
        ProcessOptions options = bank.options({"--json", "balance", "--all"});
        options.signal_at_output = SIGINT;
        const Run run = run_process(options);
        INFO(describe(options.words, run));
        REQUIRE(run.exit_code == 0);
        REQUIRE(run.err.empty());
    }
}

TEST_CASE("an interrupt that comes once the error is written does not add another", "[cli][durability]") {
    const Bank bank;
    for (int i = 0; i < 50; ++i) {
        ProcessOptions options = bank.options({"--json", "balance", "nobody"});
        options.signal_at_output = SIGINT;
        require_failure(options.words, run_process(options), "account_not_found");
    }
}

TEST_CASE("an interrupt that finds a result half written ends the command", "[cli][durability]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    std::string lines;  // more than a pipe holds
    for (int i = 0; i < 1'000; ++i)
        lines += R"({"type":"credit","account":"alice","amount":"0.01"})"
                 "\n";
    bank.ok({"transaction", "import", "-", "--source", "s"}, lines);
    const std::string command = "'" BANKCTL_EXECUTABLE "' --db '" + bank.path() + "' tx list --json";
    // The list cannot be written whole until somebody reads it, which nobody does before it has ended.
    const Run run = run_shell("mkfifo '" + bank.file("pipe") + "'; exec 3<> '" + bank.file("pipe") + "'; " + command +
                              " >&3 & sleep 1; kill -TERM $!; wait $!");  // a shell's background ignores SIGINT
    INFO(describe({}, run));
    CHECK(run.exit_code == 143);
    CHECK(run.err.find(R"("code":"interrupted")") != std::string::npos);
}

TEST_CASE("an import that a signal ends reports what it applied", "[cli][durability]") {
    const int signal = GENERATE(SIGINT, SIGTERM);
    const Bank bank;
    bank.add_accounts({"alice"});
    ProcessOptions options = bank.options({"--json", "transaction", "import", "-", "--source", "s"},
                                          "{\"type\":\"credit\",\"account\":\"alice\",\"amount\":\"1\"}\n");
    options.is_stdin_left_open = true;
    Process process(options);
    usleep(1'000'000);  // the line is read and the import waits for more
    process.send_signal(signal);
    const Run run = process.wait();
    CHECK(run.exit_code == 128 + signal);
    const Json error = parse_document(run.err).at("error");
    CHECK(error.at("code") == "interrupted");
    CHECK(error.at("details").at("applied") == bank.data({"transaction", "list"}).size());
}

TEST_CASE("an import that waits for its turn ends at a signal", "[cli][durability]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    const Json head = bank.head();
    const sqlite::Gate gate(bank.path() + "-gate", 0600, 0);
    Process process(bank.options({"--json", "--wait=60", "transaction", "import", "-", "--source", "s"},
                                 "{\"type\":\"credit\",\"account\":\"alice\",\"amount\":\"1\"}\n"));
    usleep(500'000);
    process.send_signal(SIGTERM);
    const Run run = process.wait();
    CHECK(run.exit_code == 128 + SIGTERM);
    CHECK(parse_document(run.err).at("error").at("code") == "interrupted");
    CHECK(bank.head() == head);
}

TEST_CASE("an import that is killed keeps whole batches and goes on where it was", "[cli][durability]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    std::string lines;
    for (int i = 0; i < 60'000; ++i)
        lines += R"({"type":"credit","account":"alice","amount":"0.01"})"
                 "\n";
    const Words words{"--json", "transaction", "import", "-", "--source", "s"};
    {
        Process process(bank.options(words, lines.substr(0, 1)));
        process.send_signal(SIGKILL);
        process.wait();
    }
    for (const useconds_t delay_us : {30'000U, 120'000U}) {
        ProcessOptions options = bank.options(words, lines);
        test::write_file(bank.file("lines"), lines);
        options.words = {"--json", "transaction", "import", bank.file("lines"), "--source", "s"};
        options.input.clear();
        Process process(options);
        usleep(delay_us);
        process.send_signal(SIGKILL);
        process.wait();
        bank.head();
    }
    const Json report = bank.data({"transaction", "import", bank.file("lines"), "--source", "s"});
    CHECK(report.at("applied").get<int>() + report.at("replayed").get<int>() == 60'000);
    CHECK(bank.balance_of("alice") == "600.00");
}

TEST_CASE("eight processes at once lose nothing", "[cli][durability]") {
    const Bank bank;
    bank.add_accounts({"alice", "bob"}, "1000");
    constexpr int k_processes = 8;
    constexpr int k_rounds = 25;
    for (int round = 0; round < k_rounds; ++round) {
        std::vector<std::unique_ptr<Process>> processes;
        for (int i = 0; i < k_processes; ++i) {
            const bool is_back = i % 2 != 0;
            processes.push_back(std::make_unique<Process>(bank.options(
                {"--json", "--wait=60", "transaction", "transfer", is_back ? "bob" : "alice", is_back ? "alice" : "bob",
                 i < 4 ? "1" : "2", "--key", std::to_string(round) + "/" + std::to_string(i)})));
        }
        for (auto& process : processes) {
            const Run run = process->wait();
            INFO(run.err);
            REQUIRE(run.exit_code == 0);
        }
    }
    const Json transfers = bank.data({"transaction", "list", "--kind", "transfer"});
    CHECK(transfers.size() == k_processes * k_rounds);
    CHECK(bank.balance_of("alice") == "1000.00");
    CHECK(bank.balance_of("bob") == "1000.00");
    bank.head();
}

TEST_CASE("the same key from many processes at once has one effect", "[cli][durability]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    for (int round = 0; round < 5; ++round) {
        std::vector<std::unique_ptr<Process>> processes;
        for (int i = 0; i < 8; ++i)
            processes.push_back(std::make_unique<Process>(bank.options(
                {"--json", "--wait=60", "transaction", "credit", "alice", "1", "--key", std::to_string(round)})));
        int first = 0;
        for (auto& process : processes) {
            const Run run = process->wait();
            INFO(run.err);
            REQUIRE(run.exit_code == 0);
            if (parse_document(run.out).at("data").at("replayed") == false) ++first;
        }
        CHECK(first == 1);
    }
    CHECK(bank.balance_of("alice") == "5.00");
}

TEST_CASE("a writer that cannot get in is told to retry; readers are not held up", "[cli][durability]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    const sqlite::Gate gate(bank.path() + "-gate", 0600, 0);
    const Json error = bank.fails({"transaction", "credit", "alice", "1", "--wait=0"}, "busy");
    CHECK(error.at("retry_after_ms").is_number());
    const Clock::time_point begin = Clock::now();
    bank.fails({"transaction", "credit", "alice", "1", "--wait=1"}, "busy");
    const auto waited = Clock::now() - begin;
    CHECK(waited >= std::chrono::milliseconds(950));
    CHECK(waited < std::chrono::seconds(10));
    CHECK(bank.balance_of("alice") == "0.00");
    bank.head();
}

TEST_CASE("a writer that waits gets in once the gate is free", "[cli][durability]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    std::optional<sqlite::Gate> gate(std::in_place, bank.path() + "-gate", 0600, 0);
    Process process(bank.options({"--json", "--wait=30", "transaction", "credit", "alice", "1"}));
    usleep(200'000);
    gate.reset();
    CHECK(process.wait().exit_code == 0);
    CHECK(bank.balance_of("alice") == "1.00");
}

TEST_CASE("a commit that the disk refuses has no known outcome, and the retry with the key settles it",
          "[cli][durability]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    constexpr int k_credits = 10;  // so that the log is longer than the file of shared memory, which must not fail
    for (int i = 0; i < k_credits; ++i) bank.ok({"transaction", "credit", "alice", "1"});
    const Json head = bank.head();
    struct stat log {};
    REQUIRE(stat((bank.path() + "-wal").c_str(), &log) == 0);
    REQUIRE(log.st_size > 40'000);
    const Words words{"--json", "transaction", "credit", "alice", "1", "--key", "k"};
    ProcessOptions options = bank.options(words);
    options.file_bytes_max = log.st_size;
    const Json error = require_failure(words, run_process(options), "outcome_unknown");
    CHECK(error.at("details").at("key") == "k");
    CHECK(error.at("hint").get<std::string>().find("--key 'k'") != std::string::npos);
    const Json retried = bank.data({"transaction", "credit", "alice", "1", "--key", "k"});
    CHECK(bank.balance_of("alice") == std::to_string(k_credits + 1) + ".00");
    CHECK(retried.at("seq").get<int>() > head.at("seq").get<int>());
    bank.head();
}

TEST_CASE("an interrupt ends with 130 and leaves nothing half applied", "[cli][durability]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    const Json head = bank.head();
    const Words words{"--json", "transaction", "import", "-", "--source", "s"};
    ProcessOptions options = bank.options(words, R"({"type":"credit","account":"alice","amount":"1.00"})"
                                                 "\n");
    options.is_stdin_left_open = true;
    Process process(options);
    usleep(300'000);  // it waits for more input
    process.send_signal(SIGINT);
    const Run run = process.wait();
    require_failure(words, run, "interrupted");
    CHECK(run.exit_code == 130);
    CHECK(bank.head() == head);
}

TEST_CASE("SIGTERM and SIGHUP end like an interrupt, with an error document and the shell's exit code",
          "[cli][durability]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    const sqlite::Gate gate(bank.path() + "-gate", 0600, 0);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        const Words words{"--json", "--wait=60", "transaction", "credit", "alice", "1"};
        Process process(bank.options(words));
        usleep(300'000);  // it waits for the gate
        process.send_signal(signal);
        const Run run = process.wait();
        INFO(describe(words, run));
        CHECK(run.exit_code == 128 + signal);
        CHECK(run.out.empty());
        CHECK(parse_document(run.err).at("error").at("code") == "interrupted");
    }
}

TEST_CASE("a signal that whoever started the command ignores does not end it", "[cli][durability]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    std::optional<sqlite::Gate> gate(std::in_place, bank.path() + "-gate", 0600, 0);
    ProcessOptions options = bank.options({});
    options.program = "/bin/sh";
    options.words = {"-c", "trap '' HUP; exec \"$0\" --wait=60 transaction credit alice 1", BANKCTL_EXECUTABLE};
    Process process(options);
    usleep(300'000);  // it waits for the gate
    process.send_signal(SIGHUP);
    usleep(100'000);
    gate.reset();
    CHECK(process.wait().exit_code == 0);
    CHECK(bank.balance_of("alice") == "1.00");
}

}  // namespace
}  // namespace bankctl::cli_test
