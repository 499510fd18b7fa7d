// A letter as an e-mail message (RFC 5322, RFC 2045 to 2047).
#pragma once

#include <string>
#include <string_view>

#include "core/port/courier.h"

namespace bankctl::courier {

/// The message, with `\n` line ends as mailers take it on stdin. The text is base64, so that no line of it can be taken
/// for anything else; nothing of the letter gets into a header but what is encoded or has been checked. Message-ID is
/// made of the notification's and the bank's id, so a repeated message has the same. `from` and the letter's address
/// are addresses that `is_mail_address` accepts.
std::string mail_message(const port::Letter& letter, std::string_view from);

}  // namespace bankctl::courier
