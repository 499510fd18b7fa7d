// The four forms of a document, and that they say the same.
#pragma once

#include <string>

#include "tests/cli/bank.h"

namespace bankctl::cli_test {

/// Runs a command that changes nothing in every form: its ndjson, csv and table must hold what its JSON does. Times
/// that a dry run makes up anew each time are not compared.
void require_same_in_all_forms(const Bank& bank, const Words& words);

/// Every line of a table has at most 80 columns.
void require_narrow(const std::string& table);

/// The cells of the column named `header` end where the header ends, in every line.
void require_right_aligned(const std::string& table, const std::string& header);

}  // namespace bankctl::cli_test
