// Looking accounts up by number, each once in a while: for whoever describes many entries.
#pragma once

#include <unordered_map>

#include "core/port/ledger.h"

namespace bankctl {

/// Remembers the last few thousand accounts, so that memory does not grow with the bank.
class AccountLookup {
public:
    explicit AccountLookup(port::Snapshot& snapshot) : snapshot_(snapshot) {}
    /// Valid for the next few thousand calls.
    const Account& operator()(Seq number);
    const Account& operator()(const std::optional<Leg>& leg);

private:
    port::Snapshot& snapshot_;
    std::unordered_map<Seq, Account> recent_;
    std::unordered_map<Seq, Account> older_;
};

}  // namespace bankctl
