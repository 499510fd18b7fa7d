// What a policy says, once it is read and checked: the parts of core/model/dispute_policy.h that nobody else sees.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/model/dispute_category.h"
#include "core/model/dispute_policy.h"
#include "core/model/policy_condition.h"

namespace bankctl {

/// Adds points to the risk where its condition holds.
struct RiskRule {
    std::string id;
    Condition when;
    std::int64_t points = 0;
    std::optional<std::string> flag;
    std::optional<std::string> action;
    std::optional<Template> reason;  ///< absent: the condition in words
};

struct PriorityRule {
    Condition when;
    std::int64_t points = 0;
    std::optional<Template> reason;
};

/// From `points_min` points on; the last band also takes what is below it.
struct RiskLevel {
    std::int64_t points_min = 0;
    RiskBand risk{};
    bool needs_four_eyes = false;
};
struct PriorityLevel {
    std::int64_t points_min = 0;
    int priority = 4;
};

/// A legal clock that runs out in `hours_max` or less, or has run out, asks for at least this priority.
struct ClockLevel {
    std::int64_t hours_max = 0;
    int priority = 4;
};

/// The least confidence, in basis points, that a case goes on with.
struct ConfidenceLevels {
    std::int64_t route = 0;
    std::int64_t suggest = 0;
    std::int64_t long_text = 0;  ///< of a narrative
};

/// A reason why a person must look at the case first.
struct ReviewRule {
    std::string id;
    Condition when;
    Template reason;
};

struct TeamRule {
    std::string id;
    Condition when;
    std::string team;
};

/// Words that are handed out where the condition holds: what to ask for, codes, names of actions.
struct ListRule {
    Condition when;
    std::vector<std::string> items;
};

struct ActionText {
    Template text;
    std::optional<std::string> basis;  ///< absent: the source of the deadline it is due by, if there is one
    std::vector<std::string> due_by;   ///< names of deadlines; the case must have one of them
};

struct DisputePolicy::Rules {
    std::string id;
    std::string version;
    std::string canonical;  ///< empty of the policy in the executable
    std::string sha256;
    std::vector<std::string> inherited;

    std::vector<RiskRule> rules;
    std::vector<RiskLevel> risk_levels;
    std::array<std::int64_t, static_cast<std::size_t>(DisputeCategory::not_a_dispute) + 1> base_points{};
    std::vector<PriorityRule> priority_rules;
    std::vector<PriorityLevel> priority_levels;
    std::vector<ClockLevel> clock_levels;
    ConfidenceLevels confidence;
    std::vector<ReviewRule> review;
    std::vector<std::string> teams;
    std::vector<TeamRule> team_rules;
    std::string default_team;
    std::vector<ListRule> evidence;
    std::map<std::string, ActionText, std::less<>> actions;  ///< none of the policy in the executable
    std::vector<ListRule> recommendations;
    std::vector<ListRule> network_codes;

    std::string trusted_text;  ///< of the policy in the executable, which `trusted` refers to
    std::unique_ptr<rapidjson::Document> trusted;

    /// What is said of an action, if anything is.
    std::optional<ActionText> action(std::string_view name) const;
};

}  // namespace bankctl
