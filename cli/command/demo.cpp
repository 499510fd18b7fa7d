// bankctl demo: a tour of the main commands on a throw-away database, each run as a process of its own.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <random>

#include "cli/command/all.h"
#include "cli/command/common.h"
#include "core/base/text.h"

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX has programs declare it

namespace bankctl::cli {
namespace {

constexpr Option k_options[] = {{"seed", "N", "makes the amounts (default: 1)"},
                                {"keep", "PATH", "make the database here and keep it"}};
constexpr Field k_fields[] = {{"seed", CellType::number}, {"db"}, {"steps", CellType::nested}};
const DocumentInfo k_document{"demo/v1", k_fields};
constexpr Example k_examples[] = {{"bankctl demo", "what bankctl does, in a second"},
                                  {"bankctl demo --keep ./demo.db", "and the bank it made, to play with"}};
constexpr ErrorCode k_errors[] = {ErrorCode::already_exists, ErrorCode::storage_unavailable};
constexpr std::int64_t k_seed_max = 1'000'000'000;

/// One command of the tour, and the exit code that shows it works.
struct Step {
    std::vector<std::string> words;
    int expected_exit = 0;
};

/// An amount between 10.00 and 99.99 in minor units.
std::string amount_text(std::mt19937_64& random) {
    const std::uint64_t minor = 1000 + random() % 9000;
    return decimal_text({find_currency("USD").value_or_throw(), static_cast<std::int64_t>(minor)});
}

std::vector<Step> tour(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    const std::string salary = "1" + amount_text(random);  // 110.00 to 199.99, so that what follows is covered
    const std::string rent = amount_text(random);
    const std::string fields = "seq,kind,amount,debit_account,credit_account,replayed";
    return {{{"init"}},
            {{"limit", "set", "default", "--rate", "none", "--fields", "change,user,class,limit"}},
            {{"customer", "add", "c1", "--name", "Ada Lovelace"}},
            {{"account", "open", "alice", "--customer", "c1", "--currency", "USD"}},
            {{"account", "open", "bob", "--customer", "c1", "--currency", "USD", "--overdraft", "50.00",
              "--opening-balance", "25.00"}},
            {{"transaction", "credit", "alice", salary, "--memo", "salary", "--fields", fields}},
            {{"transaction", "transfer", "alice", "bob", rent, "--key", "rent-1", "--fields", fields}},
            {{"transaction", "transfer", "alice", "bob", rent, "--key", "rent-1", "--fields", fields}},
            {{"transaction", "debit", "bob", "5000.00"}, 4},
            {{"transaction", "hold", "bob", "40.00", "--key", "hotel", "--fields", "seq,kind,amount,hold_status"}},
            {{"transaction", "capture", "10", "30.00", "--fields", fields}},
            {{"transaction", "reverse", "9", "--reason", "paid twice", "--fields", fields}},
            {{"transaction", "list", "--account", "alice"}},
            {{"balance", "--all"}},
            {{"verify"}}};
}

/// What a child process printed, both streams in order, and how it ended.
struct Outcome {
    int exit = -1;
    std::string output;
};

Outcome run_step(const std::string& database, const Step& step) {
    std::vector<std::string> words{"bankctl", "--db", database, "--output", "table", "--quiet"};
    words.insert(words.end(), step.words.begin(), step.words.end());
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        throw Failure(Error(ErrorCode::storage_unavailable, std::string("no pipe: ") + std::strerror(errno)));
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    pid_t child = -1;
    const int failure = posix_spawn(&child, "/proc/self/exe", &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    Outcome outcome;
    char buffer[4096];
    for (ssize_t size = 1; failure == 0 && size > 0;) {
        size = read(ends[0], buffer, sizeof buffer);
        if (size > 0) outcome.output.append(buffer, static_cast<std::size_t>(size));
    }
    close(ends[0]);
    if (failure != 0)
        throw Failure(
            Error(ErrorCode::storage_unavailable, std::string("cannot run bankctl again: ") + std::strerror(failure)));
    int status = 0;
    waitpid(child, &status, 0);
    outcome.exit = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return outcome;
}

std::string command_line(const Step& step) {
    std::string line = "bankctl";
    for (const std::string& word : step.words)
        line += word.find(' ') == std::string::npos ? " " + word : " '" + word + "'";
    return line;
}

/// A folder that is removed with all that is in it.
class ThrowAwayFolder {
public:
    ThrowAwayFolder() : path_((std::filesystem::temp_directory_path() / "bankctl-demo-XXXXXX").string()) {
        if (mkdtemp(path_.data()) == nullptr)
            throw Failure(Error(ErrorCode::storage_unavailable, "cannot create " + in_quotes(path_)));
    }
    ~ThrowAwayFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    ThrowAwayFolder(const ThrowAwayFolder&) = delete;
    ThrowAwayFolder& operator=(const ThrowAwayFolder&) = delete;
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

void run(Context& context, std::uint64_t seed, const std::optional<std::string>& keep) {
    std::optional<ThrowAwayFolder> folder;
    if (!keep) folder.emplace();
    const std::string database = keep ? *keep : folder->path() + "/bank.db";
    if (keep && std::filesystem::exists(database))
        throw Failure(Error(ErrorCode::already_exists, in_quotes(database) + " exists"));
    const bool is_table = context.settings().output == OutputFormat::table;
    Json steps = Json::array();
    for (const Step& step : tour(seed)) {
        const Outcome outcome = run_step(database, step);
        if (outcome.exit != step.expected_exit) {
            throw Failure(Error(ErrorCode::storage_unavailable,
                                "the tour ended at: " + command_line(step) + ": " + outcome.output));
        }
        steps.push_back({{"command", command_line(step)}, {"exit", outcome.exit}, {"output", outcome.output}});
        if (!is_table) continue;
        context.print_text("$ " + command_line(step) + "\n" + outcome.output +
                           (outcome.exit == 0 ? "" : "(exit " + std::to_string(outcome.exit) + ")\n") + "\n");
    }
    if (is_table)
        return context.print_text(keep ? "The bank is in " + printable(database) + ".\n"
                                       : "The bank was thrown away.\n");
    context.print({{"seed", seed}, {"db", keep ? Json(database) : Json(nullptr)}, {"steps", steps}});
}

Result<std::int64_t> parse_seed(std::string_view text) { return parse_number(text, 0, k_seed_max, "--seed"); }

std::function<void(Context&)> plan(const Arguments& arguments) {
    const auto seed = static_cast<std::uint64_t>(optional_argument(arguments, "seed", parse_seed).value_or(1));
    const std::optional<std::string> keep = arguments.value("keep");
    return [seed, keep](Context& context) { run(context, seed, keep); };
}

}  // namespace

const Command k_demo{.noun = "demo",
                     .verb = "",
                     .summary = "Take a tour on a throw-away database",
                     .description =
                         "Runs the main commands on a new database and shows what they print: opening, posting, an "
                         "exact replay, a refused "
                         "overdraft, a hold and its capture, a reversal, lists, balances and verification. It leaves "
                         "nothing behind unless "
                         "--keep says so.",
                     .options = k_options,
                     .document = &k_document,
                     .examples = k_examples,
                     .errors = k_errors,
                     .plan = plan,
                     .cost = Cost::nothing};

}  // namespace bankctl::cli
