// Loans in the bank, by commands.
#pragma once

#include "tests/cli/bank.h"
#include "tests/support/loan_application.h"

namespace bankctl::cli_test {

/// Customer c1 with alice, to whom 3,000.00 USD of salary came each of the last six months.
void add_applicant(const Bank& bank);

/// An application of today's that says nothing of the bank's own, written to `file`; returns the path.
std::string application_file(const Bank& bank, const std::string& file, LoanChanges changes = {});

// What changes lead where.
inline const LoanChanges k_referred{{"income.verified", "false"}};
inline const LoanChanges k_countered{{"loan.amount_minor", "2800000"}};

/// Applies; returns the loan's id.
std::string apply(const Bank& bank, LoanChanges changes = {});

}  // namespace bankctl::cli_test
