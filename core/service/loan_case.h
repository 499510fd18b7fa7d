// What the parts of Loans share: finding a loan's entries and policy, and a step on its way.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/service/dispute_details.h"
#include "core/service/loan_letters.h"
#include "core/service/loans.h"

namespace bankctl {

/// An entry about a loan, and what it says.
struct LoanStepEntry {
    JournalEntry entry;
    LoanDetail detail;
};

/// The detail of entry `seq`, which the books hold unless they were altered.
template <class Source>
LoanStepEntry loan_step(Source& source, Seq seq) {
    JournalEntry entry = require(source.entry(seq), "an entry of a loan");
    LoanDetail detail = detail_of_loan(entry);
    return {std::move(entry), std::move(detail)};
}

/// The policy that the bank stored under this hash.
template <class Source>
LoanPolicy stored_loan_policy(Source& source, const std::string& sha256) {
    if (sha256 == LoanPolicy::embedded().sha256) return LoanPolicy::embedded();
    const StoredPolicy stored = require(source.policy(sha256), "a loan policy");
    const JournalEntry entry = require(source.entry(stored.number), "a loan policy's entry");
    return LoanPolicy::parse(policy_from_detail(entry.detail.value_or("")).text).value_or_throw();
}

/// What an application comes to, beside its decision.
struct LoanAssessment {
    LoanApplicationRecord record;
    LoanStatus status{};
    std::string recommendation{};
};
/// Decides `application`, whose hash is `input_sha256`, with the ledger's facts in place of what it states of them.
Result<LoanAssessment> assess_loan(const LoanPolicy& policy, LoanApplication application,
                                   const std::string& input_sha256, std::vector<LedgerFact> facts,
                                   const DescribeLoanDecision& describe);

/// The loan as the step leaves it, and the detail of the entry that it will be.
struct Loans::Step {
    Loan state;
    LoanApplicationRecord record;
    LoanPolicy policy;
    Customer customer;
    LoanDetail detail{};

    LoanLetterCase letter() const { return {state, customer, record, policy.workflow}; }
    void tell(Message message) { detail.messages.push_back(std::move(message)); }
};

}  // namespace bankctl
