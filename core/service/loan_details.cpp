#include "core/service/loan_details.h"

#include <nlohmann/json.hpp>

#include "core/base/error.h"

namespace bankctl {
namespace {

using Json = nlohmann::ordered_json;

Failure altered(const std::string& why) {
    return Failure(Error(ErrorCode::integrity_violation, "a loan's entry cannot be read: " + why));
}

std::int64_t number_of(const Json& json) { return json.get_ref<const std::int64_t&>(); }
std::string text_of(const Json& json) { return json.get_ref<const std::string&>(); }

Json or_null(const std::optional<std::int64_t>& number) { return number ? Json(*number) : Json(); }
Json or_null(const std::optional<Timestamp>& time) { return time ? Json(time->us) : Json(); }
std::optional<std::int64_t> optional_number(const Json& json) {
    return json.is_null() ? std::nullopt : std::optional(number_of(json));
}
std::optional<Timestamp> optional_time(const Json& json) {
    return json.is_null() ? std::nullopt : std::optional(Timestamp{number_of(json)});
}

template <class T>
T known(std::optional<T> found) {
    if (!found) throw altered("it has an unknown word");
    return *found;
}

Json state_json(const Loan& state) {
    return {{"customer", state.customer.value},
            {"account", state.account.value},
            {"status", name(state.status)},
            {"currency", state.currency},
            {"amount_minor", state.amount_minor},
            {"term_months", state.term_months},
            {"applied_at", state.applied_at.us},
            {"valid_until", or_null(state.valid_until)},
            {"offer", or_null(state.offer)},
            {"accepted_minor", state.accepted_minor},
            {"accepted_months", state.accepted_months},
            {"disbursement", state.disbursement.value},
            {"disbursed_minor", state.disbursed_minor},
            {"due_at", or_null(state.due_at)}};
}

Loan state_of(const Json& json) {
    Loan state;
    state.customer = Seq{number_of(json.at("customer"))};
    state.account = Seq{number_of(json.at("account"))};
    state.status = known(loan_status(text_of(json.at("status"))));
    state.currency = text_of(json.at("currency"));
    state.amount_minor = number_of(json.at("amount_minor"));
    state.term_months = number_of(json.at("term_months"));
    state.applied_at = Timestamp{number_of(json.at("applied_at"))};
    state.valid_until = optional_time(json.at("valid_until"));
    state.offer = optional_number(json.at("offer"));
    state.accepted_minor = number_of(json.at("accepted_minor"));
    state.accepted_months = number_of(json.at("accepted_months"));
    state.disbursement = Seq{number_of(json.at("disbursement"))};
    state.disbursed_minor = number_of(json.at("disbursed_minor"));
    state.due_at = optional_time(json.at("due_at"));
    return state;
}

Json reasons_json(const std::vector<LoanReason>& reasons) {
    Json list = Json::array();
    for (const LoanReason& reason : reasons) list.push_back({{"code", reason.code}, {"text", reason.text}});
    return list;
}

std::vector<LoanReason> reasons_of(const Json& json) {
    std::vector<LoanReason> reasons;
    for (const Json& each : json) reasons.push_back({text_of(each.at("code")), text_of(each.at("text"))});
    return reasons;
}

Json messages_json(const std::vector<Message>& messages) {
    Json list = Json::array();
    for (const Message& each : messages)
        list.push_back({{"recipient_kind", name(each.recipient_kind)},
                        {"recipient", each.recipient},
                        {"topic", each.topic},
                        {"subject", each.subject},
                        {"body", each.body}});
    return list;
}

std::vector<Message> messages_of(const Json& json) {
    std::vector<Message> messages;
    for (const Json& each : json)
        messages.push_back({known(recipient_kind(text_of(each.at("recipient_kind")))), text_of(each.at("recipient")),
                            text_of(each.at("topic")), text_of(each.at("subject")), text_of(each.at("body"))});
    return messages;
}

Json application_json(const LoanApplicationRecord& record) {
    Json facts = Json::object();
    for (const LedgerFact& each : record.facts) facts[std::string(short_name(each.fact))] = or_null(each.value);
    Json contradictions = Json::array();
    for (const LoanContradiction& each : record.contradictions)
        contradictions.push_back(
            {{"fact", short_name(each.fact)}, {"stated", each.stated}, {"ledger", or_null(each.ledger)}});
    Json offers = Json::array();
    for (const LoanOffer& each : record.offers)
        offers.push_back({{"same_amount", each.has_same_amount},
                          {"amount_minor", each.amount_minor},
                          {"term_months", each.term_months},
                          {"payment_minor", each.payment_minor}});
    return {{"input", record.input},
            {"input_sha256", record.input_sha256},
            {"ledger_facts", std::move(facts)},
            {"contradictions", std::move(contradictions)},
            {"policy_sha256", record.policy_sha256},
            {"decision", record.decision},
            {"offers", std::move(offers)},
            {"reasons", reasons_json(record.reasons)},
            {"rate_bps", record.rate_bps},
            {"regz_ppm", record.regz_ppm},
            {"fee_withheld_minor", record.fee_withheld_minor}};
}

LoanApplicationRecord application_of(const Json& json) {
    LoanApplicationRecord record;
    record.input = text_of(json.at("input"));
    record.input_sha256 = text_of(json.at("input_sha256"));
    for (const auto& [key, value] : json.at("ledger_facts").items())
        record.facts.push_back({known(ledger_fact(key)), optional_number(value)});
    for (const Json& each : json.at("contradictions"))
        record.contradictions.push_back({known(ledger_fact(text_of(each.at("fact")))), number_of(each.at("stated")),
                                         optional_number(each.at("ledger"))});
    record.policy_sha256 = text_of(json.at("policy_sha256"));
    record.decision = text_of(json.at("decision"));
    for (const Json& each : json.at("offers"))
        record.offers.push_back({each.at("same_amount").get<bool>(), number_of(each.at("amount_minor")),
                                 number_of(each.at("term_months")), number_of(each.at("payment_minor"))});
    record.reasons = reasons_of(json.at("reasons"));
    record.rate_bps = number_of(json.at("rate_bps"));
    record.regz_ppm = number_of(json.at("regz_ppm"));
    record.fee_withheld_minor = number_of(json.at("fee_withheld_minor"));
    return record;
}

Facts asked_of(const Json& json) {
    Facts asked;
    for (const auto& [key, value] : json.items()) {
        if (value.is_string()) {
            asked[key] = text_of(value);
        } else {
            asked[key] = number_of(value);
        }
    }
    return asked;
}

LoanDetail detail_of(const Json& json) {
    LoanDetail detail;
    detail.action = known(loan_action(text_of(json.at("action"))));
    if (!json.at("from").is_null()) detail.from = known(loan_status(text_of(json.at("from"))));
    detail.state = state_of(json.at("state"));
    if (!json.at("note").is_null()) detail.note = text_of(json.at("note"));
    detail.reasons = reasons_of(json.at("reasons"));
    detail.previous = Seq{number_of(json.at("previous"))};
    detail.asked = asked_of(json.at("asked"));
    detail.messages = messages_of(json.at("messages"));
    if (json.contains("application")) detail.application = application_of(json.at("application"));
    return detail;
}

}  // namespace

std::string loan_detail(const LoanDetail& detail) {
    Json asked = Json::object();
    for (const auto& [key, value] : detail.asked) std::visit([&](const auto& plain) { asked[key] = plain; }, value);
    Json json{{"action", name(detail.action)},
              {"from", detail.from ? Json(name(*detail.from)) : Json()},
              {"state", state_json(detail.state)},
              {"note", detail.note ? Json(*detail.note) : Json()},
              {"reasons", reasons_json(detail.reasons)},
              {"previous", detail.previous.value},
              {"asked", std::move(asked)},
              {"messages", messages_json(detail.messages)}};
    if (detail.application) json["application"] = application_json(*detail.application);
    return json.dump();
}

LoanDetail detail_of_loan(const JournalEntry& entry) {
    const bool is_application = entry.kind == EntryKind::loan_applied;
    if (!is_application && entry.kind != EntryKind::loan_changed) throw altered("it is not about a loan");
    LoanDetail detail;
    try {
        detail = detail_of(Json::parse(entry.detail.value_or("")));
    } catch (const nlohmann::json::exception& exception) {
        throw altered(exception.what());
    }
    if (is_application != detail.application.has_value()) throw altered("an application lacks what it is about");
    detail.state.number = is_application ? entry.seq : entry.of;
    detail.state.last = entry.seq;
    detail.state.changed_at = entry.posted_at;
    if (is_application) detail.state.applied_at = entry.posted_at;
    return detail;
}

}  // namespace bankctl
