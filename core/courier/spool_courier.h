// Delivers into a folder: a file for each letter, which somebody else takes away.
#pragma once

#include <memory>
#include <string>

#include "core/port/courier.h"

namespace bankctl::courier {

/// Writes each letter's document as `folder/NTF-42-1.BANK.json`, whole or not at all, and synced. A repeated letter
/// replaces its file. Names that begin with a dot are letters being written. Throws Failure with
/// `output_failed` if there is no such folder.
std::unique_ptr<port::Courier> make_spool_courier(std::string folder);

}  // namespace bankctl::courier
