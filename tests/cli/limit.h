// Limits as the process tests use them.
#pragma once

#include <string>

#include "tests/cli/bank.h"

namespace bankctl::cli_test {

/// The words with --user.
inline Words as(const std::string& user, Words words) {
    words.insert(words.end(), {"--user", user});
    return words;
}

/// Sets a limit; `more` are further options.
inline void set_limit(const Bank& bank, const std::string& user, const std::string& rate, Words more = {}) {
    more.insert(more.begin(), {"limit", "set", user, "--rate", rate});
    bank.ok(more);
}

/// Makes a user of the bank whom every further command within a minute is refused.
inline void block(const Bank& bank, const std::string& user) {
    set_limit(bank, user, "1/m");
    bank.ok({"limit", "test", "--user", user});
}

/// The file that the limiter keeps beside the bank.
std::string limiter_file(const Bank& bank);

}  // namespace bankctl::cli_test
