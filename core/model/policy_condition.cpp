#include "core/model/policy_condition.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/model/money.h"

namespace bankctl {
namespace {

constexpr std::size_t k_values_max = 64;
constexpr std::size_t k_template_bytes_max = 512;

struct Operator {
    std::string_view name;
    Condition::Kind kind;
};
constexpr Operator k_operators[] = {
    {"all", Condition::Kind::all},   {"any", Condition::Kind::any},       {"not", Condition::Kind::negation},
    {"eq", Condition::Kind::equal},  {"ge", Condition::Kind::at_least},   {"le", Condition::Kind::at_most},
    {"in", Condition::Kind::one_of}, {"exists", Condition::Kind::exists},
};

/// The value at `node`, if it is one that `fact` can have.
Result<FactValue> read_value(const PolicyNode& node, const FactInfo& fact) {
    const rapidjson::Value& json = node.json();
    switch (fact.type) {
        case FactType::integer: {
            BANKCTL_TRY(number, node.integer(-k_minor_max, k_minor_max));
            return FactValue(number);
        }
        case FactType::boolean:
            if (!json.IsBool()) return node.refuse("must be true or false, as " + std::string(fact.name) + " is");
            return FactValue(json.GetBool());
        case FactType::text: break;
    }
    BANKCTL_TRY(word, node.text(k_fact_text_bytes_max));
    if (!fact.values.empty() && std::ranges::find(fact.values, word) == fact.values.end()) {
        std::string known;
        for (const std::string_view each : fact.values) known += (known.empty() ? "" : ", ") + std::string(each);
        return node.refuse(in_quotes(word) + " is nothing that " + std::string(fact.name) + " can be: one of " + known);
    }
    return FactValue(std::move(word));
}

/// Counts the nodes of one condition while it is read.
class ConditionReader {
public:
    explicit ConditionReader(const PolicyScope& scope) : scope_(scope) {}

    Result<Condition> read(const PolicyNode& node, std::int64_t depth) {
        if (depth > scope_.depth_max)
            return node.refuse("is nested deeper than " + std::to_string(scope_.depth_max) + " conditions");
        if (++nodes_ > scope_.nodes_max)
            return node.refuse("makes more than " + std::to_string(scope_.nodes_max) + " conditions of one");
        if (!node.json().IsObject() || node.json().MemberCount() != 1)
            return node.refuse("must be an object with one operator");
        const PolicyNode operand = node.member_at(0);
        const auto* const found = std::ranges::find(k_operators, operand.key(), &Operator::name);
        if (found == std::end(k_operators))
            return operand.refuse("is no operator: one of all, any, not, eq, ge, le, in, exists");
        Condition condition{found->kind, nullptr, {}, {}};
        switch (found->kind) {
            case Condition::Kind::negation: return read_parts(condition, operand, depth, true);
            case Condition::Kind::all:
            case Condition::Kind::any: return read_parts(condition, operand, depth, false);
            default: return read_comparison(condition, operand);
        }
    }

private:
    Result<Condition> read_parts(Condition& condition, const PolicyNode& operand, std::int64_t depth, bool is_single) {
        if (!is_single) BANKCTL_CHECK(operand.require_array(1, k_values_max));
        const std::size_t count = is_single ? 1 : operand.size();
        for (std::size_t i = 0; i < count; ++i) {
            BANKCTL_TRY(part, is_single ? read(operand, depth + 1) : read(operand.at(i), depth + 1));
            condition.parts.push_back(std::move(part));
        }
        return std::move(condition);
    }

    Result<Condition> read_comparison(Condition& condition, const PolicyNode& operand) {
        if (condition.kind == Condition::Kind::exists) {
            BANKCTL_TRY(fact, read_fact(operand, scope_));
            condition.fact = fact;
            return std::move(condition);
        }
        BANKCTL_CHECK(operand.require_array(2, 2));
        const PolicyNode name = operand.at(0);
        const PolicyNode value = operand.at(1);
        BANKCTL_TRY(fact, read_fact(name, scope_));
        condition.fact = fact;
        const bool is_ordered =
            condition.kind == Condition::Kind::at_least || condition.kind == Condition::Kind::at_most;
        if (is_ordered && fact->type != FactType::integer)
            return name.refuse("is not a number, so nothing is greater or less than it");
        if (condition.kind != Condition::Kind::one_of) {
            BANKCTL_TRY(read, read_value(value, *fact));
            condition.values.push_back(std::move(read));
            return std::move(condition);
        }
        BANKCTL_CHECK(value.require_array(1, k_values_max));
        for (std::size_t i = 0; i < value.size(); ++i) {
            BANKCTL_TRY(read, read_value(value.at(i), *fact));
            condition.values.push_back(std::move(read));
        }
        return std::move(condition);
    }

    const PolicyScope& scope_;
    std::int64_t nodes_ = 0;
};

Truth truth(bool is_true) { return is_true ? Truth::yes : Truth::no; }

Truth compare(const Condition& condition, const FactValue& value) {
    const auto number = [](const FactValue& any) { return std::get<std::int64_t>(any); };
    switch (condition.kind) {
        case Condition::Kind::at_least: return truth(number(value) >= number(condition.values.front()));
        case Condition::Kind::at_most: return truth(number(value) <= number(condition.values.front()));
        default: return truth(std::ranges::find(condition.values, value) != condition.values.end());
    }
}

Truth evaluate_into(const Condition& condition, const Facts& facts, std::vector<std::string_view>& missing) {
    const std::size_t missing_before = missing.size();
    Truth result = Truth::no;
    switch (condition.kind) {
        case Condition::Kind::all:
            result = Truth::yes;
            for (const Condition& part : condition.parts) {
                result = std::min(result, evaluate_into(part, facts, missing));
                if (result == Truth::no) break;
            }
            break;
        case Condition::Kind::any:
            for (const Condition& part : condition.parts) {
                result = std::max(result, evaluate_into(part, facts, missing));
                if (result == Truth::yes) break;
            }
            break;
        case Condition::Kind::negation: {
            const Truth inner = evaluate_into(condition.parts.front(), facts, missing);
            result = inner == Truth::unknown ? inner : truth(inner == Truth::no);
            break;
        }
        case Condition::Kind::exists: return truth(facts.contains(condition.fact->name));
        default: {
            const auto found = facts.find(condition.fact->name);
            if (found != facts.end() && found->second.index() == static_cast<std::size_t>(condition.fact->type))
                return compare(condition, found->second);
            missing.push_back(condition.fact->name);
            return Truth::unknown;
        }
    }
    if (result != Truth::unknown) missing.resize(missing_before);
    return result;
}

std::string describe_parts(const Condition& condition, const Facts& facts, std::string_view joint) {
    std::string text;
    for (const Condition& part : condition.parts) {
        const bool is_list = part.parts.size() > 1;
        text += (text.empty() ? "" : std::string(joint)) + (is_list ? "(" : "") + describe(part, facts) +
                (is_list ? ")" : "");
    }
    return text;
}

}  // namespace

Result<const FactInfo*> read_fact(const PolicyNode& node, const PolicyScope& scope) {
    BANKCTL_TRY(name, node.word());
    const FactInfo* const fact = find_fact(name);
    if (!fact) return node.refuse("names the fact " + in_quotes(name) + ", which is unknown");
    if (fact->origin == FactOrigin::policy) {
        if (scope.has_decided) return fact;
        return node.refuse("asks for " + name + ", which is not decided yet at this place");
    }
    if (!scope.facts.contains(fact)) return node.refuse("names the fact " + name + ", which \"facts\" does not list");
    return fact;
}

Result<Condition> read_condition(const PolicyNode& node, const PolicyScope& scope) {
    return ConditionReader(scope).read(node, 1);
}

Truth evaluate(const Condition& condition, const Facts& facts, std::set<std::string, std::less<>>& missing) {
    std::vector<std::string_view> names;
    const Truth result = evaluate_into(condition, facts, names);
    for (const std::string_view name : names) missing.emplace(name);
    return result;
}

std::string describe(const Condition& condition, const Facts& facts) {
    const auto value = [&] { return fact_text(*condition.fact, condition.values.front(), facts); };
    const std::string fact(condition.fact ? condition.fact->name : "");
    switch (condition.kind) {
        case Condition::Kind::all: return describe_parts(condition, facts, " and ");
        case Condition::Kind::any: return describe_parts(condition, facts, " or ");
        case Condition::Kind::negation: return "not (" + describe(condition.parts.front(), facts) + ")";
        case Condition::Kind::equal: return fact + " is " + value();
        case Condition::Kind::at_least: return fact + " is at least " + value();
        case Condition::Kind::at_most: return fact + " is at most " + value();
        case Condition::Kind::exists: return fact + " is known";
        case Condition::Kind::one_of: break;
    }
    std::string choices;
    for (const FactValue& each : condition.values)
        choices += (choices.empty() ? "" : ", ") + fact_text(*condition.fact, each, facts);
    return fact + " is one of " + choices;
}

Result<Template> read_template(const PolicyNode& node, const PolicyScope& scope) {
    BANKCTL_TRY(text, node.text(k_template_bytes_max));
    Template result;
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::size_t brace = std::min(rest.find_first_of("{}"), rest.size());
        if (brace > 0) result.pieces.emplace_back(std::string(rest.substr(0, brace)));
        rest.remove_prefix(brace);
        if (rest.empty()) break;
        const std::size_t end = rest.find('}');
        const FactInfo* const fact =
            rest.front() == '{' && end != std::string_view::npos ? find_fact(rest.substr(1, end - 1)) : nullptr;
        if (!fact) return node.refuse("has a brace that does not enclose the name of a fact");
        const bool is_allowed = fact->origin == FactOrigin::policy ? scope.has_decided : scope.facts.contains(fact);
        if (!is_allowed)
            return node.refuse("tells the fact " + std::string(fact->name) + ", which is not to be had here");
        result.pieces.emplace_back(fact);
        rest.remove_prefix(end + 1);
    }
    return result;
}

std::string fill(const Template& text, const Facts& facts) {
    std::string result;
    for (const auto& piece : text.pieces) {
        if (const auto* const words = std::get_if<std::string>(&piece)) {
            result += *words;
            continue;
        }
        const FactInfo& fact = *std::get<const FactInfo*>(piece);
        const auto found = facts.find(fact.name);
        result += found == facts.end() ? std::string(fact.if_unknown) : fact_text(fact, found->second, facts);
    }
    return result;
}

}  // namespace bankctl
