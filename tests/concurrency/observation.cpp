#include "tests/concurrency/observation.h"

#include <algorithm>
#include <csignal>
#include <stdexcept>

namespace bankctl::concurrency_test {
namespace {

using test::Json;

constexpr int k_interrupted = 130;
constexpr std::int64_t k_wait_ns = 5'000'000'000;  // without --wait

bool is_export(Purpose purpose) { return purpose == Purpose::export_ndjson || purpose == Purpose::export_csv; }

/// Parses one line of JSON that its schema describes; throws what is wrong.
Json parse(const std::string& text) {
    if (text.empty() || std::ranges::count(text, '\n') != 1 || text.back() != '\n')
        throw std::runtime_error("not one line");
    Json document = Json::parse(text);
    if (const std::string faults = test::schema_faults(document); !faults.empty()) throw std::runtime_error(faults);
    return document;
}

void require(bool is_right, const std::string& what) {
    if (!is_right) throw std::runtime_error(what);
}

std::string schema_of(const Request& request) {
    const std::string& kind = request.order.kind;
    switch (request.purpose) {
        case Purpose::post: return kind == "open" || is_change(request.order) ? "account.show/v1" : "transaction/v1";
        case Purpose::import: return "transaction.import/v1";
        case Purpose::balances: return "balance.list/v1";
        case Purpose::list: return "transaction.list/v1";
        case Purpose::show: return "transaction/v1";
        case Purpose::backup: return "backup/v1";
        case Purpose::verify: return "verification/v1";
        default: return "";
    }
}

class Observer {
public:
    explicit Observer(const Journal& journal) : journal_(journal) {}

    Observation observe(const Step& step) const {
        const Answer& answer = step.answer;
        if (answer.signal == 0) return answer.exit_code == 0 ? done(step) : refused(step);
        require(answer.signal == SIGKILL || answer.signal == SIGINT, "it crashed or hung");
        const bool had_printed = answer.out.ends_with('\n') && !is_export(step.request.purpose) && answer.err.empty();
        return had_printed ? done(step) : Observation{};
    }

private:
    Observation done(const Step& step) const {
        require(step.answer.err.empty(), "it succeeded and wrote to stderr");
        Observation seen;
        seen.end = Observation::End::done;
        if (is_export(step.request.purpose)) return seen;
        seen.document = parse(step.answer.out);
        require(seen.document.at("schema") == schema_of(step.request), "it printed another document");
        read_seqs(step.request, seen);
        return seen;
    }

    static Observation refused(const Step& step) {
        require(step.answer.out.empty(), "it failed and wrote to stdout");
        Observation seen;
        seen.end = Observation::End::refused;
        if (step.answer.exit_code == k_interrupted && step.answer.err.starts_with("bankctl: interrupted\n")) {
            seen.code = "interrupted";  // before it had read that it was to write JSON
            return seen;
        }
        const Json document = parse(step.answer.err);
        require(document.at("schema") == "error/v1", "it printed another document");
        seen.document = document.at("error");
        seen.code = seen.document.at("code");
        const std::string kind = seen.document.at("kind");
        require(step.answer.exit_code == test::documented_exit_code(kind), "its exit code is another kind's");
        require(seen.document.at("retryable") == (kind == "retry_later"), "it is wrong about trying again");
        const bool is_usual = kind == "not_found" || kind == "refused" || kind == "conflict" || kind == "retry_later" ||
                              kind == "interrupted" || seen.code == "same_account" || seen.code == "invalid_time";
        require(is_usual, "nothing in the workload is due to end so");
        const bool has_waited = step.answer.end_ns - step.answer.start_ns >= k_wait_ns;
        require(seen.code != "busy" || step.request.is_impatient || has_waited, "it was busy before its wait was over");
        // The report of an import that stopped tells where it stood.
        const Json& details = seen.document.at("details");
        if (details.contains("head")) seen.snapshot = seen.report = details.at("head").at("seq");
        return seen;
    }

    void read_seqs(const Request& request, Observation& seen) const {
        const Json& data = seen.document.at("data");
        const auto snapshot = [&](const Json& seq) { seen.snapshot = seen.report = seq.get<std::int64_t>(); };
        switch (request.purpose) {
            case Purpose::balances: snapshot(seen.document.at("seq")); break;
            case Purpose::import: snapshot(data.at("head").at("seq")); break;
            case Purpose::backup:
            case Purpose::verify:
                require(data.at("seq") == data.at("head").at("seq"), "its two seqs differ");
                snapshot(data.at("seq"));
                break;
            case Purpose::list:
                if (!data.empty()) seen.report = data.back().at("seq");
                break;
            case Purpose::show: seen.report = data.at("seq"); break;
            case Purpose::post: read_posted(request, seen); break;
            default: break;
        }
    }

    void read_posted(const Request& request, Observation& seen) const {
        const Json& data = seen.document.at("data");
        require(data.at("dry_run") == request.is_dry_run, "it is wrong about being a dry run");
        if (request.is_dry_run) return;
        const Order& order = request.order;
        seen.key = is_change(order) ? change_key(entry_kind_of(order), order.account, data.at("version")) : order.key;
        const auto found = journal_.keyed.find(seen.key);
        require(found != journal_.keyed.end(), "what it acknowledged is not in the journal");
        seen.report = found->second;
        require(!data.contains("seq") || data.at("seq") == seen.report, "its key is another entry's");
        if (!seen.is_replay()) seen.snapshot = seen.report;
    }

    const Journal& journal_;
};

}  // namespace

std::vector<Observation> observe(const Recording& recording, const Journal& journal, Findings& findings) {
    const Observer observer(journal);
    std::vector<Observation> observations(recording.steps.size());
    for (std::size_t i = 0; i < recording.steps.size(); ++i) {
        try {
            observations[i] = observer.observe(recording.steps[i]);
        } catch (const std::exception& wrong) {
            findings.push_back({wrong.what(), i});
        }
    }
    return observations;
}

}  // namespace bankctl::concurrency_test
