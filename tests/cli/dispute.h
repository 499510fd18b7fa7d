// Disputes as scripts file and work on them.
#pragma once

#include <string>
#include <string_view>

#include "tests/cli/bank.h"

namespace bankctl::cli_test {

/// Makes the bank ask a classifier that says the same of every text, so that no test depends on what a model has
/// learned.
void say_category(Bank& bank, std::string_view category, std::string_view confidence = "0.95");

/// Customers c1, with alice and 1,000.00 USD, and c2, with bob. Returns a payment of alice's: 120.00 to Acme Shop.
std::string add_payment(const Bank& bank);

/// `dispute file` of c1 about the transaction, with more words.
Words filing(const std::string& transaction, const Words& more = {});

Words joined(Words words, const Words& more);

/// Brings a case that is routed to the status, by the steps that lead there.
void bring_to(const Bank& bank, const std::string& id, const std::string& status);

/// A case of c1 about alice's payment of 120.00, of add_payment, that is being investigated.
std::string investigated(Bank& bank, const std::string& category = "duplicate_charge");

}  // namespace bankctl::cli_test
