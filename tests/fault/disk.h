// What can be on a disk after the power was lost: what was synced, and of what was not, anything.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/fault/recorder.h"

namespace bankctl::fault_test {

inline constexpr std::int64_t k_sector_bytes = 512;

/// What became of one change that was not synced. A change of the folder is lost or kept; of a write any sectors are
/// kept; a file that grew may have its new size without its new bytes.
struct Fate {
    std::uint64_t sectors = 0;  ///< bit n % 64 for the n-th sector that the write touches; 0: lost
    bool has_size = false;      ///< of a write: the file has grown for it, by zeros where the sectors were lost

    static Fate lost() { return {}; }
    static Fate kept() { return {~std::uint64_t{0}, true}; }
    bool is_kept() const { return sectors != 0; }
};

/// A disk while a recording is played to it.
class Disk {
public:
    explicit Disk(const Recording& recording);

    void play(const DiskEvent& event);
    /// The changes that were not synced, in their order.
    const std::vector<DiskEvent>& pending() const { return pending_; }
    /// The folder after the loss, with one fate for each pending change.
    Image after_loss(const std::vector<Fate>& fates) const;

private:
    std::vector<std::string> contents_;  // of every file, as synced
    std::map<std::string, int> names_;   // as synced
    std::vector<DiskEvent> pending_;
};

}  // namespace bankctl::fault_test
