// Reading the rows of each table. All columns of the table are read, in the order in which the schema declares them. A
// value that no one can have stored is `integrity_violation`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/model/account.h"
#include "core/model/journal.h"
#include "core/model/limit_policy.h"
#include "core/port/ledger.h"
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

/// The row that `query` finds, if any.
template <class Read>
auto first_row(Query& query, Read read) -> std::optional<decltype(read(query))> {
    if (!query.next()) return std::nullopt;
    return read(query);
}

template <class Read>
auto all_rows(Query& query, Read read) {
    std::vector<decltype(read(query))> rows;
    while (query.next()) rows.push_back(read(query));
    return rows;
}

template <class Read, class Visitor>
void visit_rows(Query& query, Read read, const Visitor& visit) {
    while (query.next() && visit(read(query))) {
    }
}

/// A change that finds no row, or not the one that was read, is `integrity_violation`.
inline void expect_one(int rows, const char* table) {
    if (rows != 1) throw damaged(std::string("a row of ") + table + " is not the one that was read");
}

}  // namespace bankctl::sqlite
