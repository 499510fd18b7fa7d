// Decisions on loans as documents: the data of `loan.decision/v1`, and how a person reads one.
#pragma once

#include "cli/document.h"
#include "core/score/decision.h"

namespace bankctl::cli {

extern const DocumentInfo k_loan_decision_document;
extern const DocumentInfo k_loan_decision_list_document;

/// Whether no more than the score is needed for these fields; of none given, all are.
DecisionDetail detail_for(const std::vector<std::string>& fields);

/// The fields that DecisionDetail::score knows.
Json loan_score_json(const LoanApplication& application, const LoanDecision& decision);
/// All of them.
Json loan_decision_json(const LoanApplication& application, const LoanDecision& decision, const LoanPolicy& policy,
                        const std::string& input_sha256);

/// One decision as text of at most 80 columns: what, why, what else could be had.
std::string loan_decision_text(const Json& data, bool has_color);

}  // namespace bankctl::cli
