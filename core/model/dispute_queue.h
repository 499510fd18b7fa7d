// A queue of disputes: which ones somebody asks for, and in which order they come.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/model/dispute.h"

namespace bankctl {

inline constexpr int k_ended_ranks = 4;  ///< an ended case ranks so much behind an open one of its priority
inline constexpr int k_ranks = 8;
inline constexpr std::int64_t k_never_due = INT64_MAX;

/// Where a case stands among others, the most urgent first: open before ended, by priority, by what is due first, by
/// number.
struct DisputePlace {
    int rank = 0;          ///< 1 to k_ranks: the priority; of an ended case k_ended_ranks more
    std::int64_t due = 0;  ///< microseconds since 1970; without a deadline k_never_due
    Seq number;

    auto operator<=>(const DisputePlace&) const = default;
};
DisputePlace place_of(const Dispute& dispute);

/// A place as a cursor, `1.1767225600000000.42`, and back; else `invalid_cursor`.
std::string place_text(const DisputePlace& place);
Result<DisputePlace> parse_place(std::string_view text);

/// Which disputes a queue is of; what is absent is not asked for.
struct DisputeQueue {
    std::optional<std::string> team{};
    std::optional<std::string> assignee{};
    std::optional<DisputeStatus> status{};
    std::optional<int> priority{};
    std::optional<Timestamp> due_before{};
    std::optional<Seq> customer{};
    bool includes_ended = false;  ///< also closed and withdrawn ones; a status that is asked for includes itself
    std::optional<DisputePlace> after{};  ///< begins behind this place

    /// Whether cases of this rank can be in it.
    bool has_rank(int rank) const;
    bool matches(const Dispute& dispute) const;
};

}  // namespace bankctl
