#include "core/model/dispute_policy.h"

#include <algorithm>
#include <array>

#include "core/base/sha256.h"
#include "core/model/dispute_policy_reader.h"
#include "core/model/dispute_policy_rules.h"
#include "embedded_policies.h"

namespace bankctl {
namespace {

using rapidjson::Document;
using rapidjson::Value;

constexpr std::string_view k_risks[] = {"low", "medium", "high"};
constexpr std::string_view k_routes[] = {"routed", "suggested", "triage"};

/// Of the canonical text of schema/policy/dispute.json, which would take as long to compute as the policy takes to
/// read. A test compares it.
constexpr std::string_view k_embedded_sha256 = "eb403e5eb3aea2df854cee547e5279f5828c200fcf4ccdcf6ce5ff91e0d81be9";

Value text_value(std::string_view text, Document& document) {
    return Value(text.data(), static_cast<rapidjson::SizeType>(text.size()), document.GetAllocator());
}

/// Raises the limits that `document` has to those of `other`, so that what is taken from it fits.
void raise_limits(Document& document, const Document& other) {
    for (const char* const key : {"max_nodes", "max_depth"}) {
        Value& own = document["limits"][key];
        own.SetInt64(std::max(own.GetInt64(), other["limits"][key].GetInt64()));
    }
}

/// Takes the parts that a checked `document` lacks from the policy in the executable, with the facts that they name.
Status inherit(Document& document, std::vector<std::string>& inherited) {
    for (const std::string_view part : k_optional_parts) {
        if (!PolicyNode(document).find(part)) inherited.emplace_back(part);
    }
    if (inherited.empty()) return ok();
    Document base;
    BANKCTL_CHECK(parse_policy_json(DisputePolicy::embedded_text(), base));
    auto& allocator = document.GetAllocator();
    for (const std::string& part : inherited) {
        const auto found = PolicyNode(base).find(part);
        if (found) document.AddMember(text_value(part, document), Value(found->json(), allocator), allocator);
    }
    raise_limits(document, base);
    Value& facts = document["facts"];
    for (const Value& fact : base["facts"].GetArray()) {
        const bool has = std::ranges::any_of(facts.GetArray(), [&](const Value& own) { return own == fact; });
        if (!has) facts.PushBack(Value(fact, allocator), allocator);
    }
    return ok();
}

}  // namespace

std::string_view name(RiskBand risk) { return k_risks[static_cast<std::size_t>(risk)]; }

std::optional<RiskBand> risk_band(std::string_view name) {
    const auto* const found = std::ranges::find(k_risks, name);
    if (found == std::end(k_risks)) return std::nullopt;
    return static_cast<RiskBand>(found - std::begin(k_risks));
}

std::string_view name(Route route) { return k_routes[static_cast<std::size_t>(route)]; }

Result<DisputePolicy> DisputePolicy::parse(std::string_view json) {
    Document document;
    BANKCTL_CHECK(parse_policy_json(json, document));
    auto rules = std::make_unique<Rules>();
    std::vector<std::string> inherited;
    const bool is_whole = std::ranges::all_of(
        k_optional_parts, [&](std::string_view part) { return PolicyNode(document).find(part).has_value(); });
    if (!is_whole) {
        Rules own;
        BANKCTL_CHECK(read_dispute_policy(PolicyNode(document), false, own));
        BANKCTL_CHECK(inherit(document, inherited));
    }
    BANKCTL_CHECK(read_dispute_policy(PolicyNode(document), true, *rules));
    rules->inherited = std::move(inherited);
    rules->canonical = canonical_json(document);
    rules->sha256 = to_hex(bankctl::sha256(rules->canonical));
    return DisputePolicy(std::move(rules));
}

const DisputePolicy& DisputePolicy::embedded() {
    // Never destroyed: that would cost every process as much as a twentieth of reading it.
    static const DisputePolicy& policy = *new DisputePolicy([] {
        auto rules = std::make_unique<Rules>();
        rules->trusted_text = embedded_text();
        rules->trusted = std::make_unique<Document>();
        parse_trusted_json(rules->trusted_text, *rules->trusted);
        read_trusted_policy(*rules);
        rules->sha256 = k_embedded_sha256;
        return rules;
    }());
    return policy;
}

std::string_view DisputePolicy::embedded_text() {
    const auto file = std::ranges::find(embedded::policies, std::string_view("dispute.json"), &embedded::File::name);
    return file->contents;
}

DisputePolicy::DisputePolicy(std::unique_ptr<Rules> rules) : rules_(std::move(rules)) {}
DisputePolicy::~DisputePolicy() = default;
DisputePolicy::DisputePolicy(DisputePolicy&&) noexcept = default;
DisputePolicy& DisputePolicy::operator=(DisputePolicy&&) noexcept = default;

const std::string& DisputePolicy::id() const { return rules_->id; }
const std::string& DisputePolicy::version() const { return rules_->version; }
const std::string& DisputePolicy::sha256() const { return rules_->sha256; }
std::string DisputePolicy::canonical_text() const {
    return rules_->trusted ? canonical_json(*rules_->trusted) : rules_->canonical;
}
const std::vector<std::string>& DisputePolicy::inherited() const { return rules_->inherited; }
const std::vector<std::string>& DisputePolicy::teams() const { return rules_->teams; }

}  // namespace bankctl
