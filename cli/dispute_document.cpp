#include "cli/dispute_document.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace bankctl::cli {
namespace {

using enum CellType;

constexpr Field k_dispute_fields[] = {{"id"},
                                      {"seq", number, false},
                                      {"version", number},
                                      {"status"},
                                      {"outcome"},
                                      {"customer"},
                                      {"transaction", number},
                                      {"amount", money},
                                      {"merchant"},
                                      {"channel"},
                                      {"paid_at", time},
                                      {"text"},
                                      {"category"},
                                      {"intent"},
                                      {"confidence", number},
                                      {"in_scope", boolean},
                                      {"is_long", boolean, false},
                                      {"alternatives", nested},
                                      {"explanation", nested},
                                      {"decided_by"},
                                      {"model"},
                                      {"fallback"},
                                      {"priority"},
                                      {"priority_points", number},
                                      {"priority_reasons", nested},
                                      {"risk"},
                                      {"risk_points", number},
                                      {"risk_reasons", nested},
                                      {"flags", list},
                                      {"four_eyes", boolean},
                                      {"missing_facts", list},
                                      {"facts", nested},
                                      {"policy", nested},
                                      {"team"},
                                      {"assignee"},
                                      {"route"},
                                      {"route_reasons", list},
                                      {"deadlines", nested},
                                      {"due_at", time},
                                      {"recommendations", nested},
                                      {"evidence", list},
                                      {"evidence_requested", list},
                                      {"network_codes", list},
                                      {"provisional_credit", nested},
                                      {"refund", nested},
                                      {"history", nested},
                                      {"filed_at", time},
                                      {"changed_at", time},
                                      {"recomputation", nested},
                                      {"replayed", boolean},
                                      {"dry_run", boolean}};
constexpr Field k_row_fields[] = {{"id"},
                                  {"priority"},
                                  {"status"},
                                  {"category"},
                                  {"team"},
                                  {"assignee", text, false},
                                  {"due_at", time},
                                  {"overdue", boolean, false},
                                  {"version", number, false},
                                  {"outcome", text, false},
                                  {"customer", text, false},
                                  {"transaction", number, false},
                                  {"risk", text, false},
                                  {"decided_by", text, false},
                                  {"filed_at", time, false},
                                  {"changed_at", time, false}};

/// Many cases have in a table only what a row has room for.
constexpr auto k_filed_fields = [] {
    constexpr std::string_view k_in_table[] = {"id", "status", "customer", "category", "priority", "team"};
    auto fields = std::to_array(k_dispute_fields);
    for (Field& field : fields)
        field.in_table = std::find(std::begin(k_in_table), std::end(k_in_table), field.name) != std::end(k_in_table);
    return fields;
}();

Json text_json(const std::optional<std::string>& text) { return text ? Json(*text) : Json(nullptr); }
Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }
Json seq_json(Seq seq) { return seq ? Json(seq.value) : Json(nullptr); }
std::string priority_text(int priority) { return "P" + std::to_string(priority); }

Json reasons_json(const std::vector<PointReason>& reasons) {
    Json list = Json::array();
    for (const PointReason& reason : reasons) list.push_back({{"points", reason.points}, {"reason", reason.reason}});
    return list;
}

Json facts_json(const Facts& facts) {
    Json object = Json::object();
    for (const auto& [name, value] : facts)
        std::visit([&member = object[name]](const auto& plain) { member = plain; }, value);
    return object;
}

Json deadlines_json(const std::vector<Deadline>& deadlines) {
    Json list = Json::array();
    for (const Deadline& deadline : deadlines)
        list.push_back({{"rule", deadline.rule},
                        {"what", deadline.what},
                        {"due", time_json(deadline.due)},
                        {"source", text_or_null(deadline.source)},
                        {"legal", deadline.is_legal},
                        {"party", deadline.is_customers ? "customer" : "bank"},
                        {"paused", deadline.paused},
                        {"met", deadline.is_met}});
    return list;
}

Json recommendations_json(const std::vector<Recommendation>& recommendations) {
    Json list = Json::array();
    for (const Recommendation& recommendation : recommendations)
        list.push_back({{"action", recommendation.action},
                        {"text", recommendation.text},
                        {"basis", text_or_null(recommendation.basis)},
                        {"due", time_json(recommendation.due)}});
    return list;
}

/// Money of a case's postings.
Json moved_json(const std::string& currency, std::optional<std::int64_t> minor) {
    if (!minor || currency.empty()) return nullptr;
    return money_json(find_currency(currency).value_or_throw(), *minor);
}

/// A case begins with nothing: what it came from is null in the first line.
Json history_json(const std::vector<DisputeEvent>& history, const std::string& currency) {
    Json list = Json::array();
    for (const DisputeEvent& event : history) {
        const bool is_first = list.empty();
        list.push_back({{"at", time_json(event.at)},
                        {"from", is_first ? Json(nullptr) : Json(name(event.from))},
                        {"to", name(event.to)},
                        {"action", name(event.action)},
                        {"user", event.user},
                        {"note", text_json(event.note)},
                        {"team", text_json(event.team)},
                        {"assignee", text_json(event.assignee)},
                        {"category", event.category ? Json(name(*event.category)) : Json(nullptr)},
                        {"outcome", event.outcome ? Json(name(*event.outcome)) : Json(nullptr)},
                        {"amount", moved_json(currency, event.amount_minor)},
                        {"refund", moved_json(currency, event.refund_minor)},
                        {"seq", event.seq.value}});
    }
    return list;
}

/// A posting to the customer's account; in a dry run a number that is not kept.
Json posting_json(const Dispute& dispute, Seq posting, std::int64_t minor) {
    const Currency currency = find_currency(dispute.currency).value_or_throw();
    return {{"transaction", posting.value}, {"amount", money_json(currency, minor)}};
}

Json provisional_credit_json(const Dispute& dispute) {
    if (!dispute.credit) return nullptr;
    Json json = posting_json(dispute, dispute.credit, dispute.credit_minor);
    const bool is_over = !check_action(dispute.status, DisputeAction::credit);
    json["status"] = is_over ? "kept" : "provisional";
    return json;
}

Json amount_json(const DisputedPayment& payment) {
    if (payment.amount_minor == 0) return nullptr;
    const Result<Currency> currency = find_currency(payment.currency);
    return currency ? money_json(*currency, payment.amount_minor) : Json(nullptr);
}

/// What the classifier said.
void add_classification(Json& json, const Classification& said, DisputeCategory category, DecidedBy decided_by) {
    json["category"] = name(category);
    json["intent"] = text_or_null(said.intent);
    json["confidence"] = confidence_json(said.confidence_bp);
    json["in_scope"] = said.in_scope;
    json["is_long"] = said.is_long;
    json["alternatives"] = alternatives_json(said);
    json["explanation"] = explanation_json(said);
    json["decided_by"] = name(decided_by);
    json["model"] = text_or_null(said.model);
    json["fallback"] = text_or_null(said.fallback);
}

/// What the policy made of it.
void add_assessment(Json& json, const DisputeView& view) {
    const Dispute& dispute = view.dispute;
    const Assessment& assessment = view.assessment;
    json["priority"] = priority_text(dispute.priority);
    json["priority_points"] = assessment.priority_points;
    json["priority_reasons"] = reasons_json(assessment.priority_reasons);
    json["risk"] = name(dispute.risk);
    json["risk_points"] = assessment.risk_points;
    json["risk_reasons"] = reasons_json(assessment.risk_reasons);
    json["flags"] = assessment.flags;
    json["four_eyes"] = assessment.needs_four_eyes;
    json["missing_facts"] = assessment.missing_facts;
    json["facts"] = facts_json(view.facts);
    json["policy"] = {{"id", view.policy_id}, {"version", view.policy_version}, {"sha256", view.policy_sha256}};
    json["team"] = dispute.team;
    json["assignee"] = text_json(dispute.assignee);
    json["route"] = name(assessment.route);
    json["route_reasons"] = assessment.route_reasons;
    json["deadlines"] = deadlines_json(view.deadlines);
    json["due_at"] = time_json(dispute.due_at);
    json["recommendations"] = recommendations_json(assessment.recommendations);
    json["evidence"] = view.evidence;
    json["evidence_requested"] = assessment.evidence_requested;
    json["network_codes"] = assessment.network_codes;
}

}  // namespace

const DocumentInfo k_dispute_document{"dispute/v1", k_dispute_fields};
const DocumentInfo k_dispute_file_document{"dispute.file/v1", k_filed_fields};
const DocumentInfo k_dispute_list_document{"dispute.list/v1", k_row_fields};

Json confidence_json(std::int64_t basis_points) {
    constexpr double k_basis_points_per_one = 10'000;
    return static_cast<double>(basis_points) / k_basis_points_per_one;
}

Json alternatives_json(const Classification& classification) {
    Json list = Json::array();
    for (const CategoryConfidence& other : classification.alternatives)
        list.push_back({{"category", name(other.category)}, {"confidence", confidence_json(other.confidence_bp)}});
    return list;
}

Json explanation_json(const Classification& classification) {
    Json list = Json::array();
    for (const WordWeight& word : classification.explanation)
        list.push_back({{"word", word.word}, {"weight", word.weight}});
    return list;
}

Json recomputation_json(const Recomputation& recomputation) {
    return {{"identical", recomputation.is_identical},
            {"classification_recomputed", recomputation.classification_was_recomputed},
            {"differences", recomputation.differences}};
}

Json dispute_json(const DisputeView& view, WriteFlags flags) {
    const Dispute& dispute = view.dispute;
    const bool is_being_filed = flags.is_dry_run && dispute.last == dispute.number;
    Json json{{"id", is_being_filed ? Json(nullptr) : Json(dispute_id(dispute.number))},
              {"seq", flags.is_dry_run ? Json(nullptr) : Json(dispute.last.value)},
              {"version", dispute.version},
              {"status", name(dispute.status)},
              {"outcome", dispute.outcome ? Json(name(*dispute.outcome)) : Json(nullptr)},
              {"customer", view.customer.id.text},
              {"transaction", seq_json(dispute.transaction)},
              {"amount", amount_json(view.payment)},
              {"merchant", text_json(view.payment.merchant)},
              {"channel", name(view.payment.channel)},
              {"paid_at", time_json(view.payment.at)},
              {"text", view.text}};
    add_classification(json, view.classification, dispute.category, dispute.decided_by);
    add_assessment(json, view);
    json["provisional_credit"] = provisional_credit_json(dispute);
    json["refund"] = dispute.refund ? posting_json(dispute, dispute.refund, dispute.refund_minor) : Json(nullptr);
    json["history"] = history_json(view.history, dispute.currency.empty() ? view.payment.currency : dispute.currency);
    json["filed_at"] = time_json(dispute.filed_at);
    json["changed_at"] = time_json(dispute.changed_at);
    json["recomputation"] = nullptr;
    json["replayed"] = flags.is_replayed;
    json["dry_run"] = flags.is_dry_run;
    return json;
}

Json dispute_row_json(port::Snapshot& snapshot, const Dispute& dispute, Timestamp now) {
    const Customer customer = require(snapshot.customer(dispute.customer), "a dispute's customer");
    const bool is_overdue = is_open(dispute.status) && dispute.due_at && *dispute.due_at < now;
    return {{"id", dispute_id(dispute.number)},
            {"priority", priority_text(dispute.priority)},
            {"status", name(dispute.status)},
            {"category", name(dispute.category)},
            {"team", dispute.team},
            {"assignee", text_json(dispute.assignee)},
            {"due_at", time_json(dispute.due_at)},
            {"overdue", is_overdue},
            {"version", dispute.version},
            {"outcome", dispute.outcome ? Json(name(*dispute.outcome)) : Json(nullptr)},
            {"customer", customer.id.text},
            {"transaction", seq_json(dispute.transaction)},
            {"risk", name(dispute.risk)},
            {"decided_by", name(dispute.decided_by)},
            {"filed_at", time_json(dispute.filed_at)},
            {"changed_at", time_json(dispute.changed_at)}};
}

}  // namespace bankctl::cli
