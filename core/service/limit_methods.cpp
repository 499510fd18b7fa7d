#include "core/service/limit_methods.h"

#include <algorithm>
#include <vector>

#include "core/model/limit_schedule.h"

namespace bankctl {
namespace {

using std::chrono::nanoseconds;

/// The rules of these three are those of core/model/limit_schedule.h: a request is admitted if its slot begins now.
class TokenBucket final : public SimulatedLimit {
public:
    explicit TokenBucket(const LimitPolicy& policy) : policy_(policy) {}

    std::optional<nanoseconds> ask(nanoseconds now) override {
        const LimitSlot slot = token_bucket_slot(policy_, arrival_ns_, now.count());
        if (slot.begins_ns > now.count()) return std::nullopt;
        arrival_ns_ = slot.word_ns;
        return now;
    }
    std::int64_t bytes() const override { return sizeof arrival_ns_; }

private:
    LimitPolicy policy_;
    std::int64_t arrival_ns_ = 0;
};

/// A queue with as many places as the burst. A request's turn is its theoretical arrival time.
class LeakyBucket final : public SimulatedLimit {
public:
    explicit LeakyBucket(const LimitPolicy& policy) : policy_(policy) {}

    std::optional<nanoseconds> ask(nanoseconds now) override {
        const LimitSlot slot = token_bucket_slot(policy_, next_turn_ns_, now.count());
        if (slot.begins_ns > now.count()) return std::nullopt;
        const nanoseconds turn = std::max(now, nanoseconds(next_turn_ns_));
        next_turn_ns_ = slot.word_ns;
        return turn;
    }
    std::int64_t bytes() const override { return sizeof next_turn_ns_; }

private:
    LimitPolicy policy_;
    std::int64_t next_turn_ns_ = 0;
};

class SlidingWindow final : public SimulatedLimit {
public:
    explicit SlidingWindow(const LimitPolicy& policy)
        : policy_(policy), cells_ns_(static_cast<std::size_t>(policy.rate), 0) {}

    std::optional<nanoseconds> ask(nanoseconds now) override {
        std::int64_t& cell_ns = cells_ns_[first_];
        const LimitSlot slot = sliding_window_slot(policy_, cell_ns, now.count());
        if (slot.begins_ns > now.count()) return std::nullopt;
        cell_ns = slot.word_ns;
        first_ = (first_ + 1) % cells_ns_.size();
        return now;
    }
    std::int64_t bytes() const override { return static_cast<std::int64_t>(cells_ns_.size() * sizeof cells_ns_[0]); }

private:
    LimitPolicy policy_;
    std::vector<std::int64_t> cells_ns_;  // a ring, since requests come in the order of time
    std::size_t first_ = 0;               // the cell that is free first
};

/// A token is `period` parts, of which `rate` come in every nanosecond: so fractions of a token are whole numbers.
class TokenCounter final : public SimulatedLimit {
public:
    explicit TokenCounter(const LimitPolicy& policy)
        : rate_(policy.rate), token_(period_ns(policy)), full_(policy.burst * token_), parts_(full_) {}

    std::optional<nanoseconds> ask(nanoseconds now) override {
        const std::int64_t elapsed = (now - filled_at_).count();
        const std::int64_t until_full = (full_ - parts_ + rate_ - 1) / rate_;
        parts_ = elapsed >= until_full ? full_ : parts_ + elapsed * rate_;  // the product is at most full_
        filled_at_ = now;
        if (parts_ < token_) return std::nullopt;
        parts_ -= token_;
        return now;
    }
    std::int64_t bytes() const override { return sizeof parts_ + sizeof filled_at_; }

private:
    std::int64_t rate_;
    std::int64_t token_;
    std::int64_t full_;
    std::int64_t parts_;
    nanoseconds filled_at_{};
};

class SlidingCounter final : public SimulatedLimit {
public:
    explicit SlidingCounter(const LimitPolicy& policy) : rate_(policy.rate), period_(period_ns(policy)) {}

    std::optional<nanoseconds> ask(nanoseconds now) override {
        enter(now.count() / period_);
        const std::int64_t in_sight = period_ - now.count() % period_;  // of the former window
        if (former_ * in_sight + (current_ + 1) * period_ > rate_ * period_) return std::nullopt;
        ++current_;
        return now;
    }
    std::int64_t bytes() const override { return sizeof window_ + sizeof former_ + sizeof current_; }

private:
    void enter(std::int64_t window) {
        if (window == window_) return;
        former_ = window == window_ + 1 ? current_ : 0;
        current_ = 0;
        window_ = window;
    }

    std::int64_t rate_;
    std::int64_t period_;
    std::int64_t window_ = 0;
    std::int64_t former_ = 0;
    std::int64_t current_ = 0;
};

class FixedWindow final : public SimulatedLimit {
public:
    explicit FixedWindow(const LimitPolicy& policy) : rate_(policy.rate), period_(period_ns(policy)) {}

    std::optional<nanoseconds> ask(nanoseconds now) override {
        const std::int64_t window = now / period_;
        if (window != window_) count_ = 0;
        window_ = window;
        if (count_ == rate_) return std::nullopt;
        ++count_;
        return now;
    }
    std::int64_t bytes() const override { return sizeof window_ + sizeof count_; }

private:
    std::int64_t rate_;
    nanoseconds period_;
    std::int64_t window_ = 0;
    std::int64_t count_ = 0;
};

}  // namespace

std::string_view name(LimitMethod method) {
    switch (method) {
        case LimitMethod::token_bucket: return "token-bucket";
        case LimitMethod::sliding_window: return "sliding-window";
        case LimitMethod::token_counter: return "token-counter";
        case LimitMethod::sliding_counter: return "sliding-counter";
        case LimitMethod::leaky_bucket: return "leaky-bucket";
        case LimitMethod::fixed_window: return "fixed-window";
    }
    return "fixed-window";
}

std::optional<LimitMethod> limit_method(std::string_view text) {
    for (const LimitMethod method : k_limit_methods) {
        if (name(method) == text) return method;
    }
    return std::nullopt;
}

std::unique_ptr<SimulatedLimit> simulated_limit(LimitMethod method, const LimitPolicy& policy) {
    switch (method) {
        case LimitMethod::token_bucket: return std::make_unique<TokenBucket>(policy);
        case LimitMethod::sliding_window: return std::make_unique<SlidingWindow>(policy);
        case LimitMethod::token_counter: return std::make_unique<TokenCounter>(policy);
        case LimitMethod::sliding_counter: return std::make_unique<SlidingCounter>(policy);
        case LimitMethod::leaky_bucket: return std::make_unique<LeakyBucket>(policy);
        case LimitMethod::fixed_window: break;
    }
    return std::make_unique<FixedWindow>(policy);
}

}  // namespace bankctl
