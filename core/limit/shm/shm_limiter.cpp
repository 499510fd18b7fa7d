#include "core/limit/shm/shm_limiter.h"

#include <time.h>

#include <cstring>
#include <optional>

#include "core/base/sha256.h"
#include "core/limit/shm/rule_cache.h"
#include "core/limit/shm/segment.h"
#include "core/limit/shm/table.h"

namespace bankctl::shm {
namespace {

class ShmLimiter final : public port::Limiter {
public:
    explicit ShmLimiter(const Options& options) : options_(options), file_(std::in_place, options) {}

    std::optional<port::FoundRule> rule(const port::LimitSubject& subject) override {
        return file_->rules.find(key_of(subject), key_of({std::string(k_default_user), subject.limit_class}));
    }

    port::Decision take(const port::LimitSubject& subject, const LimitPolicy& policy,
                        std::chrono::nanoseconds wait_max) override {
        if (policy.algorithm == LimitAlgorithm::none) return port::unlimited();
        for (int attempt = 0; attempt < k_attempts_max; ++attempt) {
            remember(subject);
            const port::Decision decision = file_->table.take(user_.key, user_.name, policy, wait_max.count());
            // Looked at after the charge: a file that is still there then was used by everybody until then.
            const bool looks = decision.is_admitted && admitted_++ % k_admissions_between_looks == 0;
            if (!looks || !file_->segment.is_removed()) return decision;
            file_.emplace(options_);
            last_ = {};
            admitted_ = 0;
        }
        throw Failure(Error(ErrorCode::limiter_unavailable, "the limiter's file is removed again and again"));
    }

    port::Standing peek(const port::LimitSubject& subject, const LimitPolicy& policy) override {
        if (policy.algorithm == LimitAlgorithm::none) return {};
        return file_->table.peek(key_of(subject), policy);
    }

    void reset(const port::LimitSubject& subject) override { file_->table.reset(key_of(subject)); }

    std::vector<port::Usage> usage() override {
        std::vector<port::Usage> found;
        file_->table.each_entry([&](const Entry& entry) {
            const std::string name = text_of(load_name(entry));
            for (const LimitClass each : {LimitClass::command, LimitClass::batch}) {
                const port::LimitSubject subject{name, each};
                if (!name.empty() && key_of(subject) == entry.key.load())
                    found.push_back({subject, static_cast<std::int64_t>(entry.admitted.load()),
                                     static_cast<std::int64_t>(entry.refused.load())});
            }
        });
        return found;
    }

    port::LimiterDescription describe() override {
        return {"shared-memory", file_->segment.path(), static_cast<std::int64_t>(file_->table.used_max()),
                file_->table.used()};
    }

    std::uint64_t propose(std::span<const LimitRule> rules) override {
        std::vector<KeyedRule> keyed;
        for (const LimitRule& rule : rules) {
            if (rule.policy) keyed.push_back({key_of({rule.user, rule.limit_class}), *rule.policy});
        }
        return file_->rules.propose(keyed);
    }

    void confirm(std::uint64_t proposal) override { file_->rules.confirm(proposal); }

private:
    /// The key of a subject's first entry: a hash with the file's secret. The highest bits leave room for the keys that
    /// follow it, and keep it from being 0.
    std::uint64_t key_of(const port::LimitSubject& subject) const {
        const auto& secret = file_->segment.mapping().header->secret;
        std::string text(reinterpret_cast<const char*>(secret.data()), secret.size());
        text += static_cast<char>(subject.limit_class);
        text += subject.user;
        const Digest digest = sha256(text);
        std::uint64_t key = 0;
        std::memcpy(&key, digest.data(), sizeof key);
        constexpr std::uint64_t k_highest = std::uint64_t{1} << 63;
        return (key | k_highest) & ~(k_highest >> 1);
    }

    /// Works out who is asked for, unless it is who was asked for last.
    void remember(const port::LimitSubject& subject) {
        if (last_.user == subject.user && last_.limit_class == subject.limit_class) return;
        user_ = {key_of(subject), name_words(subject.user)};
        last_ = subject;
        file_->table.touch(user_.key);
    }

    struct User {
        std::uint64_t key = 0;
        NameWords name{};
    };

    /// The file that is in use, and what lies in it.
    struct File {
        explicit File(const Options& options)
            : segment(options), table(segment.mapping(), segment.file(), options), rules(segment.mapping()) {}
        Segment segment;
        Table table;
        RuleCache rules;
    };

    /// The first admission is looked at, since a command has only one, and then one of so many.
    static constexpr std::int64_t k_admissions_between_looks = 64;
    static constexpr int k_attempts_max = 100;

    Options options_;
    std::optional<File> file_;
    std::int64_t admitted_ = 0;
    port::LimitSubject last_;
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
