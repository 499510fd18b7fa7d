#include "tests/limiter/judge.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

namespace bankctl::limiter_test {
namespace {

/// Numbers of which any beginning can be raised at once, and asked for its greatest.
class Heights {
public:
    explicit Heights(const std::vector<std::int64_t>& initial)
        : width_(std::bit_ceil(std::max<std::size_t>(initial.size(), 1))),
          greatest_(2 * width_, std::numeric_limits<std::int64_t>::min() / 2),
          raised_(2 * width_, 0) {
        std::copy(initial.begin(), initial.end(), greatest_.begin() + static_cast<std::ptrdiff_t>(width_));
        for (std::size_t node = width_ - 1; node > 0; --node) greatest_[node] = below(node);
    }

    /// Raises the first `count` numbers; returns the greatest of them.
    std::int64_t raise(std::size_t count, std::int64_t by) { return raise(1, width_, count, by); }

    /// The place of the greatest among the first `count` numbers.
    std::size_t place_of_greatest(std::size_t count) {
        std::pair<std::int64_t, std::size_t> best{std::numeric_limits<std::int64_t>::min(), 0};
        for (std::size_t place = 0; place < count; ++place) best = std::max(best, {at(place), place});
        return best.second;
    }

private:
    std::int64_t below(std::size_t node) const {
        return std::max(greatest_[2 * node], greatest_[2 * node + 1]) + raised_[node];
    }
    std::int64_t at(std::size_t place) const {
        std::int64_t value = greatest_[width_ + place];
        for (std::size_t node = (width_ + place) / 2; node > 0; node /= 2) value += raised_[node];
        return value;
    }
    std::int64_t raise(std::size_t node, std::size_t width, std::size_t count, std::int64_t by) {
        if (count == 0) return std::numeric_limits<std::int64_t>::min() / 2;
        if (count >= width) {
            greatest_[node] += by;
            if (node < width_) raised_[node] += by;
            return greatest_[node];
        }
        const std::size_t half = width / 2;
        const std::int64_t left = raise(2 * node, half, std::min(count, half), by);
        const std::int64_t right = raise(2 * node + 1, half, count > half ? count - half : 0, by);
        greatest_[node] = below(node);
        return std::max(left, right) + raised_[node];
    }

    std::size_t width_;
    std::vector<std::int64_t> greatest_;  ///< of the numbers below a node, with what was raised at it and below it
    std::vector<std::int64_t> raised_;    ///< all numbers below a node at once
};

}  // namespace

std::string describe(const Excess& excess) {
    return std::to_string(excess.admitted) + " admitted where " + std::to_string(excess.allowed) +
           " are allowed, in the " + std::to_string(excess.to_ns - excess.from_ns) + " ns from " +
           std::to_string(excess.from_ns);
}

std::int64_t bucket_allowance(std::int64_t elapsed_ns, std::int64_t interval_ns, std::int64_t burst) {
    return burst + elapsed_ns / interval_ns;
}

// The admissions that surely lie in [from, to] are those with from <= first and last <= to. They are too many if
// count > burst + floor((to - from) / interval), that is if count * interval + from > burst * interval + to. So `to`
// runs through the ends in their order, and for each beginning its count * interval + from is kept.
std::optional<Excess> bucket_excess(Admissions admissions, std::int64_t interval_ns, std::int64_t burst) {
    std::vector<std::int64_t> beginnings;
    beginnings.reserve(admissions.size());
    for (const Admission& admission : admissions) beginnings.push_back(admission.first_ns);
    std::ranges::sort(beginnings);
    std::ranges::sort(admissions, {}, &Admission::last_ns);
    Heights heights(beginnings);
    for (const Admission& admission : admissions) {
        const auto not_later = std::ranges::upper_bound(beginnings, admission.first_ns) - beginnings.begin();
        const auto count = static_cast<std::size_t>(not_later);
        const std::int64_t height = heights.raise(count, interval_ns);
        if (height <= burst * interval_ns + admission.last_ns) continue;
        const std::int64_t from = beginnings[heights.place_of_greatest(count)];
        return Excess{.from_ns = from,
                      .to_ns = admission.last_ns,
                      .admitted = (height - from) / interval_ns,
                      .allowed = bucket_allowance(admission.last_ns - from, interval_ns, burst)};
    }
    return std::nullopt;
}

// An admission surely lies in the window that begins at `from` and ends before `from + window` if
// last - window < from <= first. So at each `from`, those are counted for which it lies between the two.
std::optional<Excess> window_excess(const Admissions& admissions, std::int64_t window_ns, std::int64_t limit) {
    std::vector<std::pair<std::int64_t, int>> changes;  // of the count, from that time on
    changes.reserve(2 * admissions.size());
    for (const Admission& admission : admissions) {
        if (admission.last_ns - admission.first_ns >= window_ns) continue;  // proves nothing
        changes.emplace_back(admission.last_ns - window_ns + 1, 1);
        changes.emplace_back(admission.first_ns + 1, -1);
    }
    std::ranges::sort(changes);
    std::int64_t count = 0;
    for (const auto& [from, change] : changes) {
        count += change;
        if (count > limit)
            return Excess{.from_ns = from, .to_ns = from + window_ns - 1, .admitted = count, .allowed = limit};
    }
    return std::nullopt;
}

}  // namespace bankctl::limiter_test
