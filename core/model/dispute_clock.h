// The legal clocks of a dispute and the bank's own targets, as pure functions of what happened and when.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/model/dispute_category.h"

namespace bankctl {

/// Whose law a bank's disputes follow.
enum class Jurisdiction { none, us, eu };
std::string_view name(Jurisdiction jurisdiction);
std::optional<Jurisdiction> jurisdiction(std::string_view name);

/// How the disputed payment was made.
enum class PaymentChannel {
    other,
    card,
    point_of_sale,
    online,
    credit_card,
    atm,
    transfer,
    direct_debit,
    deposit,
    branch
};
std::string_view name(PaymentChannel channel);
std::optional<PaymentChannel> payment_channel(std::string_view name);

/// Days on which a bank does no business, beside Saturdays and Sundays.
class BusinessCalendar {
public:
    BusinessCalendar() = default;
    /// A line for each holiday, `2026-12-25` and perhaps a blank and its name; `#` begins a comment. `invalid_time`
    /// names the line.
    static Result<BusinessCalendar> parse(std::string_view text);

    bool is_business_day(std::int64_t day) const;  ///< days since 1970-01-01
    std::int64_t add_business_days(std::int64_t day, int count) const;
    /// The holidays within [from, to], to be stored beside what was computed with them.
    std::vector<std::int64_t> holidays_between(std::int64_t from, std::int64_t to) const;

private:
    std::vector<std::int64_t> holidays_;  // sorted
};

/// What the clocks start from.
struct ClockFacts {
    Jurisdiction jurisdiction = Jurisdiction::us;
    DisputeCategory category = DisputeCategory::not_a_dispute;
    PaymentChannel channel = PaymentChannel::other;
    Timestamp received_at;                       ///< when the bank got notice
    std::optional<Timestamp> account_opened_at;  ///< for the rules about new accounts
    std::optional<Timestamp> transaction_at;
    std::optional<Timestamp> statement_sent_at;  ///< of the first statement that shows the transaction
    bool is_foreign = false;                     ///< initiated outside the state
    std::optional<Timestamp> provisional_credit_at;
    std::optional<Timestamp> decided_at;
    std::optional<Timestamp> fraud_reported_at;  ///< PSD2 73: suspicion told to the authority in writing
};

/// A time by which something must be done. `due` is the end of the day that the rule gives, 24:00 UTC.
struct Deadline {
    std::string rule;  ///< stable name: `reg_e_decide`
    std::string what;  ///< what must be done by then, in one sentence
    Timestamp due;
    std::string source;  ///< the paragraph
    bool is_legal = true;
    bool is_met = false;  ///< what it asks for was done
    bool paused = false;  ///< a team's target while the customer is waited for; never a legal clock

    bool operator==(const Deadline&) const = default;
};

/// All clocks of a case, the earliest first.
std::vector<Deadline> legal_deadlines(const ClockFacts& facts, const BusinessCalendar& calendar);

}  // namespace bankctl
