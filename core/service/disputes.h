// Disputes: filing them, moving them through their workflow, and what there is to know of one. Every change is one
// journal entry with its postings and notifications in the same transaction.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/model/dispute.h"
#include "core/model/money.h"
#include "core/port/ledger.h"
#include "core/service/posting.h"

namespace bankctl {

inline constexpr std::size_t k_dispute_text_bytes_max = 65'536;
inline constexpr std::size_t k_note_bytes_max = 4096;
inline constexpr std::size_t k_evidence_max = 64;  ///< pieces
inline constexpr std::size_t k_evidence_bytes_max = 256;

/// What all disputes of an invocation are decided by.
struct DisputeRules {
    const DisputePolicy* policy = nullptr;
    Jurisdiction jurisdiction = Jurisdiction::us;
    BusinessCalendar calendar;
};

/// A dispute as it comes in; its text was classified before anything was locked.
struct FileDispute {
    CustomerId customer;
    std::optional<Seq> transaction;
    std::string text;  ///< 1 to k_dispute_text_bytes_max bytes
    std::optional<Amount> amount;
    std::optional<Currency> currency;  ///< required with an amount that no transaction gives the currency of
    std::optional<std::string> merchant;
    std::optional<PaymentChannel> channel;
    std::optional<Timestamp> date;      ///< when the disputed payment was made
    Facts facts;                        ///< what the operator knows beside
    std::vector<std::string> evidence;  ///< what the customer has given: names of files, references
    Classification classification;
    std::optional<IdempotencyKey> key;
};

/// What every later step names.
struct DisputeStep {
    Seq dispute;
    std::optional<std::string> note;
    std::optional<std::int64_t> if_version;
    std::optional<IdempotencyKey> key;
};

struct AssignDispute : DisputeStep {
    std::optional<std::string> team;
    std::optional<std::string> assignee;
};
struct AdvanceDispute : DisputeStep {
    DisputeStatus to{};
    bool keeps_credit = false;  ///< of withdrawing: leaves the provisional credit with the customer; needs a note
};
struct CreditDispute : DisputeStep {
    std::optional<Amount> amount;      ///< absent: the disputed amount
    bool takes_back = false;           ///< reverses the provisional credit that stands
    std::optional<AccountId> account;  ///< the customer's, where no transaction says it
};
struct ResolveDispute : DisputeStep {
    DisputeOutcome outcome{};
    std::optional<Amount> refund;  ///< upheld: absent means the disputed amount; partial: required; rejected: none
    std::optional<AccountId> account;
    bool keeps_credit = false;     ///< takes nothing back of what the customer has; needs a note
    bool people_are_uids = false;  ///< of a shared bank: who is who, of four eyes, is not what --user says
};
struct RelabelDispute : DisputeStep {
    DisputeCategory category{};
};

/// `missing_argument` for a credit that is to be left standing without a note that says why.
Status check_kept_credit(bool keeps_credit, const std::optional<std::string>& note);

/// One line of a case's history.
struct DisputeEvent {
    Timestamp at;
    DisputeStatus from{};
    DisputeStatus to{};
    DisputeAction action{};
    std::string user;
    std::optional<std::string> note;
    // What the step set or moved, where it did.
    std::optional<std::string> team;
    std::optional<std::string> assignee;  ///< empty: taken away
    std::optional<DisputeCategory> category;
    std::optional<DisputeOutcome> outcome;
    std::optional<std::int64_t> amount_minor;  ///< what the customer got of it, in all; below 0: what was taken back
    std::optional<std::int64_t> refund_minor;  ///< what a decision gave for good
    Seq seq;                                   ///< the journal entry
};

/// All that there is to know of a case.
struct DisputeView {
    Dispute dispute;
    Customer customer;
    std::string text;
    DisputedPayment payment;
    std::vector<std::string> evidence;
    Facts facts;                    ///< that the assessment was made from
    Classification classification;  ///< the filing's, or since a `relabel` what a person said
    Assessment assessment;
    std::vector<Deadline> deadlines;  ///< as they stand now
    std::vector<DisputeEvent> history;
    std::string policy_id, policy_version, policy_sha256;
};

struct DisputeCase;
struct DisputeDetail;

class Disputes {
public:
    Disputes(Books& books, Clock& clock, Actor actor) : books_(books), clock_(clock), actor_(std::move(actor)) {}

    // Each returns the number of the entry that the step recorded. Beside the codes below: `invalid_text`,
    // `version_conflict`, `idempotency_key_mismatch`, and what posting a credit or a reversal returns.
    /// What find_dispute_facts refuses; `already_exists` where the transaction has an open dispute, whose id is the
    /// detail `dispute`.
    Result<Posted> file(const FileDispute& request, const DisputeRules& rules);
    // Each of these: `dispute_not_found`, `illegal_transition`.
    /// `missing_argument` without team and assignee, `usage` for a team that the policy does not know.
    Result<Posted> assign(const AssignDispute& request, const DisputePolicy& policy);
    Result<Posted> advance(const AdvanceDispute& request);  ///< `already_exists` as of filing where it is reopened
    /// `account_not_found`, `wrong_customer`, `missing_argument` where nobody knows the account or the amount.
    Result<Posted> credit(const CreditDispute& request);
    Result<Posted> resolve(const ResolveDispute& request);  ///< the same, and `four_eyes_required`
    Result<Posted> relabel(const RelabelDispute& request, const DisputeRules& rules);

private:
    struct Step;
    using Ask = std::function<Result<Facts>(const DisputeCase&)>;
    using Change = std::function<Status(Step&)>;
    /// The path of every step: key, existence, what is asked for, state, version, then the change and its entry.
    Result<Posted> run(const DisputeStep& request, DisputeAction action, const Ask& ask, const Change& change);
    Result<Posted> replay(const DisputeStep& request, DisputeAction action, const JournalEntry& original,
                          const Ask& ask);
    Result<Posted> replay_filing(const FileDispute& request, const JournalEntry& original);
    std::optional<JournalEntry> original_of(const std::optional<IdempotencyKey>& key);
    Result<DisputeCase> find_case(Seq number);
    const JournalEntry& record(EntryKind kind, Seq of, const std::optional<IdempotencyKey>& key, std::string detail);
    void store_policy(const DisputePolicy& policy);
    void read_clock();

    Status change_status(Step& step, DisputeStatus to, bool keeps_credit);
    Status check_no_open_dispute(Seq transaction);
    Status check_four_eyes(const Step& step, const ResolveDispute& request);

    /// The account that the case's money goes to.
    Result<Account> account_for(const DisputeCase& about, const std::optional<AccountId>& account);
    Result<Currency> currency_of(const DisputeCase& about, const std::optional<AccountId>& account);
    /// In minor units, by default the disputed amount; 0 where that is not known.
    Result<std::int64_t> minor_of(const DisputeCase& about, const std::optional<Amount>& amount,
                                  const std::optional<AccountId>& account);
    Status pay(Step& step, std::int64_t minor, const std::optional<AccountId>& account, const char* what);
    Status take_back(Step& step, Seq credit, std::int64_t minor, const char* what);
    Status take_down_to(Step& step, std::int64_t minor, const char* what);
    Status take_provisional_back(Step& step);
    /// Pays or takes back what makes the customer have `minor` of this case in all.
    Status stand_at(Step& step, std::int64_t minor, const std::optional<AccountId>& account);
    Status decide(Step& step, const ResolveDispute& request, std::int64_t refund_minor);

    Books& books_;
    Clock& clock_;
    Actor actor_;
    Timestamp now_;  // one reading per request; never before the head's posting time
};

/// The case as it stood right after entry `as_of`, or as it stands. `dispute_not_found`.
Result<DisputeView> view_dispute(port::Snapshot& snapshot, Seq number, std::optional<Seq> as_of = {});

/// Computes the filing's decision again from what is stored. `classify` gives what the model at hand says of the text;
/// where it is another model than the case's, the stored classification is taken.
struct Recomputation {
    bool is_identical = false;
    bool classification_was_recomputed = false;
    std::vector<std::string> differences;  ///< names of members that came out otherwise
};
Result<Recomputation> recompute_dispute(port::Snapshot& snapshot, Seq number,
                                        const std::function<Classification(const std::string& text)>& classify);

}  // namespace bankctl
