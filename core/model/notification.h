// A notification: what a step of a dispute or loan has to tell a team or a customer. It waits in the outbox, written in
// the transaction of the step, until somebody delivers it.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/ids.h"

namespace bankctl {

/// Which notification: the journal entry of the step, and its place among those of that step, from 1.
struct NotificationId {
    Seq entry;
    int ordinal = 0;

    auto operator<=>(const NotificationId&) const = default;
};

/// `NTF-42-1`; anything else is `invalid_id`.
Result<NotificationId> parse_notification_id(std::string_view text);
std::string notification_id(const NotificationId& id);

/// The numbers are stored.
enum class RecipientKind { team = 0, customer = 1 };
std::string_view name(RecipientKind kind);
std::optional<RecipientKind> recipient_kind(std::string_view name);

enum class NotificationStatus { pending = 0, delivered = 1, dead = 2 };
std::string_view name(NotificationStatus status);
std::optional<NotificationStatus> notification_status(std::string_view name);

/// A row of the outbox. Its subject and body are in the entry's detail.
struct Notification {
    NotificationId id;
    Seq about;  ///< the dispute or loan, as the entry's kind says
    RecipientKind recipient_kind = RecipientKind::team;
    std::string recipient;  ///< the team's name or the customer's id
    NotificationStatus status = NotificationStatus::pending;
    std::int64_t attempts = 0;
    std::optional<Timestamp> next_attempt_at;  ///< of a pending one; none: at once
    std::optional<std::string> last_error;
    std::int64_t version = 1;

    bool operator==(const Notification&) const = default;
};

/// What a step has to tell.
struct Message {
    RecipientKind recipient_kind = RecipientKind::team;
    std::string recipient;
    std::string topic;    ///< stable name: `filed`, `assigned`, `high_risk`, `credited`, `decided` …
    std::string subject;  ///< one line
    std::string body;

    bool operator==(const Message&) const = default;
};

}  // namespace bankctl

template <>
struct std::hash<bankctl::NotificationId> {
    std::size_t operator()(const bankctl::NotificationId& id) const noexcept {
        return std::hash<std::int64_t>{}(id.entry.value) * 31 + static_cast<std::size_t>(id.ordinal);
    }
};
