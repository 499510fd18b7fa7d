// That nothing is written to a bank, and its log is not emptied, by anyone who is not inside the writer gate. SQLite's
// WAL-reset bug (see ARCHITECTURE.md) needs a checkpoint beside another connection's commit or checkpoint.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "cli/run.h"
#include "core/base/file_descriptor.h"
#include "core/store/sqlite/gate.h"
#include "tests/cli/bank.h"
#include "tests/support/shim_vfs.h"

namespace bankctl::cli_test {
namespace {

using test::VfsCall;

/// What a process did to a bank's database and log.
struct Watched {
    int exit_code = -1;
    int changes = 0;  ///< calls that write, truncate, sync or remove
    int outside = 0;  ///< of these, while nobody was inside the gate
};

/// Counts the changes to a bank, and asks of each whether somebody is inside the gate: with a description of its own,
/// which sees the locks of this process too.
class Watch : public test::ShimVfs {
public:
    Watch(std::string path, int changes_max)
        : path_(std::move(path)),
          changes_max_(changes_max),
          gate_(open((path_ + "-gate").c_str(), O_RDWR | O_CLOEXEC)) {}

    int call(const VfsCall& call, const std::function<int()>& pass) override {
        const bool is_change = call.kind != VfsCall::Kind::open && call.kind != VfsCall::Kind::read;
        if (is_change && (call.path == path_ || call.path == path_ + "-wal" || call.path == path_ + "-journal")) {
            ++seen_.changes;
            if (!is_somebody_inside()) ++seen_.outside;
            if (seen_.changes == changes_max_) raise(SIGKILL);
        }
        return pass();
    }

    Watched& seen() { return seen_; }

private:
    bool is_somebody_inside() const {
        struct flock lock {};
        lock.l_type = F_WRLCK;
        lock.l_whence = SEEK_SET;
        lock.l_start = sqlite::k_gate_inside;
        lock.l_len = 1;
        return fcntl(gate_.get(), F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
    }

    std::string path_;
    int changes_max_;
    FileDescriptor gate_;
    Watched seen_;
};

/// Runs a command in a process of this test's own program, where it can be watched; kills it at the change of the
/// number `changes_max`, if it gets there.
Watched watch(const Bank& bank, const Words& words, int changes_max = 0) {
    std::array<int, 2> report{};
    REQUIRE(pipe(report.data()) == 0);
    static int users = 0;
    const std::string user = "watched-" + std::to_string(++users);  // one of its own, whom no limit holds up
    const pid_t child = fork();
    if (child == 0) {
        setenv("BANKCTL_USER", user.c_str(), 1);
        for (const auto& [name, value] : bank.environment()) setenv(name.c_str(), value.c_str(), 1);
        const int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
        dup2(nowhere, STDIN_FILENO);
        dup2(nowhere, STDOUT_FILENO);
        Watch watch(bank.path(), changes_max);
        watch.seen().exit_code = cli::run(words);
        const bool is_told = write(report[1], &watch.seen(), sizeof(Watched)) == sizeof(Watched);
        _exit(is_told ? 0 : 1);
    }
    close(report[1]);
    Watched seen;
    const bool is_told = read(report[0], &seen, sizeof seen) == sizeof seen;
    close(report[0]);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    if (changes_max == 0) REQUIRE(is_told);
    return seen;
}

void require_inside(const Bank& bank, const Words& words) {
    const Watched seen = watch(bank, words);
    CAPTURE(words);
    CHECK(seen.exit_code == 0);
    CHECK(seen.changes > 0);
    CHECK(seen.outside == 0);
}

void require_no_change(const Bank& bank, const Words& words) {
    const Watched seen = watch(bank, words);
    CAPTURE(words);
    CHECK(seen.exit_code == 0);
    CHECK(seen.changes == 0);
}

std::string many_credits(int lines) {
    std::string text;
    for (int i = 0; i < lines; ++i) text += "{\"type\":\"credit\",\"account\":\"alice\",\"amount\":\"0.01\"}\n";
    return text;
}

const std::vector<Words> k_readings{{"balance", "alice"},
                                    {"transaction", "list", "--limit", "5"},
                                    {"transaction", "export", "--format", "ndjson"},
                                    {"account", "list"},
                                    {"verify"},
                                    {"doctor"},
                                    {"transaction", "credit", "alice", "1", "--dry-run"}};

TEST_CASE("every change to a bank is made inside the gate", "[cli][writer_gate]") {
    const Bank bank;
    require_inside(bank, {"customer", "add", "c1", "--name", "Alice"});
    require_inside(bank, {"customer", "update", "c1", "--name", "Alice B."});
    require_inside(bank, {"account", "open", "alice", "--customer", "c1", "--currency", "USD", "--opening-balance",
                          "10", "--key", "o1"});
    require_inside(bank, {"account", "open", "bob", "--customer", "c1", "--currency", "USD"});
    require_inside(bank, {"transaction", "credit", "alice", "5", "--key", "k1"});
    require_inside(bank, {"transaction", "debit", "alice", "1"});
    require_inside(bank, {"transaction", "transfer", "alice", "bob", "1"});
    const std::string hold = bank.seq({"transaction", "hold", "alice", "2"});
    require_inside(bank, {"transaction", "capture", hold, "1"});
    require_inside(bank, {"transaction", "release", bank.seq({"transaction", "hold", "alice", "2"})});
    require_inside(bank, {"transaction", "reverse", bank.seq({"transaction", "credit", "alice", "1"})});
    require_inside(bank, {"account", "freeze", "bob"});
    require_inside(bank, {"account", "unfreeze", "bob"});
    for (const Words& words : k_readings) require_no_change(bank, words);
}

TEST_CASE("an import empties the log inside the gate, and so does a restore over the bank", "[cli][writer_gate]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    test::write_file(bank.file("lines"), many_credits(12'000));
    require_inside(bank, {"transaction", "import", bank.file("lines"), "--source", "s"});
    CHECK(std::filesystem::file_size(bank.path() + "-wal") == 0);
    require_no_change(bank, {"backup", bank.file("copy.db")});
    require_inside(bank, {"transaction", "credit", "alice", "1"});
    require_inside(bank, {"restore", bank.file("copy.db"), "--yes"});
    require_inside(bank, {"transaction", "credit", "alice", "1"});
    CHECK(bank.balance_of("alice") == "121.00");
}

TEST_CASE("what a killed writer left is read without a change, and mended inside the gate", "[cli][writer_gate]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    bool is_over = false;
    for (int change = 1; !is_over; ++change) {
        CAPTURE(change);
        const Watched seen = watch(bank, {"transaction", "credit", "alice", "1", "--key", "k"}, change);
        CHECK(seen.outside == 0);
        is_over = seen.exit_code == 0;
        require_no_change(bank, {"balance", "alice"});
        require_no_change(bank, {"verify"});
        REQUIRE(change < 100);
    }
    CHECK(bank.balance_of("alice") == "1.00");
}

}  // namespace
}  // namespace bankctl::cli_test
