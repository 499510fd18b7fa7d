// A letter as JSON: what a program gets on stdin and a spool file holds.
#pragma once

#include <string>

#include "core/port/courier.h"

namespace bankctl::courier {

/// One line: `{"schema":"notification.letter/v1","data":{…}}`, as schema/json/notification.letter.schema.json says.
std::string letter_document(const port::Letter& letter);

}  // namespace bankctl::courier
