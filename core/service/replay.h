// Comparing a request with the entry that carries its idempotency key: the same request is answered with the original
// result, another one is `idempotency_key_mismatch` and names the first field that differs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/model/money.h"
#include "core/service/books.h"

namespace bankctl {

class Replay {
public:
    Replay(Books& books, const JournalEntry& original) : books_(books), original_(original) {}

    Status kind(EntryKind asked) const;
    Status number(std::string_view field, std::int64_t asked, std::int64_t was) const;
    Status text(std::string_view field, const std::optional<std::string>& asked,
                const std::optional<std::string>& was) const;
    /// A time that the request leaves open matches any.
    Status time(std::string_view field, const std::optional<Timestamp>& asked,
                const std::optional<Timestamp>& was) const;
    Status account(std::string_view field, const AccountId& asked, const std::optional<Leg>& was) const;
    /// A counter account that the request leaves open is @cash.<CURRENCY>.
    Status counter(const std::optional<AccountId>& asked, const std::optional<Leg>& was) const;
    /// In minor units. An amount that the request leaves open is all that was left at the original's time: the hold's
    /// amount, or what earlier reversals had left.
    Status amount(const std::optional<Amount>& asked) const;
    Status amount(std::string_view field, const Amount& asked, std::int64_t was_minor) const;

private:
    Error mismatch(std::string_view field, const std::string& asked, const std::string& was) const;
    Account account_of(const std::optional<Leg>& leg) const;

    Books& books_;
    const JournalEntry& original_;
};

}  // namespace bankctl
