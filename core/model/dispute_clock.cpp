#include "core/model/dispute_clock.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <iterator>

#include "core/base/text.h"

namespace bankctl {
namespace {

constexpr std::int64_t k_us_per_day = 86'400'000'000;
constexpr std::int64_t k_us_per_hour = 3'600'000'000;

// In the order of the enumerations.
constexpr std::string_view k_jurisdictions[] = {"none", "us", "eu"};
constexpr std::string_view k_channels[] = {"other", "card",     "point_of_sale", "online",  "credit_card",
                                           "atm",   "transfer", "direct_debit",  "deposit", "branch"};

template <class T>
std::optional<T> find_name(std::span<const std::string_view> names, std::string_view name) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) return std::nullopt;
    return static_cast<T>(found - names.begin());
}

/// The same day of the month `count` months on, or that month's last day if it is shorter.
std::int64_t add_months(std::int64_t day, int count) {
    using namespace std::chrono;
    const year_month_day start{sys_days{days{day}}};
    const year_month month = year_month{start.year(), start.month()} + months{count};
    const year_month_day_last last{month.year(), month_day_last{month.month()}};
    const year_month_day end{month.year(), month.month(), std::min(start.day(), last.day())};
    return sys_days{end}.time_since_epoch().count();
}

/// The first day after `day` on which a monthly cycle ends that ends on `cycle_day`, or on the last day of a month that
/// has no such day.
std::int64_t next_cycle_end(std::int64_t day, int cycle_day) {
    using namespace std::chrono;
    const year_month_day start{sys_days{days{day}}};
    for (int count = 0;; ++count) {
        const year_month month = year_month{start.year(), start.month()} + months{count};
        const year_month_day_last last{month.year(), month_day_last{month.month()}};
        const year_month_day end{month.year(), month.month(),
                                 std::min(std::chrono::day{static_cast<unsigned>(cycle_day)}, last.day())};
        const std::int64_t found = sys_days{end}.time_since_epoch().count();
        if (found > day) return found;
    }
}

Timestamp end_of(std::int64_t day) { return Timestamp{(day + 1) * k_us_per_day - 1}; }

bool is_in_time(const std::optional<Timestamp>& done, Timestamp due) { return done && *done <= due; }

/// That somebody used what is the customer's without their leave.
bool asserts_unauthorised_use(const ClockFacts& facts) {
    switch (facts.category) {
        case DisputeCategory::unauthorised_card_payment:
        case DisputeCategory::unauthorised_cash_withdrawal:
        case DisputeCategory::direct_debit_not_recognised:
        case DisputeCategory::identity_theft_or_account_takeover: return true;
        case DisputeCategory::cancelled_subscription:
            return true;  // the leave was withdrawn (Directive 2015/2366, 64(3))
        case DisputeCategory::lost_or_stolen_card_or_device:
            return facts.transaction_at.has_value();  // a loss alone is no error (12 CFR 1005, comment 11(a)-3)
        default: return false;
    }
}

/// 12 CFR 1005.11(a)(1): (i) unauthorised, (ii) incorrect, (iii) omitted, (iv) misbooked, (v) wrong cash. Not among
/// them: what the customer ordered and got executed as ordered, though the goods, the payee or the story were bad. A
/// fee counts where it was taken for a transfer that is known to be electronic: (iv).
bool is_regulation_e_error(const ClockFacts& facts) {
    if (facts.channel == PaymentChannel::credit_card || facts.channel == PaymentChannel::branch) return false;
    switch (facts.category) {
        case DisputeCategory::duplicate_charge:
        case DisputeCategory::wrong_amount_or_fx:
        case DisputeCategory::atm_cash_error:
        case DisputeCategory::deposit_or_topup_not_credited:
        case DisputeCategory::transfer_not_received_or_failed: return true;
        case DisputeCategory::fee_dispute: return facts.channel != PaymentChannel::other;
        default: return asserts_unauthorised_use(facts);
    }
}

/// 12 CFR 1026.13(a): (1) unauthorised, (3) not accepted or not delivered as agreed, (4) credit not posted, (5) wrong
/// amount. A declined payment is on no statement, and a loss alone is no billing error.
bool is_regulation_z_error(const ClockFacts& facts) {
    if (facts.channel != PaymentChannel::credit_card) return false;
    switch (facts.category) {
        case DisputeCategory::not_a_dispute:
        case DisputeCategory::payment_declined_pending_or_reversed:
        case DisputeCategory::wrong_beneficiary_or_recall:
        case DisputeCategory::scam_or_deception: return false;
        case DisputeCategory::lost_or_stolen_card_or_device: return facts.transaction_at.has_value();
        default: return true;
    }
}

/// Adds the deadlines of one rule book after another.
class Clocks {
public:
    Clocks(const ClockFacts& facts, const BusinessCalendar& calendar)
        : facts_(facts), calendar_(calendar), received_(day_of(facts.received_at)) {}

    void add_regulation_e();
    void add_remittance();
    void add_regulation_z();
    void add_payment_services_directive();
    std::vector<Deadline> take() {
        sort_deadlines(deadlines_);
        return std::move(deadlines_);
    }

private:
    void add(std::string rule, std::int64_t day, std::string source, std::string what, bool is_met) {
        deadlines_.push_back(
            {std::move(rule), std::move(what), end_of(day), std::move(source), true, false, is_met, false});
    }
    /// The customer's time to give notice; true if the notice came in it.
    bool notice_is_in_time(std::string rule, std::int64_t last_day, std::string source, std::string what) {
        const bool is_met = facts_.received_at <= end_of(last_day);
        add(std::move(rule), last_day, std::move(source), std::move(what), is_met);
        deadlines_.back().is_customers = true;
        return is_met;
    }
    std::int64_t business_days_after(const Timestamp& time, int count) const {
        return calendar_.add_business_days(day_of(time), count);
    }
    void add_report(const std::string& book, std::string source) {
        if (facts_.decided_at)
            add(book + "_report", business_days_after(*facts_.decided_at, 3), std::move(source),
                "Tell the customer the result.", facts_.result_told_at.has_value());
    }
    void add_confirmation();
    /// 1005.11(c)(3)(i): the transfer was made within 30 days after the first deposit to the account.
    bool is_new_account() const {
        if (!facts_.account_opened_at || !facts_.transaction_at) return false;
        return day_of(*facts_.transaction_at) - day_of(*facts_.account_opened_at) <= 30;
    }
    /// 1005.11(c)(3)(ii)(B) and comment 11(c)(3)-1: every debit card transaction that is not at an ATM.
    bool is_point_of_sale() const {
        return facts_.channel == PaymentChannel::card || facts_.channel == PaymentChannel::point_of_sale ||
               facts_.channel == PaymentChannel::online;
    }

    const ClockFacts& facts_;
    const BusinessCalendar& calendar_;
    std::int64_t received_;
    std::vector<Deadline> deadlines_;
};

void Clocks::add_confirmation() {
    if (!facts_.notice_is_oral) return;
    const std::int64_t last_day = calendar_.add_business_days(received_, 10);
    add("reg_e_confirmation", last_day, "12 CFR 1005.11(b)(2)",
        "The customer confirms the notice in writing; else no provisional credit is due.",
        is_in_time(facts_.confirmed_at, end_of(last_day)));
    deadlines_.back().is_customers = true;
}

void Clocks::add_regulation_e() {
    // Comment 11(b)(1)-7: none of the section's limits bind after a late notice.
    if (facts_.statement_sent_at &&
        !notice_is_in_time("reg_e_notice", day_of(*facts_.statement_sent_at) + 60, "12 CFR 1005.11(b)(1)(i)",
                           "The customer gives notice of the error."))
        return;
    add_confirmation();
    const bool is_new = is_new_account();
    const std::int64_t short_day = calendar_.add_business_days(received_, is_new ? 20 : 10);
    // Only a credit that came in time buys the longer period.
    const bool is_extended = is_in_time(facts_.provisional_credit_at, end_of(short_day));
    const bool is_long = is_new || facts_.is_foreign || is_point_of_sale();
    const std::int64_t decide_day = is_extended ? received_ + (is_long ? 90 : 45) : short_day;
    const char* paragraph = is_extended ? (is_long ? "12 CFR 1005.11(c)(3)(ii)" : "12 CFR 1005.11(c)(2)")
                                        : (is_new ? "12 CFR 1005.11(c)(3)(i)" : "12 CFR 1005.11(c)(1)");
    const bool is_decided = facts_.decided_at.has_value();
    add("reg_e_decide", decide_day, paragraph, "Investigate and decide whether there was an error.", is_decided);
    add("reg_e_provisional_credit", short_day, is_new ? "12 CFR 1005.11(c)(3)(i)" : "12 CFR 1005.11(c)(2)(i)",
        "Credit the disputed amount provisionally, unless the case is decided by then.",
        is_decided || facts_.provisional_credit_at.has_value());
    if (facts_.provisional_credit_at)
        add("reg_e_tell_credit", business_days_after(*facts_.provisional_credit_at, 2), "12 CFR 1005.11(c)(2)(ii)",
            "Tell the customer the amount and date of the provisional credit.",
            facts_.credit_told_at || facts_.result_told_at);
    add_report("reg_e", "12 CFR 1005.11(c)(1), (c)(2)(iv), (d)(1)");
    if (is_decided && facts_.is_upheld)
        add("reg_e_correct", business_days_after(*facts_.decided_at, 1), "12 CFR 1005.11(c)(1), (c)(2)(iii)",
            "Correct the error.", facts_.corrected_at.has_value());
}

void Clocks::add_remittance() {
    add("remittance_decide", received_ + 90, "12 CFR 1005.33(c)(1)",
        "Investigate and decide whether there was an error.", facts_.decided_at.has_value());
    add_report("remittance", "12 CFR 1005.33(c)(1)");
}

void Clocks::add_regulation_z() {
    if (facts_.statement_sent_at &&
        !notice_is_in_time("reg_z_notice", day_of(*facts_.statement_sent_at) + 60, "12 CFR 1026.13(b)(1)",
                           "The customer gives written notice of the billing error."))
        return;
    const bool is_resolved = facts_.result_told_at.has_value();
    add("reg_z_acknowledge", received_ + 30, "12 CFR 1026.13(c)(1)", "Acknowledge the notice in writing.",
        is_resolved || facts_.acknowledged_at.has_value());
    // Two complete cycles after the notice. Where the cycle is not known, as if one ended on the day of the notice: no
    // two complete ones end sooner.
    const std::int64_t cycles_day =
        facts_.billing_cycle_day
            ? next_cycle_end(
                  next_cycle_end(next_cycle_end(received_ - 1, *facts_.billing_cycle_day), *facts_.billing_cycle_day),
                  *facts_.billing_cycle_day)
            : add_months(received_, 2);
    add("reg_z_resolve", std::min(cycles_day, received_ + 90), "12 CFR 1026.13(c)(2)",
        "Decide, correct what was wrong, and tell the customer.", is_resolved);
}

void Clocks::add_payment_services_directive() {
    bool has_notice = true;
    if (facts_.transaction_at)
        has_notice = notice_is_in_time("psd2_notice", add_months(day_of(*facts_.transaction_at), 13),
                                       "Directive (EU) 2015/2366, 71(1)", "The customer gives notice.");
    const bool is_done = facts_.decided_at || facts_.provisional_credit_at || facts_.corrected_at;
    const bool is_unauthorised = asserts_unauthorised_use(facts_);
    if (has_notice && is_unauthorised)
        add("psd2_refund", business_days_after(facts_.received_at, 1), "Directive (EU) 2015/2366, 73(1)",
            "Refund the payment, unless suspicion of fraud is told to the authority in writing.",
            is_done || facts_.fraud_reported_at);
    // 76(1): the payee fixed the amount. That is a direct debit's nature; of a card payment it is what a wrong amount
    // says.
    const bool is_payees_amount =
        !is_unauthorised && (facts_.channel == PaymentChannel::direct_debit ||
                             (facts_.category == DisputeCategory::wrong_amount_or_fx &&
                              (facts_.channel == PaymentChannel::credit_card || is_point_of_sale())));
    const bool is_claimed_in_time =
        !facts_.transaction_at || !is_payees_amount ||
        notice_is_in_time("psd2_claim", day_of(*facts_.transaction_at) + 56, "Directive (EU) 2015/2366, 77(1)",
                          "The customer claims back a payment whose amount the payee set.");
    if (is_payees_amount && is_claimed_in_time)
        add("psd2_claim_answer", business_days_after(facts_.received_at, 10), "Directive (EU) 2015/2366, 77(2)",
            "Refund the payment in full or give the reasons for refusing.",
            facts_.corrected_at || facts_.result_told_at);
    const std::int64_t reply_day = business_days_after(facts_.received_at, 15);
    const bool is_held = is_in_time(facts_.acknowledged_at, end_of(reply_day));
    add("psd2_reply", is_held ? business_days_after(facts_.received_at, 35) : reply_day,
        "Directive (EU) 2015/2366, 101(2)", "Reply to the complaint, all points of it.",
        facts_.result_told_at.has_value());
}

}  // namespace

std::string_view name(Jurisdiction jurisdiction) { return k_jurisdictions[static_cast<std::size_t>(jurisdiction)]; }

std::optional<Jurisdiction> jurisdiction(std::string_view name) {
    return find_name<Jurisdiction>(k_jurisdictions, name);
}

std::string_view name(PaymentChannel channel) { return k_channels[static_cast<std::size_t>(channel)]; }

std::optional<PaymentChannel> payment_channel(std::string_view name) {
    return find_name<PaymentChannel>(k_channels, name);
}

std::int64_t day_of(Timestamp time) {
    return time.us >= 0 ? time.us / k_us_per_day : -((-time.us + k_us_per_day - 1) / k_us_per_day);
}

BusinessCalendar::BusinessCalendar(std::vector<std::int64_t> holidays) : holidays_(std::move(holidays)) {
    std::ranges::sort(holidays_);
    holidays_.erase(std::unique(holidays_.begin(), holidays_.end()), holidays_.end());
}

Result<BusinessCalendar> BusinessCalendar::parse(std::string_view text) {
    constexpr std::string_view k_blanks = " \t\r";
    std::vector<std::int64_t> holidays;
    for (int number = 1; !text.empty(); ++number) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        line = line.substr(0, line.find('#'));
        line.remove_prefix(std::min(line.size(), line.find_first_not_of(k_blanks)));
        if (line.empty()) continue;
        const std::string_view date = line.substr(0, line.find_first_of(k_blanks));
        const Result<Timestamp> time = parse_time(date);
        if (date.size() != 10 || !time)
            return Error(ErrorCode::invalid_time,
                         "line " + std::to_string(number) + " of the holidays: " + in_quotes(date) + " is not a date",
                         "begin each line with a date, like 2026-12-25; a name may follow after a blank")
                .with("line", std::int64_t{number});
        holidays.push_back(day_of(*time));
    }
    return BusinessCalendar(std::move(holidays));
}

bool BusinessCalendar::is_business_day(std::int64_t day) const {
    // 1970-01-01 was a Thursday.
    const std::int64_t weekday = ((day + 4) % 7 + 7) % 7;  // 0: Sunday
    return weekday != 0 && weekday != 6 && !std::ranges::binary_search(holidays_, day);
}

std::int64_t BusinessCalendar::add_business_days(std::int64_t day, int count) const {
    assert(count >= 1);
    while (count > 0)
        if (is_business_day(++day)) --count;
    return day;
}

std::vector<std::int64_t> BusinessCalendar::holidays_between(std::int64_t from, std::int64_t to) const {
    const auto first = std::ranges::lower_bound(holidays_, from);
    return {first, std::ranges::upper_bound(first, holidays_.end(), to)};
}

std::vector<Deadline> legal_deadlines(const ClockFacts& facts, const BusinessCalendar& calendar) {
    if (facts.category == DisputeCategory::not_a_dispute) return {};
    Clocks clocks(facts, calendar);
    switch (facts.jurisdiction) {
        case Jurisdiction::none: break;
        case Jurisdiction::us:
            // 1005.33(f)(3): an unauthorised remittance is Regulation E's own business.
            if (facts.is_remittance && !asserts_unauthorised_use(facts))
                clocks.add_remittance();
            else if (is_regulation_e_error(facts))
                clocks.add_regulation_e();
            else if (is_regulation_z_error(facts))
                clocks.add_regulation_z();
            break;
        case Jurisdiction::eu: clocks.add_payment_services_directive(); break;
    }
    return clocks.take();
}

std::int64_t provisional_credit_min(const ClockFacts& facts, std::int64_t disputed_minor, std::string_view currency) {
    constexpr std::int64_t k_withheld_cents_max = 50'00;
    const bool may_withhold = facts.jurisdiction == Jurisdiction::us && currency == "USD" &&
                              is_regulation_e_error(facts) && asserts_unauthorised_use(facts);
    return std::max<std::int64_t>(disputed_minor - (may_withhold ? k_withheld_cents_max : 0), 1);
}

Deadline team_target(int priority, Timestamp received_at, std::int64_t paused_us, std::optional<Timestamp> paused_since,
                     bool is_decided) {
    constexpr std::int64_t k_hours[] = {24, 72, 168, 336};
    const std::int64_t hours = k_hours[std::clamp(priority, 1, 4) - 1];
    Deadline target;
    target.rule = "team_decide";
    target.what = "Decide the case: the bank's own target for its priority.";
    target.due = Timestamp{received_at.us + hours * k_us_per_hour + paused_us};
    target.is_legal = false;
    target.is_met = is_decided;
    target.paused = paused_since.has_value() && !is_decided;
    return target;
}

std::optional<Timestamp> due_of(const std::vector<Deadline>& deadlines) {
    std::optional<Timestamp> due;
    for (const Deadline& deadline : deadlines)
        if (!deadline.is_met && !deadline.paused && !deadline.is_customers && (!due || deadline.due < *due))
            due = deadline.due;
    return due;
}

void sort_deadlines(std::vector<Deadline>& deadlines) {
    std::ranges::sort(deadlines, [](const Deadline& a, const Deadline& b) {
        return a.due != b.due ? a.due < b.due : a.rule < b.rule;
    });
}

}  // namespace bankctl
