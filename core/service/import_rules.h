// How another bank's CSV becomes requests: the rules file of an import, a JSON object.
//
//     {"delimiter": ";", "encoding": "latin1", "decimal": ",", "skip_lines": 0,
//      "columns": {"account": "account_id", "amount": "amount", "date": "date", "key": "id", "counter": "till"},
//      "date_format": "%y%m%d",
//      "type": {"column": "type", "credit": ["IN"], "debit": ["OUT", "FEE"]},
//      "memo": ["operation", "symbol"],
//      "open": {"customer": "imported", "currency": "CZK",
//               "overdraft": {"default": "0", "accounts": {"123": "5000.00"}}}}
//
// Only columns.account and columns.amount are required.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/service/date_format.h"
#include "core/service/posting.h"

namespace bankctl {

struct ImportRules {
    struct Columns {
        std::string account;
        std::string amount;
        std::optional<std::string> date;
        std::optional<std::string> key;
        std::optional<std::string> counter;
    };
    /// Which values of a column mean credit and which debit; without it the amount's sign decides, minus being debit.
    struct Type {
        std::string column;
        std::vector<std::string> credit;
        std::vector<std::string> debit;
    };
    /// How accounts that do not exist are opened; without it they are refused.
    struct Opening {
        CustomerId customer;
        Currency currency;
        Amount overdraft;
        std::unordered_map<AccountId, Amount> overdrafts;  ///< of accounts that have another one
    };

    char delimiter = ',';
    bool is_latin1 = false;  ///< else UTF-8
    char decimal = '.';
    std::int64_t skip_lines = 0;  ///< physical lines before the header
    Columns columns;
    std::optional<DateFormat> date_format;  ///< absent: as everywhere, RFC 3339 or a bare date
    std::optional<Type> type;
    std::vector<std::string> memo;  ///< columns whose cells, where not empty, are joined by ", "
    std::optional<Opening> open;
};

/// Reads a rules file; what does not fit is `invalid_rules` that names the key.
Result<ImportRules> parse_rules(std::string_view text);

}  // namespace bankctl
