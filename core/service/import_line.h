// What an import reads: requests one by one, each with where it came from and the group it is applied with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "core/service/posting.h"

namespace bankctl {

using ImportRequest = std::variant<TransactionRequest, OpenAccount, ChangeAccount, PutCustomer>;

struct ImportLine {
    std::int64_t line = 0;             ///< where it begins: the input's first physical line is 1
    std::string raw;                   ///< as it was read, without its line end; of a line beyond 1 MiB the beginning
    std::optional<std::string> group;  ///< "" for none; absent where the line is too broken to tell
    Result<ImportRequest> request{ImportRequest()};
    std::optional<OpenAccount> opening;  ///< opens the request's account first if it does not exist
};

/// A stream of lines. Memory does not grow with the input. Input that fails while it is read is Failure with
/// `unreadable_input`.
class LineReader {
public:
    virtual ~LineReader() = default;
    /// Reads the next line that is not blank into `line`, whatever that held before; false at the end.
    virtual bool read(ImportLine& line) = 0;
    std::optional<ImportLine> next() {
        ImportLine line;
        return read(line) ? std::optional(std::move(line)) : std::nullopt;
    }
    /// The code of a line that breaks the format's syntax: `invalid_json` or `invalid_csv`.
    virtual ErrorCode syntax_code() const = 0;
};

}  // namespace bankctl
