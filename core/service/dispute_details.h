// The JSON in the details of the entries about disputes: what a case was decided on, what came out, and what there is
// to tell. From these details alone the rows of disputes, notifications and policies follow.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/dispute.h"
#include "core/model/journal.h"
#include "core/model/notification.h"

namespace bankctl {

/// What a filing was about, and what its clocks start from.
struct DisputeFiling {
    std::string text;
    DisputedPayment payment;
    std::vector<std::string> evidence;
    Facts facts;
    ClockFacts clocks;                   ///< as known at the filing; what was done since follows from the state
    std::vector<std::int64_t> holidays;  ///< days since 1970 that a clock of the case can meet

    bool operator==(const DisputeFiling&) const = default;
};

/// What the policy made of a case, at the filing or when a person said what it is.
struct DisputeDecision {
    Classification classification;
    Assessment assessment;
    std::string policy_sha256;
    Timestamp at;

    bool operator==(const DisputeDecision&) const = default;
};

/// Money that a step moved.
struct DisputePosting {
    Seq seq;
    Seq reverses;  ///< none: a credit to the customer
    std::int64_t amount_minor = 0;

    bool operator==(const DisputePosting&) const = default;
};

/// The detail of a filing or of a step.
struct DisputeDetail {
    DisputeAction action{};
    DisputeStatus from{};
    Dispute state;  ///< after the entry, without what the entry itself says: number, last, version, changed_at
    std::optional<std::string> note;
    Seq previous;  ///< the case's entry before; none of a filing
    Facts asked;   ///< the request's own words, by which a repeated key is compared
    std::vector<DisputePosting> postings;
    std::vector<Message> messages;
    std::optional<DisputeFiling> filing;      ///< of a filing
    std::optional<DisputeDecision> decision;  ///< of a filing and a relabel

    bool operator==(const DisputeDetail&) const = default;
};

std::string dispute_detail(const DisputeDetail& detail);
/// The detail of an entry about a dispute, with the whole state but its version; throws Failure with
/// `integrity_violation` where the text does not fit.
DisputeDetail detail_of_dispute(const JournalEntry& entry);

/// The text of a policy, and the hash by which it is found.
struct PolicyDetail {
    std::string sha256;
    std::string text;
};
std::string policy_detail(const PolicyDetail& policy);
PolicyDetail policy_from_detail(std::string_view detail);

/// What became of an attempt to deliver: the notification's ordinal within the entry `of`, and its new state.
std::string attempt_detail(const Notification& notification);
/// `before` as the attempt changed it, with the version after it; throws like `detail_of_dispute`.
Notification notification_from_attempt(std::string_view detail, const Notification& before);
/// The ordinal that an attempt names.
int ordinal_of_attempt(std::string_view detail);

/// The messages of an entry about a dispute or loan as rows of the outbox, in their first version.
std::vector<Notification> notifications_of(const JournalEntry& entry, Seq about, const std::vector<Message>& messages);

}  // namespace bankctl
