// An application for a loan (`loan.application/v1`), read strictly: whatever is not understood, not allowed or
// contradicts itself is refused, and the error's detail `field` names the place, `income.net_monthly_minor`.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/model/currency.h"
#include "core/score/loan_fact.h"
#include "core/score/policy.h"

namespace bankctl {

inline constexpr std::size_t k_application_bytes_max = std::size_t{1} << 20;

struct LoanApplication {
    std::string id;           ///< empty if it has none
    std::string customer_id;  ///< empty if the applicant is no customer
    Currency currency;
    LoanValues values;  ///< without the derived ones
};

/// Reads applications one after the other; what they need of memory is kept for the next.
class ApplicationReader {
public:
    /// `policy`, which must outlive the reader, may name more keys to be refused.
    explicit ApplicationReader(const LoanPolicy& policy);
    ~ApplicationReader();

    /// Errors: `invalid_json` (also unknown and repeated keys, and true and false), `prohibited_input`,
    /// `missing_argument`, `invalid_number`, `invalid_amount`, `amount_too_large`, `invalid_time`, `invalid_text`,
    /// `invalid_id`, `unknown_currency`. The result is valid until the next call.
    Result<const LoanApplication*> read(std::string_view json);
    /// The SHA-256 of the application read last, with sorted keys and without blanks, in hex.
    std::string sha256() const;
    /// The application read last with sorted keys and without blanks.
    std::string canonical() const;

private:
    class Parser;
    std::unique_ptr<Parser> parser_;
};

/// Whole years from a date of birth to another day, both in days since 1970-01-01.
std::int64_t age_in_years(std::int64_t birth_day, std::int64_t day);
/// The day of `2026-01-31`, or nothing.
std::optional<std::int64_t> parse_day(std::string_view text);

/// How long it is from `from` to `to`, which is later: whole months counted back from `to`, and the days left over.
struct MonthsAndDays {
    std::int64_t months = 0;
    std::int64_t days = 0;
};
MonthsAndDays months_between(std::int64_t from, std::int64_t to);

}  // namespace bankctl
