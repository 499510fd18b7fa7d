#include "cli/command/limit.h"

#include "core/base/text.h"
#include "core/service/details.h"
#include "core/service/queries.h"

namespace bankctl::cli {
namespace {

using enum CellType;

constexpr Field k_standing_fields[] = {{"user"},
                                       {"class"},
                                       {"limit", nested},
                                       {"origin"},
                                       {"on_error"},
                                       {"version", number},
                                       {"admitted", number},
                                       {"refused", number},
                                       {"remaining", number},
                                       {"blocked", boolean},
                                       {"retry_after_ms", number},
                                       {"reset_ms", number}};
constexpr Field k_listed_fields[] = {{"user"},
                                     {"class"},
                                     {"limit", nested, false},
                                     {"origin", text, false},
                                     {"on_error", text, false},
                                     {"version", number, false},
                                     {"admitted", number},
                                     {"refused", number},
                                     {"remaining", number},
                                     {"blocked", boolean},
                                     {"retry_after_ms", number},
                                     {"reset_ms", number, false}};
constexpr Field k_rule_fields[] = {
    {"seq", number},     {"change"},          {"user"}, {"class"},           {"limit", nested},
    {"on_error"},        {"version", number}, {"key"},  {"posted_at", time}, {"replayed", boolean},
    {"dry_run", boolean}};
constexpr std::int64_t k_version_max = INT64_MAX;

std::string_view name(port::RuleOrigin origin) {
    switch (origin) {
        case port::RuleOrigin::user: return "user";
        case port::RuleOrigin::everybody: return "default";
        case port::RuleOrigin::built_in: return "built-in";
    }
    return "built-in";
}

std::string_view on_error(const LimitPolicy& policy) { return policy.fails_open ? "open" : "closed"; }

std::string_view change_name(EntryKind kind) {
    if (kind == EntryKind::limit_set) return "set";
    return kind == EntryKind::limit_unset ? "unset" : "reset";
}

Json rule_json(port::Snapshot& snapshot, const JournalEntry& entry, WriteFlags flags) {
    const LimitRule asked = limit_from_detail(entry.detail.value_or(""), entry.seq);
    const std::optional<LimitRule> now = snapshot.limit_rule(asked.user, asked.limit_class);
    return {{"seq", flags.is_dry_run ? Json(nullptr) : Json(entry.seq.value)},
            {"change", change_name(entry.kind)},
            {"user", asked.user},
            {"class", name(asked.limit_class)},
            {"limit", asked.policy ? limit_json(*asked.policy) : Json(nullptr)},
            {"on_error", asked.policy ? Json(on_error(*asked.policy)) : Json(nullptr)},
            {"version", now ? Json(now->version) : Json(nullptr)},
            {"key", entry.key ? Json(*entry.key) : Json(nullptr)},
            {"posted_at", time_json(entry.posted_at)},
            {"replayed", flags.is_replayed},
            {"dry_run", flags.is_dry_run}};
}

}  // namespace

const DocumentInfo k_limit_document{"limit.show/v1", k_standing_fields};
const DocumentInfo k_limit_list_document{"limit.list/v1", k_listed_fields};
const DocumentInfo k_limit_rule_document{"limit.rule/v1", k_rule_fields};

Result<LimitPolicy> parse_rate(std::string_view text) {
    if (!text.ends_with("/s") && !text.ends_with("/m"))
        return Error(ErrorCode::invalid_number, in_quotes(text) + " is not a rate", "write it like 5/s or 300/m");
    LimitPolicy policy;
    policy.period_ms = text.ends_with("/s") ? 1'000 : 60'000;
    BANKCTL_TRY(rate, parse_number(text.substr(0, text.size() - 2), 1, k_limit_rate_max, "the rate"));
    policy.rate = policy.burst = rate;
    return policy;
}

Result<std::int64_t> parse_burst(std::string_view text) { return parse_number(text, 1, k_limit_burst_max, "--burst"); }

Result<std::string> parse_user(std::string_view text) {
    if (text.empty()) return Error(ErrorCode::usage, "USER needs a name");
    return parse_text(text, k_user_bytes_max, "the user's name");
}

LimitClass class_argument(const Arguments& arguments) {
    return limit_class(arguments.value("class").value_or("command")).value_or(LimitClass::command);
}

Result<std::int64_t> parse_limit_version(std::string_view text) {
    return parse_number(text, 0, k_version_max, "--if-version");
}

bool is_owner(Context& context, const std::string& user) {
    if (!context.tenure() || !context.tenure()->is_ours) return false;
    return !context.tenure()->is_shared || user == context.limit_subject(LimitClass::command).user;
}

void require_bank(Context& context) {
    if (!context.tenure()) context.ledger().read([](port::Snapshot&) {});
}

Json limit_standing_json(Context& context, port::Snapshot& snapshot, const port::Usage& usage) {
    const port::LimitSubject& subject = usage.subject;
    const HeldLimit held = limit_in_books(snapshot, subject, is_owner(context, subject.user));
    const port::Standing standing = context.limiter().peek(subject, held.policy);
    const std::optional<LimitRule> own = snapshot.limit_rule(subject.user, subject.limit_class);
    return {{"user", subject.user},
            {"class", bankctl::name(subject.limit_class)},
            {"limit", limit_json(held.policy)},
            {"origin", name(held.origin)},
            {"on_error", on_error(held.policy)},
            {"version", own ? own->version : 0},
            {"admitted", usage.admitted},
            {"refused", usage.refused},
            {"remaining", standing.remaining ? Json(*standing.remaining) : Json(nullptr)},
            {"blocked", standing.next_in.count() > 0},
            {"retry_after_ms", milliseconds_up(standing.next_in)},
            {"reset_ms", milliseconds_up(standing.full_in)}};
}

Json change_limit(Context& context, bool is_dry_run, const std::function<Result<Posted>(Posting&)>& work) {
    require_bank(context);
    if (!context.tenure()->is_ours)
        throw Failure(Error(ErrorCode::owner_only, "only the owner of the database may change limits"));
    port::Limiter& limiter = context.limiter();  // one that cannot be used ends the command before anything is written
    std::optional<std::uint64_t> proposal;
    const auto describe = [&](port::Snapshot& snapshot, const Posted& posted, WriteFlags flags) {
        const JournalEntry entry = require(snapshot.entry(posted.seq), "the entry just written");
        if (!flags.is_dry_run && !flags.is_replayed && entry.kind != EntryKind::limit_reset)
            proposal = limiter.propose(all_limit_rules(snapshot));
        return rule_json(snapshot, entry, flags);
    };
    Json data = write_once(context, is_dry_run, work, describe);
    try {
        if (proposal) limiter.confirm(*proposal);
    } catch (const Failure&) {  // the books have the rules; the next command teaches them
    }
    return data;
}

}  // namespace bankctl::cli
