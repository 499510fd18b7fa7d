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

/// Days on which a bank does no business, beside Saturdays and Sundays (12 CFR 1005.2(d): a business day is one on
/// which the offices are open to the public for substantially all business; Directive 2015/2366, 4(37)). Without
/// holidays more days count, so every deadline is earlier, never later, than the law's: hence no calendar is built in.
class BusinessCalendar {
public:
    BusinessCalendar() = default;
    /// Days since 1970-01-01, in any order: how a stored calendar comes back.
    explicit BusinessCalendar(std::vector<std::int64_t> holidays);
    /// A line for each holiday, `2026-12-25` and perhaps a blank and its name; `#` begins a comment. `invalid_time`
    /// names the line.
    static Result<BusinessCalendar> parse(std::string_view text);

    bool is_business_day(std::int64_t day) const;  ///< days since 1970-01-01
    /// The `count`th business day after `day`, which itself does not count; `count` is at least 1.
    std::int64_t add_business_days(std::int64_t day, int count) const;
    /// The holidays within [from, to], to be stored beside what was computed with them.
    std::vector<std::int64_t> holidays_between(std::int64_t from, std::int64_t to) const;
    const std::vector<std::int64_t>& holidays() const { return holidays_; }

private:
    std::vector<std::int64_t> holidays_;  // sorted, each once
};

/// The UTC day that `time` lies in, in days since 1970-01-01.
std::int64_t day_of(Timestamp time);

/// What the clocks start from, and what has been done. A time that is absent is not known, or has not come.
struct ClockFacts {
    Jurisdiction jurisdiction = Jurisdiction::us;
    DisputeCategory category = DisputeCategory::not_a_dispute;
    PaymentChannel channel = PaymentChannel::other;
    Timestamp received_at;                       ///< when the bank got notice
    std::optional<Timestamp> account_opened_at;  ///< stands for the first deposit, which is never before it
    std::optional<Timestamp> transaction_at;
    std::optional<Timestamp> statement_sent_at;  ///< of the first statement that shows the transaction
    std::optional<int> billing_cycle_day;        ///< 1 to 31: the day of the month on which a credit card's cycle ends
    bool is_foreign = false;                     ///< initiated outside the state
    bool is_remittance = false;                  ///< a consumer's transfer to a recipient abroad (12 CFR 1005.30(e))
    bool notice_is_oral = false;                 ///< and the bank wants it in writing (12 CFR 1005.11(b)(2))
    std::optional<Timestamp> confirmed_at;       ///< when it got that
    std::optional<Timestamp> acknowledged_at;    ///< in writing, or by a holding reply that says why it takes longer
    std::optional<Timestamp> provisional_credit_at;  ///< of at least provisional_credit_min
    std::optional<Timestamp> credit_told_at;         ///< the customer was told of the provisional credit
    std::optional<Timestamp> decided_at;
    bool is_upheld = false;                      ///< decided that there was an error, at least in part
    std::optional<Timestamp> corrected_at;       ///< the error was made good: a refund, or the credit turned final
    std::optional<Timestamp> result_told_at;     ///< the customer was told of the decision
    std::optional<Timestamp> fraud_reported_at;  ///< PSD2 73: suspicion told to the authority in writing
};

/// A time by which something must be done. `due` is the last microsecond, UTC, of the day that the rule gives, so that
/// its date is that day's. Days are UTC's everywhere, as are all times of the bank. So a notice that comes in
/// the American evening counts as the next day's.
struct Deadline {
    std::string rule;  ///< stable name: `reg_e_decide`
    std::string what;  ///< what must be done by then, in one sentence
    Timestamp due;
    std::string source;  ///< the paragraph
    bool is_legal = true;
    bool is_customers = false;  ///< the customer's time, which the bank only watches: `is_met` says they kept it
    bool is_met = false;        ///< what it asks for was done
    bool paused = false;        ///< a team's target while the customer is waited for; never a legal clock

    bool operator==(const Deadline&) const = default;
};

/// The law's clocks of a case, the earliest first. A notice that came too late starts none of the rules that it came
/// too late for. Pure: equal facts and holidays give equal deadlines.
///
/// us: Regulation E (12 CFR 1005.11) where the category asserts an error of an electronic fund transfer and the channel
/// is neither a credit card nor a branch; its remittance rule (1005.33) for `is_remittance`; Regulation Z (12 CFR
/// 1026.13) for credit cards. eu: Directive 2015/2366. none, and `not_a_dispute`: no legal clock. The rules are
///   reg_e_: notice (the customer's), confirmation (the customer's), decide, provisional_credit, tell_credit, report,
///           correct;  remittance_: decide, report
///   reg_z_: notice (the customer's), acknowledge, resolve
///   psd2_:  notice (the customer's), refund, claim (the customer's), claim_answer, reply
std::vector<Deadline> legal_deadlines(const ClockFacts& facts, const BusinessCalendar& calendar);

/// The least provisional credit, in minor units, that the clocks count as one: all of what is disputed, and where
/// Regulation E's customer asserts unauthorised use 50 USD less, which the bank may withhold (12 CFR 1005.11(c)(2)(i)).
/// At least 1.
std::int64_t provisional_credit_min(const ClockFacts& facts, std::int64_t disputed_minor, std::string_view currency);

/// The bank's own target: hours from the notice to the decision by priority, 1 to 4: 24, 72, 168, 336. `paused_us` is
/// how long the customer was waited for in pauses that have ended. `paused_since` says that they are waited for now:
/// then `due` is what it would be had they answered at once, and grows when they do.
Deadline team_target(int priority, Timestamp received_at, std::int64_t paused_us, std::optional<Timestamp> paused_since,
                     bool is_decided);

/// What the bank must do first: the earliest that is neither met, nor paused, nor the customer's.
std::optional<Timestamp> due_of(const std::vector<Deadline>& deadlines);

/// By due time, then by rule: the order in which deadlines are kept and shown.
void sort_deadlines(std::vector<Deadline>& deadlines);

}  // namespace bankctl
