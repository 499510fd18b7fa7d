#include "tests/kill_points/trial.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <memory>
#include <stdexcept>

#include <sqlite3.h>

#include "tests/cli/bank.h"

namespace bankctl::kill_points {
namespace {

namespace fs = std::filesystem;
using cli_test::Run;
using Json = nlohmann::json;

void require(bool holds, const std::string& what) {
    if (!holds) throw std::runtime_error(what);
}

/// The text as one line with one document that its schema describes.
Json one_document(const std::string& text) {
    require(text.ends_with('\n') && std::ranges::count(text, '\n') == 1, "not one line: " + text);
    Json document = Json::parse(text);
    const std::string faults = cli_test::schema_faults(document);
    require(faults.empty(), faults + text);
    return document;
}

/// The error of a run that failed, whose exit code must be that of its kind.
Json error_of(const Run& run) {
    Json error = one_document(run.err).at("error");
    require(run.exit_code == cli_test::documented_exit_code(error.at("kind").get<std::string>()),
            "the exit code is not the error's");
    return error;
}

bool is_beginning_of(const Words& part, const Words& whole) {
    return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

/// Another process that has read the bank and keeps it open, so that the log's index in shared memory lives on.
class Neighbour {
public:
    explicit Neighbour(const std::string& bank) {
        sqlite3* database = nullptr;
        const bool is_open = sqlite3_open_v2(bank.c_str(), &database, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK;
        database_.reset(database);
        require(
            is_open && sqlite3_exec(database, "SELECT count(*) FROM account", nullptr, nullptr, nullptr) == SQLITE_OK,
            "no neighbour");
    }

private:
    struct Close {
        void operator()(sqlite3* database) const { sqlite3_close(database); }
    };
    std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace

Trial::Trial(const Workshop& workshop, const Scenario& scenario) : workshop_(workshop), scenario_(scenario) {
    workshop_.lay_out(scenario_.folder);
    before_ = look();
    workshop_.lay_out(scenario_.folder);
    undisturbed_ = run_traced(workshop_.options(words()), std::nullopt);
    require(undisturbed_.run.exit_code == scenario_.exit_code,
            "undisturbed it fails: " + describe(words(), undisturbed_.run));
    after_ = look();
    if (fs::exists(workshop_.place("rejects"))) rejects_ = test::read_file(workshop_.place("rejects"));
}

Words Trial::words() const {
    Words words{"--output", scenario_.is_streamed ? "ndjson" : "json"};
    words.insert(words.end(), scenario_.words.begin(), scenario_.words.end());
    return words;
}

std::string Trial::ask(const std::string& bank, const Words& words) const {
    Words all{"--db", bank};
    all.insert(all.end(), words.begin(), words.end());
    const Run run = workshop_.look(all);
    require(run.exit_code == 0 && run.err.empty(), "afterwards: " + describe(all, run));
    return run.out;
}

Books Trial::look_at(const std::string& bank) const {
    if (!fs::exists(workshop_.place(bank))) {
        const std::string log = workshop_.place(bank + "-wal");
        return {
            fs::exists(log) ? std::to_string(fs::file_size(log)) + " bytes of log without a bank" : "no bank", {}, {}};
    }
    return {one_document(ask(bank, {"--json", "verify"})).at("data").at("seq").dump() + " entries",
            cli_test::lines_of(ask(
                bank, {"--output", "ndjson", "--fields",
                       "seq,kind,amount,debit_account,credit_account,key,user,reverses,reversed_by,hold,hold_status",
                       "transaction", "list"})),
            scenario_.has_disputes ? look_at_disputes(bank) : Words{}};
}

Words Trial::look_at_disputes(const std::string& bank) const {
    Words found =
        cli_test::lines_of(ask(bank, {"--output", "ndjson", "--fields", "id,version,status,outcome,transaction,team",
                                      "dispute", "list", "--all"}));
    const Words outbox =
        cli_test::lines_of(ask(bank, {"--output", "ndjson", "--fields", "id,dispute,recipient,topic,status,attempts",
                                      "notification", "list"}));
    found.insert(found.end(), outbox.begin(), outbox.end());
    const auto named = std::ranges::find_if(scenario_.words, [](const auto& word) { return word.starts_with("DSP-"); });
    if (named == scenario_.words.end()) return found;
    const Json shown = one_document(ask(bank, {"--json", "dispute", "show", *named})).at("data");
    for (const char* member : {"status", "outcome", "provisional_credit", "refund"})
        found.push_back(member + (" " + shown.at(member).dump()));
    for (const Json& step : shown.at("history"))
        found.push_back(step.at("seq").dump() + " " + step.at("action").dump() + " to " + step.at("to").dump());
    return found;
}

std::vector<Books> Trial::look() const {
    std::vector<Books> found;
    for (const std::string& bank : scenario_.banks) found.push_back(look_at(bank));
    return found;
}

TracedRun Trial::disturb(const Point& point) const {
    workshop_.lay_out(scenario_.folder);
    std::optional<Neighbour> neighbour;
    if (scenario_.has_neighbour) neighbour.emplace(workshop_.place(scenario_.banks.front()));
    TracedRun traced = run_traced(workshop_.options(words()), point);
    if (traced.call.empty()) return traced;
    try {
        check_report(point, traced.run);
        const bool fails_once = point.fault == Fault::io_error || point.fault == Fault::disk_full;
        if (traced.call == "fsync" && fails_once)  // bankctl's own; SQLite calls fdatasync
            require(traced.run.exit_code != 0, "it succeeds, though it could not sync");
        const std::vector<Books> found = look();
        if (is_put_off(found)) {
            require(!is_death(point.fault), "nothing failed, but the attempt did");
            return traced;
        }
        check_effect(traced.run, found);
        check_key(found);
        check_spool(found == after_);
        constexpr std::array k_needed_to_clean_up = {"unlink", "flock", "newfstatat"};
        const bool can_clean_up = std::ranges::count(k_needed_to_clean_up, traced.call) == 0;
        if (can_clean_up && !is_death(point.fault) && point.fault != Fault::io_error_from_on)
            check_nothing_is_left_over();
        repeat(found);
    } catch (const std::exception& defect) {
        throw std::runtime_error("at " + traced.call + ": " + defect.what() + "\n" + describe(words(), traced.run));
    }
    return traced;
}

/// The exit code and the streams, as far as they do not depend on what was done.
void Trial::check_report(const Point& point, const Run& run) const {
    if (run.signal != 0) return require(run.signal == SIGKILL && is_death(point.fault), "a signal ended it");
    if (run.exit_code == 0) {
        require(run.err.empty(), "a success writes to stderr");
        const bool is_read = before_ == after_ && scenario_.repeated.empty();
        if (is_read) return require(run.out == undisturbed_.run.out, "its result is another one");
        one_document(run.out);
        return;
    }
    const std::string part = run.out.substr(0, scenario_.is_streamed ? run.out.rfind('\n') + 1 : 0);
    require(run.out == part && undisturbed_.run.out.starts_with(part), "a failure leaves half a result on stdout");
    const Json error = error_of(run);
    constexpr std::array k_possible = {2, 3, 4, 5, 69, 74, 75};
    require(std::ranges::count(k_possible, run.exit_code) == 1, "not an exit code for this");
}

/// That the exit code tells what was done.
void Trial::check_effect(const Run& run, const std::vector<Books>& found) const {
    const bool is_done = found == after_;
    const bool is_undone = found == before_;
    if (run.signal == 0 && run.exit_code == scenario_.exit_code && scenario_.exit_code != 69)
        return require(is_done, "it says that it is done, and it is not");
    if (scenario_.applies_line_by_line) return check_some_lines_were_applied(run, found);
    const bool is_open = run.signal != 0 || run.exit_code == 74;
    require(is_undone || (is_open && is_done),
            is_done ? "it says that nothing was applied, and it was" : "neither before nor after");
    if (run.exit_code == 74 && error_of(run).at("code") == "applied_unreported")
        require(is_done, "it says that it was applied, and it was not");
}

void Trial::check_some_lines_were_applied(const Run& run, const std::vector<Books>& found) const {
    const Words& now = found.front().transactions;
    const Words& before = before_.front().transactions;
    require(is_beginning_of(before, now) && is_beginning_of(now, after_.front().transactions),
            "not the first lines of the file");
    if (run.signal != 0 || run.exit_code == 74) return;
    const Json details = error_of(run).at("details");
    require(details.value("applied", std::size_t{0}) == now.size() - before.size(),
            "it applied another number of lines than it says");
}

void Trial::check_key(const std::vector<Books>& found) const {
    if (scenario_.key.empty()) return;
    const Run shown = workshop_.look({"transaction", "show", "--key", scenario_.key});
    require(shown.exit_code == (found == after_ ? 0 : 3), "the key does not tell whether it was applied");
}

/// Whether an attempt to deliver failed and was recorded as such; it comes up again only when its time has come.
bool Trial::is_put_off(const std::vector<Books>& found) const {
    constexpr const char* k_failed_once = R"("status":"pending","attempts":1)";
    return scenario_.may_be_put_off && found.front().state == after_.front().state &&
           std::ranges::any_of(found.front().disputes,
                               [&](const std::string& line) { return line.find(k_failed_once) != std::string::npos; });
}

/// What counts as delivered is in the spool, whole.
void Trial::check_spool(bool is_delivered) const {
    if (!scenario_.may_be_put_off) return;
    int letters = 0;
    for (const auto& file : fs::directory_iterator(workshop_.place("spool"))) {
        const std::string name = file.path().filename();
        if (name.starts_with('.')) continue;
        ++letters;
        one_document(test::read_file(file.path()));
    }
    require(letters <= 1 && (letters == 1 || !is_delivered), "what was delivered is not in the spool");
}

void Trial::check_nothing_is_left_over() const {
    for (const std::string& name : cli_test::names_in(workshop_.place())) {
        for (const char* unfinished : {"-partial", "-restoring", "-new"})
            require(name.find(unfinished) == std::string::npos, name + " is left over");
    }
}

/// Asks for the same again, undisturbed: in the end it is done, once.
void Trial::repeat(const std::vector<Books>& found) const {
    const bool is_done = found == after_;
    const Run run = workshop_.run(words());
    try {
        if ((is_done || scenario_.exit_code != 0) && !scenario_.repeated.empty()) {
            require(run.out.empty() && error_of(run).at("code") == scenario_.repeated, "another outcome is due");
        } else {
            require(run.exit_code == 0 && run.err.empty(), "it does not succeed");
        }
        const bool is_keyed = scenario_.has_disputes && std::ranges::count(scenario_.words, "--key") == 1;
        if (is_keyed || !scenario_.key.empty())
            require(one_document(run.out).at("data").at("replayed") == is_done, "it does not tell whether it replays");
        require(look() == after_, "it ends otherwise than undisturbed");
        check_spool(true);
        if (!rejects_.empty())
            require(test::read_file(workshop_.place("rejects")) == rejects_, "it rejects other lines than undisturbed");
        check_nothing_is_left_over();
    } catch (const std::exception& defect) {
        throw std::runtime_error(std::string("repeated: ") + defect.what() + "\n" + describe(words(), run) + "\nafter");
    }
}

}  // namespace bankctl::kill_points
