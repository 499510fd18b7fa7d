#include "core/model/money.h"

#include <algorithm>

#include "core/base/text.h"

namespace bankctl {
namespace {

Error malformed(std::string_view text) {
    return Error(ErrorCode::invalid_amount, in_quotes(text) + " is not an amount",
                 "write a decimal number greater than zero, like 12.34")
        .with("amount", printable(text.substr(0, 64)));
}

Error too_large() {
    return Error(ErrorCode::amount_too_large, "the amount is beyond 9007199254740991 minor units", "split the amount");
}

bool is_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// Digits as a number, or -1 beyond k_minor_max.
std::int64_t bounded_number(std::string_view digits) {
    std::int64_t value = 0;
    for (const char c : digits) {
        value = value * 10 + (c - '0');
        if (value > k_minor_max) return -1;
    }
    return value;
}

}  // namespace

std::string decimal_text(const Money& money) {
    const bool negative = money.minor < 0;
    std::string text = std::to_string(negative ? -money.minor : money.minor);
    const auto decimals = static_cast<std::size_t>(money.currency.decimals);
    if (decimals > 0) {
        if (text.size() <= decimals) text.insert(0, decimals + 1 - text.size(), '0');
        text.insert(text.size() - decimals, 1, '.');
    }
    return negative ? "-" + text : text;
}

Result<std::int64_t> add_within_limit(std::int64_t a, std::int64_t b) {
    const std::int64_t sum = a + b;
    if (sum > k_minor_max || sum < -k_minor_max) {
        return Error(ErrorCode::balance_overflow, "a balance would pass 9007199254740991 minor units");
    }
    return sum;
}

Result<Amount> Amount::parse(std::string_view text) {
    BANKCTL_TRY(amount, parse_or_zero(text));
    if (amount.whole_ == 0 && std::ranges::all_of(amount.fraction_, [](char c) { return c == '0'; }))
        return malformed(text);
    return amount;
}

Result<Amount> Amount::parse_or_zero(std::string_view text) {
    const std::size_t point = text.find('.');
    const std::string_view whole = text.substr(0, point);
    const bool has_fraction = point != std::string_view::npos;
    const std::string_view fraction = has_fraction ? text.substr(point + 1) : std::string_view{};
    const bool fits =
        is_digits(whole) && (whole.size() == 1 || whole.front() != '0') && (!has_fraction || is_digits(fraction));
    if (!fits) return malformed(text);
    Amount amount;
    amount.whole_ = bounded_number(whole);
    amount.fraction_ = std::string(fraction);
    if (amount.whole_ < 0) return too_large();
    return amount;
}

Result<Amount> Amount::from_minor(std::int64_t minor) {
    if (minor < 1) return malformed(std::to_string(minor));
    if (minor > k_minor_max) return too_large();
    Amount amount;
    amount.whole_ = minor;
    amount.is_minor_ = true;
    return amount;
}

Result<std::int64_t> Amount::minor_in(const Currency& currency) const {
    if (is_minor_) return whole_;
    const auto decimals = static_cast<std::size_t>(currency.decimals);
    if (fraction_.size() > decimals) {
        return Error(ErrorCode::amount_precision,
                     std::string(currency.code) + " has " + std::to_string(decimals) + " decimals, the amount has " +
                         std::to_string(fraction_.size()),
                     "round it yourself; bankctl never does")
            .with("currency", std::string(currency.code))
            .with("decimals", std::int64_t{currency.decimals});
    }
    std::int64_t minor = whole_;
    for (std::size_t i = 0; i < decimals; ++i) {
        minor = minor * 10 + (i < fraction_.size() ? fraction_[i] - '0' : 0);
        if (minor > k_minor_max) return too_large();
    }
    return minor;
}

}  // namespace bankctl
