// Where an e-mail goes.
#pragma once

#include <string_view>

namespace bankctl {

/// `local@domain` in the plain form that every mailer takes (RFC 5321, 4.1.2, Dot-string @ Domain): printable ASCII
/// without blanks, quotes or brackets, at most 254 bytes, and no leading dash. What passes cannot break a header line
/// or be taken for an option.
bool is_mail_address(std::string_view text);

}  // namespace bankctl
