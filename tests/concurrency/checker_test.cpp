// The checker itself: a recording of what one client after another did is without findings, and each lie planted in it
// is found, for the right reason.
#include "tests/concurrency/checker.h"

#include <algorithm>
#include <csignal>
#include <functional>
#include <stdexcept>

#include <catch2/catch.hpp>

#include "tests/concurrency/processes.h"
#include "tests/concurrency/workload.h"
#include "tests/support/temp_directory.h"

namespace bankctl::concurrency_test {
namespace {

using test::Json;

Request post(const std::string& kind, const std::string& account, const std::string& amount, const std::string& key) {
    Request request;
    request.order.kind = kind;
    request.order.account = account;
    request.order.amount = amount;
    request.order.key = key;
    return request;
}

Request transfer(const std::string& from, const std::string& to, const std::string& amount, const std::string& key) {
    Request request = post("transfer", from, amount, key);
    request.order.to = to;
    return request;
}

Request read(Purpose purpose) {
    Request request;
    request.purpose = purpose;
    return request;
}

Request show(const std::string& key) {
    Request request = read(Purpose::show);
    request.order.key = key;
    return request;
}

/// Lines that credit a5 with 1.00 each, those with the same group together.
Request import(const std::vector<std::string>& groups, const std::string& stream) {
    Request request = read(Purpose::import);
    for (const std::string& group : groups) {
        const std::string key = stream + ":" + std::to_string(request.lines.size() + 1);
        request.lines.push_back({post("credit", "a5", "1.00", key).order, group});
    }
    return request;
}

struct Scene {
    Recording recording;
    Journal journal;
};

enum Place : std::size_t {  // of a step behind the preparations
    k_credit,
    k_balances,
    k_refused,
    k_transfer,
    k_later_credit,
    k_later_balances,
    k_replay,
    k_conflict,
    k_freeze,
    k_frozen,
    k_import,
    k_verify,
    k_refused_import,
    k_show,
    k_list,
    k_try,
    k_last,
};

const Scene& honest_scene() {
    static const Scene scene = [] {
        const test::TempDirectory directory;
        Processes processes(directory.file("bank.db"), directory.path());
        Scene made;
        prepare_bank(processes, made.recording);
        std::vector<Request> requests(k_last);
        requests[k_credit] = post("credit", "a0", "5.00", "credit");
        requests[k_balances] = read(Purpose::balances);
        requests[k_refused] = post("debit", "a1", "100.00", "too-much");
        requests[k_transfer] = transfer("a0", "a1", "1.00", "transfer");
        requests[k_later_credit] = post("credit", "a2", "1.00", "later");
        requests[k_later_balances] = read(Purpose::balances);
        requests[k_replay] = requests[k_credit];
        requests[k_conflict] = post("credit", "a0", "5.00", "conflict");
        requests[k_conflict].order.if_version = 1;
        requests[k_freeze] = post("freeze", "a4", "", "");
        requests[k_frozen] = post("credit", "a4", "1.00", "frozen");
        requests[k_import] = import({"", "g", "g", ""}, "import");
        requests[k_verify] = read(Purpose::verify);
        requests[k_refused_import] = import({"", "h", "h"}, "refused");
        requests[k_refused_import].lines.back().order.account = "a4";
        requests[k_show] = show("transfer");
        requests[k_list] = read(Purpose::list);
        requests[k_try] = post("debit", "a1", "3.00", "only-tried");
        requests[k_try].is_dry_run = true;
        for (const Request& request : requests)
            made.recording.steps.push_back({1, request, processes.run(words_of(request), input_of(request))});
        look_at_bank(processes, made.recording);
        made.journal = read_journal(directory.file("bank.db"));
        return made;
    }();
    return scene;
}

/// The scene as a lie may change it.
class Lie {
public:
    Step& step(Place place) { return scene.recording.steps.at(k_prepared + place); }
    Step& last_step(Purpose purpose) {
        const auto found = std::ranges::find(scene.recording.steps.rbegin(), scene.recording.steps.rend(), purpose,
                                             [](const Step& one) { return one.request.purpose; });
        return *found;
    }
    Json out(Place place) { return Json::parse(step(place).answer.out); }
    void print(Place place, const Json& document) { step(place).answer.out = document.dump() + "\n"; }
    /// Lets a step say what it says, with one member changed.
    void change(Place place, const std::string& pointer, const Json& value) {
        Json document = out(place);
        document[Json::json_pointer(pointer)] = value;
        print(place, document);
    }
    void refuse(Place place, Place like) {
        step(place).answer.exit_code = step(like).answer.exit_code;
        step(place).answer.out = "";
        step(place).answer.err = step(like).answer.err;
    }
    void swap_answers(Place one, Place other) { std::swap(step(one).answer.out, step(other).answer.out); }
    void swap_times(Place one, Place other) {
        std::swap(step(one).answer.start_ns, step(other).answer.start_ns);
        std::swap(step(one).answer.end_ns, step(other).answer.end_ns);
    }
    std::int64_t seq_of(const std::string& key) { return scene.journal.keyed.at(key); }
    std::string findings() {
        std::string all;
        for (const Finding& finding : check(scene.recording, scene.journal)) all += finding.what + "\n";
        return all;
    }

    Scene scene = honest_scene();

private:
    static constexpr std::size_t k_prepared = 20;  // the accounts' openings
};

struct Planted {
    const char* what;
    std::function<void(Lie&)> plant;
    const char* finding;  ///< a part of what must be found
};

const std::vector<Planted>& planted() {
    static const std::vector<Planted> faults{
        {"an acknowledged posting is lost", [](Lie& lie) { lie.step(k_later_credit).request.order.key = "lost"; },
         "what it acknowledged is not"},
        {"the journal's end is lost",
         [](Lie& lie) {
             while (lie.scene.journal.length() >= lie.seq_of("later")) lie.scene.journal.entries.pop_back();
             lie.scene.journal.keyed.erase("later");
         },
         "what it acknowledged is not"},
        {"two answers are swapped", [](Lie& lie) { lie.swap_answers(k_credit, k_later_credit); },
         "its key is another entry's"},
        {"another seq is acknowledged", [](Lie& lie) { lie.change(k_credit, "/data/seq", 1); },
         "its key is another entry's"},
        {"another hash is acknowledged",
         [](Lie& lie) { lie.change(k_credit, "/data/hash", lie.out(k_later_credit).at("data").at("hash")); },
         "hash of transaction"},
        {"another balance is acknowledged",
         [](Lie& lie) { lie.change(k_credit, "/data/accounts/1/balance/minor", 2501); }, "accounts of transaction"},
        {"the order of two writes contradicts real time", [](Lie& lie) { lie.swap_times(k_credit, k_later_credit); },
         "real time"},
        {"one balance of a snapshot is wrong", [](Lie& lie) { lie.change(k_balances, "/data/3/balance/minor", 1); },
         "the snapshot shows"},
        {"one version of a snapshot is wrong", [](Lie& lie) { lie.change(k_balances, "/data/3/version", 77); },
         "the snapshot shows"},
        {"an account is missing in a snapshot",
         [](Lie& lie) {
             Json document = lie.out(k_balances);
             document["data"].erase(3);
             lie.print(k_balances, document);
         },
         "it shows 21 accounts"},
        {"a snapshot is older than a write that was acknowledged before it",
         [](Lie& lie) { lie.step(k_later_balances).answer.out = lie.step(k_balances).answer.out; }, "real time"},
        {"a snapshot is moved behind a write that it does not show",
         [](Lie& lie) { lie.swap_times(k_balances, k_later_balances); }, "real time"},
        {"a snapshot is from the future",
         [](Lie& lie) { lie.step(k_balances).answer.out = lie.step(k_later_balances).answer.out; }, "real time"},
        {"a snapshot shows a part of a group",
         [](Lie& lie) {
             const std::int64_t seq = lie.seq_of("import:2");
             lie.step(k_verify).answer.start_ns = lie.step(k_import).answer.start_ns;
             lie.change(k_verify, "/data/seq", seq);
             lie.change(k_verify, "/data/head", {{"seq", seq}, {"hash", to_hex(lie.scene.journal.entry(seq).hash)}});
         },
         "can be seen"},
        {"a refusal was not due", [](Lie& lie) { lie.step(k_refused).request.order.amount = "19.50"; },
         "it was due to be ok"},
        {"another refusal was due", [](Lie& lie) { lie.step(k_frozen).request.order.account = "nobody"; },
         "it was due to be account_not_found"},
        {"a conflict was not due", [](Lie& lie) { lie.step(k_conflict).request.order.if_version = 4; },
         "it was due to be ok"},
        {"a conflict shows another version",
         [](Lie& lie) {
             Json error = Json::parse(lie.step(k_conflict).answer.err);
             error["error"]["details"]["actual"] = 3;
             lie.step(k_conflict).answer.err = error.dump() + "\n";
         },
         "the version shows 3"},
        {"a try succeeds that was not due to", [](Lie& lie) { lie.step(k_try).request.order.amount = "21.01"; },
         "it was due to be insufficient_funds"},
        {"a tried request has an effect",
         [](Lie& lie) {
             lie.step(k_transfer).request.is_dry_run = true;
             lie.change(k_transfer, "/data/dry_run", true);
         },
         "whoever asked for it was refused"},
        {"a refused request has an effect", [](Lie& lie) { lie.refuse(k_transfer, k_refused); },
         "whoever asked for it was refused"},
        {"a key has two effects", [](Lie& lie) { lie.change(k_replay, "/data/replayed", false); },
         "acknowledged as new twice"},
        {"another request is answered as a replay", [](Lie& lie) { lie.step(k_replay).request.order.amount = "6.00"; },
         "it was due to be idempotency_key_mismatch"},
        {"the journal has what nobody asked for",
         [](Lie& lie) { lie.step(k_later_credit).request.order.amount = "1.01"; }, "nobody had asked for it"},
        {"a change of an account is lost", [](Lie& lie) { lie.change(k_freeze, "/data/version", 4); },
         "what it acknowledged is not"},
        {"time goes back in the journal", [](Lie& lie) { lie.scene.journal.entries.at(5).posted_at.us -= 1'000'000; },
         "posted before the one before"},
        {"a byte of the journal changes", [](Lie& lie) { lie.scene.journal.entries.at(5).user += "x"; },
         "breaks the chain"},
        {"a group is applied in part",
         [](Lie& lie) {
             std::vector<ImportedLine>& lines = lie.step(k_import).request.lines;
             lines.push_back(lines.back());
             lines.back().order.key = "missing";
             lines.back().group = lines.at(lines.size() - 2).group = "torn";
         },
         "only some are in the journal"},
        {"an import loses a line", [](Lie& lie) { lie.step(k_import).request.lines.at(3).order.key = "missing"; },
         "kept 4 lines, the journal has 3"},
        {"an import goes on behind a line that failed",
         [](Lie& lie) { lie.step(k_import).request.lines.at(0).order.key = "missing"; }, "after one that was not"},
        {"an import counts wrong", [](Lie& lie) { lie.change(k_import, "/data/applied", 3); }, "says that it kept 3"},
        {"the refusal of an import's line was not due",
         [](Lie& lie) { lie.step(k_refused_import).request.lines.back().order.account = "a6"; },
         "line 3 was due to be ok"},
        {"another transaction is shown", [](Lie& lie) { lie.step(k_show).request.order.key = "later"; },
         "of transaction"},
        {"a list shows another memo", [](Lie& lie) { lie.change(k_list, "/data/2/memo", "a lie"); },
         "memo of transaction"},
        {"a list leaves a transaction out",
         [](Lie& lie) {
             Json document = lie.out(k_list);
             document["data"].erase(document["data"].size() - 2);
             lie.print(k_list, document);
         },
         "of transaction"},
        {"a list ends too early",
         [](Lie& lie) {
             Json document = lie.out(k_list);
             document["data"].erase(document["data"].size() - 1);
             lie.print(k_list, document);
         },
         "is missing in the list"},
        {"an export lacks its last line",
         [](Lie& lie) {
             Step early = lie.last_step(Purpose::export_csv);
             std::string& text = early.answer.out;
             text.erase(text.rfind('\n', text.size() - 2) + 1);
             lie.scene.recording.steps.insert(lie.scene.recording.steps.end() - 1, early);
         },
         "not what the last export began with"},
        {"the last export lacks its last line",
         [](Lie& lie) {
             std::string& text = lie.last_step(Purpose::export_ndjson).answer.out;
             text.erase(text.rfind('\n', text.size() - 2) + 1);
         },
         "other lines than the journal"},
        {"another head is verified",
         [](Lie& lie) { lie.change(k_verify, "/data/head/hash", lie.out(k_credit).at("data").at("hash")); },
         "the head shows"},
        {"a patient request is busy at once",
         [](Lie& lie) {
             Json error = Json::parse(lie.step(k_refused).answer.err);
             error["error"]["code"] = "busy";
             error["error"]["kind"] = "retry_later";
             error["error"]["retryable"] = true;
             lie.step(k_refused).answer.err = error.dump() + "\n";
             lie.step(k_refused).answer.exit_code = 75;
         },
         "before its wait was over"},
        {"a failure writes to stdout", [](Lie& lie) { lie.step(k_refused).answer.out = "x\n"; }, "wrote to stdout"},
        {"a success writes to stderr", [](Lie& lie) { lie.step(k_credit).answer.err = "x\n"; }, "wrote to stderr"},
        {"an exit code is another kind's", [](Lie& lie) { lie.step(k_refused).answer.exit_code = 5; },
         "another kind's"},
        {"a document is cut off", [](Lie& lie) { lie.step(k_credit).answer.out.pop_back(); }, "not one line"},
        {"a document lacks a key",
         [](Lie& lie) {
             Json document = lie.out(k_credit);
             document["data"].erase("hash");
             lie.print(k_credit, document);
         },
         "hash"},
        {"a process crashes",
         [](Lie& lie) {
             lie.step(k_refused).answer.signal = SIGSEGV;
             lie.step(k_refused).answer.exit_code = -1;
         },
         "crashed or hung"},
    };
    return faults;
}

}  // namespace

TEST_CASE("an honest recording is without findings", "[concurrency]") { CHECK(Lie().findings().empty()); }

TEST_CASE("a process that was killed may have had its effect or not", "[concurrency]") {
    Lie lie;
    for (const Place place : {k_later_credit, k_refused, k_freeze, k_import, k_balances}) {
        Answer& answer = lie.step(place).answer;
        answer.signal = SIGKILL;
        answer.exit_code = -1;
        answer.out = answer.err = "";
    }
    CHECK(lie.findings().empty());
}

TEST_CASE("an import that is interrupted need not have met what a killed attempt applied", "[concurrency]") {
    Lie lie;
    Step again = lie.step(k_import);
    Answer& killed = lie.step(k_import).answer;
    killed.signal = SIGKILL;
    killed.exit_code = -1;
    killed.out = "";
    Json error = Json::parse(lie.step(k_refused_import).answer.err);
    error["error"]["code"] = error["error"]["kind"] = "interrupted";
    error["error"]["details"]["applied"] = 0;
    error["error"]["details"].erase("head");
    again.answer.err = error.dump() + "\n";
    again.answer.out = "";
    again.answer.exit_code = 130;
    lie.scene.recording.steps.push_back(again);
    CHECK(lie.findings().empty());
}

TEST_CASE("every planted lie is found", "[concurrency]") {
    for (const auto& [what, plant, finding] : planted()) {
        Lie lie;
        plant(lie);
        const std::string findings = lie.findings();
        INFO(what << "\nfound: " << findings);
        CHECK(findings.find(finding) != std::string::npos);
    }
}

}  // namespace bankctl::concurrency_test
