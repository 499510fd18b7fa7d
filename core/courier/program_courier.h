// Delivers by a command of the bank's own, and by a mailer.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "core/port/courier.h"

namespace bankctl::courier {

/// Runs `command` by the shell for each letter, with the letter's document on stdin and its id and the bank's in the
/// environment: BANKCTL_NOTIFICATION_ID, BANKCTL_BANK_ID. Exit code 0 within the time limit means delivered.
std::unique_ptr<port::Courier> make_program_courier(std::string command, std::chrono::milliseconds time_limit);

/// Gives each letter as a message to a mailer that understands `-t -i`, as sendmail, Postfix, Exim and msmtp do.
/// `from` is an address that `is_mail_address` accepts. Throws Failure with `output_failed` if the mailer's path cannot
/// be run.
std::unique_ptr<port::Courier> make_mail_courier(std::string mailer, std::string from,
                                                 std::chrono::milliseconds time_limit);

}  // namespace bankctl::courier
