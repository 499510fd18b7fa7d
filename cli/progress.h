// A bar on stderr while something long goes on, on a terminal only.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "cli/settings.h"
#include "core/base/clock.h"

namespace bankctl::cli {

/// How much is done of how much, in any one unit.
struct Share {
    std::int64_t done = 0;
    std::int64_t total = 0;  ///< 0 where it is not known
};

/// The line that shows `count` of `what` after `elapsed_us`, at most `columns` wide: a bar, percent and remaining time
/// where the total is known.
std::string progress_line(std::int64_t count, std::string_view what, Share share, std::int64_t elapsed_us,
                          std::size_t columns);

class Progress {
public:
    /// `what` is counted; `clock` must outlive the bar.
    Progress(const Settings& settings, Clock& clock, std::string_view what);
    ~Progress() { clear(); }
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// True at most ten times a second, and never where nothing is shown; then it is worth measuring for `show`.
    bool is_due();
    void show(std::int64_t count, Share share);
    /// What shows the entries that a verification has read.
    std::function<void(std::int64_t entries, std::int64_t total)> of_entries();
    /// Takes the line away, before anything else is printed.
    void clear();

private:
    Clock& clock_;
    std::string_view what_;
    bool is_wanted_;
    bool is_shown_ = false;
    Timestamp begin_;
    Timestamp shown_at_;
};

}  // namespace bankctl::cli
