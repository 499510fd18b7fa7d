// The outbox: what is in it, and carrying it out of the bank, at least once each.
//
// An attempt is made first and recorded then, each in a transaction of its own. Whoever is killed in between leaves the
// notification as it was, so that it is sent again: never lost, perhaps twice. Only one deliverer may work on a bank at
// a time; the caller sees to that.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "core/model/notification_schedule.h"
#include "core/port/courier.h"
#include "core/port/ledger.h"
#include "core/service/posting.h"

namespace bankctl {

/// A row of the outbox and what it has to tell.
struct NotificationView {
    Notification row;
    Message message;
    Timestamp written_at;
    bool is_about_loan = false;  ///< else about a dispute
};

NotificationView view_notification(port::Snapshot& snapshot, const Notification& row);
/// `notification_not_found`.
Result<Notification> find_notification(port::Snapshot& snapshot, const NotificationId& id);

struct DeliveryOptions {
    /// Of couriers that need addresses: where a team's mail goes, by the team's name; `*`: that of every other team. A
    /// customer's goes to the email address in the books.
    std::map<std::string, std::string> team_addresses;
    std::optional<RecipientKind> only;  ///< leave the others
    std::int64_t limit = 0;             ///< attempts at most; 0: all that are due
};

struct DeliveryWatch {
    std::function<bool()> stops;  ///< asked before each attempt
    /// The notification as an attempt, recorded by now, has left it.
    std::function<void(const NotificationView&)> attempted;
};

/// Tries all that is due once, in the order in which it was written. What fails is tried again later, as
/// core/model/notification_schedule.h says.
void deliver_notifications(port::Ledger& ledger, Clock& clock, const Actor& actor, port::Courier& courier,
                           const DeliveryOptions& options, const DeliveryWatch& watch);

/// Puts a dead notification back, as if no attempt had been made: `notification_not_found`, `illegal_transition` if it
/// is not dead, so also if the same was asked for before.
Result<Posted> retry_notification(Books& books, Clock& clock, const Actor& actor, const NotificationId& id);

}  // namespace bankctl
