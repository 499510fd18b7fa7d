#include "core/limit/memory/memory_limiter.h"

#include <algorithm>
#include <map>
#include <utility>

#include "core/model/limit_schedule.h"

namespace bankctl::memory {
namespace {

using Key = std::pair<std::string, LimitClass>;

Key key_of(const port::LimitSubject& subject) { return {subject.user, subject.limit_class}; }

port::Standing standing_of(const LimitStanding& standing) {
    return {standing.remaining, std::chrono::nanoseconds(standing.next_in_ns),
            std::chrono::nanoseconds(standing.full_in_ns)};
}

class MemoryLimiter final : public port::Limiter {
public:
    explicit MemoryLimiter(std::function<std::int64_t()> now_ns) : now_ns_(std::move(now_ns)) {}

    std::optional<port::FoundRule> rule(const port::LimitSubject& subject) override {
        if (!rules_are_known_) return std::nullopt;
        if (const auto own = rules_.find(key_of(subject)); own != rules_.end())
            return port::FoundRule{port::RuleOrigin::user, own->second};
        const auto fallback = rules_.find({std::string(k_default_user), subject.limit_class});
        if (fallback == rules_.end()) return port::FoundRule{};
        return port::FoundRule{port::RuleOrigin::everybody, fallback->second};
    }

    port::Decision take(const port::LimitSubject& subject, const LimitPolicy& policy,
                        std::chrono::nanoseconds wait_max) override {
        if (policy.algorithm == LimitAlgorithm::none) return port::unlimited();
        const std::int64_t now_ns = now_ns_();
        User& user = users_[key_of(subject)];
        user.begin_anew_under(policy);
        std::int64_t& word_ns = *std::ranges::min_element(words_of(user, policy));
        const LimitSlot slot = policy.algorithm == LimitAlgorithm::sliding_window
                                   ? sliding_window_slot(policy, word_ns, now_ns)
                                   : token_bucket_slot(policy, word_ns, now_ns);
        port::Decision decision;
        decision.delay = std::chrono::nanoseconds(slot.begins_ns - now_ns);
        decision.is_admitted = decision.delay <= wait_max;
        if (decision.is_admitted) word_ns = slot.word_ns;
        ++(decision.is_admitted ? user.usage.admitted : user.usage.refused);
        user.usage.subject = subject;
        decision.after = standing(user, policy, now_ns);
        return decision;
    }

    port::Standing peek(const port::LimitSubject& subject, const LimitPolicy& policy) override {
        if (policy.algorithm == LimitAlgorithm::none) return {};
        const auto found = users_.find(key_of(subject));
        User user = found == users_.end() ? User{} : found->second;
        user.begin_anew_under(policy);
        return standing(user, policy, now_ns_());
    }

    void reset(const port::LimitSubject& subject) override {
        if (const auto found = users_.find(key_of(subject)); found != users_.end())
            std::ranges::fill(found->second.words_ns, 0);
    }

    std::vector<port::Usage> usage() override {
        std::vector<port::Usage> found;
        for (const auto& [key, user] : users_) found.push_back(user.usage);
        return found;
    }

    port::LimiterDescription describe() override {
        return {"memory", "", INT64_MAX, static_cast<std::int64_t>(users_.size())};
    }

    std::uint64_t propose(std::span<const LimitRule> rules) override {
        rules_.clear();
        for (const LimitRule& rule : rules) {
            if (rule.policy) rules_[{rule.user, rule.limit_class}] = *rule.policy;
        }
        rules_are_known_ = false;
        return ++proposal_;
    }

    void confirm(std::uint64_t proposal) override { rules_are_known_ |= proposal == proposal_; }

private:
    struct User {
        LimitPolicy policy;
        std::vector<std::int64_t> words_ns;
        port::Usage usage;

        void begin_anew_under(const LimitPolicy& now) {
            if (!(policy == now)) words_ns.clear();
            policy = now;
        }
    };

    static std::span<std::int64_t> words_of(User& user, const LimitPolicy& policy) {
        const bool is_window = policy.algorithm == LimitAlgorithm::sliding_window;
        const std::size_t count = is_window ? static_cast<std::size_t>(policy.rate) : 1;
        if (user.words_ns.size() < count) user.words_ns.resize(count);
        return std::span(user.words_ns).first(count);
    }

    static port::Standing standing(User& user, const LimitPolicy& policy, std::int64_t now_ns) {
        const std::span<const std::int64_t> words_ns = words_of(user, policy);
        return standing_of(policy.algorithm == LimitAlgorithm::sliding_window
                               ? sliding_window_standing(words_ns, now_ns)
                               : token_bucket_standing(policy, words_ns.front(), now_ns));
    }

    std::function<std::int64_t()> now_ns_;
    std::map<Key, User> users_;
    std::map<Key, LimitPolicy> rules_;
    std::uint64_t proposal_ = 0;
    bool rules_are_known_ = false;
};

}  // namespace

std::unique_ptr<port::Limiter> make_limiter(std::function<std::int64_t()> now_ns) {
    return std::make_unique<MemoryLimiter>(std::move(now_ns));
}

}  // namespace bankctl::memory
