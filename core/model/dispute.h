// A dispute: where it stands, what may be done with it, and what was decided of it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/model/dispute_classification.h"
#include "core/model/dispute_clock.h"
#include "core/model/dispute_policy.h"

namespace bankctl {

// The numbers are stored.
enum class DisputeStatus {
    received = 0,
    classified = 1,
    triage = 2,  ///< a person must say what it is and who goes on
    routed = 3,
    investigating = 4,
    awaiting_customer = 5,
    chargeback = 6,     ///< filed with the network
    representment = 7,  ///< the merchant's bank has answered
    pre_arbitration = 8,
    arbitration = 9,
    decided = 10,
    closed = 11,
    reopened = 12,
    withdrawn = 13,
};
std::string_view name(DisputeStatus status);
std::optional<DisputeStatus> dispute_status(std::string_view name);

enum class DisputeOutcome { upheld = 0, partial = 1, rejected = 2 };
std::string_view name(DisputeOutcome outcome);
std::optional<DisputeOutcome> dispute_outcome(std::string_view name);

/// What a step does. The numbers are stored.
enum class DisputeAction {
    file = 0,     ///< received, classified and routed or sent to triage, in one step
    assign = 1,   ///< to a team or a person; of a case in triage it routes
    advance = 2,  ///< to the status that is named
    credit = 3,   ///< posts a provisional credit, or takes it back
    resolve = 4,  ///< decides, with or without a refund
    relabel = 5,  ///< corrects the category
};
std::string_view name(DisputeAction action);

std::optional<DisputeAction> dispute_action(std::string_view name);

/// `illegal_transition` unless a case in `from` may be advanced to `to` by hand; `from`, `to` and what would be
/// allowed, the list `allowed`, are in its details. The whole table is in bankctl-dispute-workflow(7).
Status check_advance(DisputeStatus from, DisputeStatus to);
/// `illegal_transition` unless a case in `status` admits the action (of `advance`: to any status). Its details are
/// `from` and `action`, and where the action leads to one status, `to`.
Status check_action(DisputeStatus status, DisputeAction action);
/// What a case in `from` may be advanced to by hand, in the order of the enumeration.
std::vector<DisputeStatus> advances_from(DisputeStatus from);
/// False once nobody has to do anything more: closed and withdrawn.
bool is_open(DisputeStatus status);

/// Who said what a case is about. The numbers are stored.
enum class DecidedBy {
    model = 0,
    rules = 1,  ///< structured facts contradict the classifier, or it does not know
    human = 2,  ///< a `relabel`
    external = 3
};
std::string_view name(DecidedBy decided_by);
std::optional<DecidedBy> decided_by(std::string_view name);

/// What the customer is about: a transaction of the journal, or what they say of one.
struct DisputedPayment {
    Seq transaction;                ///< none: described only
    std::int64_t amount_minor = 0;  ///< 0: not known
    std::string currency;           ///< ISO 4217; empty where no amount is known
    std::optional<std::string> merchant;
    PaymentChannel channel = PaymentChannel::other;
    std::optional<Timestamp> at;
};

/// The current state of a dispute, all that changes after it was filed. `number` is the seq of the journal entry that
/// filed it, and its id is DSP-<number>.
struct Dispute {
    Seq number;
    Seq customer;     ///< the customer's number
    Seq transaction;  ///< the disputed one; none: described only
    Seq last;         ///< the newest entry about it
    Seq assessment;   ///< the entry that holds the assessment in force: the filing, or the last `relabel`
    std::int64_t version = 1;
    Timestamp filed_at;
    Timestamp changed_at;
    DisputeStatus status = DisputeStatus::received;
    std::optional<DisputeOutcome> outcome;
    DisputeCategory category = DisputeCategory::not_a_dispute;
    DisputeCategory category_filed = DisputeCategory::not_a_dispute;  ///< before any `relabel`
    std::int32_t confidence_bp = 0;                                   ///< of `category_filed`
    int priority = 4;
    RiskBand risk = RiskBand::low;
    std::string team;
    std::optional<std::string> assignee;
    DecidedBy decided_by = DecidedBy::model;
    std::optional<Timestamp> due_at;  ///< what the bank must do first, legal or its own target; none: nothing is left
    std::string currency;             ///< of credit_minor and refund_minor; empty before anything was posted
    Seq credit;                       ///< the newest posting of the provisional credit that stands; none: there is none
    std::int64_t credit_minor = 0;
    std::optional<Timestamp> credited_at;  ///< since when the customer has a provisional credit that the clocks count
    Seq refund;                            ///< the newest posting of the refund that stands; none: there is none
    std::int64_t refund_minor = 0;
    std::optional<Timestamp> acknowledged_at;  ///< when the customer was first written to
    std::optional<Timestamp> decided_at;
    bool was_late = false;                  ///< decided after something was due
    std::optional<Timestamp> paused_since;  ///< waiting for the customer
    std::int64_t paused_us = 0;             ///< in all, of pauses that have ended

    bool operator==(const Dispute&) const = default;
};

/// A policy that the bank has decided by: the entry that holds its text.
struct StoredPolicy {
    Seq number;
    std::string sha256;  ///< of the canonical text, in hex

    bool operator==(const StoredPolicy&) const = default;
};

/// `DSP-42`; anything else is `invalid_id`.
Result<Seq> parse_dispute_id(std::string_view text);
std::string dispute_id(Seq number);

/// The refusal of a step: what was asked is not possible from `from`.
Error illegal_transition(DisputeStatus from, std::string_view to, const std::string& why, std::string hint = {});

}  // namespace bankctl
