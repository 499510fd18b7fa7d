#include "tests/cli/bad_input.h"

#include <catch2/catch.hpp>

namespace bankctl::cli_test {

UnchangedBank::UnchangedBank() {
    bank_.add_accounts({"alice", "bob"}, "100");
    bank_.ok({"account", "open", "yen", "--customer", "c1", "--currency", "JPY", "--opening-balance", "100"});
    head_ = bank_.head();
}

UnchangedBank::~UnchangedBank() { CHECK(bank_.head() == head_); }

const std::vector<Case>& bad_amounts() {
    static const std::vector<Case> k_cases{{"", "invalid_amount"},
                                           {" ", "invalid_amount"},
                                           {"0", "invalid_amount"},
                                           {"0.0", "invalid_amount"},
                                           {"0.00", "invalid_amount"},
                                           {"00", "invalid_amount"},
                                           {"00.5", "invalid_amount"},
                                           {"01", "invalid_amount"},
                                           {"010", "invalid_amount"},
                                           {"1.", "invalid_amount"},
                                           {".5", "invalid_amount"},
                                           {".", "invalid_amount"},
                                           {"1..2", "invalid_amount"},
                                           {"1.2.3", "invalid_amount"},
                                           {"1,5", "invalid_amount"},
                                           {"1,000", "invalid_amount"},
                                           {"1'000", "invalid_amount"},
                                           {"1_000", "invalid_amount"},
                                           {"1 000", "invalid_amount"},
                                           {" 1", "invalid_amount"},
                                           {"1 ", "invalid_amount"},
                                           {"1\n", "invalid_amount"},
                                           {"\t1", "invalid_amount"},
                                           {"+1", "invalid_amount"},
                                           {"1e3", "invalid_amount"},
                                           {"1E3", "invalid_amount"},
                                           {"1e-1", "invalid_amount"},
                                           {"0x10", "invalid_amount"},
                                           {"0b1", "invalid_amount"},
                                           {"0o7", "invalid_amount"},
                                           {"1f", "invalid_amount"},
                                           {"1L", "invalid_amount"},
                                           {"nan", "invalid_amount"},
                                           {"NaN", "invalid_amount"},
                                           {"inf", "invalid_amount"},
                                           {"Infinity", "invalid_amount"},
                                           {"one", "invalid_amount"},
                                           {"$1", "invalid_amount"},
                                           {"1$", "invalid_amount"},
                                           {"1USD", "invalid_amount"},
                                           {"USD1", "invalid_amount"},
                                           {"1/2", "invalid_amount"},
                                           {"50%", "invalid_amount"},
                                           {"(1)", "invalid_amount"},
                                           {"1-", "invalid_amount"},
                                           {"１", "invalid_amount"},
                                           {"١", "invalid_amount"},
                                           {"1٫5", "invalid_amount"},
                                           {"½", "invalid_amount"},
                                           {"−1", "invalid_amount"},
                                           {"1\u00a0000", "invalid_amount"},
                                           {"\u200b1", "invalid_amount"},
                                           {"\ufeff1", "invalid_amount"},
                                           {"1\u202e", "invalid_amount"},
                                           {"\xff", "invalid_amount"},
                                           {"1\x1b[0m", "invalid_amount"},
                                           {"null", "invalid_amount"},
                                           {"true", "invalid_amount"},
                                           {"[1]", "invalid_amount"},
                                           {"{}", "invalid_amount"},
                                           {"\"1\"", "invalid_amount"},
                                           {"1.00.", "invalid_amount"},
                                           {std::string(1000, 'x'), "invalid_amount"},
                                           {"1." + std::string(10'000, '0') + "x", "invalid_amount"},
                                           {"-1", "invalid_amount"},
                                           {"-0", "invalid_amount"},
                                           {"-0.01", "invalid_amount"},
                                           {"-.5", "invalid_amount"},
                                           {"9007199254740992", "amount_too_large"},
                                           {"9223372036854775807", "amount_too_large"},
                                           {"9223372036854775808", "amount_too_large"},
                                           {"18446744073709551616", "amount_too_large"},
                                           {"18446744073709551617.00", "amount_too_large"},
                                           {std::string(100, '9'), "amount_too_large"},
                                           {"1" + std::string(10'000, '0'), "amount_too_large"},
                                           {"90071992547409.92", "amount_too_large"},
                                           {"9007199254740991", "amount_too_large"},
                                           {"9007199254740991.99", "amount_too_large"},
                                           {"0.001", "amount_precision"},
                                           {"1.000", "amount_precision"},
                                           {"1.999", "amount_precision"},
                                           {"0.009", "amount_precision"},
                                           {"1." + std::string(1000, '0'), "amount_precision"}};
    return k_cases;
}

}  // namespace bankctl::cli_test
