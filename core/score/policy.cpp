#include "core/score/policy.h"

#include <algorithm>
#include <set>

#include "core/base/clock.h"
#include "core/base/sha256.h"
#include "core/base/text.h"
#include "core/model/money.h"
#include "embedded_policies.h"

namespace bankctl {
namespace {

constexpr std::string_view k_schema = "loan.policy/v1";
constexpr std::size_t k_rules_max = 256;
constexpr std::size_t k_text_bytes_max = 512;
constexpr std::int64_t k_bps_max = 1'000'000;
constexpr std::string_view k_statuses[] = {"champion", "challenger", "draft", "retired"};
constexpr std::string_view k_symbols[] = {"<", "<=", "==", "!=", ">=", ">"};
// How ratios are rounded and reasons chosen is not the policy's choice; it may only say so.
constexpr std::string_view k_rounding = "ratio=ceil(10000*num/den)";
constexpr std::string_view k_method = "reference_points_minus_points";
constexpr std::string_view k_tie = "characteristic order";

std::string_view last_word(std::string_view path) { return path.substr(path.rfind('.') + 1); }

class Reader {
public:
    Reader(const PolicyNode& root, LoanPolicy& policy) : root_(root), policy_(policy) {}

    Status read() {
        BANKCTL_CHECK(
            root_.require_object({"schema", "id", "version", "effective_from", "status", "product", "knockouts",
                                  "affordability", "scorecard", "bands", "reasons", "prohibited_fields", "workflow"}));
        BANKCTL_CHECK(read_head());
        BANKCTL_TRY(card, root_.member("scorecard"));
        BANKCTL_CHECK(read_card(card));
        const bool is_trained = policy_.card.is_trained;
        BANKCTL_CHECK(part("prohibited_fields", false, &Reader::read_prohibited));
        BANKCTL_CHECK(part("product", !is_trained, &Reader::read_product));
        BANKCTL_CHECK(part("knockouts", !is_trained, &Reader::read_knockouts));
        BANKCTL_CHECK(part("affordability", !is_trained, &Reader::read_affordability));
        BANKCTL_CHECK(part("workflow", false, &Reader::read_workflow));
        BANKCTL_CHECK(part("bands", true, &Reader::read_bands));
        BANKCTL_CHECK(part("reasons", true, &Reader::read_reasons));
        BANKCTL_CHECK(check_prohibited());
        return check_amounts();
    }

private:
    Status part(std::string_view key, bool is_required, Status (Reader::*read_part)(const PolicyNode&)) {
        const auto found = root_.find(key);
        if (found && (is_required || !found->json().IsNull())) return (this->*read_part)(*found);
        return is_required ? root_.refuse("lacks " + in_quotes(key)) : ok();
    }

    Result<std::string> text_member(std::string_view key) const {
        BANKCTL_TRY(member, root_.member(key));
        return member.text(64);
    }

    static Result<std::int64_t> integer_of(const PolicyNode& node, std::string_view key, std::int64_t low,
                                           std::int64_t high) {
        BANKCTL_TRY(member, node.member(key));
        return member.integer(low, high);
    }

    /// Null says that there is no cap.
    static Result<std::optional<std::int64_t>> optional_integer(const PolicyNode& node, std::string_view key,
                                                                std::int64_t low, std::int64_t high) {
        const auto member = node.find(key);
        if (!member || member->json().IsNull()) return std::optional<std::int64_t>();
        BANKCTL_TRY(number, member->integer(low, high));
        return std::optional(number);
    }

    /// A member that may only say `value`.
    static Status only(const PolicyNode& node, std::string_view key, std::string_view value) {
        const auto member = node.find(key);
        if (!member) return ok();
        BANKCTL_TRY(text, member->text(64));
        return text == value ? ok() : member->refuse("must be " + std::string(value));
    }

    Status read_head() {
        BANKCTL_TRY(schema, root_.member("schema"));
        BANKCTL_TRY(schema_text, schema.text(64));
        if (schema_text != k_schema) return schema.refuse("must be " + std::string(k_schema));
        BANKCTL_TRY(id, text_member("id"));
        BANKCTL_TRY(version, text_member("version"));
        BANKCTL_TRY(status, root_.member("status"));
        BANKCTL_TRY(status_text, status.word());
        if (std::ranges::find(k_statuses, status_text) == std::end(k_statuses))
            return status.refuse("must be champion, challenger, draft or retired");
        BANKCTL_TRY(since, root_.member("effective_from"));
        BANKCTL_TRY(date, since.text(10));
        if (!parse_time(date)) return since.refuse("must be a date like 2026-01-31");
        policy_.id = id;
        policy_.version = version;
        policy_.status = status_text;
        policy_.effective_from = date;
        return ok();
    }

    Status read_card(const PolicyNode& node) {
        BANKCTL_TRY(card, read_scorecard(node));
        policy_.card = std::move(card);
        const auto& characteristics = policy_.card.characteristics;
        for (std::size_t i = 0; i < characteristics.size(); ++i) {
            const auto fact = loan_fact(characteristics[i].field);
            const bool fits = fact && (info(*fact).type == LoanFactType::word) == characteristics[i].is_categorical();
            if (fits) {
                policy_.card_facts.push_back(*fact);
                continue;
            }
            policy_.card_facts.clear();
            if (policy_.card.is_trained) return ok();
            return node.find("characteristics")
                ->at(i)
                .refuse("asks for " + in_quotes(characteristics[i].field) +
                        (fact ? ", which its bins do not fit" : ", which no application has"));
        }
        return ok();
    }

    Status read_product(const PolicyNode& node) {
        BANKCTL_CHECK(node.require_object({"min_amount_minor", "max_amount_minor", "amount_step_minor", "terms"}));
        LoanProduct product;
        BANKCTL_TRY(low, integer_of(node, "min_amount_minor", 1, k_minor_max));
        BANKCTL_TRY(high, integer_of(node, "max_amount_minor", low, k_minor_max));
        BANKCTL_TRY(step, integer_of(node, "amount_step_minor", 1, k_minor_max));
        BANKCTL_TRY(terms, node.member("terms"));
        BANKCTL_CHECK(terms.require_array(1, k_rules_max));
        for (std::size_t i = 0; i < terms.size(); ++i) {
            const PolicyNode element = terms.at(i);
            BANKCTL_TRY(term, element.integer(1, info(LoanFact::term_months).high));
            if (!product.terms.empty() && term <= product.terms.back())
                return element.refuse("must be longer than the term before it");
            product.terms.push_back(term);
        }
        product.amount_min = low;
        product.amount_max = high;
        product.amount_step = step;
        policy_.product = std::move(product);
        return ok();
    }

    Status read_knockouts(const PolicyNode& node) {
        BANKCTL_CHECK(node.require_array(0, k_rules_max));
        std::set<std::string> ids;
        for (std::size_t i = 0; i < node.size(); ++i) {
            const PolicyNode element = node.at(i);
            BANKCTL_CHECK(element.require_object({"id", "when", "action", "code"}));
            BANKCTL_TRY(id_node, element.member("id"));
            BANKCTL_TRY(id, id_node.text(64));
            if (!ids.insert(id).second) return id_node.refuse("stands twice");
            BANKCTL_TRY(action, element.member("action"));
            BANKCTL_TRY(action_word, action.word());
            if (action_word != "decline" && action_word != "refer") return action.refuse("must be decline or refer");
            BANKCTL_TRY(code_node, element.member("code"));
            BANKCTL_TRY(code, code_node.word());
            BANKCTL_TRY(when, element.member("when"));
            BANKCTL_TRY(knockout, read_condition(when));
            knockout.id = id;
            knockout.declines = action_word == "decline";
            knockout.code = code;
            policy_.knockouts.push_back(std::move(knockout));
        }
        return ok();
    }

    Result<Knockout> read_condition(const PolicyNode& node) const {
        BANKCTL_CHECK(node.require_object({"field", "op", "value"}));
        BANKCTL_TRY(field, node.member("field"));
        BANKCTL_TRY(path, field.text(64));
        if (policy_.prohibits(last_word(path))) return prohibited(path);
        const auto fact = loan_fact(path);
        if (!fact) return field.refuse("names " + in_quotes(path) + ", which no application has");
        BANKCTL_TRY(op, node.member("op"));
        BANKCTL_TRY(sign, op.text(2));
        const auto* const found = std::ranges::find(k_symbols, sign);
        if (found == std::end(k_symbols)) return op.refuse("must be one of < <= == != >= >");
        Knockout knockout;
        knockout.fact = *fact;
        knockout.comparison = static_cast<Comparison>(found - std::begin(k_symbols));
        const LoanFactType type = info(*fact).type;
        const bool has_order = type == LoanFactType::integer || type == LoanFactType::amount;
        const bool is_order = sign != "==" && sign != "!=";
        if (is_order && !has_order) return op.refuse("must be == or !=: " + path + " has no order");
        BANKCTL_TRY(value, node.member("value"));
        if (type == LoanFactType::word) {
            BANKCTL_TRY(word, value.word());
            knockout.word = word;
        } else if (type == LoanFactType::boolean) {
            if (!value.json().IsBool()) return value.refuse("must be true or false, as " + path + " is");
            knockout.number = value.json().GetBool() ? 1 : 0;
        } else if (has_order) {
            BANKCTL_TRY(number, value.integer(-k_minor_max, k_minor_max));
            knockout.number = number;
        } else {
            return field.refuse("is a date; ask for derived.age_years instead");
        }
        return knockout;
    }

    Status read_affordability(const PolicyNode& node) {
        BANKCTL_CHECK(node.require_object(
            {"dti_max_bps", "pti_max_bps", "ltv_max_bps", "min_residual_minor", "stress_rate_add_bps", "rounding"}));
        BANKCTL_CHECK(only(node, "rounding", k_rounding));
        BANKCTL_TRY(dti, optional_integer(node, "dti_max_bps", 0, k_bps_max));
        BANKCTL_TRY(pti, optional_integer(node, "pti_max_bps", 0, k_bps_max));
        BANKCTL_TRY(ltv, optional_integer(node, "ltv_max_bps", 0, k_bps_max));
        BANKCTL_TRY(residual, optional_integer(node, "min_residual_minor", -k_minor_max, k_minor_max));
        BANKCTL_TRY(stress, optional_integer(node, "stress_rate_add_bps", 0, info(LoanFact::rate_bps).high));
        policy_.affordability = {dti, pti, ltv, residual, stress.value_or(0)};
        return ok();
    }

    Status read_bands(const PolicyNode& node) {
        BANKCTL_CHECK(node.require_object({"approve_min", "refer_min"}));
        BANKCTL_TRY(approve, integer_of(node, "approve_min", -k_minor_max, k_minor_max));
        BANKCTL_TRY(refer, integer_of(node, "refer_min", -k_minor_max, approve));
        policy_.approve_min = approve;
        policy_.refer_min = refer;
        return ok();
    }

    Status read_reasons(const PolicyNode& node) {
        BANKCTL_CHECK(node.require_object({"max", "method", "tie", "texts"}));
        BANKCTL_TRY(max, integer_of(node, "max", 1, 4));
        policy_.reasons_max = static_cast<std::size_t>(max);
        BANKCTL_CHECK(only(node, "method", k_method));
        BANKCTL_CHECK(only(node, "tie", k_tie));
        BANKCTL_TRY(texts, node.member("texts"));
        if (!texts.json().IsObject()) return texts.refuse("must be an object");
        for (std::size_t i = 0; i < texts.json().MemberCount(); ++i) {
            const PolicyNode element = texts.member_at(i);
            if (element.json().IsString() && element.json().GetStringLength() == 0) continue;  // as if it were absent
            BANKCTL_TRY(text, element.text(k_text_bytes_max));
            policy_.texts.emplace(element.key(), text);
        }
        return ok();
    }

    Status read_workflow(const PolicyNode& node) {
        BANKCTL_CHECK(node.require_object({"approval_valid_days", "four_eyes_above_minor", "contradictions", "team",
                                           "creditor", "agency", "credit_bureau"}));
        LoanWorkflow& workflow = policy_.workflow;
        BANKCTL_TRY(days, optional_integer(node, "approval_valid_days", 1, 365));
        BANKCTL_TRY(four_eyes, optional_integer(node, "four_eyes_above_minor", 0, k_minor_max));
        workflow.approval_valid_days = days.value_or(workflow.approval_valid_days);
        workflow.four_eyes_above = four_eyes;
        if (const auto contradictions = node.find("contradictions")) {
            BANKCTL_TRY(word, contradictions->word());
            if (word != "refer" && word != "report") return contradictions->refuse("must be refer or report");
            workflow.contradictions_refer = word == "refer";
        }
        for (const auto& [key, member] : {std::pair{"team", &workflow.team},
                                          {"creditor", &workflow.creditor},
                                          {"agency", &workflow.agency},
                                          {"credit_bureau", &workflow.credit_bureau}}) {
            const auto found = node.find(key);
            if (!found || found->json().IsNull()) continue;
            BANKCTL_TRY(text, found->text(k_text_bytes_max));
            *member = text;
        }
        return ok();
    }

    Status read_prohibited(const PolicyNode& node) {
        BANKCTL_CHECK(node.require_array(0, k_rules_max));
        for (std::size_t i = 0; i < node.size(); ++i) {
            BANKCTL_TRY(word, node.at(i).text(64));
            policy_.prohibited.push_back(word);
        }
        return ok();
    }

    Status check_prohibited() const {
        for (const Characteristic& characteristic : policy_.card.characteristics) {
            if (policy_.prohibits(last_word(characteristic.field))) return prohibited(characteristic.field);
        }
        return ok();
    }

    Status check_amounts() const {
        if (!policy_.product || policy_.favours_small_amounts()) return ok();
        const LoanProduct& product = *policy_.product;
        if ((product.amount_max - product.amount_min) / product.amount_step <= k_amounts_max) return ok();
        return root_.find("product")->refuse("has more than 100,000 amounts to try, and larger ones can fare better");
    }

    static Error prohibited(const std::string& field) {
        return Error(ErrorCode::prohibited_input, "the policy decides by " + in_quotes(field) + ", which none may",
                     "leave it out; a trained card does with --exclude")
            .with("field", printable(field));
    }

    const PolicyNode& root_;
    LoanPolicy& policy_;
};

}  // namespace

std::string_view symbol(Comparison comparison) { return k_symbols[static_cast<std::size_t>(comparison)]; }

Result<LoanPolicy> LoanPolicy::parse(std::string_view json) {
    rapidjson::Document document;
    BANKCTL_CHECK(parse_policy_json(json, document));
    LoanPolicy policy;
    const PolicyNode root(document);
    BANKCTL_CHECK(Reader(root, policy).read());
    policy.canonical = canonical_json(document);
    policy.sha256 = to_hex(bankctl::sha256(policy.canonical));
    return policy;
}

const LoanPolicy& LoanPolicy::embedded() {
    static const LoanPolicy policy = parse(embedded_text()).value_or_throw();
    return policy;
}

std::string_view LoanPolicy::embedded_text() {
    const auto file = std::ranges::find(embedded::policies, std::string_view("loan.json"), &embedded::File::name);
    return file->contents;
}

bool LoanPolicy::favours_small_amounts() const {
    const auto rises = [](LoanFact fact) {
        return fact == LoanFact::amount || fact == LoanFact::payment || fact == LoanFact::stressed_payment ||
               fact == LoanFact::dti_bps || fact == LoanFact::pti_bps || fact == LoanFact::ltv_bps;
    };
    for (std::size_t i = 0; i < card_facts.size(); ++i) {
        const Characteristic& characteristic = card.characteristics[i];
        const bool does_fall = card_facts[i] == LoanFact::residual;
        if (!does_fall && !rises(card_facts[i])) continue;
        const Direction wanted = does_fall ? Direction::higher_is_better : Direction::lower_is_better;
        if (characteristic.direction != wanted || !characteristic.special.empty()) return false;
    }
    for (const Knockout& knockout : knockouts) {
        const bool does_fall = knockout.fact == LoanFact::residual;
        if (!does_fall && !rises(knockout.fact)) continue;
        const Comparison comparison = knockout.comparison;
        const bool asks_for_much = comparison == Comparison::at_least || comparison == Comparison::greater;
        const bool asks_for_little = comparison == Comparison::at_most || comparison == Comparison::less;
        if (does_fall ? !asks_for_little : !asks_for_much) return false;
    }
    return true;
}

std::string LoanPolicy::text_of(std::string_view code) const {
    for (const LoanPolicy* const policy : {this, &embedded()}) {
        const auto found = policy->texts.find(code);
        if (found != policy->texts.end()) return found->second;
    }
    std::string words(code);
    std::ranges::replace(words, '_', ' ');
    return words;
}

std::string LoanPolicy::text_of(const Characteristic& characteristic) const {
    const auto own = texts.find(characteristic.reason);
    if (own != texts.end()) return own->second;
    const LoanPolicy& standard = embedded();
    const auto same = std::ranges::find(standard.card.characteristics, characteristic.field, &Characteristic::field);
    if (same != standard.card.characteristics.end()) return standard.texts.at(same->reason);
    const auto fact = loan_fact(characteristic.field);
    return "What counted against the application: " + (fact ? std::string(info(*fact).meaning) : characteristic.field);
}

bool LoanPolicy::prohibits(std::string_view key) const {
    return is_prohibited_name(key) || std::ranges::find(prohibited, key) != prohibited.end();
}

}  // namespace bankctl
