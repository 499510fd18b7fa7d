// Worked cases of the deadlines: each was worked out from the regulation's text and a wall calendar, not by the code.
#include "core/model/dispute_clock.h"

#include <algorithm>
#include <sstream>

#include <catch2/catch.hpp>

#include "tests/support/failure.h"

namespace bankctl::test {
namespace {

/// The days on which offices of the United States are closed (5 U.S.C. 6103, a Saturday's holiday kept on the Friday).
constexpr std::string_view k_us_holidays = R"(
2024-01-01
2024-01-15
2024-02-19 Washington's Birthday
2024-05-27
2024-06-19
2024-07-04
2024-09-02
2024-10-14
2024-11-11
2024-11-28
2024-12-25
2025-01-01
2025-01-20
2025-02-17
2025-05-26
2025-06-19
2025-07-04
2025-09-01
2025-10-13
2025-11-11
2025-11-27
2025-12-25
2026-01-01
2026-01-19
2026-02-16
2026-05-25
2026-06-19
2026-07-03 Independence Day, which is a Saturday
2026-09-07
2026-10-12
2026-11-11
2026-11-26
2026-12-25
)";

/// The closing days of TARGET (Guideline (EU) 2022/912).
constexpr std::string_view k_eu_holidays = R"(
2024-01-01
2024-03-29 Good Friday
2024-04-01 Easter Monday
2024-05-01
2024-12-25
2024-12-26
2025-01-01
2025-04-18
2025-04-21
2025-05-01
2025-12-25
2025-12-26
2026-01-01
2026-04-03
2026-04-06
2026-05-01
2026-12-25
2026-12-26
)";

struct WorkedCase {
    std::string_view what;
    std::string_view jurisdiction;
    std::string_view calendar;
    std::string_view category;
    std::string_view channel;
    std::string_view received_at;
    std::string_view more;  ///< what else is known: `WORD VALUE; …`
    std::string_view rule;
    std::string_view last_day;  ///< the day at whose end it is due; empty: the rule does not apply
    std::string_view source;    ///< a paragraph of 12 CFR where it begins with a number
};

const std::vector<WorkedCase> k_cases = {
    {"no weekend between but two", "us", "us", "unauthorised_cash_withdrawal", "atm", "2026-03-02T12:00:00Z", "",
     "reg_e_decide", "2026-03-16", "1005.11(c)(1)"},
    {"received on a Friday", "us", "us", "unauthorised_cash_withdrawal", "atm", "2026-03-06T12:00:00Z", "",
     "reg_e_decide", "2026-03-20", "1005.11(c)(1)"},
    {"received on a Saturday: Monday is the first day", "us", "us", "unauthorised_cash_withdrawal", "atm",
     "2026-03-07T12:00:00Z", "", "reg_e_decide", "2026-03-20", "1005.11(c)(1), 1005.2(d)"},
    {"received on a Sunday: as on Saturday", "us", "us", "unauthorised_cash_withdrawal", "atm", "2026-03-08T12:00:00Z",
     "", "reg_e_decide", "2026-03-20", "1005.11(c)(1), 1005.2(d)"},
    {"over Christmas and New Year", "us", "us", "unauthorised_cash_withdrawal", "atm", "2025-12-19T12:00:00Z", "",
     "reg_e_decide", "2026-01-06", "1005.11(c)(1), 1005.2(d)"},
    {"the same with no calendar: weekends only, and earlier", "us", "none", "unauthorised_cash_withdrawal", "atm",
     "2025-12-19T12:00:00Z", "", "reg_e_decide", "2026-01-02", "1005.11(c)(1), 1005.2(d)"},
    {"received on a holiday", "us", "us", "unauthorised_cash_withdrawal", "atm", "2026-01-19T12:00:00Z", "",
     "reg_e_decide", "2026-02-02", "1005.11(c)(1), 1005.2(d)"},
    {"received the day before a holiday at a weekend's end", "us", "us", "unauthorised_cash_withdrawal", "atm",
     "2026-01-16T12:00:00Z", "", "reg_e_decide", "2026-02-02", "1005.11(c)(1), 1005.2(d)"},
    {"over a leap day", "us", "us", "unauthorised_cash_withdrawal", "atm", "2024-02-20T12:00:00Z", "", "reg_e_decide",
     "2024-03-05", "1005.11(c)(1)"},
    {"received on a leap day", "us", "us", "unauthorised_cash_withdrawal", "atm", "2024-02-29T12:00:00Z", "",
     "reg_e_decide", "2024-03-14", "1005.11(c)(1)"},
    {"a year with no leap day, over February's end", "us", "us", "unauthorised_cash_withdrawal", "atm",
     "2026-02-20T12:00:00Z", "", "reg_e_decide", "2026-03-06", "1005.11(c)(1)"},
    {"a holiday that is kept on the Friday before", "us", "us", "unauthorised_cash_withdrawal", "atm",
     "2026-06-29T12:00:00Z", "", "reg_e_decide", "2026-07-14", "1005.11(c)(1), 1005.2(d)"},
    {"Thanksgiving", "us", "us", "unauthorised_cash_withdrawal", "atm", "2026-11-16T12:00:00Z", "", "reg_e_decide",
     "2026-12-01", "1005.11(c)(1), 1005.2(d)"},
    {"the first microsecond of a day", "us", "us", "unauthorised_cash_withdrawal", "atm", "2026-03-02T00:00:00Z", "",
     "reg_e_decide", "2026-03-16", "1005.11(c)(1)"},
    {"the last microsecond of a day", "us", "us", "unauthorised_cash_withdrawal", "atm", "2026-03-02T23:59:59.999999Z",
     "", "reg_e_decide", "2026-03-16", "1005.11(c)(1)"},
    {"an evening in New York is the next UTC day", "us", "us", "unauthorised_cash_withdrawal", "atm",
     "2026-03-02T20:00:00-05:00", "", "reg_e_decide", "2026-03-17", "1005.11(c)(1)"},
    {"credit by when the decision is due", "us", "us", "unauthorised_cash_withdrawal", "atm", "2026-03-02T12:00:00Z",
     "", "reg_e_provisional_credit", "2026-03-16", "1005.11(c)(2)(i)"},
    {"a new account: 20 business days", "us", "us", "unauthorised_cash_withdrawal", "atm", "2026-03-02T12:00:00Z",
     "opened 2026-02-10; tx 2026-02-27", "reg_e_decide", "2026-03-30", "1005.11(c)(3)(i)"},
    {"a new account: 20 business days for the credit", "us", "us", "unauthorised_cash_withdrawal", "atm",
     "2026-03-02T12:00:00Z", "opened 2026-02-10; tx 2026-02-27", "reg_e_provisional_credit", "2026-03-30",
     "1005.11(c)(3)(i)"},
    {"the 30th day after the first deposit is new", "us", "us", "unauthorised_cash_withdrawal", "atm",
     "2026-03-02T12:00:00Z", "opened 2026-01-20; tx 2026-02-19", "reg_e_decide", "2026-03-30", "1005.11(c)(3)(i)"},
    {"the 31st day is not", "us", "us", "unauthorised_cash_withdrawal", "atm", "2026-03-02T12:00:00Z",
     "opened 2026-01-20; tx 2026-02-20", "reg_e_decide", "2026-03-16", "1005.11(c)(3)(i)"},
    {"an account is new by the transfer's day, not the notice's", "us", "us", "unauthorised_cash_withdrawal", "atm",
     "2026-06-01T12:00:00Z", "opened 2026-04-01; tx 2026-04-30", "reg_e_decide", "2026-06-30", "1005.11(c)(3)(i)"},
    {"30 days over a leap day", "us", "us", "unauthorised_cash_withdrawal", "atm", "2024-03-20T12:00:00Z",
     "opened 2024-02-10; tx 2024-03-11", "reg_e_decide", "2024-04-17", "1005.11(c)(3)(i)"},
    {"a transfer of unknown day is not a new account's", "us", "us", "unauthorised_cash_withdrawal", "atm",
     "2026-03-02T12:00:00Z", "opened 2026-02-20", "reg_e_decide", "2026-03-16", "1005.11(c)(3)(i)"},
    {"20 business days over two holidays", "us", "us", "unauthorised_cash_withdrawal", "atm", "2026-01-05T12:00:00Z",
     "opened 2025-12-20; tx 2026-01-03", "reg_e_decide", "2026-02-03", "1005.11(c)(3)(i), 1005.2(d)"},
    {"45 days once credited, at an ATM", "us", "us", "unauthorised_cash_withdrawal", "atm", "2026-03-02T12:00:00Z",
     "credit 2026-03-10T09:00:00Z", "reg_e_decide", "2026-04-16", "1005.11(c)(2)"},
    {"45 days end at a weekend: no respite", "us", "us", "unauthorised_cash_withdrawal", "atm", "2026-03-05T12:00:00Z",
     "credit 2026-03-10T09:00:00Z", "reg_e_decide", "2026-04-19", "1005.11(c)(2)"},
    {"45 days over a leap day", "us", "us", "unauthorised_cash_withdrawal", "atm", "2024-02-01T12:00:00Z",
     "credit 2024-02-09T09:00:00Z", "reg_e_decide", "2024-03-17", "1005.11(c)(2)"},
    {"45 days over a year's end", "us", "us", "direct_debit_not_recognised", "direct_debit", "2025-12-01T12:00:00Z",
     "credit 2025-12-05T09:00:00Z", "reg_e_decide", "2026-01-15", "1005.11(c)(2)"},
    {"a credit in the last instant of the tenth day counts", "us", "us", "unauthorised_cash_withdrawal", "atm",
     "2026-03-02T12:00:00Z", "credit 2026-03-16T23:59:59.999999Z", "reg_e_decide", "2026-04-16", "1005.11(c)(2)(i)"},
    {"a credit at midnight after it does not", "us", "us", "unauthorised_cash_withdrawal", "atm",
     "2026-03-02T12:00:00Z", "credit 2026-03-17T00:00:00Z", "reg_e_decide", "2026-03-16", "1005.11(c)(2)(i)"},
    {"90 days at a point of sale", "us", "us", "unauthorised_card_payment", "point_of_sale", "2026-03-02T12:00:00Z",
     "credit 2026-03-10T09:00:00Z", "reg_e_decide", "2026-05-31", "1005.11(c)(3)(ii)(B)"},
    {"90 days for a card payment on the internet", "us", "us", "unauthorised_card_payment", "online",
     "2026-03-02T12:00:00Z", "credit 2026-03-10T09:00:00Z", "reg_e_decide", "2026-05-31",
     "1005.11(c)(3)(ii)(B), comment 11(c)(3)-1"},
    {"90 days for a debit card", "us", "us", "duplicate_charge", "card", "2026-03-02T12:00:00Z",
     "credit 2026-03-10T09:00:00Z", "reg_e_decide", "2026-05-31", "1005.11(c)(3)(ii)(B)"},
    {"a point of sale without credit still has 10 business days", "us", "us", "unauthorised_card_payment",
     "point_of_sale", "2026-03-02T12:00:00Z", "", "reg_e_decide", "2026-03-16", "1005.11(c)(2)(i)"},
    {"90 days for a transfer from abroad", "us", "us", "unauthorised_cash_withdrawal", "atm", "2026-03-02T12:00:00Z",
     "foreign; credit 2026-03-10T09:00:00Z", "reg_e_decide", "2026-05-31", "1005.11(c)(3)(ii)(A)"},
    {"90 days for a new account", "us", "us", "unauthorised_cash_withdrawal", "atm", "2026-03-02T12:00:00Z",
     "opened 2026-02-10; tx 2026-02-27; credit 2026-03-25T09:00:00Z", "reg_e_decide", "2026-05-31",
     "1005.11(c)(3)(ii)(C)"},
    {"90 days over a year's end and a leap day", "us", "us", "unauthorised_card_payment", "online",
     "2023-12-15T12:00:00Z", "credit 2023-12-20T09:00:00Z", "reg_e_decide", "2024-03-14", "1005.11(c)(3)(ii)(B)"},
    {"tell of the credit within 2 business days", "us", "us", "unauthorised_cash_withdrawal", "atm",
     "2026-03-02T12:00:00Z", "credit 2026-03-12T09:00:00Z", "reg_e_tell_credit", "2026-03-16", "1005.11(c)(2)(ii)"},
    {"tell of the credit, over a weekend", "us", "us", "unauthorised_cash_withdrawal", "atm", "2026-03-02T12:00:00Z",
     "credit 2026-03-13T09:00:00Z", "reg_e_tell_credit", "2026-03-17", "1005.11(c)(2)(ii)"},
    {"report within 3 business days", "us", "us", "unauthorised_cash_withdrawal", "atm", "2026-03-02T12:00:00Z",
     "decided 2026-03-09T09:00:00Z", "reg_e_report", "2026-03-12", "1005.11(c)(1)"},
    {"report, decided on a Thursday", "us", "us", "unauthorised_cash_withdrawal", "atm", "2026-03-02T12:00:00Z",
     "decided 2026-03-12T09:00:00Z", "reg_e_report", "2026-03-17", "1005.11(d)(1)"},
    {"report over the year's end", "us", "us", "unauthorised_cash_withdrawal", "atm", "2025-12-22T12:00:00Z",
     "decided 2025-12-30T09:00:00Z", "reg_e_report", "2026-01-05", "1005.11(c)(1), 1005.2(d)"},
    {"correct within 1 business day", "us", "us", "unauthorised_cash_withdrawal", "atm", "2026-03-02T12:00:00Z",
     "decided 2026-03-09T09:00:00Z; upheld", "reg_e_correct", "2026-03-10", "1005.11(c)(1)"},
    {"correct after a Friday before a holiday", "us", "us", "unauthorised_cash_withdrawal", "atm",
     "2026-02-02T12:00:00Z", "decided 2026-02-13T09:00:00Z; upheld", "reg_e_correct", "2026-02-17",
     "1005.11(c)(1), 1005.2(d)"},
    {"nothing to correct where there was no error", "us", "us", "unauthorised_cash_withdrawal", "atm",
     "2026-03-02T12:00:00Z", "decided 2026-03-09T09:00:00Z", "reg_e_correct", "", "1005.11(d)"},
    {"60 days after the statement", "us", "us", "unauthorised_cash_withdrawal", "atm", "2026-03-02T12:00:00Z",
     "statement 2026-01-31", "reg_e_notice", "2026-04-01", "1005.11(b)(1)(i)"},
    {"60 days after the statement, over a leap day", "us", "us", "unauthorised_cash_withdrawal", "atm",
     "2024-02-20T12:00:00Z", "statement 2024-01-31", "reg_e_notice", "2024-03-31", "1005.11(b)(1)(i)"},
    {"notice on the 60th day binds the bank", "us", "us", "unauthorised_cash_withdrawal", "atm", "2026-04-01T23:00:00Z",
     "statement 2026-01-31", "reg_e_decide", "2026-04-15", "1005.11(b)(1)(i)"},
    {"notice on the 61st does not", "us", "us", "unauthorised_cash_withdrawal", "atm", "2026-04-02T00:00:00Z",
     "statement 2026-01-31", "reg_e_decide", "", "1005.11(b)(1)(i), comment 11(b)(1)-7"},
    {"written confirmation of an oral notice", "us", "us", "unauthorised_cash_withdrawal", "atm",
     "2026-03-02T12:00:00Z", "oral", "reg_e_confirmation", "2026-03-16", "1005.11(b)(2)"},
    {"written confirmation, over Independence Day", "us", "us", "unauthorised_cash_withdrawal", "atm",
     "2025-06-25T12:00:00Z", "oral", "reg_e_confirmation", "2025-07-10", "1005.11(b)(2), 1005.2(d)"},
    {"a credit card is not Regulation E's", "us", "us", "unauthorised_card_payment", "credit_card",
     "2026-03-02T12:00:00Z", "", "reg_e_decide", "", "1005.3(b), 1026.13(a)"},
    {"what is bought and bad is no error of the transfer", "us", "us", "not_as_described", "card",
     "2026-03-02T12:00:00Z", "", "reg_e_decide", "", "1005.11(a)(1)"},
    {"a payment that the customer was talked into is authorised", "us", "us", "scam_or_deception", "transfer",
     "2026-03-02T12:00:00Z", "", "reg_e_decide", "", "1005.2(m)"},
    {"a lost card alone is no error", "us", "us", "lost_or_stolen_card_or_device", "card", "2026-03-02T12:00:00Z", "",
     "reg_e_decide", "", "comment 11(a)-3"},
    {"a lost card that was used is", "us", "us", "lost_or_stolen_card_or_device", "card", "2026-03-02T12:00:00Z",
     "tx 2026-02-27", "reg_e_decide", "2026-03-16", "comment 11(a)-3"},
    {"cash at a branch is not electronic", "us", "us", "deposit_or_topup_not_credited", "branch",
     "2026-03-02T12:00:00Z", "", "reg_e_decide", "", "1005.3(b)"},
    {"a fee for a withdrawal", "us", "us", "fee_dispute", "atm", "2026-03-02T12:00:00Z", "", "reg_e_decide",
     "2026-03-16", "1005.11(a)(1)(iv)"},
    {"a fee for who knows what", "us", "us", "fee_dispute", "other", "2026-03-02T12:00:00Z", "", "reg_e_decide", "",
     "1005.11(a)(1)(iv)"},
    {"no dispute, no clock", "us", "us", "not_a_dispute", "card", "2026-03-02T12:00:00Z", "", "reg_e_decide", "",
     "1005.11(a)(2)"},
    {"no law, no clock", "none", "us", "unauthorised_cash_withdrawal", "atm", "2026-03-02T12:00:00Z", "",
     "reg_e_decide", "", "the bank's setting"},
    {"a remittance: 90 days", "us", "us", "transfer_not_received_or_failed", "transfer", "2026-03-02T12:00:00Z",
     "remittance", "remittance_decide", "2026-05-31", "1005.33(c)(1)"},
    {"a remittance: 90 days over a leap day", "us", "us", "transfer_not_received_or_failed", "transfer",
     "2024-01-10T12:00:00Z", "remittance", "remittance_decide", "2024-04-09", "1005.33(c)(1)"},
    {"a remittance: report in 3 business days", "us", "us", "transfer_not_received_or_failed", "transfer",
     "2026-03-02T12:00:00Z", "remittance; decided 2026-05-21T10:00:00Z", "remittance_report", "2026-05-27",
     "1005.33(c)(1), 1005.2(d)"},
    {"a remittance nobody ordered is Regulation E's", "us", "us", "identity_theft_or_account_takeover", "transfer",
     "2026-03-02T12:00:00Z", "remittance", "reg_e_decide", "2026-03-16", "1005.33(f)(3)"},
    {"acknowledge in 30 days", "us", "us", "unauthorised_card_payment", "credit_card", "2026-03-02T12:00:00Z", "",
     "reg_z_acknowledge", "2026-04-01", "1026.13(c)(1)"},
    {"acknowledge in 30 days, over February", "us", "us", "unauthorised_card_payment", "credit_card",
     "2026-01-31T12:00:00Z", "", "reg_z_acknowledge", "2026-03-02", "1026.13(c)(1)"},
    {"acknowledge in 30 days, over a leap February", "us", "us", "unauthorised_card_payment", "credit_card",
     "2024-01-31T12:00:00Z", "", "reg_z_acknowledge", "2024-03-01", "1026.13(c)(1)"},
    {"two cycles, cycle unknown: two months", "us", "us", "unauthorised_card_payment", "credit_card",
     "2026-03-02T12:00:00Z", "", "reg_z_resolve", "2026-05-02", "1026.13(c)(2)"},
    {"two cycles from the month's end into February", "us", "us", "unauthorised_card_payment", "credit_card",
     "2025-12-31T12:00:00Z", "", "reg_z_resolve", "2026-02-28", "1026.13(c)(2)"},
    {"two cycles into a leap February", "us", "us", "unauthorised_card_payment", "credit_card", "2023-12-30T12:00:00Z",
     "", "reg_z_resolve", "2024-02-29", "1026.13(c)(2)"},
    {"the rest of the cycle and two whole ones", "us", "us", "unauthorised_card_payment", "credit_card",
     "2026-03-10T12:00:00Z", "cycle 25", "reg_z_resolve", "2026-05-25", "1026.13(c)(2), comment 13(c)(2)-2"},
    {"never more than 90 days", "us", "us", "unauthorised_card_payment", "credit_card", "2026-03-26T12:00:00Z",
     "cycle 25", "reg_z_resolve", "2026-06-24", "1026.13(c)(2)"},
    {"notice on the cycle's last day", "us", "us", "unauthorised_card_payment", "credit_card", "2026-03-25T12:00:00Z",
     "cycle 25", "reg_z_resolve", "2026-05-25", "1026.13(c)(2)"},
    {"a cycle that ends on the 31st", "us", "us", "unauthorised_card_payment", "credit_card", "2026-01-30T12:00:00Z",
     "cycle 31", "reg_z_resolve", "2026-03-31", "1026.13(c)(2)"},
    {"goods that never came, by credit card", "us", "us", "goods_or_services_not_received", "credit_card",
     "2026-03-02T12:00:00Z", "", "reg_z_acknowledge", "2026-04-01", "1026.13(a)(3), (c)(1)"},
    {"60 days for a billing error notice", "us", "us", "unauthorised_card_payment", "credit_card",
     "2026-03-02T12:00:00Z", "statement 2026-01-31", "reg_z_notice", "2026-04-01", "1026.13(b)(1)"},
    {"a late one is none", "us", "us", "unauthorised_card_payment", "credit_card", "2026-04-02T00:00:00Z",
     "statement 2026-01-31", "reg_z_resolve", "", "1026.13(b)(1)"},
    {"refund by the next business day", "eu", "eu", "unauthorised_card_payment", "online", "2026-03-03T12:00:00Z", "",
     "psd2_refund", "2026-03-04", "PSD2 73(1)"},
    {"told on a Friday: Monday", "eu", "eu", "unauthorised_card_payment", "online", "2026-03-06T12:00:00Z", "",
     "psd2_refund", "2026-03-09", "PSD2 73(1), 4(37)"},
    {"told on a Saturday: Monday", "eu", "eu", "unauthorised_card_payment", "online", "2026-03-07T12:00:00Z", "",
     "psd2_refund", "2026-03-09", "PSD2 73(1), 4(37)"},
    {"told before Good Friday: Tuesday after Easter", "eu", "eu", "unauthorised_card_payment", "online",
     "2026-04-02T12:00:00Z", "", "psd2_refund", "2026-04-07", "PSD2 73(1), 4(37)"},
    {"told on Christmas Eve", "eu", "eu", "unauthorised_card_payment", "online", "2025-12-24T12:00:00Z", "",
     "psd2_refund", "2025-12-29", "PSD2 73(1), 4(37)"},
    {"told on New Year's Eve", "eu", "eu", "unauthorised_cash_withdrawal", "atm", "2025-12-31T12:00:00Z", "",
     "psd2_refund", "2026-01-02", "PSD2 73(1), 4(37)"},
    {"a credit card's payment is a payment, too", "eu", "eu", "unauthorised_card_payment", "credit_card",
     "2026-03-03T12:00:00Z", "", "psd2_refund", "2026-03-04", "PSD2 73(1)"},
    {"an authorised payment is not refunded at once", "eu", "eu", "scam_or_deception", "transfer",
     "2026-03-03T12:00:00Z", "", "psd2_refund", "", "PSD2 73(1)"},
    {"consent that was withdrawn is none", "eu", "eu", "cancelled_subscription", "card", "2026-03-03T12:00:00Z", "",
     "psd2_refund", "2026-03-04", "PSD2 64(3), 73(1)"},
    {"notice within 13 months", "eu", "eu", "unauthorised_card_payment", "online", "2026-03-03T12:00:00Z",
     "tx 2025-03-10", "psd2_notice", "2026-04-10", "PSD2 71(1)"},
    {"13 months into February", "eu", "eu", "unauthorised_card_payment", "online", "2026-02-03T12:00:00Z",
     "tx 2025-01-31", "psd2_notice", "2026-02-28", "PSD2 71(1)"},
    {"13 months into a leap February", "eu", "eu", "unauthorised_card_payment", "online", "2024-02-03T12:00:00Z",
     "tx 2023-01-31", "psd2_notice", "2024-02-29", "PSD2 71(1)"},
    {"notice on the last day is in time", "eu", "eu", "unauthorised_card_payment", "online", "2026-04-10T23:00:00Z",
     "tx 2025-03-10", "psd2_refund", "2026-04-13", "PSD2 71(1), 73(1)"},
    {"notice a day later is not", "eu", "eu", "unauthorised_card_payment", "online", "2026-04-11T00:00:00Z",
     "tx 2025-03-10", "psd2_refund", "", "PSD2 71(1)"},
    {"what is no dispute is no complaint either", "eu", "eu", "not_a_dispute", "card", "2026-03-03T12:00:00Z", "",
     "psd2_reply", "", "PSD2 101(1)"},
    {"a late notice is still a complaint", "eu", "eu", "unauthorised_card_payment", "online", "2026-04-13T12:00:00Z",
     "tx 2025-03-10", "psd2_reply", "2026-05-05", "PSD2 101(2)"},
    {"a direct debit claimed back: 8 weeks", "eu", "eu", "wrong_amount_or_fx", "direct_debit", "2026-03-03T12:00:00Z",
     "tx 2026-02-02", "psd2_claim", "2026-03-30", "PSD2 77(1)"},
    {"answer in 10 business days", "eu", "eu", "wrong_amount_or_fx", "direct_debit", "2026-03-03T12:00:00Z",
     "tx 2026-02-02", "psd2_claim_answer", "2026-03-17", "PSD2 77(2)"},
    {"answer, over Easter", "eu", "eu", "refund_or_merchant_dispute", "direct_debit", "2026-03-30T12:00:00Z",
     "tx 2026-03-02", "psd2_claim_answer", "2026-04-15", "PSD2 77(2), 4(37)"},
    {"after 8 weeks there is no answer due", "eu", "eu", "wrong_amount_or_fx", "direct_debit", "2026-03-31T00:00:00Z",
     "tx 2026-02-02", "psd2_claim_answer", "", "PSD2 77(1)"},
    {"reply in 15 business days", "eu", "eu", "fee_dispute", "other", "2026-03-03T12:00:00Z", "", "psd2_reply",
     "2026-03-24", "PSD2 101(2)"},
    {"reply, over Easter and Labour Day", "eu", "eu", "fee_dispute", "other", "2026-04-01T12:00:00Z", "", "psd2_reply",
     "2026-04-24", "PSD2 101(2), 4(37)"},
    {"a holding reply: 35 business days", "eu", "eu", "fee_dispute", "other", "2026-03-03T12:00:00Z",
     "ack 2026-03-20T12:00:00Z", "psd2_reply", "2026-04-23", "PSD2 101(2)"},
    {"a holding reply that came too late", "eu", "eu", "fee_dispute", "other", "2026-03-03T12:00:00Z",
     "ack 2026-03-25T00:00:00Z", "psd2_reply", "2026-03-24", "PSD2 101(2)"},
    {"35 business days over a year's end", "eu", "eu", "fee_dispute", "other", "2025-12-10T12:00:00Z",
     "ack 2025-12-20T12:00:00Z", "psd2_reply", "2026-02-02", "PSD2 101(2), 4(37)"},
};

Timestamp at(std::string_view text) { return parse_time(text).value(); }

BusinessCalendar calendar_of(std::string_view name) {
    if (name == "none") return {};
    return BusinessCalendar::parse(name == "us" ? k_us_holidays : k_eu_holidays).value();
}

void add_fact(ClockFacts& facts, const std::string& word, const std::string& value) {
    if (word == "opened")
        facts.account_opened_at = at(value);
    else if (word == "tx")
        facts.transaction_at = at(value);
    else if (word == "statement")
        facts.statement_sent_at = at(value);
    else if (word == "cycle")
        facts.billing_cycle_day = std::stoi(value);
    else if (word == "foreign")
        facts.is_foreign = true;
    else if (word == "remittance")
        facts.is_remittance = true;
    else if (word == "oral")
        facts.notice_is_oral = true;
    else if (word == "ack")
        facts.acknowledged_at = at(value);
    else if (word == "credit")
        facts.provisional_credit_at = at(value);
    else if (word == "decided")
        facts.decided_at = at(value);
    else if (word == "upheld")
        facts.is_upheld = true;
    else
        FAIL("unknown fact " << word);
}

ClockFacts facts_of(const WorkedCase& worked) {
    ClockFacts facts;
    facts.jurisdiction = jurisdiction(worked.jurisdiction).value();
    facts.category = dispute_category(worked.category).value();
    facts.channel = payment_channel(worked.channel).value();
    facts.received_at = at(worked.received_at);
    std::istringstream more{std::string(worked.more)};
    for (std::string fact; std::getline(more, fact, ';');) {
        std::istringstream words(fact);
        std::string word, value;
        words >> word >> value;
        add_fact(facts, word, value);
    }
    return facts;
}

const Deadline* find(const std::vector<Deadline>& deadlines, std::string_view rule) {
    const auto found = std::ranges::find(deadlines, rule, &Deadline::rule);
    return found == deadlines.end() ? nullptr : &*found;
}

std::vector<std::string> rules_of(const std::vector<Deadline>& deadlines) {
    std::vector<std::string> rules;
    for (const Deadline& deadline : deadlines) rules.push_back(deadline.rule);
    return rules;
}

/// An unauthorised withdrawal, received on Monday 2026-03-02.
ClockFacts withdrawal() {
    ClockFacts facts;
    facts.category = DisputeCategory::unauthorised_cash_withdrawal;
    facts.channel = PaymentChannel::atm;
    facts.received_at = at("2026-03-02T12:00:00Z");
    return facts;
}

}  // namespace

TEST_CASE("deadlines are those of the worked cases") {
    CHECK(k_cases.size() >= 60);
    for (const WorkedCase& worked : k_cases) {
        INFO(worked.what << " (" << worked.source << ")");
        const auto deadlines = legal_deadlines(facts_of(worked), calendar_of(worked.calendar));
        const Deadline* const found = find(deadlines, worked.rule);
        if (worked.last_day.empty()) {
            CHECK(found == nullptr);
            continue;
        }
        REQUIRE(found != nullptr);
        CHECK(format_date(found->due) == worked.last_day);
        CHECK((found->due.us + 1) % 86'400'000'000 == 0);
        CHECK(found->is_legal);
        CHECK_FALSE(found->paused);
        const auto is_earlier = [](const Deadline& a, const Deadline& b) { return a.due < b.due; };
        CHECK(std::ranges::is_sorted(deadlines, is_earlier));
    }
}

TEST_CASE("a clock is met by what it asks for, and by nothing else") {
    ClockFacts facts = withdrawal();
    const auto open_rules = [&] {
        std::vector<std::string> rules;
        for (const Deadline& deadline : legal_deadlines(facts, {}))
            if (!deadline.is_met) rules.push_back(deadline.rule);
        return rules;
    };
    using Rules = std::vector<std::string>;
    CHECK(open_rules() == Rules{"reg_e_decide", "reg_e_provisional_credit"});
    facts.provisional_credit_at = at("2026-03-10T09:00:00Z");
    CHECK(open_rules() == Rules{"reg_e_tell_credit", "reg_e_decide"});
    facts.credit_told_at = at("2026-03-10T10:00:00Z");
    CHECK(open_rules() == Rules{"reg_e_decide"});
    facts.decided_at = at("2026-03-20T09:00:00Z");
    facts.is_upheld = true;
    CHECK(open_rules() == Rules{"reg_e_correct", "reg_e_report"});
    facts.corrected_at = facts.decided_at;
    CHECK(open_rules() == Rules{"reg_e_report"});
    facts.result_told_at = at("2026-03-21T09:00:00Z");
    CHECK(open_rules().empty());

    facts = withdrawal();
    facts.channel = PaymentChannel::credit_card;
    CHECK(open_rules() == Rules{"reg_z_acknowledge", "reg_z_resolve"});
    facts.acknowledged_at = at("2026-03-10T09:00:00Z");
    facts.decided_at = at("2026-03-20T09:00:00Z");
    CHECK(open_rules() == Rules{"reg_z_resolve"});  // deciding is not telling
    facts.result_told_at = at("2026-03-21T09:00:00Z");
    CHECK(open_rules().empty());

    facts = withdrawal();
    facts.jurisdiction = Jurisdiction::eu;
    CHECK(open_rules() == Rules{"psd2_refund", "psd2_reply"});
    for (const auto done : {&ClockFacts::provisional_credit_at, &ClockFacts::fraud_reported_at, &ClockFacts::decided_at,
                            &ClockFacts::corrected_at}) {
        ClockFacts refunded = facts;
        refunded.*done = at("2026-03-03T09:00:00Z");
        std::swap(facts, refunded);
        CHECK(open_rules() == Rules{"psd2_reply"});
        std::swap(facts, refunded);
    }
}

TEST_CASE("the customer's own time is watched, not due") {
    ClockFacts facts = withdrawal();
    facts.statement_sent_at = at("2026-01-10");
    facts.notice_is_oral = true;
    const auto deadlines = legal_deadlines(facts, {});
    REQUIRE(find(deadlines, "reg_e_notice"));
    CHECK(find(deadlines, "reg_e_notice")->is_customers);
    CHECK(find(deadlines, "reg_e_notice")->is_met);
    REQUIRE(find(deadlines, "reg_e_confirmation"));
    CHECK(find(deadlines, "reg_e_confirmation")->is_customers);
    CHECK_FALSE(find(deadlines, "reg_e_confirmation")->is_met);
    CHECK_FALSE(find(deadlines, "reg_e_decide")->is_customers);
    CHECK(due_of(deadlines) == at("2026-03-16T23:59:59.999999Z"));

    facts.received_at = at("2026-03-12T00:00:00Z");  // a day after the 60th
    const auto late = legal_deadlines(facts, {});
    CHECK(rules_of(late) == std::vector<std::string>{"reg_e_notice"});
    CHECK_FALSE(late.front().is_met);
    CHECK(due_of(late) == std::nullopt);
}

TEST_CASE("a team's target pauses while the customer is waited for, and legal clocks do not know of pauses") {
    const Timestamp received = at("2026-03-02T12:00:00Z");
    const std::vector<std::pair<int, std::string_view>> targets = {{1, "2026-03-03T12:00:00Z"},
                                                                   {2, "2026-03-05T12:00:00Z"},
                                                                   {3, "2026-03-09T12:00:00Z"},
                                                                   {4, "2026-03-16T12:00:00Z"}};
    for (const auto& [priority, due] : targets)
        CHECK(team_target(priority, received, 0, std::nullopt, false).due == at(due));

    constexpr std::int64_t k_hour_us = 3'600'000'000;
    const Deadline after_a_pause = team_target(1, received, 5 * k_hour_us, std::nullopt, false);
    CHECK(after_a_pause.due == at("2026-03-03T17:00:00Z"));
    CHECK_FALSE(after_a_pause.is_legal);
    CHECK_FALSE(after_a_pause.paused);
    CHECK(due_of({after_a_pause}) == at("2026-03-03T17:00:00Z"));

    const Deadline waiting = team_target(1, received, 0, at("2026-03-02T13:00:00Z"), false);
    CHECK(waiting.paused);
    CHECK(due_of({waiting}) == std::nullopt);
    auto all = legal_deadlines(withdrawal(), {});
    all.push_back(waiting);
    CHECK(due_of(all) == at("2026-03-16T23:59:59.999999Z"));

    const Deadline done = team_target(1, received, 0, at("2026-03-02T13:00:00Z"), true);
    CHECK(done.is_met);
    CHECK_FALSE(done.paused);
    CHECK(due_of({done}) == std::nullopt);
}

TEST_CASE("what is due first is the earliest that is open") {
    CHECK(due_of({}) == std::nullopt);
    ClockFacts facts = withdrawal();
    auto all = legal_deadlines(facts, {});
    all.push_back(team_target(2, facts.received_at, 0, std::nullopt, false));
    CHECK(due_of(all) == at("2026-03-05T12:00:00Z"));
    sort_deadlines(all);
    CHECK(rules_of(all) == std::vector<std::string>{"team_decide", "reg_e_decide", "reg_e_provisional_credit"});
}

TEST_CASE("a holiday file is read or refused by its line") {
    const auto calendar = BusinessCalendar::parse("# closed\r\n2026-12-25 Christmas\r\n\n\t2026-07-03\n2026-12-25#\n");
    REQUIRE(calendar);
    CHECK(calendar->holidays().size() == 2);
    const std::int64_t christmas = day_of(at("2026-12-25"));
    CHECK_FALSE(calendar->is_business_day(christmas));
    CHECK(calendar->is_business_day(christmas - 1));
    CHECK_FALSE(calendar->is_business_day(christmas + 1));  // a Saturday
    CHECK(calendar->holidays_between(christmas, christmas) == std::vector<std::int64_t>{christmas});
    CHECK(calendar->holidays_between(christmas + 1, christmas + 400).empty());
    CHECK(BusinessCalendar(calendar->holidays_between(0, christmas)).holidays() == calendar->holidays());
    CHECK(BusinessCalendar::parse("")->holidays().empty());

    for (const std::string_view bad : {"2026-02-29", "25.12.2026", "2026-12-25T00:00:00Z", "x", "2026-12-25,Christmas",
                                       "2026-12-2", "20261225", "2026-13-01", "\xff"}) {
        INFO(bad);
        const auto refused = BusinessCalendar::parse("2026-01-01\n" + std::string(bad) + "\n");
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == ErrorCode::invalid_time);
        CHECK(refused.error().message.find("line 2") != std::string::npos);
    }
}

TEST_CASE("days before 1970 have their weekdays, too") {
    CHECK(day_of(Timestamp{-1}) == -1);
    CHECK(day_of(Timestamp{0}) == 0);
    CHECK(day_of(at("1969-12-31")) == -1);
    const BusinessCalendar weekends;
    CHECK(weekends.is_business_day(-1));        // Wednesday
    CHECK_FALSE(weekends.is_business_day(-4));  // Sunday
    CHECK_FALSE(weekends.is_business_day(-5));  // Saturday
}

TEST_CASE("jurisdictions and channels have names") {
    for (const std::string_view text : {"none", "us", "eu"}) CHECK(name(jurisdiction(text).value()) == text);
    for (const std::string_view text : {"other", "card", "point_of_sale", "online", "credit_card", "atm", "transfer",
                                        "direct_debit", "deposit", "branch"})
        CHECK(name(payment_channel(text).value()) == text);
    CHECK(name(PaymentChannel::branch) == "branch");
    CHECK(name(Jurisdiction::eu) == "eu");
    CHECK_FALSE(jurisdiction("uk"));
    CHECK_FALSE(payment_channel(""));
}

}  // namespace bankctl::test
