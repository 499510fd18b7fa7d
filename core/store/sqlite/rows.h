// Reading the rows of each table. All columns of the table are read, in the order in which the schema declares them. A
// value that no one can have stored is `integrity_violation`.
#pragma once

#include <string>

#include "core/base/error.h"
#include "core/model/account.h"
#include "core/model/journal.h"
#include "core/model/limit_policy.h"
#include "core/store/sqlite/connection.h"

namespace bankctl::sqlite {

/// `integrity_violation` that says what is wrong with a row.
Failure damaged(const std::string& what);

/// The next column of a row.
Digest read_digest(Query& row);

JournalEntry read_entry(Query& row);
Account read_account(Query& row);
Customer read_customer(Query& row);
Hold read_hold(Query& row);
/// Of a hold that the index says expires: SQLite trusts that, and damage can set it apart from the rows.
Hold read_expiring_hold(Query& row);
Reversal read_reversal(Query& row);
/// A rule without an algorithm was unset; one of the algorithm none has no numbers.
LimitRule read_limit_rule(Query& row);

}  // namespace bankctl::sqlite
