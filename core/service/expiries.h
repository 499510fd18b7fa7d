// When the pending holds of accounts expire, while the books are being written: loaded once for each account, changed
// as holds are placed and resolved, with an undo for the group that is being worked on.
#pragma once

#include <set>
#include <tuple>
#include <unordered_set>
#include <vector>

#include "core/model/account.h"

namespace bankctl {

class Expiries {
public:
    bool is_loaded(Seq account) const { return loaded_.contains(account); }
    /// Takes over what the storage says of an account.
    void load(Seq account, const std::vector<Hold>& holds) {
        loaded_.insert(account);
        for (const Hold& hold : holds) times_.emplace(account, *hold.expires_at, hold.seq);
    }

    void add(Seq account, Timestamp expires_at, Seq hold) {
        times_.emplace(account, expires_at, hold);
        undo_.push_back({{account, expires_at, hold}, true});
    }
    void remove(Seq account, Timestamp expires_at, Seq hold) {
        times_.erase({account, expires_at, hold});
        undo_.push_back({{account, expires_at, hold}, false});
    }

    /// The account's holds that have expired by `time`, the earliest first.
    std::vector<Seq> due(Seq account, Timestamp time) const {
        std::vector<Seq> holds;
        for (auto next = times_.lower_bound({account, Timestamp{INT64_MIN}, Seq{}}); next != times_.end(); ++next) {
            const auto& [owner, expires_at, hold] = *next;
            if (owner != account || expires_at > time) break;
            holds.push_back(hold);
        }
        return holds;
    }

    void keep() { undo_.clear(); }
    void roll_back() {
        for (; !undo_.empty(); undo_.pop_back()) {
            const auto& [expiry, was_added] = undo_.back();
            if (was_added) {
                times_.erase(expiry);
            } else {
                times_.insert(expiry);
            }
        }
    }
    void clear() {
        loaded_.clear();
        times_.clear();
        undo_.clear();
    }

private:
    using Expiry = std::tuple<Seq, Timestamp, Seq>;  // account, time, hold
    std::unordered_set<Seq> loaded_;
    std::set<Expiry> times_;
    std::vector<std::pair<Expiry, bool>> undo_;  // true: was added
};

}  // namespace bankctl
