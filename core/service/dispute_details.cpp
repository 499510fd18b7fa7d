#include "core/service/dispute_details.h"

#include <concepts>
#include <type_traits>

#include <nlohmann/json.hpp>

#include "core/base/error.h"

namespace bankctl {
namespace {

using Json = nlohmann::ordered_json;

Failure altered(const std::string& why) {
    return Failure(Error(ErrorCode::integrity_violation, "a journal entry's detail cannot be read: " + why));
}

// Every structure names its members once, in `members`; Writer and Reader walk over them. What is none or empty is not
// written.

template <class Walk, class T>
requires std::same_as<std::remove_const_t<T>, CategoryConfidence>
void members(Walk& walk, T& of) {
    walk("category", of.category);
    walk("confidence_bp", of.confidence_bp);
}

template <class Walk, class T>
requires std::same_as<std::remove_const_t<T>, WordWeight>
void members(Walk& walk, T& of) {
    walk("word", of.word);
    walk("weight", of.weight);
}

template <class Walk, class T>
requires std::same_as<std::remove_const_t<T>, Classification>
void members(Walk& walk, T& of) {
    walk("category", of.category);
    walk("intent", of.intent);
    walk("confidence_bp", of.confidence_bp);
    walk("in_scope", of.in_scope);
    walk("is_long", of.is_long);
    walk("alternatives", of.alternatives);
    walk("explanation", of.explanation);
    walk("model", of.model);
    walk("fallback", of.fallback);
}

template <class Walk, class T>
requires std::same_as<std::remove_const_t<T>, PointReason>
void members(Walk& walk, T& of) {
    walk("points", of.points);
    walk("reason", of.reason);
}

template <class Walk, class T>
requires std::same_as<std::remove_const_t<T>, Recommendation>
void members(Walk& walk, T& of) {
    walk("action", of.action);
    walk("text", of.text);
    walk("basis", of.basis);
    walk("due", of.due);
}

template <class Walk, class T>
requires std::same_as<std::remove_const_t<T>, Assessment>
void members(Walk& walk, T& of) {
    walk("priority", of.priority);
    walk("priority_points", of.priority_points);
    walk("priority_reasons", of.priority_reasons);
    walk("risk", of.risk);
    walk("risk_points", of.risk_points);
    walk("risk_reasons", of.risk_reasons);
    walk("flags", of.flags);
    walk("needs_four_eyes", of.needs_four_eyes);
    walk("team", of.team);
    walk("route", of.route);
    walk("route_reasons", of.route_reasons);
    walk("recommendations", of.recommendations);
    walk("evidence_requested", of.evidence_requested);
    walk("network_codes", of.network_codes);
    walk("missing_facts", of.missing_facts);
}

template <class Walk, class T>
requires std::same_as<std::remove_const_t<T>, DisputedPayment>
void members(Walk& walk, T& of) {
    walk("transaction", of.transaction);
    walk("amount_minor", of.amount_minor);
    walk("currency", of.currency);
    walk("merchant", of.merchant);
    walk("channel", of.channel);
    walk("at", of.at);
}

template <class Walk, class T>
requires std::same_as<std::remove_const_t<T>, ClockFacts>
void members(Walk& walk, T& of) {
    walk("jurisdiction", of.jurisdiction);
    walk("category", of.category);
    walk("channel", of.channel);
    walk("received_at", of.received_at);
    walk("account_opened_at", of.account_opened_at);
    walk("transaction_at", of.transaction_at);
    walk("statement_sent_at", of.statement_sent_at);
    walk("billing_cycle_day", of.billing_cycle_day);
    walk("is_foreign", of.is_foreign);
    walk("is_remittance", of.is_remittance);
    walk("notice_is_oral", of.notice_is_oral);
    walk("confirmed_at", of.confirmed_at);
    walk("fraud_reported_at", of.fraud_reported_at);
}

template <class Walk, class T>
requires std::same_as<std::remove_const_t<T>, DisputeFiling>
void members(Walk& walk, T& of) {
    walk("text", of.text);
    walk("payment", of.payment);
    walk("evidence", of.evidence);
    walk("facts", of.facts);
    walk("clocks", of.clocks);
    walk("holidays", of.holidays);
}

template <class Walk, class T>
requires std::same_as<std::remove_const_t<T>, DisputeDecision>
void members(Walk& walk, T& of) {
    walk("classification", of.classification);
    walk("assessment", of.assessment);
    walk("policy_sha256", of.policy_sha256);
    walk("at", of.at);
}

template <class Walk, class T>
requires std::same_as<std::remove_const_t<T>, DisputePosting>
void members(Walk& walk, T& of) {
    walk("seq", of.seq);
    walk("reverses", of.reverses);
    walk("amount_minor", of.amount_minor);
}

template <class Walk, class T>
requires std::same_as<std::remove_const_t<T>, Message>
void members(Walk& walk, T& of) {
    walk("recipient_kind", of.recipient_kind);
    walk("recipient", of.recipient);
    walk("topic", of.topic);
    walk("subject", of.subject);
    walk("body", of.body);
}

/// Without what the entry itself says.
template <class Walk, class T>
requires std::same_as<std::remove_const_t<T>, Dispute>
void members(Walk& walk, T& of) {
    walk("customer", of.customer);
    walk("transaction", of.transaction);
    walk("assessment", of.assessment);
    walk("filed_at", of.filed_at);
    walk("status", of.status);
    walk("outcome", of.outcome);
    walk("category", of.category);
    walk("category_filed", of.category_filed);
    walk("confidence_bp", of.confidence_bp);
    walk("priority", of.priority);
    walk("risk", of.risk);
    walk("team", of.team);
    walk("assignee", of.assignee);
    walk("decided_by", of.decided_by);
    walk("due_at", of.due_at);
    walk("currency", of.currency);
    walk("credit", of.credit);
    walk("credit_minor", of.credit_minor);
    walk("credited_at", of.credited_at);
    walk("refund", of.refund);
    walk("refund_minor", of.refund_minor);
    walk("acknowledged_at", of.acknowledged_at);
    walk("decided_at", of.decided_at);
    walk("was_late", of.was_late);
    walk("paused_since", of.paused_since);
    walk("paused_us", of.paused_us);
}

template <class Walk, class T>
requires std::same_as<std::remove_const_t<T>, DisputeDetail>
void members(Walk& walk, T& of) {
    walk("action", of.action);
    walk("from", of.from);
    walk("state", of.state);
    walk("note", of.note);
    walk("previous", of.previous);
    walk("asked", of.asked);
    walk("postings", of.postings);
    walk("messages", of.messages);
    walk("filing", of.filing);
    walk("decision", of.decision);
}

template <class Walk, class T>
requires std::same_as<std::remove_const_t<T>, PolicyDetail>
void members(Walk& walk, T& of) {
    walk("sha256", of.sha256);
    walk("text", of.text);
}

/// The state of a notification that an attempt changes; the ordinal names it.
template <class Walk, class T>
requires std::same_as<std::remove_const_t<T>, Notification>
void members(Walk& walk, T& of) {
    walk("ordinal", of.id.ordinal);
    walk("status", of.status);
    walk("attempts", of.attempts);
    walk("next_attempt_at", of.next_attempt_at);
    walk("last_error", of.last_error);
}

class Writer {
public:
    template <class T>
    static Json json_of(const T& value) {
        if constexpr (std::is_enum_v<T>) {
            return name(value);
        } else if constexpr (std::is_arithmetic_v<T> || std::same_as<T, std::string>) {
            return value;
        } else if constexpr (std::same_as<T, Seq>) {
            return value.value;
        } else if constexpr (std::same_as<T, Timestamp>) {
            return value.us;
        } else if constexpr (std::same_as<T, Facts>) {
            Json json = Json::object();
            for (const auto& [fact, known] : value) std::visit([&](const auto& is) { json[fact] = is; }, known);
            return json;
        } else {
            Writer writer;
            members(writer, value);
            return std::move(writer.json_);
        }
    }
    template <class T>
    static Json json_of(const std::vector<T>& values) {
        Json json = Json::array();
        for (const T& value : values) json.push_back(json_of(value));
        return json;
    }

    template <class T>
    void operator()(const char* key, const T& value) {
        json_[key] = json_of(value);
    }
    template <class T>
    void operator()(const char* key, const std::vector<T>& values) {
        if (!values.empty()) json_[key] = json_of(values);
    }
    template <class T>
    void operator()(const char* key, const std::optional<T>& value) {
        if (value) json_[key] = json_of(*value);
    }
    void operator()(const char* key, const std::string& text) {
        if (!text.empty()) json_[key] = text;
    }
    void operator()(const char* key, Seq seq) {
        if (seq) json_[key] = seq.value;
    }

private:
    Json json_ = Json::object();
};

class Reader {
public:
    explicit Reader(const Json& json) : json_(json) {}

    template <class T>
    static void read(const Json& json, T& value) {
        if constexpr (std::is_enum_v<T>) {
            value = enumerator<T>(json.get_ref<const std::string&>());
        } else if constexpr (std::same_as<T, bool>) {
            value = json.get<bool>();
        } else if constexpr (std::is_arithmetic_v<T>) {
            value = static_cast<T>(json.get_ref<const std::int64_t&>());
        } else if constexpr (std::same_as<T, std::string>) {
            value = json.get_ref<const std::string&>();
        } else if constexpr (std::same_as<T, Seq>) {
            value = Seq{json.get_ref<const std::int64_t&>()};
        } else if constexpr (std::same_as<T, Timestamp>) {
            value = Timestamp{json.get_ref<const std::int64_t&>()};
        } else if constexpr (std::same_as<T, Facts>) {
            for (const auto& [fact, known] : json.items()) value[fact] = fact_of(known);
        } else {
            Reader reader(json);
            members(reader, value);
        }
    }
    template <class T>
    static void read(const Json& json, std::vector<T>& values) {
        for (const Json& element : json) read(element, values.emplace_back());
    }

    template <class T>
    void operator()(const char* key, T& value) {
        read(json_.at(key), value);
    }
    template <class T>
    void operator()(const char* key, std::vector<T>& values) {
        if (json_.contains(key)) read(json_.at(key), values);
    }
    template <class T>
    void operator()(const char* key, std::optional<T>& value) {
        if (json_.contains(key)) read(json_.at(key), value.emplace());
    }
    void operator()(const char* key, std::string& text) {
        if (json_.contains(key)) read(json_.at(key), text);
    }
    void operator()(const char* key, Seq& seq) {
        if (json_.contains(key)) read(json_.at(key), seq);
    }

private:
    static FactValue fact_of(const Json& json) {
        if (json.is_boolean()) return json.get<bool>();
        if (json.is_string()) return json.get<std::string>();
        return json.get_ref<const std::int64_t&>();
    }

    template <class T>
    static T enumerator(const std::string& text) {
        std::optional<T> found;
        if constexpr (std::same_as<T, DisputeStatus>) found = dispute_status(text);
        if constexpr (std::same_as<T, DisputeOutcome>) found = dispute_outcome(text);
        if constexpr (std::same_as<T, DisputeAction>) found = dispute_action(text);
        if constexpr (std::same_as<T, DisputeCategory>) found = dispute_category(text);
        if constexpr (std::same_as<T, DecidedBy>) found = decided_by(text);
        if constexpr (std::same_as<T, RiskBand>) found = risk_band(text);
        if constexpr (std::same_as<T, PaymentChannel>) found = payment_channel(text);
        if constexpr (std::same_as<T, Jurisdiction>) found = jurisdiction(text);
        if constexpr (std::same_as<T, RecipientKind>) found = recipient_kind(text);
        if constexpr (std::same_as<T, NotificationStatus>) found = notification_status(text);
        if constexpr (std::same_as<T, Route>) {
            for (const Route route : {Route::routed, Route::suggested, Route::triage}) {
                if (name(route) == text) found = route;
            }
        }
        if (!found) throw altered("it has an unknown word");
        return *found;
    }

    const Json& json_;
};

template <class T>
std::string text_of(const T& value) {
    return Writer::json_of(value).dump();
}

/// Reads one detail over `value`; whatever does not fit means that the entry was altered.
template <class T>
T parsed(std::string_view detail, T value = {}) {
    try {
        Reader::read(Json::parse(detail), value);
        return value;
    } catch (const nlohmann::json::exception& exception) {
        throw altered(exception.what());
    }
}

}  // namespace

std::string dispute_detail(const DisputeDetail& detail) { return text_of(detail); }

DisputeDetail detail_of_dispute(const JournalEntry& entry) {
    const bool is_filing = entry.kind == EntryKind::dispute_filed;
    if (!is_filing && entry.kind != EntryKind::dispute_changed) throw altered("it is not about a dispute");
    auto detail = parsed<DisputeDetail>(entry.detail.value_or(""));
    if (is_filing != detail.filing.has_value()) throw altered("a filing lacks what it is about");
    Dispute& state = detail.state;
    state.number = is_filing ? entry.seq : entry.of;
    state.last = entry.seq;
    state.changed_at = entry.posted_at;
    if (detail.decision) state.assessment = entry.seq;
    if (is_filing) state.filed_at = entry.posted_at;
    return detail;
}

std::string policy_detail(const PolicyDetail& policy) { return text_of(policy); }

PolicyDetail policy_from_detail(std::string_view detail) { return parsed<PolicyDetail>(detail); }

std::string attempt_detail(const Notification& notification) { return text_of(notification); }

Notification notification_from_attempt(std::string_view detail, const Notification& before) {
    Notification after = before;
    after.next_attempt_at.reset();
    after.last_error.reset();
    after = parsed<Notification>(detail, after);
    ++after.version;
    return after;
}

int ordinal_of_attempt(std::string_view detail) { return parsed<Notification>(detail).id.ordinal; }

std::vector<Notification> notifications_of(const JournalEntry& entry, Seq about, const std::vector<Message>& messages) {
    std::vector<Notification> rows;
    for (const Message& message : messages) {
        Notification& row = rows.emplace_back();
        row.id = {entry.seq, static_cast<int>(rows.size())};
        row.about = about;
        row.recipient_kind = message.recipient_kind;
        row.recipient = message.recipient;
    }
    return rows;
}

}  // namespace bankctl
