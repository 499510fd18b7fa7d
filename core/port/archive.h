// The port to copies of a bank: a backup is one made of the live bank, a restore one made of a file. Either is private
// until it has been verified and is kept; what is not kept leaves no trace.
//
// Every method may throw Failure with the codes of port/ledger.h; beside those, `usage` where a path names the bank
// itself, `unreadable_input` of a file to restore from, `already_exists` where a file came into being meanwhile, and
// `busy` where another process makes the same copy.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/port/ledger.h"

namespace bankctl::port {

/// A whole bank, as it was at one moment, in a place that nobody else uses. Its destructor removes it unless it was
/// kept.
class Copy {
public:
    virtual ~Copy() = default;

    /// The copy as a bank of its own, to be read until it is kept.
    virtual Ledger& ledger() = 0;
    virtual std::int64_t bytes() const = 0;

    /// Puts the copy in its place, at once and durably: a process that is killed here leaves what was there or the
    /// copy, whole. `before` is called when nothing is left to wait for; what it throws ends all without effect.
    /// Returns the head of the bank that it replaced; none if there was none, or none that could be read.
    /// `outcome_unknown` where the storage failed while it committed; any other failure leaves what was there.
    virtual std::optional<Head> keep(const std::function<void()>& before) = 0;
};

/// Whether keeping a copy may replace what has its place; decided before the copy is made.
enum class Placing { on_free_place, by_replacing };

class Archive {
public:
    virtual ~Archive() = default;

    // Which placing a copy needs, once it is clear that it can be made. They write nothing.
    virtual Placing placing_of_backup(const std::string& file) = 0;
    virtual Placing placing_of_restore(const std::string& file) = 0;

    /// Copies the live bank, to be kept as `file`. Writers go on meanwhile.
    virtual std::unique_ptr<Copy> back_up(const std::string& file, Placing placing) = 0;
    /// Copies `file`, to be kept as the bank.
    virtual std::unique_ptr<Copy> restore(const std::string& file, Placing placing) = 0;
};

}  // namespace bankctl::port
