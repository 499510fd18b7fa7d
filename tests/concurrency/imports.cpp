#include "tests/concurrency/imports.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace bankctl::concurrency_test {
namespace {

using test::Json;

/// Lines that are applied together or not at all: from `begin` up to `end`.
struct Unit {
    std::size_t begin = 0;
    std::size_t end = 0;
};

std::vector<Unit> units_of(const Request& request) {
    const std::vector<ImportedLine>& lines = request.lines;
    if (request.is_atomic) return {{0, lines.size()}};
    std::vector<Unit> units;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const bool goes_on = i > 0 && !lines[i].group.empty() && lines[i].group == lines[i - 1].group;
        if (goes_on) {
            ++units.back().end;
        } else {
            units.push_back({i, i + 1});
        }
    }
    return units;
}

/// The lines' entries, in the lines' order; those that are missing are left out.
std::vector<std::int64_t> seqs_of(const Request& request, const Unit& unit, const Journal& journal) {
    std::vector<std::int64_t> seqs;
    for (std::size_t i = unit.begin; i < unit.end; ++i) {
        const auto found = journal.keyed.find(request.lines[i].order.key);
        if (found != journal.keyed.end()) seqs.push_back(found->second);
    }
    return seqs;
}

std::string report_fault(const Step& step, const Observation& seen, std::size_t present) {
    const auto lines = static_cast<std::int64_t>(step.request.lines.size());
    if (seen.document.is_null()) return "";  // it was interrupted before it had read its words
    const Json& report = seen.is_done() ? seen.document.at("data") : seen.document.at("details");
    if (!report.contains("applied")) return "";  // it ended before the first line
    const std::int64_t kept = report.at("applied").get<std::int64_t>() + report.at("replayed").get<std::int64_t>();
    const std::int64_t refused = report.at("refused");
    // One that was interrupted need not have come to what an earlier attempt, which was killed, had applied.
    const bool has_seen_all = seen.code != "interrupted" && seen.code != "busy";
    if (has_seen_all ? kept != static_cast<std::int64_t>(present) : kept > static_cast<std::int64_t>(present))
        return "the import says that it kept " + std::to_string(kept) + " lines, the journal has " +
               std::to_string(present);
    if (seen.is_done() && (kept != lines || refused != 0)) return "the import was successful without all of its lines";
    if (seen.code == "lines_rejected" && kept + refused != lines) return "the import lost sight of a line";
    return "";
}

}  // namespace

std::set<std::int64_t> hidden_lengths(const Recording& recording, const Journal& journal) {
    std::set<std::int64_t> hidden;
    for (const Step& step : recording.steps) {
        if (step.request.purpose != Purpose::import) continue;
        for (const Unit& unit : units_of(step.request)) {
            const std::vector<std::int64_t> seqs = seqs_of(step.request, unit, journal);
            if (!seqs.empty()) hidden.insert(seqs.begin(), std::prev(seqs.end()));
        }
    }
    return hidden;
}

std::string import_fault(const Step& step, const Observation& seen, const Journal& journal) {
    std::size_t present = 0;
    bool is_unit_missing = false;
    for (const Unit& unit : units_of(step.request)) {
        const std::vector<std::int64_t> seqs = seqs_of(step.request, unit, journal);
        present += seqs.size();
        if (seqs.empty()) {
            is_unit_missing = true;
            continue;
        }
        const std::string what = "the lines from " + std::to_string(unit.begin + 1) + " to " + std::to_string(unit.end);
        if (seqs.size() != unit.end - unit.begin) return what + " belong together and only some are in the journal";
        if (is_unit_missing && !step.request.keeps_going) return what + " were applied after one that was not";
        for (std::size_t i = 1; i < seqs.size(); ++i) {
            if (seqs[i] != seqs[i - 1] + 1) return what + " belong together and are apart in the journal";
        }
    }
    return seen.end == Observation::End::unknown ? "" : report_fault(step, seen, present);
}

std::string refused_line_fault(const Step& step, const Observation& seen, const test::ReferenceBank& bank,
                               std::int64_t clock_us) {
    if (seen.code == "lines_rejected") return "";
    const std::size_t failed = seen.document.at("details").at("line").get<std::size_t>() - 1;
    const std::vector<Unit> units = units_of(step.request);
    const auto unit = std::ranges::find_if(units, [&](const Unit& one) { return failed < one.end; });
    if (unit == units.end()) return "it has no such line";
    test::ReferenceBank tried = bank;
    for (std::size_t i = unit->begin; i < failed; ++i) {
        const test::Outcome outcome = tried.apply(step.request.lines[i].order, clock_us);
        if (outcome.code != "ok") return "line " + std::to_string(i + 1) + " was due to be " + outcome.code;
    }
    const test::Outcome outcome = tried.judge(step.request.lines[failed].order, clock_us);
    return outcome.code == seen.code ? "" : "line " + std::to_string(failed + 1) + " was due to be " + outcome.code;
}

}  // namespace bankctl::concurrency_test
