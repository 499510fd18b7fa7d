// Loans: applying for one, and moving it through its workflow to disbursement. Every change is one journal entry with
// its posting and notifications in the same transaction.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/model/loan.h"
#include "core/score/decision.h"
#include "core/service/disputes.h"
#include "core/service/loan_details.h"

namespace bankctl {

/// Of the bank's own accounts that loans are paid out from: @loan.<CURRENCY>.
inline constexpr std::string_view k_loan_account_prefix = "@loan.";
inline constexpr std::size_t k_loan_reasons_max = 4;  ///< 12 CFR 1002.9(b)(2) and its commentary

/// Writes the data of loan.decision/v1: the bytes that are stored, and that deciding again must give.
using DescribeLoanDecision = std::function<std::string(const LoanApplication&, const LoanDecision&, const LoanPolicy&,
                                                       const std::string& input_sha256)>;

/// What applications are decided by.
struct LoanRules {
    const LoanPolicy* policy = nullptr;  ///< that decides applications
    DescribeLoanDecision describe;
};

struct ApplyForLoan {
    std::string input;                   ///< loan.application/v1
    std::optional<CustomerId> customer;  ///< absent: the one that the application names
    std::optional<AccountId> account;    ///< where the loan is to be paid out; absent: said later, or the only one
    std::optional<IdempotencyKey> key;
};

/// What every later step names.
struct LoanStep {
    Seq loan;
    std::optional<std::string> note;
    std::optional<std::int64_t> if_version;
    std::optional<IdempotencyKey> key;
};

struct DecideLoan : LoanStep {
    bool approves = false;
    std::vector<std::string> reasons;  ///< codes that the policy knows, at most k_loan_reasons_max
    bool people_are_uids = false;      ///< of a shared bank: who is who, of four eyes, is not what --user says
};
struct AcceptLoan : LoanStep {
    std::int64_t offer = 0;  ///< 0: what was asked for; others: the counter-offers in their order, from 1
};
struct DisburseLoan : LoanStep {
    std::optional<AccountId> account;  ///< absent: the application's, or the customer's only open one in the currency
};
struct WithdrawLoan : LoanStep {};

class Loans {
public:
    Loans(Books& books, Clock& clock, Actor actor) : books_(books), clock_(clock), actor_(std::move(actor)) {}

    // Each returns the number of the entry that the step recorded. Beside the codes below: `invalid_text`,
    // `version_conflict`, `idempotency_key_mismatch`.
    /// What ApplicationReader and LoanEngine refuse; `missing_argument` without a customer, `invalid_time` of a day to
    /// come, `customer_not_found`, `wrong_customer`, `account_not_found`, `currency_mismatch`.
    Result<Posted> apply(const ApplyForLoan& request, const LoanRules& rules);
    // Each of these: `loan_not_found`, `illegal_transition`.
    /// `missing_argument` without reason and note, `usage` of a code that the policy does not know,
    /// `four_eyes_required`.
    Result<Posted> decide(const DecideLoan& request);
    Result<Posted> accept(const AcceptLoan& request);
    /// What posting a credit returns; `missing_argument` where nobody knows the account.
    Result<Posted> disburse(const DisburseLoan& request);
    Result<Posted> withdraw(const WithdrawLoan& request);
    /// Ends an offer whose time is over.
    Result<Posted> expire(Seq number);

private:
    struct Step;
    using Change = std::function<Status(Step&)>;
    /// The path of every step: key, existence, state, version, then the change and its entry.
    Result<Posted> run(const LoanStep& request, LoanAction action, LoanStatus to, Facts asked, const Change& change);
    Result<Posted> replay(const LoanStep& request, LoanAction action, const JournalEntry& original, const Facts& asked);
    Result<Posted> replay_application(const Facts& asked, const JournalEntry& original);
    std::optional<JournalEntry> original_of(const std::optional<IdempotencyKey>& key);
    const JournalEntry& record(EntryKind kind, Seq of, const std::optional<IdempotencyKey>& key, std::string detail);
    void store_policy(const LoanPolicy& policy);
    void read_clock();

    Status check_account(const AccountId& id, Seq customer, const std::string& currency);
    Result<Account> account_for(const Loan& loan, const std::optional<AccountId>& account);
    Status check_four_eyes(const Step& step, const DecideLoan& request);
    static Result<std::vector<LoanReason>> reasons_of(const LoanPolicy& policy, const DecideLoan& request);

    Books& books_;
    Clock& clock_;
    Actor actor_;
    Timestamp now_;  // one reading per request; never before the head's posting time
};

/// The loans whose offers have ended at `now`.
std::vector<Seq> overdue_offers(port::Snapshot& snapshot, Timestamp now);

/// One line of a loan's history.
struct LoanEvent {
    Timestamp at;
    std::optional<LoanStatus> from;
    LoanStatus to{};
    LoanAction action{};
    std::string user;
    std::optional<std::string> note;
    std::vector<LoanReason> reasons;
    Seq seq;  ///< the journal entry
};

/// All that there is to know of a loan.
struct LoanView {
    Loan loan;
    Customer customer;
    std::optional<AccountId> account;
    LoanApplicationRecord application;
    std::vector<LoanEvent> history;
};

/// The loan as it stood right after entry `as_of`, or as it stands. `loan_not_found`.
Result<LoanView> view_loan(port::Snapshot& snapshot, Seq number, std::optional<Seq> as_of = {});

/// Whether deciding again, from the stored input and facts under the stored policy, gives the stored bytes.
/// `loan_not_found`.
struct LoanRecomputation {
    bool is_identical = false;
    std::vector<std::string> differences;  ///< `decision`, `contradictions` or `status`
};
Result<LoanRecomputation> recompute_loan(port::Snapshot& snapshot, Seq number, const DescribeLoanDecision& describe);

}  // namespace bankctl
