// A statement of account as a customer reads it, made from the data of `account.statement/v1`.
#pragma once

#include <string>

#include "cli/render/render.h"

namespace bankctl::cli {

/// For a terminal, at most 80 columns wide; details that do not fit are cut.
std::string statement_table(const Json& statement);

/// One HTML5 page that needs no other file and no script, to be read on a screen and printed on A4 or Letter.
std::string statement_html(const Json& statement);

/// The transactions as CSV, with the account's currency as a column.
std::string statement_csv(const Json& statement);

/// What a line's transaction was: `transfer bob: Rent`. Escaped like `printable`.
std::string statement_details(const Json& transaction);

}  // namespace bankctl::cli
