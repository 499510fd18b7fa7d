// What programs read out of exports: hledger, ledger, beancount, libofx.
#pragma once

#include <map>
#include <string>

#include "tests/cli/bank.h"

namespace bankctl::cli_test {

/// Balances in major units by account id, without zeros at the end: what programs agree on.
using Balances = std::map<std::string, std::string>;

Balances balances_of_bank(const Bank& bank);
/// Of an hledger export, or with `options` of something else that hledger reads. What it refuses ends the test.
Balances balances_of_hledger(const std::string& path, const std::string& options = {});
Balances balances_of_ledger(const std::string& path);
Balances balances_of_beancount(const std::string& path);
/// Of an OFX file, the sums of each account's amounts; ends the test where one is not the LEDGERBAL. All amounts have
/// two decimals.
Balances balances_of_ofx(const std::string& path);

/// LEDGERBAL and the sum of the amounts of each account, in minor units, as ofxdump prints them.
struct OfxAccount {
    std::int64_t ledger_minor = 0;
    std::int64_t sum_minor = 0;
};
std::map<std::string, OfxAccount> read_ofx(const std::string& path);

/// `text` with one more or less in the last digit of the number that ends right before the first `mark` behind the last
/// occurrence of `before` in the text's first `portion`.
std::string with_planted_cent(std::string text, const std::string& before, const std::string& mark,
                              double portion = 1.0);

}  // namespace bankctl::cli_test
