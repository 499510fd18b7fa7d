// What steps of a loan have to tell the customer and the bank's own team. The letters say in plain words what
// Regulation B asks of a creditor's notices: 12 CFR 1002.9.
#pragma once

#include <string>
#include <vector>

#include "core/model/account.h"
#include "core/model/notification.h"
#include "core/score/policy.h"
#include "core/service/loan_details.h"

namespace bankctl {

struct LoanLetterCase {
    const Loan& state;
    const Customer& customer;
    const LoanApplicationRecord& record;
    const LoanWorkflow& workflow;
};

/// `12.34 USD`.
std::string loan_money_text(const Loan& loan, std::int64_t minor);

Message approval_letter(const LoanLetterCase& about);
/// A notice of action taken and, at once, the counter-offers: 12 CFR 1002.9(a)(1)(iv) and its commentary.
Message counter_offer_letter(const LoanLetterCase& about);
/// An adverse action notice with the specific reasons, or without any the right to them: 12 CFR 1002.9(a)(2).
Message adverse_action_letter(const LoanLetterCase& about, const std::vector<LoanReason>& reasons);
Message disbursement_letter(const LoanLetterCase& about, const std::string& account);
Message withdrawal_letter(const LoanLetterCase& about);
Message expiry_letter(const LoanLetterCase& about);
/// To the team that decides what was referred; `recommendation` is the decision's.
Message referral_message(const LoanLetterCase& about, const std::string& recommendation);

}  // namespace bankctl
