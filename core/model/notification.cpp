#include "core/model/notification.h"

#include "core/base/text.h"

namespace bankctl {
namespace {

constexpr std::string_view k_recipients[] = {"team", "customer"};
constexpr std::string_view k_statuses[] = {"pending", "delivered", "dead"};
constexpr std::string_view k_prefix = "NTF-";

}  // namespace

Result<NotificationId> parse_notification_id(std::string_view text) {
    const std::size_t dash = text.rfind('-');
    if (text.starts_with(k_prefix) && dash >= k_prefix.size()) {
        const Result<Seq> entry = parse_seq(text.substr(k_prefix.size(), dash - k_prefix.size()));
        const Result<std::int64_t> ordinal = parse_number(text.substr(dash + 1), 1, INT32_MAX, "its place");
        if (entry && ordinal) return NotificationId{*entry, static_cast<int>(*ordinal)};
    }
    return Error(ErrorCode::invalid_id, in_quotes(text) + " is not a notification's id", "write it like NTF-42-1");
}

std::string notification_id(const NotificationId& id) {
    return std::string(k_prefix) + std::to_string(id.entry.value) + "-" + std::to_string(id.ordinal);
}

std::string_view name(RecipientKind kind) { return k_recipients[static_cast<std::size_t>(kind)]; }

std::optional<RecipientKind> recipient_kind(std::string_view name) {
    for (const RecipientKind kind : {RecipientKind::team, RecipientKind::customer}) {
        if (bankctl::name(kind) == name) return kind;
    }
    return std::nullopt;
}

std::string_view name(NotificationStatus status) { return k_statuses[static_cast<std::size_t>(status)]; }

std::optional<NotificationStatus> notification_status(std::string_view name) {
    for (const auto status : {NotificationStatus::pending, NotificationStatus::delivered, NotificationStatus::dead}) {
        if (bankctl::name(status) == name) return status;
    }
    return std::nullopt;
}

}  // namespace bankctl
