// Money: a whole number of a currency's minor units. No floating point is used anywhere.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/model/currency.h"

namespace bankctl {

/// The largest amount and balance, 2^53 − 1, in minor units: every value is exact in jq and JavaScript.
inline constexpr std::int64_t k_minor_max = (std::int64_t{1} << 53) - 1;

struct Money {
    Currency currency;
    std::int64_t minor = 0;
};

/// The amount in major units with the currency's decimals: `-12.30`.
std::string decimal_text(const Money& money);

/// a + b if the sum lies within ±k_minor_max; else `balance_overflow`. Both arguments lie within that range.
Result<std::int64_t> add_within_limit(std::int64_t a, std::int64_t b);

/// An amount as a request gives it, before the account and so the currency is known.
class Amount {
public:
    /// Zero, which only an overdraft may be.
    Amount() = default;
    /// `(0|[1-9][0-9]*)(\.[0-9]+)?`, greater than zero, whole part at most 2^53 − 1; else `invalid_amount` or
    /// `amount_too_large`.
    static Result<Amount> parse(std::string_view text);
    /// Like `parse`, but zero is allowed: for overdraft limits.
    static Result<Amount> parse_or_zero(std::string_view text);
    /// A whole number of minor units within [1, 2^53 − 1]; else `invalid_amount` or `amount_too_large`.
    static Result<Amount> from_minor(std::int64_t minor);

    /// In minor units of `currency`. More decimals than it has, zeros too: `amount_precision`; beyond 2^53 − 1 minor
    /// units: `amount_too_large`.
    Result<std::int64_t> minor_in(const Currency& currency) const;

private:
    std::int64_t whole_ = 0;
    std::string fraction_;
    bool is_minor_ = false;
};

}  // namespace bankctl
