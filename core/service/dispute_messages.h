// What a dispute's steps have to tell, in words: to the team that goes on, and to the customer what the law asks.
#pragma once

#include <string>

#include "core/model/currency.h"
#include "core/model/notification.h"
#include "core/service/dispute_case.h"

namespace bankctl {

/// To the case's team: what it is about, why it is urgent, what to do and by when. `topic` is `filed`, `assigned` or
/// `high_risk`.
Message team_message(const DisputeCase& about, const std::string& customer, const std::string& topic);

/// To the customer: what is missing. `note` says it in the operator's words.
Message information_request(const DisputeCase& about, const std::string& customer,
                            const std::optional<std::string>& note);

/// To the customer: amount and date of a provisional credit, and that it can be used (12 CFR 1005.11(c)(2)(ii)).
Message credit_message(const DisputeCase& about, const std::string& customer, const std::string& amount, Timestamp at);

/// To the customer: amount and date of its reversal, and which payments are honoured for five business days all the
/// same (12 CFR 1005.11(d)(2)).
Message reversal_message(const DisputeCase& about, const std::string& customer, const std::string& amount,
                         Timestamp at);

/// The money of a decision, as texts; empty where there is none.
struct DecidedMoney {
    std::string refund;            ///< what is the customer's for good
    std::string returned;          ///< what of the payment has come back in another way
    std::string provisional_back;  ///< what was debited of the provisional credit
    std::string refund_back;       ///< what was debited of an earlier decision's refund
    std::string kept;              ///< what was credited, is not theirs, and was not debited
};

/// To the customer: the decision, what was found, what was paid or taken back, and the right to the documents (12 CFR
/// 1005.11(d)(1)).
Message decision_message(const DisputeCase& about, const std::string& customer, const DecidedMoney& money,
                         const std::optional<std::string>& note);

}  // namespace bankctl
