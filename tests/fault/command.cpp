#include "tests/fault/command.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "cli/run.h"
#include "core/service/verification.h"
#include "core/store/sqlite/sqlite_ledger.h"
#include "tests/fault/memory.h"
#include "tests/support/temp_directory.h"

namespace bankctl::fault_test {
namespace {

using Json = nlohmann::json;

constexpr int k_unavailable = 69;
constexpr int k_outcome_unknown = 74;

struct Pipe {
    int reader = -1;
    int writer = -1;

    Pipe() {
        std::array<int, 2> ends{};
        if (pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
        reader = ends[0];
        writer = ends[1];
    }
    /// All that was written, once the other end is closed.
    std::string read_all() {
        close(writer);
        std::string text;
        std::array<char, 4096> buffer{};
        for (ssize_t count = 0; (count = read(reader, buffer.data(), buffer.size())) > 0;)
            text.append(buffer.data(), static_cast<std::size_t>(count));
        close(reader);
        return text;
    }
};

/// A byte that a forked process can set for its parent.
class SharedFlag {
public:
    SharedFlag()
        : byte_(static_cast<bool*>(mmap(nullptr, 1, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))) {}
    ~SharedFlag() { munmap(byte_, 1); }
    SharedFlag(const SharedFlag&) = delete;
    SharedFlag& operator=(const SharedFlag&) = delete;
    bool& operator*() { return *byte_; }

private:
    bool* byte_;
};

/// Why the text is not the one document that it must be; none if it is.
std::optional<std::string> fault_of_document(const std::string& text, bool is_error) {
    const Json document = Json::parse(text, nullptr, false);
    if (document.is_discarded() || !text.ends_with('\n')) return "no document: '" + text + "'";
    if ((document.value("schema", "") == "error/v1") != is_error) return "the wrong document: " + text;
    return std::nullopt;
}

std::optional<std::string> fault_of_answer(const Answer& answer) {
    if (answer.exit_code == 0) {
        if (!answer.err.empty()) return "it succeeds and complains: " + answer.err;
        return fault_of_document(answer.out, false);
    }
    if (answer.exit_code != k_unavailable && answer.exit_code != k_outcome_unknown)
        return "it ends with " + std::to_string(answer.exit_code) + ": " + answer.err;
    if (!answer.out.empty()) return "it fails and answers: " + answer.out;
    return fault_of_document(answer.err, true);
}

Answer must_run(const Ordeal& ordeal, const Words& words) {
    Answer answer = ordeal.run(words, [] {});
    if (answer.exit_code != 0) throw std::runtime_error("it must succeed: " + answer.err);
    return answer;
}

std::string seq_in(const Answer& answer) { return Json::parse(answer.out).at("data").at("seq").dump(); }

}  // namespace

Answer run_command(const Words& words, const std::function<void()>& prepare) {
    Pipe out;
    Pipe err;
    SharedFlag met_fault;
    static int users = 0;
    const std::string user = "user-" + std::to_string(++users);  // one of its own, whom no limit holds up
    const pid_t process = fork();
    if (process < 0) throw std::runtime_error("no process");
    if (process == 0) {
        alarm(60);  // a command that hangs is a fault too
        dup2(out.writer, STDOUT_FILENO);
        dup2(err.writer, STDERR_FILENO);
        for (const int descriptor : {out.reader, out.writer, err.reader, err.writer}) close(descriptor);
        clearenv();
        setenv("BANKCTL_USER", user.c_str(), 1);
        prepare();
        const int code = cli::run(words);
        *met_fault = end_scarcity();
        _exit(code);
    }
    Answer answer;
    close(err.writer);
    answer.out = out.read_all();
    err.writer = -1;
    answer.err = err.read_all();
    int status = 0;
    waitpid(process, &status, 0);
    answer.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    answer.met_fault = *met_fault || answer.exit_code == -1;
    return answer;
}

Ordeal::Ordeal(std::string folder) : folder_(std::move(folder)) {
    must_run(*this, {"init"});
    must_run(*this, {"customer", "add", "c1", "--name", "Ada"});
    for (const char* const id : {"alice", "bob"})
        must_run(*this, {"account", "open", id, "--customer", "c1", "--currency", "USD", "--opening-balance", "100"});
    must_run(*this, {"backup", "FOLDER/old.db"});
    const std::string credit = seq_in(must_run(*this, {"transaction", "credit", "alice", "1"}));
    const std::string hold = seq_in(must_run(*this, {"transaction", "hold", "alice", "2"}));
    if (credit != "8" || hold != "9") throw std::runtime_error("the numbers in the commands are " + credit + hold);
    test::write_file(folder_ + "/lines.ndjson", R"({"type":"credit","account":"alice","amount":"0.01"}
{"type":"transfer","account":"alice","to":"bob","amount":"1.00","group":"g"}
{"type":"transfer","account":"bob","to":"alice","amount":"0.50","group":"g"}
)");
    image_ = read_image(folder_);
    state_ = state();
    for (const Words& words : writes()) {
        begin();
        must_run(*this, words);
        states_after_[words] = state();
    }
    begin();
}

const std::vector<Words>& Ordeal::writes() {
    static const std::vector<Words> words{
        {"transaction", "credit", "alice", "5", "--key", "k"},
        {"transaction", "transfer", "alice", "bob", "5", "--key", "k", "--memo", "m"},
        {"transaction", "hold", "bob", "5", "--key", "k"},
        {"transaction", "capture", "9", "1", "--key", "k"},
        {"transaction", "release", "9", "--key", "k"},
        {"transaction", "reverse", "8", "--key", "k"},
        {"transaction", "import", "FOLDER/lines.ndjson"},
        {"account", "open", "carol", "--customer", "c1", "--currency", "USD", "--opening-balance", "1", "--key", "k"},
        {"backup", "FOLDER/new.db"},
        {"backup", "FOLDER/old.db"},
        {"restore", "FOLDER/old.db"}};
    return words;
}

const std::vector<Words>& Ordeal::reads() {
    static const std::vector<Words> words{{"balance", "alice"}, {"transaction", "list"}, {"transaction", "show", "8"}};
    return words;
}

Words Ordeal::with_folder(const Words& words) const {
    Words whole{"--json", "--yes", "--db", folder_ + "/" + k_bank};
    for (std::string word : words) {
        if (word.starts_with("FOLDER/")) word.replace(0, 6, folder_);
        whole.push_back(std::move(word));
    }
    return whole;
}

Answer Ordeal::run(const Words& words, const std::function<void()>& prepare) const {
    return run_command(with_folder(words), prepare);
}

/// What all banks in the folder hold; each must verify.
std::string Ordeal::state() const {
    std::string text;
    for (const auto& [name, bytes] : read_image(folder_)) {
        if (!name.ends_with(".db")) continue;
        const auto ledger = sqlite::open_ledger({folder_ + "/" + name});
        if (const Verification verification = verify(*ledger, std::nullopt); !verification.is_ok)
            throw std::runtime_error(name + " does not verify: " + findings(verification));
        const Outcome outcome = outcome_of(*ledger);
        text += name + ": " + std::to_string(outcome.last_seq.value) + " entries, " + outcome.balances + "\n";
    }
    return text;
}

std::optional<std::string> Ordeal::fault_of_write(const Words& words, const Answer& answer) const {
    if (const auto fault = fault_of_answer(answer)) return fault;
    const std::string& after = states_after_.at(words);
    const std::string left = state();
    const bool may_be_before = answer.exit_code != 0;
    const bool may_be_after = answer.exit_code != k_unavailable;
    if ((left != state_ || !may_be_before) && (left != after || !may_be_after))
        return "exit " + std::to_string(answer.exit_code) + " leaves " + left + "after " + answer.err;
    const Answer again = run(words, [] {});
    if (again.exit_code != 0) return "it cannot be repeated: " + again.err;
    if (const std::string repeated = state(); repeated != after) return "repeated it leaves " + repeated;
    return std::nullopt;
}

std::optional<std::string> Ordeal::fault_of_read(const Words&, const Answer& answer) const {
    if (const auto fault = fault_of_answer(answer)) return fault;
    if (answer.exit_code == k_outcome_unknown) return "a read has an unknown outcome: " + answer.err;
    if (state() != state_) return "a read leaves " + state();
    return std::nullopt;
}

}  // namespace bankctl::fault_test
