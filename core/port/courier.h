// The port to whatever carries notifications out of the bank: a program, a mailer, a folder.
#pragma once

#include <optional>
#include <string>

#include "core/model/notification.h"

namespace bankctl::port {

/// A notification on its way. `id` and `bank` together name it for ever: it may come more than once, and by them a
/// receiver tells.
struct Letter {
    NotificationId id;
    std::string bank;   ///< the bank's id
    std::string about;  ///< the id of the dispute or loan
    Message message;
    std::optional<std::string> address;  ///< of mail
    Timestamp written_at;                ///< when the step was made
    std::int64_t attempt = 1;            ///< the how manyeth this is
};

class Courier {
public:
    virtual ~Courier() = default;
    /// Hands the letter over; returns why it could not be, or nothing. What it returns is shown and stored: one line.
    virtual std::optional<std::string> deliver(const Letter& letter) = 0;
    /// Whether letters need an address; those that have none are left in the outbox.
    virtual bool needs_address() const { return false; }
};

}  // namespace bankctl::port
