// The JSON in the details of the entries about loans: what an application was decided on, what came out, and what there
// is to tell. From these details alone the rows of loans and their notifications follow.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/model/dispute_facts.h"
#include "core/model/journal.h"
#include "core/model/loan.h"
#include "core/model/notification.h"
#include "core/service/loan_facts.h"

namespace bankctl {

/// A loan that the bank would make. The first one, number 0, is what was asked for.
struct LoanOffer {
    bool has_same_amount = true;
    std::int64_t amount_minor = 0;
    std::int64_t term_months = 0;
    std::int64_t payment_minor = 0;

    bool operator==(const LoanOffer&) const = default;
};

/// Why a loan was not granted: to the applicant, in plain words.
struct LoanReason {
    std::string code;  ///< of the policy; empty if a person wrote the text
    std::string text;

    bool operator==(const LoanReason&) const = default;
};

/// What an application was decided on, and the decision.
struct LoanApplicationRecord {
    std::string input;         ///< the application, canonical
    std::string input_sha256;  ///< of `input`
    std::vector<LedgerFact> facts;
    std::vector<LoanContradiction> contradictions;
    std::string policy_sha256;
    std::string decision;  ///< the data of loan.decision/v1, as the bytes that deciding again must give
    std::vector<LoanOffer> offers;
    std::vector<LoanReason> reasons;
    std::int64_t rate_bps = 0;
    std::int64_t regz_ppm = 0;
    std::int64_t fee_withheld_minor = 0;  ///< taken off what is paid out

    bool operator==(const LoanApplicationRecord&) const = default;
};

/// The detail of an application or of a step.
struct LoanDetail {
    LoanAction action{};
    std::optional<LoanStatus> from;  ///< none of an application
    Loan state;                      ///< after the entry, without what the entry itself says: number, last, version
    std::optional<std::string> note;
    std::vector<LoanReason> reasons;  ///< that a person decided for
    Seq previous;                     ///< the loan's entry before; none of an application
    Facts asked;                      ///< the request's own words, by which a repeated key is compared
    std::vector<Message> messages;
    std::optional<LoanApplicationRecord> application;  ///< of an application
};

std::string loan_detail(const LoanDetail& detail);
/// The detail of an entry about a loan, with the whole state but its version; throws Failure with
/// `integrity_violation` where the text does not fit.
LoanDetail detail_of_loan(const JournalEntry& entry);

}  // namespace bankctl
