// Conditions and templates of a policy: what may be asked of a case's facts, and how they are told.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/model/dispute_facts.h"
#include "core/model/policy_json.h"

namespace bankctl {

/// What a part of a policy may ask for: the facts that the policy declares and, in the parts that are decided after
/// risk and priority, those of FactOrigin::policy.
struct PolicyScope {
    std::set<const FactInfo*> facts;
    bool has_decided = false;
    std::int64_t nodes_max = 64;  ///< of one condition
    std::int64_t depth_max = 8;
};

/// The fact that a policy names, or `invalid_policy`.
Result<const FactInfo*> read_fact(const PolicyNode& node, const PolicyScope& scope);

/// A comparison with a fact that is not known is neither true nor false (Kleene's logic of three values), so no
/// negation can make a rule of it.
enum class Truth { no, unknown, yes };

struct Condition {
    enum class Kind { all, any, negation, equal, at_least, at_most, one_of, exists };
    Kind kind = Kind::all;
    const FactInfo* fact = nullptr;  ///< of all kinds from `equal` on
    std::vector<FactValue> values;   ///< what it is compared with; of one_of: any of these
    std::vector<Condition> parts;    ///< of all, any and negation
};

/// `{"all":[…]}`, `{"any":[…]}`, `{"not":…}`, `{"eq":[FACT,VALUE]}`, `{"ge":[FACT,INTEGER]}`, `{"le":[FACT,INTEGER]}`,
/// `{"in":[FACT,[VALUE,…]]}`, `{"exists":FACT}`, within the scope's bounds; else `invalid_policy`.
Result<Condition> read_condition(const PolicyNode& node, const PolicyScope& scope);

/// Facts that left the condition undecided because nobody knows them are added to `missing`.
Truth evaluate(const Condition& condition, const Facts& facts, std::set<std::string, std::less<>>& missing);

/// The condition in words: "amount_minor is at least 500.00 USD".
std::string describe(const Condition& condition, const Facts& facts);

/// Text with `{fact}` where a fact is to stand.
struct Template {
    std::vector<std::variant<std::string, const FactInfo*>> pieces;
};
Result<Template> read_template(const PolicyNode& node, const PolicyScope& scope);
/// A fact that is not known is told as FactInfo says.
std::string fill(const Template& text, const Facts& facts);

}  // namespace bankctl
