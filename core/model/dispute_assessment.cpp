// What a policy makes of a case.
#include <algorithm>
#include <iterator>
#include <set>

#include "core/model/dispute_policy.h"
#include "core/model/dispute_policy_rules.h"

namespace bankctl {
namespace {

constexpr std::int64_t k_us_per_hour = 3'600'000'000;

void add_once(std::vector<std::string>& list, const std::string& item) {
    if (std::ranges::find(list, item) == list.end()) list.push_back(item);
}

std::string confidence_text(std::int64_t basis_points) {
    return std::to_string(basis_points / 10'000) + "." + std::to_string(10'000 + basis_points % 10'000).substr(1);
}

/// One decision while it is made.
class Decision {
public:
    Decision(const DisputePolicy::Rules& rules, const Facts& facts, const Classification& classification,
             const std::vector<Deadline>& deadlines, Timestamp now)
        : rules_(rules), facts_(facts), classification_(classification), deadlines_(deadlines), now_(now) {
        facts_.insert_or_assign("category", std::string(name(classification.category)));
        facts_.insert_or_assign("category_conf", std::int64_t{classification.confidence_bp});
        facts_.insert_or_assign("intent", classification.intent);
        facts_.insert_or_assign("in_scope", classification.in_scope);
        facts_.insert_or_assign("is_long", classification.is_long);
    }

    Assessment decide() {
        decide_risk();
        decide_priority();
        decide_route();
        facts_.insert_or_assign("risk", std::string(name(result_.risk)));
        facts_.insert_or_assign("priority", std::int64_t{result_.priority});
        facts_.insert_or_assign("route", std::string(name(result_.route)));
        decide_team();
        recommend();
        result_.evidence_requested = listed(rules_.evidence);
        result_.network_codes = listed(rules_.network_codes);
        result_.missing_facts.assign(missing_.begin(), missing_.end());
        return std::move(result_);
    }

private:
    bool holds(const Condition& condition) { return evaluate(condition, facts_, missing_) == Truth::yes; }

    std::string reason_of(const std::optional<Template>& reason, const Condition& when) const {
        return reason ? fill(*reason, facts_) : describe(when, facts_);
    }

    void decide_risk() {
        for (const RiskRule& rule : rules_.rules) {
            if (!holds(rule.when)) continue;
            result_.risk_points += rule.points;
            result_.risk_reasons.push_back({rule.points, reason_of(rule.reason, rule.when)});
            if (rule.flag) add_once(result_.flags, *rule.flag);
            if (rule.action) add_once(actions_, *rule.action);
        }
        const RiskLevel& level = level_of(rules_.risk_levels, result_.risk_points);
        result_.risk = level.risk;
        result_.needs_four_eyes = level.needs_four_eyes;
    }

    void decide_priority() {
        const std::int64_t base = rules_.base_points[static_cast<std::size_t>(classification_.category)];
        result_.priority_points = base;
        result_.priority_reasons.push_back({base, "category " + std::string(name(classification_.category))});
        for (const PriorityRule& rule : rules_.priority_rules) {
            if (!holds(rule.when)) continue;
            result_.priority_points += rule.points;
            result_.priority_reasons.push_back({rule.points, reason_of(rule.reason, rule.when)});
        }
        result_.priority = level_of(rules_.priority_levels, result_.priority_points).priority;
        raise_to_clock();
    }

    /// The level with the greatest minimum that the points reach, or the lowest.
    template <class Level>
    static const Level& level_of(const std::vector<Level>& levels, std::int64_t points) {
        const auto found = std::ranges::find_if(levels, [&](const Level& level) { return points >= level.points_min; });
        return found == levels.end() ? levels.back() : *found;
    }

    /// Whatever the points say, a legal clock that is about to run out is not left waiting.
    void raise_to_clock() {
        for (const Deadline& deadline : deadlines_) {
            if (!deadline.is_legal || deadline.is_met || deadline.is_customers) continue;
            for (const ClockLevel& level : rules_.clock_levels) {
                if (level.priority >= result_.priority) continue;
                if (deadline.due.us - now_.us > level.hours_max * k_us_per_hour) continue;
                result_.priority = level.priority;
                // A clock runs out at the end of its day, which is the beginning of the next.
                result_.priority_reasons.push_back({0, deadline.rule + " is due by the end of " +
                                                           format_date(deadline.due) + ": at least P" +
                                                           std::to_string(level.priority)});
            }
        }
    }

    void decide_route() {
        const ConfidenceLevels& levels = rules_.confidence;
        const std::int64_t confidence = classification_.confidence_bp;
        auto& reasons = result_.route_reasons;
        if (result_.risk == RiskBand::high) reasons.push_back("the risk is high");
        if (!classification_.in_scope) reasons.push_back("the text is no bank's business");
        if (classification_.is_long && confidence < levels.long_text)
            reasons.push_back(below("of a long text", levels.long_text));
        for (const ReviewRule& rule : rules_.review) {
            if (holds(rule.when)) reasons.push_back(fill(rule.reason, facts_));
        }
        if (confidence < levels.suggest) reasons.push_back(below("of the category", levels.suggest));
        if (!reasons.empty()) {
            result_.route = Route::triage;
        } else if (confidence < levels.route) {
            result_.route = Route::suggested;
            reasons.push_back(below("of the category", levels.route));
        } else {
            result_.route = Route::routed;
        }
    }

    std::string below(const std::string& what, std::int64_t level) const {
        return "the confidence " + what + ", " + confidence_text(classification_.confidence_bp) + ", is below " +
               confidence_text(level);
    }

    void decide_team() {
        result_.team = rules_.default_team;
        for (const TeamRule& rule : rules_.team_rules) {
            if (!holds(rule.when)) continue;
            result_.team = rule.team;
            return;
        }
    }

    std::vector<std::string> listed(const std::vector<ListRule>& lists) {
        std::vector<std::string> items;
        for (const ListRule& list : lists) {
            if (!holds(list.when)) continue;
            for (const std::string& item : list.items) add_once(items, item);
        }
        return items;
    }

    void recommend() {
        for (const std::string& action : listed(rules_.recommendations)) add_once(actions_, action);
        for (const std::string& action : actions_) {
            const std::optional<ActionText> found = rules_.action(action);
            result_.recommendations.push_back({action, "", "", std::nullopt});
            if (!found) {
                // A rule may name what the policy says no more of.
                std::ranges::replace_copy(action, std::back_inserter(result_.recommendations.back().text), '_', ' ');
            } else if (!tell(*found, result_.recommendations.back())) {
                result_.recommendations.pop_back();
            }
        }
    }

    /// False if the case has none of the deadlines that the action is for.
    bool tell(const ActionText& action, Recommendation& recommendation) const {
        const Deadline* const deadline = deadline_of(action.due_by);
        if (!action.due_by.empty() && !deadline) return false;
        recommendation.text = fill(action.text, facts_);
        recommendation.basis = action.basis ? *action.basis : deadline ? deadline->source : "";
        if (deadline) recommendation.due = deadline->due;
        return true;
    }

    /// The first of the named deadlines that the case has and has not met.
    const Deadline* deadline_of(const std::vector<std::string>& names) const {
        for (const std::string& rule : names) {
            const auto found = std::ranges::find_if(
                deadlines_, [&](const Deadline& deadline) { return deadline.rule == rule && !deadline.is_met; });
            if (found != deadlines_.end()) return &*found;
        }
        return nullptr;
    }

    const DisputePolicy::Rules& rules_;
    Facts facts_;
    const Classification& classification_;
    const std::vector<Deadline>& deadlines_;
    Timestamp now_;
    Assessment result_;
    std::vector<std::string> actions_;
    std::set<std::string, std::less<>> missing_;
};

}  // namespace

Assessment DisputePolicy::assess(const Facts& facts, const Classification& classification,
                                 const std::vector<Deadline>& deadlines, Timestamp now) const {
    return Decision(*rules_, facts, classification, deadlines, now).decide();
}

}  // namespace bankctl
