// Verification: replays the journal through the same Books that wrote it and compares every entry and every row of
// current state with what the storage holds.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/port/ledger.h"

namespace bankctl {

/// A head that was printed earlier: finds a rollback of the whole database to an older copy.
struct Anchor {
    Seq seq;
    Digest hash{};
};

/// Reads `SEQ:HASH`; else `invalid_anchor`.
Result<Anchor> parse_anchor(std::string_view text);

struct Verification {
    bool is_ok = true;
    port::Head head;
    std::vector<port::Check> checks;  ///< every check, also those that a failed one made pointless
};

/// Receives the number of entries read and how many there are.
using VerificationProgress = std::function<void(std::int64_t entries, std::int64_t total)>;

/// The checks that failed, in one line of text; empty if none did.
std::string findings(const Verification& verification);

/// Checks, in this order: the storage itself (its format, schema and rows), the chain of hashes and what each entry
/// derives from those before it, the current state, the keys, the sum of balances per currency, the anchor if given.
/// Storage that is too damaged to be read makes one failed check, `storage`, and an empty head. Holds one state of
/// every account, customer and hold in memory.
Verification verify(port::Ledger& ledger, const std::optional<Anchor>& anchor,
                    const VerificationProgress& progress = {});

}  // namespace bankctl
