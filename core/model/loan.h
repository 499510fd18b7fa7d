// A loan that a customer has applied for: where it stands, what may be done with it, and what was agreed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/model/dispute_queue.h"

namespace bankctl {

// The numbers are stored.
enum class LoanStatus {
    approved = 0,   ///< the bank offers what was asked for
    referred = 1,   ///< a person must decide
    declined = 2,   ///< perhaps with counter-offers, which the customer may accept
    accepted = 3,   ///< the customer has taken an offer
    disbursed = 4,  ///< paid out
    withdrawn = 5,  ///< by the customer
    expired = 6,    ///< nobody accepted in time
};
std::string_view name(LoanStatus status);
std::optional<LoanStatus> loan_status(std::string_view name);

enum class LoanAction { apply = 0, decide = 1, accept = 2, disburse = 3, withdraw = 4, expire = 5 };
std::string_view name(LoanAction action);
std::optional<LoanAction> loan_action(std::string_view name);

/// A creditor tells of its decision within 30 days of an application: 12 CFR 1002.9(a)(1)(i).
inline constexpr std::int64_t k_loan_notice_days = 30;
/// A customer has 90 days to answer a counter-offer: 12 CFR 1002.9(a)(1)(iv).
inline constexpr std::int64_t k_counter_offer_days = 90;

/// The current state of a loan, all that changes after it was applied for. `number` is the seq of the journal entry of
/// its application, and its id is LOAN-<number>.
struct Loan {
    Seq number;
    Seq customer;  ///< the customer's number
    Seq account;   ///< where it is to be paid out; none: not said yet
    Seq last;      ///< the newest entry about it
    std::int64_t version = 1;
    Timestamp applied_at;
    Timestamp changed_at;
    LoanStatus status = LoanStatus::referred;
    std::string currency;           ///< ISO 4217
    std::int64_t amount_minor = 0;  ///< asked for
    std::int64_t term_months = 0;
    std::optional<Timestamp> valid_until;  ///< offers can be accepted before this; none: there is no offer
    std::optional<std::int64_t> offer;     ///< the accepted one: 0 is what was asked for, others the counter-offers
    std::int64_t accepted_minor = 0;
    std::int64_t accepted_months = 0;
    Seq disbursement;  ///< the transaction that paid it out
    std::int64_t disbursed_minor = 0;
    std::optional<Timestamp> due_at;  ///< the bank's decision, or the end of an offer; none: nothing is left

    bool operator==(const Loan&) const = default;
};

/// False once nothing can be done any more.
bool is_open(const Loan& loan);
/// Sets what follows from the rest of the state: when something is due.
void settle_due(Loan& loan);

/// `illegal_transition` unless the loan admits the action, whose result would be `to`. Its details are `from`, `to`,
/// `action` and `allowed`, the statuses that can be reached. The whole table is in bankctl-loan-workflow(7).
Status check_loan_action(const Loan& loan, LoanAction action, LoanStatus to);
/// The statuses that can be reached, in the order of the enumeration.
std::vector<LoanStatus> reachable_from(const Loan& loan);
/// The refusal of an action, with the details of check_loan_action.
Error loan_transition_refused(const Loan& loan, LoanAction action, LoanStatus to, const std::string& why,
                              std::string hint = {});

/// `LOAN-42`; anything else is `invalid_id`.
Result<Seq> parse_loan_id(std::string_view text);
std::string loan_id(Seq number);
Error loan_not_found(Seq number);

/// Where a loan stands among others: open before ended, by what is due first, by number. The same shape as a dispute's.
using LoanPlace = DisputePlace;
inline constexpr int k_loan_ranks = 2;
LoanPlace place_of(const Loan& loan);

/// Which loans a list is of; what is absent is not asked for.
struct LoanQueue {
    std::optional<LoanStatus> status{};
    std::optional<Timestamp> due_before{};
    std::optional<Seq> customer{};
    std::optional<LoanPlace> after{};  ///< begins behind this place

    bool matches(const Loan& loan) const;
};

}  // namespace bankctl
