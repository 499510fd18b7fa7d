#include "core/service/chain.h"

#include <algorithm>
#include <vector>

namespace bankctl {
namespace {

constexpr std::int64_t k_chunk = 512;

}  // namespace

void scan_versions(port::Snapshot& snapshot, const Account& account, std::int64_t first, std::int64_t last,
                   const port::Visitor<JournalEntry>& visit) {
    for (std::int64_t begin = first; begin <= last; begin += k_chunk) {
        const std::int64_t end = std::min(begin + k_chunk - 1, last);
        const auto reaches = [&](const JournalEntry& entry) { return leg_on(entry, account.number).version <= end; };
        std::vector<JournalEntry> chunk;
        chunk.push_back(require(newest_entry_where(snapshot, account, reaches), "a version of an account"));
        for (std::int64_t version = end; version > begin; --version) {
            chunk.push_back(follow_chain(snapshot, leg_on(chunk.back(), account.number).previous, chunk.back()));
        }
        for (auto entry = chunk.rbegin(); entry != chunk.rend(); ++entry) {
            if (!visit(*entry)) return;
        }
    }
}

}  // namespace bankctl
