#include "tests/concurrency/timeline.h"

#include <algorithm>

namespace bankctl::concurrency_test {
namespace {

/// The keys of the entries that a killed process may have written.
std::vector<std::string> keys_of(const Order& order, const Journal& journal) {
    if (!is_change(order)) return {order.key};
    std::vector<std::string> keys;
    const std::string beginning = entry_kind_of(order) + " " + order.account + " ";
    for (auto at = journal.keyed.lower_bound(beginning); at != journal.keyed.end(); ++at) {
        if (!at->first.starts_with(beginning)) break;
        keys.push_back(at->first);
    }
    return keys;
}

}  // namespace

std::map<std::string, Writers> find_writers(const Recording& recording, const std::vector<Observation>& observations,
                                            const Journal& journal) {
    std::map<std::string, Writers> writers;
    for (std::size_t i = 0; i < recording.steps.size(); ++i) {
        const Request& request = recording.steps[i].request;
        const Observation& seen = observations[i];
        if (request.purpose == Purpose::post && !request.is_dry_run) {
            if (seen.is_done() && !seen.is_replay()) writers[seen.key].acknowledged.push_back(i);
            if (seen.end == Observation::End::unknown) {
                for (const std::string& key : keys_of(request.order, journal)) writers[key].possible.push_back(i);
            }
        }
        for (const ImportedLine& line : request.lines) writers[line.order.key].possible.push_back(i);
    }
    return writers;
}

Timeline::Timeline(const Recording& recording, const std::vector<Observation>& observations, const Journal& journal,
                   const std::map<std::string, Writers>& writers)
    : length_(journal.length()) {
    for (std::size_t i = 0; i < recording.steps.size(); ++i) {
        const Answer& answer = recording.steps[i].answer;
        if (observations[i].report > 0) at_least_.emplace_back(answer.end_ns, observations[i].report);
        if (observations[i].snapshot) at_most_.emplace_back(answer.start_ns, *observations[i].snapshot);
    }
    for (const JournalEntry& entry : journal.entries) {
        const auto key = journal.key_of(entry);
        const auto found = key ? writers.find(*key) : writers.end();
        if (found == writers.end()) continue;
        const auto& [acknowledged, possible] = found->second;
        std::int64_t start_ns = INT64_MAX;
        for (const std::size_t i : acknowledged.empty() ? possible : acknowledged)
            start_ns = std::min(start_ns, recording.steps[i].answer.start_ns);
        at_most_.emplace_back(start_ns, entry.seq.value - 1);
    }
    std::ranges::sort(at_least_);
    for (std::size_t i = 1; i < at_least_.size(); ++i)
        at_least_[i].second = std::max(at_least_[i].second, at_least_[i - 1].second);
    std::ranges::sort(at_most_);
    for (std::size_t i = at_most_.size(); i-- > 1;)
        at_most_[i - 1].second = std::min(at_most_[i - 1].second, at_most_[i].second);
}

Window Timeline::window(const Answer& answer) const {
    const auto before = std::ranges::lower_bound(at_least_, answer.start_ns, {}, &Bound::first);
    const auto after = std::ranges::upper_bound(at_most_, answer.end_ns, {}, &Bound::first);
    return {before == at_least_.begin() ? 0 : std::prev(before)->second,
            after == at_most_.end() ? length_ : after->second};
}

}  // namespace bankctl::concurrency_test
