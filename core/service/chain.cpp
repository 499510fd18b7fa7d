#include "core/service/chain.h"

#include <algorithm>
#include <vector>

namespace bankctl {
namespace {

constexpr std::int64_t k_chunk = 512;

/// The entry at `seq`, which a leg of `newer` points to. Links only lead back, so a walk always ends.
JournalEntry follow(port::Snapshot& snapshot, Seq seq, const JournalEntry& newer) {
    if (seq >= newer.seq) {
        throw Failure(Error(ErrorCode::integrity_violation, "an account's chain does not lead back")
                          .with("seq", newer.seq.value));
    }
    return require(snapshot.entry(seq), "an entry that an account's chain leads to");
}

}  // namespace

std::optional<JournalEntry> newest_entry_where(port::Snapshot& snapshot, const Account& account,
                                               const std::function<bool(const JournalEntry&)>& is_old_enough) {
    JournalEntry entry = require(snapshot.entry(account.last), "an account's newest entry");
    while (!is_old_enough(entry)) {
        const Leg leg = leg_on(entry, account.number);
        if (leg.version == 1) return std::nullopt;
        JournalEntry ancestor = follow(snapshot, leg.jump, entry);
        // An ancestor that is old enough may be older than needed: then only one step is safe.
        if (is_old_enough(ancestor) && leg.previous != leg.jump) ancestor = follow(snapshot, leg.previous, entry);
        entry = std::move(ancestor);
    }
    return entry;
}

void scan_versions(port::Snapshot& snapshot, const Account& account, std::int64_t first, std::int64_t last,
                   const port::Visitor<JournalEntry>& visit) {
    for (std::int64_t begin = first; begin <= last; begin += k_chunk) {
        const std::int64_t end = std::min(begin + k_chunk - 1, last);
        const auto reaches = [&](const JournalEntry& entry) { return leg_on(entry, account.number).version <= end; };
        std::vector<JournalEntry> chunk;
        chunk.push_back(require(newest_entry_where(snapshot, account, reaches), "a version of an account"));
        for (std::int64_t version = end; version > begin; --version) {
            chunk.push_back(follow(snapshot, leg_on(chunk.back(), account.number).previous, chunk.back()));
        }
        for (auto entry = chunk.rbegin(); entry != chunk.rend(); ++entry) {
            if (!visit(*entry)) return;
        }
    }
}

}  // namespace bankctl
