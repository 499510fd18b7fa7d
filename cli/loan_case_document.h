// Loans in the bank as documents: the data of `loan/v1` and of `loan.list/v1`, and how a person reads one.
#pragma once

#include "cli/document.h"
#include "core/service/loans.h"

namespace bankctl::cli {

extern const DocumentInfo k_loan_document;
extern const DocumentInfo k_loan_list_document;

Json loan_json(const LoanView& view, WriteFlags flags = {});
Json loan_recomputation_json(const LoanRecomputation& recomputation);
Json loan_row_json(port::Snapshot& snapshot, const Loan& loan, Timestamp now);

/// One loan as text of at most 80 columns: where it stands, why, what is offered, what was done.
std::string loan_text(const Json& loan, bool has_color);

}  // namespace bankctl::cli
