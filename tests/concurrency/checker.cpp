#include "tests/concurrency/checker.h"

#include <algorithm>
#include <set>

#include "tests/concurrency/answers.h"
#include "tests/concurrency/imports.h"
#include "tests/concurrency/observation.h"
#include "tests/concurrency/timeline.h"

namespace bankctl::concurrency_test {
namespace {

using test::Outcome;
using test::ReferenceBank;

std::string text(std::int64_t number) { return std::to_string(number); }

class Checker {
public:
    Checker(const Recording& recording, const Journal& journal)
        : recording_(recording),
          journal_(journal),
          seen_(observe(recording, journal, findings_)),
          writers_(find_writers(recording, seen_, journal)),
          timeline_(recording, seen_, journal, writers_),
          answers_(journal, recording, seen_),
          hidden_(hidden_lengths(recording, journal)) {}

    Findings run() {
        check_chain();
        check_writers();
        for (std::size_t i = 0; i < recording_.steps.size(); ++i) {
            if (recording_.steps[i].request.purpose == Purpose::import)
                add(import_fault(step(i), seen_[i], journal_), i);
        }
        plan_visits();
        replay();
        return std::move(findings_);
    }

private:
    /// A step that is to be judged at some length of the journal within its window.
    struct Visit {
        std::size_t step;
        Window window;
        std::string fault = "none of the states that it can have met can be seen";  // why not at the last one
    };

    const Step& step(std::size_t i) const { return recording_.steps[i]; }
    void add(const std::string& what, std::optional<std::size_t> i = std::nullopt) {
        if (!what.empty()) findings_.push_back({what, i});
    }

    void check_chain() {
        JournalEntry before;
        for (const JournalEntry& entry : journal_.entries) {
            const std::string what = "entry " + text(entry.seq.value);
            if (entry.seq.value != before.seq.value + 1) add(what + " follows " + text(before.seq.value));
            if (entry.posted_at < before.posted_at) add(what + " was posted before the one before it");
            if (entry.hash != hash_entry(before.hash, entry)) add(what + " breaks the chain of hashes");
            before = entry;
        }
    }

    /// Each key's entry has a writer that was not refused, and no key was acknowledged as new twice.
    void check_writers() {
        std::set<std::string> keys;
        for (const JournalEntry& entry : journal_.entries) {
            const auto key = journal_.key_of(entry);
            if (!key) continue;
            const std::string what = "entry " + text(entry.seq.value) + " with the key " + *key;
            if (!keys.insert(*key).second) add(what + " is not the first with it");
            const auto found = writers_.find(*key);
            if (found == writers_.end()) {
                add(what + " is there though whoever asked for it was refused");
            } else if (found->second.acknowledged.size() > 1) {
                add(what + " was acknowledged as new twice", found->second.acknowledged.back());
            }
        }
    }

    void plan_visits() {
        for (std::size_t i = 0; i < recording_.steps.size(); ++i) {
            const Observation& seen = seen_[i];
            if (seen.end == Observation::End::unknown || seen.code == "busy" || seen.code == "interrupted") continue;
            Visit visit{i, timeline_.window(step(i).answer)};
            if (seen.snapshot) {
                const std::int64_t seq = *seen.snapshot;
                const bool is_in_time = visit.window.low <= seq && seq <= visit.window.high;
                if (!is_in_time) {
                    add("real time: it shows the journal up to " + text(seq) + ", which had then at least " +
                            text(visit.window.low) + " and at most " + text(visit.window.high) + " entries",
                        i);
                    continue;
                }
                visit.window = {seq, seq};
            }
            if (visit.window.low > visit.window.high) {
                add("real time: what was acknowledged before it began came after what began once it had ended", i);
                continue;
            }
            visits_.push_back(std::move(visit));
        }
        std::ranges::sort(visits_, {}, [](const Visit& visit) { return visit.window.low; });
    }

    /// Makes the bank on paper as the journal says, and at each length judges the steps that can have met it.
    void replay() {
        std::size_t next = 0;
        std::vector<Visit> open;
        for (std::int64_t length = 0; length <= journal_.length(); ++length) {
            if (length > 0 && !take(journal_.entry(length))) return;
            for (; next < visits_.size() && visits_[next].window.low <= length; ++next) open.push_back(visits_[next]);
            const bool is_visible = bank_.seq() == length && !hidden_.contains(length);
            std::erase_if(open, [&](Visit& visit) {
                if (is_visible) visit.fault = answers_.fault(visit.step, bank_, length);
                if (is_visible && visit.fault.empty()) return true;
                if (visit.window.high > length) return false;
                add(visit.fault + " (at a length of the journal from " + text(visit.window.low) + " to " +
                        text(visit.window.high) + ")",
                    visit.step);
                return true;
            });
        }
    }

    /// Applies what the entry's writer had asked for. False if that makes another entry, so that nothing can go on.
    bool take(const JournalEntry& entry) {
        if (entry.kind == EntryKind::bank_created || entry.kind == EntryKind::limit_set) bank_.note_entry();
        if (entry.kind == EntryKind::customer_added) bank_.note_customer("c1");
        if (entry.kind <= EntryKind::customer_added || entry.kind == EntryKind::limit_set)
            bank_.note_time(entry.posted_at.us);
        const auto key = journal_.key_of(entry);
        if (!key || !writers_.contains(*key)) return true;  // the part of an opening that has no key
        const Writers& writers = writers_.at(*key);
        std::string fault = "nobody had asked for it";
        for (const std::size_t i : writers.acknowledged.empty() ? writers.possible : writers.acknowledged) {
            const Order& order = order_of(step(i).request, *key);
            if (!answers_.is_entry_of(order, entry)) continue;
            const Outcome outcome = bank_.apply(order, entry.posted_at.us);
            fault = outcome.code == "ok" ? answers_.entry_fault(entry, bank_) : "it was due to be " + outcome.code;
            break;
        }
        if (fault.empty()) return true;
        add("entry " + text(entry.seq.value) + " with the key " + *key + ": " + fault);
        return false;
    }

    static const Order& order_of(const Request& request, const std::string& key) {
        const auto line = std::ranges::find(request.lines, key, [](const ImportedLine& one) { return one.order.key; });
        return line == request.lines.end() ? request.order : line->order;
    }

    const Recording& recording_;
    const Journal& journal_;
    Findings findings_;
    std::vector<Observation> seen_;
    std::map<std::string, Writers> writers_;
    Timeline timeline_;
    Answers answers_;
    std::set<std::int64_t> hidden_;
    std::vector<Visit> visits_;
    ReferenceBank bank_{0};
};

}  // namespace

Findings check(const Recording& recording, const Journal& journal) { return Checker(recording, journal).run(); }

}  // namespace bankctl::concurrency_test
