#include "cli/loan_policy_document.h"

#include <algorithm>
#include <cmath>

#include "core/model/money.h"

namespace bankctl::cli {
namespace {

/// A whole number as one, as it stands in a policy.
Json number_json(double number) {
    const bool is_whole = number == std::floor(number) && std::abs(number) <= static_cast<double>(k_minor_max);
    return is_whole ? Json(static_cast<std::int64_t>(number)) : Json(number);
}

Json optional_json(const std::optional<std::int64_t>& number) { return number ? Json(*number) : Json(); }

Json product_json(const std::optional<LoanProduct>& product) {
    if (!product) return nullptr;
    return {{"min_amount_minor", product->amount_min},
            {"max_amount_minor", product->amount_max},
            {"amount_step_minor", product->amount_step},
            {"terms", product->terms}};
}

Json value_json(const Knockout& knockout) {
    switch (info(knockout.fact).type) {
        case LoanFactType::word: return knockout.word;
        case LoanFactType::boolean: return knockout.number != 0;
        default: return knockout.number;
    }
}

Json knockouts_json(const LoanPolicy& policy) {
    Json knockouts = Json::array();
    for (const Knockout& knockout : policy.knockouts)
        knockouts.push_back({{"id", knockout.id},
                             {"field", info(knockout.fact).path},
                             {"op", symbol(knockout.comparison)},
                             {"value", value_json(knockout)},
                             {"action", knockout.declines ? "decline" : "refer"},
                             {"code", knockout.code},
                             {"text", policy.text_of(knockout.code)}});
    return knockouts;
}

Json bins_json(const Characteristic& characteristic) {
    Json bins = Json::array();
    const auto add = [&](Place::Kind kind, std::size_t index, std::string_view word, Json le, Json values,
                         const BinPoints& points) {
        bins.push_back({{"kind", word},
                        {"bin", describe(characteristic, {kind, index, points})},
                        {"le", std::move(le)},
                        {"values", std::move(values)},
                        {"points", points.points}});
    };
    for (std::size_t i = 0; i < characteristic.bins.size(); ++i) {
        const NumberBin& bin = characteristic.bins[i];
        add(Place::Kind::number, i, "number", bin.at_most ? number_json(*bin.at_most) : Json(), nullptr, bin.points);
    }
    for (std::size_t i = 0; i < characteristic.categories.size(); ++i) {
        const CategoryBin& bin = characteristic.categories[i];
        add(Place::Kind::category, i, "category", nullptr, bin.values, bin.points);
    }
    if (characteristic.is_categorical()) add(Place::Kind::other, 0, "other", nullptr, nullptr, characteristic.other);
    for (std::size_t i = 0; i < characteristic.special.size(); ++i) {
        Json codes = Json::array();
        for (const double code : characteristic.special[i].codes) codes.push_back(number_json(code));
        add(Place::Kind::special, i, "special", nullptr, std::move(codes), characteristic.special[i].points);
    }
    add(Place::Kind::missing, 0, "missing", nullptr, nullptr, characteristic.missing);
    return bins;
}

Json scorecard_json(const LoanPolicy& policy) {
    const Scorecard& card = policy.card;
    Json characteristics = Json::array();
    for (const Characteristic& characteristic : card.characteristics)
        characteristics.push_back({{"id", characteristic.id},
                                   {"field", characteristic.field},
                                   {"direction", name(characteristic.direction)},
                                   {"reason", characteristic.reason},
                                   {"text", policy.text_of(characteristic)},
                                   {"reference_points", characteristic.reference_points},
                                   {"bins", bins_json(characteristic)}});
    return {{"id", card.id},
            {"version", card.version},
            {"provenance", card.is_trained ? "trained" : "expert"},
            {"base", card.base},
            {"odds", card.odds},
            {"pdo", card.pdo},
            {"base_points", card.base_points.points},
            {"characteristics", std::move(characteristics)}};
}

/// Texts that a policy may leave open are null then.
Json workflow_json(const LoanWorkflow& workflow) {
    const auto text = [](const std::string& words) { return words.empty() ? Json() : Json(words); };
    return {{"approval_valid_days", workflow.approval_valid_days},
            {"four_eyes_above_minor", optional_json(workflow.four_eyes_above)},
            {"contradictions", workflow.contradictions_refer ? "refer" : "report"},
            {"team", workflow.team},
            {"creditor", text(workflow.creditor)},
            {"agency", text(workflow.agency)},
            {"credit_bureau", text(workflow.credit_bureau)}};
}

Json texts_json(const LoanPolicy& policy) {
    Json texts = Json::array();
    for (const auto& [code, text] : policy.texts) texts.push_back({{"code", code}, {"text", text}});
    return texts;
}

/// What a bin is, whatever it gives.
Json without_points(Json bin) {
    bin.erase("points");
    return bin;
}

Json member_of(const Json& element, const char* key) { return element.at(key); }

/// Collects the changes, part by part.
class Changes {
public:
    /// The members of two objects that both have the same keys; `left_out` are compared elsewhere.
    void compare(const char* part, const Json& id, const Json& before, const Json& after,
                 std::initializer_list<std::string_view> left_out = {}) {
        for (const auto& [key, value] : before.items()) {
            if (std::ranges::find(left_out, std::string_view(key)) != left_out.end()) continue;
            if (value != after.at(key)) add(part, id, nullptr, key, value, after.at(key));
        }
    }

    /// The elements of two lists by what identifies them: `lack` of those that one lacks, `compare` of the others.
    template <class Identity, class Lack, class Compare>
    void compare_lists(const Json& before, const Json& after, Identity identity, Lack lack, Compare compare) {
        const auto partner = [&](const Json& list, const Json& element) {
            return std::ranges::find_if(list, [&](const Json& each) { return identity(each) == identity(element); });
        };
        for (const Json& element : before) {
            const auto same = partner(after, element);
            if (same == after.end()) {
                lack(element, true);
            } else {
                compare(element, *same);
            }
        }
        for (const Json& element : after) {
            if (partner(before, element) == before.end()) lack(element, false);
        }
    }

    /// The same of elements that a member names, and whose order counts.
    template <class Compare>
    void compare_named(const char* part, const Json& before, const Json& after, const char* name, Compare compare) {
        const auto identity = [&](const Json& element) { return member_of(element, name); };
        compare_lists(
            before, after, identity,
            [&](const Json& element, bool is_removed) {
                add_whole(part, identity(element), nullptr, element, is_removed);
            },
            compare);
        const Json order = common_names(before, after, name);
        const Json new_order = common_names(after, before, name);
        if (order != new_order) add(part, nullptr, nullptr, "order", order, new_order);
    }

    void compare_bins(const Json& before, const Json& after) {
        const Json& id = before.at("id");
        compare_lists(
            before.at("bins"), after.at("bins"), without_points,
            [&](const Json& bin, bool is_removed) { add_whole("characteristics", id, bin.at("bin"), bin, is_removed); },
            [&](const Json& bin, const Json& same) {
                if (bin != same)
                    add("characteristics", id, bin.at("bin"), "points", bin.at("points"), same.at("points"));
            });
    }

    void add_whole(const char* part, const Json& id, const Json& bin, const Json& element, bool is_removed) {
        rows_.push_back({{"part", part},
                         {"id", id},
                         {"bin", bin},
                         {"key", nullptr},
                         {"change", is_removed ? "removed" : "added"},
                         {"before", is_removed ? element : Json()},
                         {"after", is_removed ? Json() : element}});
    }

    Json rows() && { return std::move(rows_); }

private:
    static Json common_names(const Json& list, const Json& other, const char* name) {
        Json names = Json::array();
        for (const Json& element : list) {
            const bool is_common = std::ranges::any_of(
                other, [&](const Json& each) { return member_of(each, name) == member_of(element, name); });
            if (is_common) names.push_back(member_of(element, name));
        }
        return names;
    }

    void add(const char* part, const Json& id, const Json& bin, const std::string& key, const Json& before,
             const Json& after) {
        rows_.push_back({{"part", part},
                         {"id", id},
                         {"bin", bin},
                         {"key", key},
                         {"change", "changed"},
                         {"before", before},
                         {"after", after}});
    }

    Json rows_ = Json::array();
};

}  // namespace

Json loan_policy_reference(const LoanPolicy& policy) {
    return {{"id", policy.id}, {"version", policy.version}, {"sha256", policy.sha256}};
}

Json loan_policy_json(const LoanPolicy& policy, const std::string& source) {
    const Affordability& caps = policy.affordability;
    return {{"id", policy.id},
            {"version", policy.version},
            {"status", policy.status},
            {"effective_from", policy.effective_from},
            {"sha256", policy.sha256},
            {"source", source},
            {"decides_applications", policy.decides_applications()},
            {"product", product_json(policy.product)},
            {"knockouts", knockouts_json(policy)},
            {"affordability",
             {{"dti_max_bps", optional_json(caps.dti_max_bps)},
              {"pti_max_bps", optional_json(caps.pti_max_bps)},
              {"ltv_max_bps", optional_json(caps.ltv_max_bps)},
              {"min_residual_minor", optional_json(caps.residual_min)},
              {"stress_rate_add_bps", caps.stress_rate_add_bps}}},
            {"scorecard", scorecard_json(policy)},
            {"bands", {{"approve_min", policy.approve_min}, {"refer_min", policy.refer_min}}},
            {"reasons", {{"max", policy.reasons_max}, {"texts", texts_json(policy)}}},
            {"workflow", workflow_json(policy.workflow)},
            {"prohibited_fields", policy.prohibited}};
}

Json loan_policy_changes(const Json& before, const Json& after) {
    Changes changes;
    for (const char* const key : {"id", "version", "status", "effective_from"})
        changes.compare("policy", nullptr, {{key, before.at(key)}}, {{key, after.at(key)}});
    const Json& product = before.at("product");
    const Json& new_product = after.at("product");
    if (product.is_null() != new_product.is_null()) {
        changes.add_whole("product", nullptr, nullptr, product.is_null() ? new_product : product,
                          new_product.is_null());
    } else if (!product.is_null()) {
        changes.compare("product", nullptr, product, new_product);
    }
    // The texts of knock-outs and characteristics follow from their codes.
    changes.compare_named(
        "knockouts", before.at("knockouts"), after.at("knockouts"), "id",
        [&](const Json& one, const Json& other) { changes.compare("knockouts", one.at("id"), one, other, {"text"}); });
    changes.compare("affordability", nullptr, before.at("affordability"), after.at("affordability"));
    const Json& card = before.at("scorecard");
    const Json& new_card = after.at("scorecard");
    changes.compare("scorecard", nullptr, card, new_card, {"characteristics"});
    changes.compare_named("characteristics", card.at("characteristics"), new_card.at("characteristics"), "id",
                          [&](const Json& one, const Json& other) {
                              changes.compare("characteristics", one.at("id"), one, other, {"text", "bins"});
                              changes.compare_bins(one, other);
                          });
    changes.compare("bands", nullptr, before.at("bands"), after.at("bands"));
    const Json& reasons = before.at("reasons");
    const Json& new_reasons = after.at("reasons");
    changes.compare("reasons", nullptr, reasons, new_reasons, {"texts"});
    changes.compare_named(
        "reasons", reasons.at("texts"), new_reasons.at("texts"), "code",
        [&](const Json& one, const Json& other) { changes.compare("reasons", one.at("code"), one, other); });
    changes.compare("workflow", nullptr, before.at("workflow"), after.at("workflow"));
    changes.compare("policy", nullptr, {{"prohibited_fields", before.at("prohibited_fields")}},
                    {{"prohibited_fields", after.at("prohibited_fields")}});
    return std::move(changes).rows();
}

}  // namespace bankctl::cli
