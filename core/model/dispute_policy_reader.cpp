#include "core/model/dispute_policy_reader.h"

#include <algorithm>
#include <set>

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/model/rules.h"

namespace bankctl {
namespace {

constexpr std::size_t k_rules_max = 256;
constexpr std::size_t k_items_max = 64;
constexpr std::size_t k_text_bytes_max = 512;
constexpr std::int64_t k_points_max = 10'000;
constexpr std::int64_t k_nodes_max = 256;
constexpr std::int64_t k_depth_max = 16;
constexpr std::int64_t k_confidence_max = 10'000;
constexpr std::int64_t k_hours_max = 24 * 366;

/// Calls read(element) for each of 0 to k_rules_max elements.
template <class Read>
Status each(const PolicyNode& array, std::size_t low, Read read) {
    BANKCTL_CHECK(array.require_array(low, k_rules_max));
    for (std::size_t i = 0; i < array.size(); ++i) BANKCTL_CHECK(read(array.at(i)));
    return ok();
}

Result<Condition> condition_of(const PolicyNode& node, const PolicyScope& scope) {
    BANKCTL_TRY(when, node.member("when"));
    return read_condition(when, scope);
}

Result<std::optional<Template>> optional_reason(const PolicyNode& node, const PolicyScope& scope) {
    const auto reason = node.find("reason");
    if (!reason) return std::optional<Template>();
    BANKCTL_TRY(text, read_template(*reason, scope));
    return std::optional(std::move(text));
}

Result<std::optional<std::string>> optional_word(const PolicyNode& node, std::string_view key) {
    const auto found = node.find(key);
    if (!found) return std::optional<std::string>();
    BANKCTL_TRY(word, found->word());
    return std::optional(std::move(word));
}

Result<std::int64_t> integer_of(const PolicyNode& node, std::string_view key, std::int64_t low, std::int64_t high) {
    BANKCTL_TRY(member, node.member(key));
    return member.integer(low, high);
}

Result<int> priority_of(const PolicyNode& node) {
    BANKCTL_TRY(member, node.member("p"));
    BANKCTL_TRY(text, member.text(2));
    if (text.size() == 2 && text[0] == 'P' && text[1] >= '1' && text[1] <= '4') return text[1] - '0';
    return member.refuse("must be P1, P2, P3 or P4");
}

/// An id of a rule, which no other rule of the policy has.
Result<std::string> rule_id(const PolicyNode& node, std::set<std::string>& taken) {
    BANKCTL_TRY(member, node.member("id"));
    BANKCTL_TRY(id, member.text(64));
    if (!taken.insert(id).second) return member.refuse("is the id of another rule, too");
    return id;
}

class Reader {
public:
    Reader(const PolicyNode& root, DisputePolicy::Rules& rules) : root_(root), rules_(rules) {}

    /// The scope of the parts that are decided last.
    static PolicyScope scope_of_all_facts() {
        PolicyScope scope;
        scope.has_decided = true;
        for (const FactInfo& fact : all_facts()) scope.facts.insert(&fact);
        return scope;
    }

    Status read(bool is_whole) {
        BANKCTL_CHECK(root_.require_object({"policy", "version", "effective_from", "currency", "limits", "facts",
                                            "rules", "bands", "priority", "clock_floor", "confidence", "review",
                                            "routing", "evidence", "recommendations", "network_codes"}));
        BANKCTL_CHECK(read_head());
        BANKCTL_CHECK(part("limits", is_whole, &Reader::read_limits));
        BANKCTL_CHECK(part("facts", true, &Reader::read_facts));
        BANKCTL_CHECK(part("rules", true, &Reader::read_rules));
        BANKCTL_CHECK(part("bands", true, &Reader::read_bands));
        BANKCTL_CHECK(part("priority", true, &Reader::read_priority));
        BANKCTL_CHECK(part("clock_floor", is_whole, &Reader::read_clock_floor));
        BANKCTL_CHECK(part("confidence", is_whole, &Reader::read_confidence));
        BANKCTL_CHECK(part("review", is_whole, &Reader::read_review));
        scope_.has_decided = true;
        BANKCTL_CHECK(part("routing", is_whole, &Reader::read_routing));
        BANKCTL_CHECK(part("evidence", is_whole, &Reader::read_evidence));
        BANKCTL_CHECK(part("recommendations", is_whole, &Reader::read_recommendations));
        BANKCTL_CHECK(part("network_codes", is_whole, &Reader::read_network_codes));
        return ok();
    }

private:
    Status part(std::string_view key, bool is_required, Status (Reader::*read_part)(const PolicyNode&)) {
        if (const auto found = root_.find(key)) return (this->*read_part)(*found);
        return is_required ? root_.refuse("lacks " + in_quotes(key)) : ok();
    }

    Status read_head() {
        BANKCTL_TRY(id, root_.member("policy"));
        BANKCTL_TRY(id_text, id.text(64));
        BANKCTL_TRY(version, root_.member("version"));
        BANKCTL_TRY(version_text, version.text(64));
        rules_.id = id_text;
        rules_.version = version_text;
        if (const auto since = root_.find("effective_from")) {
            BANKCTL_TRY(date, since->text(32));
            if (!parse_time(date)) return since->refuse("must be a date like 2026-01-31");
        }
        if (const auto currency = root_.find("currency")) {
            BANKCTL_TRY(unit, currency->text(32));
            if (unit != "minor-units") return currency->refuse("must be \"minor-units\": amounts have no other unit");
        }
        return ok();
    }

    Status read_limits(const PolicyNode& node) {
        BANKCTL_CHECK(node.require_object({"max_nodes", "max_depth"}));
        BANKCTL_TRY(nodes, integer_of(node, "max_nodes", 1, k_nodes_max));
        BANKCTL_TRY(depth, integer_of(node, "max_depth", 1, k_depth_max));
        scope_.nodes_max = nodes;
        scope_.depth_max = depth;
        return ok();
    }

    Status read_facts(const PolicyNode& node) {
        return each(node, 1, [&](const PolicyNode& element) -> Status {
            BANKCTL_TRY(fact_name, element.word());
            const FactInfo* const fact = find_fact(fact_name);
            if (!fact) return element.refuse("names the fact " + in_quotes(fact_name) + ", which is unknown");
            if (fact->origin == FactOrigin::policy) return element.refuse("is decided by the policy, not given to it");
            if (!scope_.facts.insert(fact).second) return element.refuse("stands twice");
            return ok();
        });
    }

    Status read_rules(const PolicyNode& node) {
        return each(node, 0, [&](const PolicyNode& element) -> Status {
            BANKCTL_CHECK(element.require_object({"id", "when", "score", "flag", "action", "reason"}));
            BANKCTL_TRY(id, rule_id(element, ids_));
            BANKCTL_TRY(when, condition_of(element, scope_));
            BANKCTL_TRY(points, integer_of(element, "score", -k_points_max, k_points_max));
            BANKCTL_TRY(flag, optional_word(element, "flag"));
            BANKCTL_TRY(action, optional_word(element, "action"));
            BANKCTL_TRY(reason, optional_reason(element, scope_));
            rules_.rules.push_back({id, std::move(when), points, flag, action, std::move(reason)});
            return ok();
        });
    }

    /// Refuses the level `element` unless its `min` is less than that of the level before, and its band lower.
    template <class Level>
    Status check_order(const PolicyNode& element, const std::vector<Level>& before, std::int64_t points_min,
                       bool is_lower) {
        if (before.empty() || (points_min < before.back().points_min && is_lower)) return ok();
        return element.refuse("must have a smaller min and a lower band than the one before it");
    }

    Status read_bands(const PolicyNode& node) {
        return each(node, 1, [&](const PolicyNode& element) -> Status {
            BANKCTL_CHECK(element.require_object({"min", "risk", "require"}));
            BANKCTL_TRY(points_min, integer_of(element, "min", -k_points_max, k_points_max));
            BANKCTL_TRY(risk_node, element.member("risk"));
            BANKCTL_TRY(risk_name, risk_node.word());
            const auto risk = risk_band(risk_name);
            if (!risk) return risk_node.refuse("must be low, medium or high");
            BANKCTL_TRY(require_word, optional_word(element, "require"));
            if (require_word && *require_word != "four_eyes")
                return element.refuse("requires what is unknown: only four_eyes can be required");
            const auto& levels = rules_.risk_levels;
            BANKCTL_CHECK(check_order(element, levels, points_min, levels.empty() || *risk < levels.back().risk));
            rules_.risk_levels.push_back({points_min, *risk, require_word.has_value()});
            return ok();
        });
    }

    Status read_priority(const PolicyNode& node) {
        BANKCTL_CHECK(node.require_object({"base", "add", "bands"}));
        BANKCTL_TRY(base, node.member("base"));
        BANKCTL_CHECK(read_base(base));
        const auto read_rule = [&](const PolicyNode& element) { return read_priority_rule(element); };
        if (const auto add = node.find("add")) BANKCTL_CHECK(each(*add, 0, read_rule));
        BANKCTL_TRY(bands, node.member("bands"));
        return each(bands, 1, [&](const PolicyNode& element) -> Status {
            BANKCTL_CHECK(element.require_object({"min", "p"}));
            BANKCTL_TRY(points_min, integer_of(element, "min", -k_points_max, k_points_max));
            BANKCTL_TRY(priority, priority_of(element));
            const auto& levels = rules_.priority_levels;
            BANKCTL_CHECK(
                check_order(element, levels, points_min, levels.empty() || priority > levels.back().priority));
            rules_.priority_levels.push_back({points_min, priority});
            return ok();
        });
    }

    Status read_priority_rule(const PolicyNode& node) {
        BANKCTL_CHECK(node.require_object({"when", "points", "reason"}));
        BANKCTL_TRY(when, condition_of(node, scope_));
        BANKCTL_TRY(points, integer_of(node, "points", -k_points_max, k_points_max));
        BANKCTL_TRY(reason, optional_reason(node, scope_));
        rules_.priority_rules.push_back({std::move(when), points, std::move(reason)});
        return ok();
    }

    Status read_base(const PolicyNode& node) {
        constexpr std::string_view k_any = "*";
        if (!node.json().IsObject()) return node.refuse("must be an object");
        std::optional<std::int64_t> any;
        if (const auto found = node.find(k_any)) {
            BANKCTL_TRY(points, found->integer(-k_points_max, k_points_max));
            any = points;
        }
        for (std::size_t i = 0; i < node.json().MemberCount(); ++i) {
            const PolicyNode member = node.member_at(i);
            if (member.key() != k_any && !dispute_category(member.key()))
                return member.refuse("is no category of disputes");
        }
        const auto names = dispute_category_names();
        for (std::size_t i = 0; i < names.size(); ++i) {
            const auto own = node.find(names[i]);
            if (!own && !any) return node.refuse("has neither \"*\" nor " + in_quotes(names[i]));
            if (own) {
                BANKCTL_TRY(points, own->integer(-k_points_max, k_points_max));
                rules_.base_points[i] = points;
            } else {
                rules_.base_points[i] = *any;
            }
        }
        return ok();
    }

    Status read_clock_floor(const PolicyNode& node) {
        return each(node, 0, [&](const PolicyNode& element) -> Status {
            BANKCTL_CHECK(element.require_object({"within_hours", "p"}));
            BANKCTL_TRY(hours, integer_of(element, "within_hours", 0, k_hours_max));
            BANKCTL_TRY(priority, priority_of(element));
            rules_.clock_levels.push_back({hours, priority});
            return ok();
        });
    }

    Status read_confidence(const PolicyNode& node) {
        BANKCTL_CHECK(node.require_object({"route_bp", "suggest_bp", "long_text_bp"}));
        BANKCTL_TRY(route, integer_of(node, "route_bp", 0, k_confidence_max));
        BANKCTL_TRY(suggest, integer_of(node, "suggest_bp", 0, route));
        BANKCTL_TRY(long_text, integer_of(node, "long_text_bp", 0, k_confidence_max));
        rules_.confidence = {route, suggest, long_text};
        return ok();
    }

    Status read_review(const PolicyNode& node) {
        return each(node, 0, [&](const PolicyNode& element) -> Status {
            BANKCTL_CHECK(element.require_object({"id", "when", "reason"}));
            BANKCTL_TRY(id, rule_id(element, ids_));
            BANKCTL_TRY(when, condition_of(element, scope_));
            BANKCTL_TRY(reason_node, element.member("reason"));
            BANKCTL_TRY(reason, read_template(reason_node, scope_));
            rules_.review.push_back({id, std::move(when), std::move(reason)});
            return ok();
        });
    }

    Status read_routing(const PolicyNode& node) {
        BANKCTL_CHECK(node.require_object({"teams", "rules", "default"}));
        BANKCTL_TRY(teams, node.member("teams"));
        const auto read_team = [&](const PolicyNode& element) -> Status {
            BANKCTL_TRY(team, element.word());
            if (std::ranges::find(rules_.teams, team) != rules_.teams.end()) return element.refuse("stands twice");
            rules_.teams.push_back(team);
            return ok();
        };
        BANKCTL_CHECK(each(teams, 1, read_team));
        std::ranges::sort(rules_.teams);
        BANKCTL_TRY(rules, node.member("rules"));
        const auto read_rule = [&](const PolicyNode& element) -> Status {
            BANKCTL_CHECK(element.require_object({"id", "when", "team"}));
            BANKCTL_TRY(id, rule_id(element, ids_));
            BANKCTL_TRY(when, condition_of(element, scope_));
            BANKCTL_TRY(team, known_team(element, "team"));
            rules_.team_rules.push_back({id, std::move(when), team});
            return ok();
        };
        BANKCTL_CHECK(each(rules, 0, read_rule));
        BANKCTL_TRY(team, known_team(node, "default"));
        rules_.default_team = team;
        return ok();
    }

    Result<std::string> known_team(const PolicyNode& node, std::string_view key) const {
        BANKCTL_TRY(named, node.member(key));
        BANKCTL_TRY(team, named.word());
        if (std::ranges::find(rules_.teams, team) == rules_.teams.end())
            return named.refuse("names the team " + in_quotes(team) + ", which \"teams\" does not list");
        return team;
    }

    /// Objects with "when" and, under `key`, one or more texts.
    Result<std::vector<ListRule>> read_lists(const PolicyNode& node, std::string_view key) {
        std::vector<ListRule> lists;
        const auto read_list = [&](const PolicyNode& element) -> Status {
            BANKCTL_CHECK(element.require_object({"when", key}));
            BANKCTL_TRY(when, condition_of(element, scope_));
            BANKCTL_TRY(array, element.member(key));
            BANKCTL_CHECK(array.require_array(1, k_items_max));
            ListRule list{std::move(when), {}};
            for (std::size_t i = 0; i < array.size(); ++i) {
                BANKCTL_TRY(item, array.at(i).text(k_text_bytes_max));
                list.items.push_back(std::move(item));
            }
            lists.push_back(std::move(list));
            return ok();
        };
        BANKCTL_CHECK(each(node, 0, read_list));
        return lists;
    }

    Status read_evidence(const PolicyNode& node) {
        BANKCTL_TRY(lists, read_lists(node, "ask"));
        rules_.evidence = std::move(lists);
        return ok();
    }

    Status read_network_codes(const PolicyNode& node) {
        BANKCTL_TRY(lists, read_lists(node, "codes"));
        rules_.network_codes = std::move(lists);
        return ok();
    }

    Status read_recommendations(const PolicyNode& node) {
        BANKCTL_CHECK(node.require_object({"actions", "give"}));
        BANKCTL_TRY(actions, node.member("actions"));
        if (!actions.json().IsObject() || actions.json().MemberCount() > k_rules_max)
            return actions.refuse("must be an object of at most " + std::to_string(k_rules_max) + " actions");
        for (std::size_t i = 0; !rules_.trusted && i < actions.json().MemberCount(); ++i) {
            BANKCTL_TRY(action, read_action(actions.member_at(i), scope_));
            rules_.actions.emplace(actions.member_at(i).key(), std::move(action));
        }
        BANKCTL_TRY(give, node.member("give"));
        BANKCTL_TRY(lists, read_lists(give, "actions"));
        rules_.recommendations = std::move(lists);
        return rules_.trusted ? ok() : check_given(give);
    }

public:
    static Result<ActionText> read_action(const PolicyNode& node, const PolicyScope& scope) {
        BANKCTL_CHECK(node.require_object({"text", "basis", "due_by"}));
        BANKCTL_TRY(text_node, node.member("text"));
        BANKCTL_TRY(text, read_template(text_node, scope));
        ActionText action{std::move(text), {}, {}};
        if (const auto basis = node.find("basis")) {
            BANKCTL_TRY(words, basis->text(k_text_bytes_max));
            action.basis = words;
        }
        const auto read_deadline = [&](const PolicyNode& element) -> Status {
            BANKCTL_TRY(deadline, element.word());
            action.due_by.push_back(deadline);
            return ok();
        };
        if (const auto due_by = node.find("due_by")) BANKCTL_CHECK(each(*due_by, 1, read_deadline));
        return action;
    }

private:
    /// What is given must be described.
    Status check_given(const PolicyNode& give) const {
        for (std::size_t i = 0; i < rules_.recommendations.size(); ++i) {
            for (const std::string& action : rules_.recommendations[i].items) {
                if (!rules_.actions.contains(action))
                    return give.at(i).refuse("gives the action " + in_quotes(action) + ", which \"actions\" lacks");
            }
        }
        return ok();
    }

    const PolicyNode& root_;
    DisputePolicy::Rules& rules_;
    PolicyScope scope_;
    std::set<std::string> ids_;
};

}  // namespace

Status read_dispute_policy(const PolicyNode& root, bool is_whole, DisputePolicy::Rules& rules) {
    return Reader(root, rules).read(is_whole);
}

void read_trusted_policy(DisputePolicy::Rules& rules) {
    read_dispute_policy(PolicyNode(*rules.trusted), true, rules).value_or_throw();
}

std::optional<ActionText> DisputePolicy::Rules::action(std::string_view name) const {
    if (!trusted) {
        const auto found = actions.find(name);
        return found == actions.end() ? std::nullopt : std::optional(found->second);
    }
    const PolicyNode root(*trusted);
    const auto recommended = root.find("recommendations");
    const auto described = recommended ? recommended->find("actions") : std::nullopt;
    const auto found = described ? described->find(name) : std::nullopt;
    if (!found) return std::nullopt;
    return Reader::read_action(*found, Reader::scope_of_all_facts()).value_or_throw();
}

}  // namespace bankctl
