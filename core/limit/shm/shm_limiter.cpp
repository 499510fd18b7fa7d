#include "core/limit/shm/shm_limiter.h"

#include <time.h>

#include <cstring>
#include <map>
#include <optional>
#include <thread>
#include <utility>

#include "core/base/sha256.h"
#include "core/limit/shm/rule_cache.h"
#include "core/limit/shm/segment.h"
#include "core/limit/shm/table.h"

namespace bankctl::shm {
namespace {

class ShmLimiter final : public port::Limiter {
public:
    explicit ShmLimiter(const Options& options) : options_(options), file_(std::make_unique<File>(options)) {}

    std::optional<port::FoundRule> rule(const port::LimitSubject& subject) override {
        return file_->rules.find(key_of(subject), key_of({std::string(k_default_user), subject.limit_class}));
    }

    port::Decision take(const port::LimitSubject& subject, const LimitPolicy& policy,
                        std::chrono::nanoseconds wait_max) override {
        if (policy.algorithm == LimitAlgorithm::none) return port::unlimited();
        for (int attempt = 0; attempt < k_attempts_max; ++attempt) {
            remember(subject, policy);
            const port::Decision decision = file_->table.take(user_.key, user_.name, policy, wait_max.count());
            // Looked at after the charge: a file that is still there then was used by everybody until then.
            const bool looks = decision.is_admitted && admitted_++ % k_admissions_between_looks == 0;
            if (!looks || !file_->segment.is_removed()) return decision;
            admitted_ = 0;  // whoever cannot go over looks again
            open_anew();
        }
        throw Failure(Error(ErrorCode::limiter_unavailable, "the limiter's file is removed again and again"));
    }

    port::Standing peek(const port::LimitSubject& subject, const LimitPolicy& policy) override {
        if (policy.algorithm == LimitAlgorithm::none) return {};
        return file_->table.peek(key_of(subject, policy), policy);
    }

    void reset(const port::LimitSubject& subject) override {
        for (int attempt = 0; !file_->table.reset(key_of(subject)); ++attempt) {
            if (attempt == k_attempts_max)
                throw Failure(
                    Error(ErrorCode::busy, "another process has been moving the limiter's entries for too long"));
            std::this_thread::sleep_for(k_pause);
        }
    }

    std::vector<port::Usage> usage() override {
        std::map<std::pair<std::string, LimitClass>, port::Usage> found;
        file_->table.each_entry([&](const Entry& entry) {
            const std::string name = text_of(load_name(entry));
            for (const LimitClass each : {LimitClass::command, LimitClass::batch}) {
                const port::LimitSubject subject{name, each};
                if (name.empty() || !is_same_user(key_of(subject), entry.key.load())) continue;
                port::Usage& usage = found[{name, each}];
                usage.subject = subject;
                usage.admitted += static_cast<std::int64_t>(entry.admitted.load());
                usage.refused += static_cast<std::int64_t>(entry.refused.load());
            }
        });
        std::vector<port::Usage> all;
        for (auto& [key, usage] : found) all.push_back(std::move(usage));
        return all;
    }

    port::LimiterDescription describe() override {
        return {"shared-memory", file_->segment.path(), static_cast<std::int64_t>(file_->table.used_max()),
                file_->table.used()};
    }

    std::uint64_t propose(std::span<const LimitRule> rules) override {
        if (file_->segment.is_removed()) open_anew();  // rules must get to where everybody looks
        std::vector<KeyedRule> keyed;
        for (const LimitRule& rule : rules) {
            if (rule.policy) keyed.push_back({key_of({rule.user, rule.limit_class}), *rule.policy});
        }
        return file_->rules.propose(keyed);
    }

    void confirm(std::uint64_t proposal) override { file_->rules.confirm(proposal); }

private:
    /// The key of a subject: a hash with the file's secret, of which the upper half is the user's (see table.h).
    std::uint64_t key_of(const port::LimitSubject& subject, std::string_view more = {}) const {
        const auto& secret = file_->segment.mapping().header->secret;
        std::string text(reinterpret_cast<const char*>(secret.data()), secret.size());
        text += static_cast<char>(subject.limit_class);
        text += subject.user;
        const Digest user = sha256(text);
        const Digest whole = sha256(text.append(1, '\0').append(more));
        std::uint32_t upper = 0;
        std::uint32_t lower = 0;
        std::memcpy(&upper, user.data(), sizeof upper);
        std::memcpy(&lower, whole.data(), sizeof lower);
        return first_key(upper, lower);
    }

    /// The key of a subject's first entry under a policy: what was charged by another one does not count.
    std::uint64_t key_of(const port::LimitSubject& subject, const LimitPolicy& policy) const {
        std::string numbers;
        for (const std::int64_t number :
             {static_cast<std::int64_t>(policy.algorithm), policy.rate, policy.period_ms, policy.burst})
            numbers += std::to_string(number) + ' ';
        return key_of(subject, numbers);
    }

    /// Goes over to the file that others use.
    void open_anew() {
        file_ = std::make_unique<File>(options_);
        last_ = {};
        admitted_ = 0;
    }

    /// Works out who is asked for, unless it is who was asked for last.
    void remember(const port::LimitSubject& subject, const LimitPolicy& policy) {
        if (last_.user == subject.user && last_.limit_class == subject.limit_class && last_policy_ == policy) return;
        user_ = {key_of(subject, policy), name_words(subject.user)};
        last_ = subject;
        last_policy_ = policy;
        file_->table.touch(user_.key);
    }

    struct User {
        std::uint64_t key = 0;
        NameWords name{};
    };

    /// The file that is in use, and what lies in it.
    struct File {
        explicit File(const Options& options)
            : segment(options),
              table(segment.mapping(), segment.file(), options),
              rules(segment.mapping(), segment.database()) {}
        Segment segment;
        Table table;
        RuleCache rules;
    };

    /// The first admission is looked at, since a command has only one, and then one of so many.
    static constexpr std::int64_t k_admissions_between_looks = 64;
    static constexpr int k_attempts_max = 100;
    static constexpr std::chrono::milliseconds k_pause{10};

    Options options_;
    std::unique_ptr<File> file_;
    std::int64_t admitted_ = 0;
    port::LimitSubject last_;
    LimitPolicy last_policy_;
    User user_;
};

}  // namespace

std::int64_t boot_time_ns() {
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

std::unique_ptr<port::Limiter> open_limiter(const Options& options) { return std::make_unique<ShmLimiter>(options); }

}  // namespace bankctl::shm
