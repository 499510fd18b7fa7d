// What the tests of bad input share.
#pragma once

#include <string>
#include <vector>

#include "tests/cli/bank.h"

namespace bankctl::cli_test {

/// A piece of bad input and the code it must get.
struct Case {
    std::string text;
    const char* code;
};

/// A bank whose books are compared when it goes out of scope: nothing of what was refused may have left a trace.
class UnchangedBank {
public:
    UnchangedBank();
    ~UnchangedBank();
    UnchangedBank(const UnchangedBank&) = delete;
    UnchangedBank& operator=(const UnchangedBank&) = delete;
    const Bank& operator*() const { return bank_; }
    const Bank* operator->() const { return &bank_; }

private:
    Bank bank_;
    Json head_;
};

/// What is no amount of USD, with the code it gets. What begins with a dash is one too, not an option.
const std::vector<Case>& bad_amounts();

}  // namespace bankctl::cli_test
