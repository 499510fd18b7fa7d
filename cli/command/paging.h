// Pages of a list that is ordered by a name: --limit and --after.
#pragma once

#include "cli/command/common.h"

namespace bankctl::cli {

/// Adds the rows that `scan` visits to `printer`, up to `limit`. `row_of(element)` makes a row, `id_of(element)` its
/// name. Returns the cursor to go on with: the last name printed if more follow, else null.
template <class Element, class Scan, class RowOf, class IdOf>
Json print_page(ListPrinter& printer, const std::optional<std::int64_t>& limit, Scan scan, RowOf row_of, IdOf id_of) {
    std::int64_t printed = 0;
    std::string last_id;
    Json next = nullptr;
    scan([&](const Element& element) {
        if (limit && printed == *limit) {
            next = last_id;
            return false;
        }
        ++printed;
        last_id = id_of(element);
        return printer.add(row_of(element));
    });
    return next;
}

/// A cursor of a list by name is a name: an id of either kind.
template <class Id>
Result<Id> parse_cursor(std::string_view text) {
    if (!parse_any_account_id(text))
        return Error(ErrorCode::invalid_cursor, "--after is not a cursor of this list",
                     "pass the value of \"next\" unchanged");
    return Id{std::string(text)};
}

}  // namespace bankctl::cli
