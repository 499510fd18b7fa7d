// A statement of account as a customer reads it, made from the data of `account.statement/v1`.
#pragma once

#include <functional>
#include <string>

#include "cli/render/render.h"

namespace bankctl::cli {

/// For a terminal, at most 80 columns wide; details that do not fit are cut.
std::string statement_table(const Json& statement);

/// One HTML5 page that needs no other file and no script, to be read on a screen and printed on A4 or Letter.
std::string statement_html(const Json& statement);

/// The transactions as CSV, with the account's currency as a column.
std::string statement_csv(const Json& statement);

/// The period in words of a statement's `since` and `until`, which is exclusive: inclusive days where both are 00:00
/// UTC and a day lies between, else times. `moment(time, characters)` writes the first characters of an RFC 3339 time.
std::string statement_period(const Json& statement,
                             const std::function<std::string(const Json& time, std::size_t characters)>& moment);

/// The last moment of the period, on the day of the closing balance; `since` if the period is empty.
Json statement_end(const Json& statement);

/// A line's amount without its sign, in the column that it belongs to; the other is empty.
struct DebitOrCredit {
    std::string debit;
    std::string credit;
};
DebitOrCredit debit_or_credit(const Json& transaction);

/// What a line's transaction was: `transfer bob: Rent`. Escaped like `printable`.
std::string statement_details(const Json& transaction);

}  // namespace bankctl::cli
