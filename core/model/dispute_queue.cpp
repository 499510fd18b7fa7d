#include "core/model/dispute_queue.h"

#include "core/base/text.h"

namespace bankctl {

DisputePlace place_of(const Dispute& dispute) {
    return {dispute.priority + (is_open(dispute.status) ? 0 : k_ended_ranks),
            dispute.due_at ? dispute.due_at->us : k_never_due, dispute.number};
}

std::string place_text(const DisputePlace& place) {
    return std::to_string(place.rank) + "." + std::to_string(place.due) + "." + std::to_string(place.number.value);
}

Result<DisputePlace> parse_place(std::string_view text) {
    const std::size_t first = text.find('.');
    const std::size_t second = text.find('.', first + 1);
    if (first != std::string_view::npos && second != std::string_view::npos) {
        const auto rank = parse_number(text.substr(0, first), 1, k_ranks, "its rank");
        const auto due = parse_number(text.substr(first + 1, second - first - 1), 0, k_never_due, "its time");
        const auto number = parse_number(text.substr(second + 1), 1, INT64_MAX, "its number");
        if (rank && due && number) return DisputePlace{static_cast<int>(*rank), *due, Seq{*number}};
    }
    return Error(ErrorCode::invalid_cursor, in_quotes(text) + " is not a cursor of this list",
                 "take next of an earlier page as it is");
}

bool DisputeQueue::has_rank(int rank) const {
    const bool is_ended = rank > k_ended_ranks;
    if (priority && *priority != (is_ended ? rank - k_ended_ranks : rank)) return false;
    if (status) return is_ended != is_open(*status);
    return includes_ended || !is_ended;
}

bool DisputeQueue::matches(const Dispute& dispute) const {
    const DisputePlace place = place_of(dispute);
    if (!has_rank(place.rank) || (after && place <= *after)) return false;
    if (due_before && place.due >= due_before->us) return false;
    if (team && dispute.team != *team) return false;
    if (assignee && dispute.assignee != *assignee) return false;
    if (status && dispute.status != *status) return false;
    return !customer || dispute.customer == *customer;
}

}  // namespace bankctl
