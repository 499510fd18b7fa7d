// Notifications to be delivered, without the service that files disputes.
#pragma once

#include <string>
#include <vector>

#include "core/model/notification.h"
#include "core/port/ledger.h"
#include "tests/support/fake_clock.h"

namespace bankctl::test {

/// Records a dispute of customer c1, who is added if need be with the email address c1@customers.example, that has this
/// to tell; returns its number.
Seq file_dispute(port::Ledger& ledger, const std::vector<Message>& messages, Timestamp at = k_start);

/// So many messages to the team `cards`, told apart by the number in their subject, from 1.
std::vector<Message> team_messages(int count);

}  // namespace bankctl::test
