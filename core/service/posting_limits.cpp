// Posting's part about rate limits: setting, unsetting and resetting them.
#include "core/base/text.h"
#include "core/model/rules.h"
#include "core/service/details.h"
#include "core/service/posting.h"
#include "core/service/replay.h"

namespace bankctl {

Result<Posted> Posting::put_limit(const PutLimit& request) {
    read_clock();
    BANKCTL_CHECK(check_limit_policy(request.policy));
    LimitRule rule{{}, request.user, request.limit_class, request.policy, 0};
    if (const auto original = original_of(request.key)) return replay_limit(EntryKind::limit_set, rule, *original);
    const std::optional<LimitRule> existing = books_.limit_rule(request.user, request.limit_class);
    BANKCTL_CHECK(check_version(request.if_version, existing.value_or(rule)));
    Draft set = draft(EntryKind::limit_set, request.key);
    set.detail = limit_detail(rule);
    if (existing) set.of = existing->number;
    return Posted{books_.record(std::move(set)).seq};
}

Result<Posted> Posting::unset_limit(const UnsetLimit& request) {
    read_clock();
    const LimitRule rule{{}, request.user, request.limit_class, std::nullopt, 0};
    if (const auto original = original_of(request.key)) return replay_limit(EntryKind::limit_unset, rule, *original);
    const std::optional<LimitRule> existing = books_.limit_rule(request.user, request.limit_class);
    if (!existing || !existing->policy) {
        return Error(ErrorCode::limit_not_found, in_quotes(request.user) + " has no limit of their own")
            .with("user", request.user)
            .with("class", std::string(name(request.limit_class)));
    }
    BANKCTL_CHECK(check_version(request.if_version, *existing));
    Draft unset = draft(EntryKind::limit_unset, request.key);
    unset.detail = limit_detail(rule);
    unset.of = existing->number;
    return Posted{books_.record(std::move(unset)).seq};
}

Result<Posted> Posting::reset_limit(const ResetLimit& request) {
    read_clock();
    const LimitRule rule{{}, request.user, request.limit_class, std::nullopt, 0};
    if (const auto original = original_of(request.key)) return replay_limit(EntryKind::limit_reset, rule, *original);
    Draft reset = draft(EntryKind::limit_reset, request.key);
    reset.detail = limit_detail(rule);
    if (const auto existing = books_.limit_rule(request.user, request.limit_class)) reset.of = existing->number;
    return Posted{books_.record(std::move(reset)).seq};
}

Result<Posted> Posting::replay_limit(EntryKind kind, const LimitRule& asked, const JournalEntry& original) {
    Replay compare(books_, original);
    BANKCTL_CHECK(compare.kind(kind));
    const LimitRule was = limit_from_detail(original.detail.value_or(""), original.seq);
    BANKCTL_CHECK(compare.text("user", asked.user, was.user));
    BANKCTL_CHECK(compare.text("class", std::string(name(asked.limit_class)), std::string(name(was.limit_class))));
    if (!asked.policy) return Posted{original.seq, true};
    const LimitPolicy policy = require(was.policy, "a limit's policy");
    BANKCTL_CHECK(
        compare.text("algorithm", std::string(name(asked.policy->algorithm)), std::string(name(policy.algorithm))));
    if (policy.algorithm != LimitAlgorithm::none) {
        BANKCTL_CHECK(compare.number("rate", asked.policy->rate, policy.rate));
        BANKCTL_CHECK(compare.number("period_ms", asked.policy->period_ms, policy.period_ms));
        BANKCTL_CHECK(compare.number("burst", asked.policy->burst, policy.burst));
    }
    const auto on_error = [](const LimitPolicy& of) { return std::string(of.fails_open ? "open" : "closed"); };
    BANKCTL_CHECK(compare.text("on_error", on_error(*asked.policy), on_error(policy)));
    return Posted{original.seq, true};
}

}  // namespace bankctl
