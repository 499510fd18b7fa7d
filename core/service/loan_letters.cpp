#include "core/service/loan_letters.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/model/money.h"
#include "core/score/apr.h"

namespace bankctl {
namespace {

Message to_customer(const LoanLetterCase& about, const char* topic, const std::string& subject) {
    Message letter{RecipientKind::customer,
                   about.customer.id.text,
                   topic,
                   subject + ", your application " + loan_id(about.state.number),
                   {}};
    letter.body = "Dear " + printable(about.customer.name) + ",\n\n";
    return letter;
}

std::string asked_text(const Loan& loan) {
    return loan_money_text(loan, loan.amount_minor) + " over " + std::to_string(loan.term_months) + " months";
}

std::string offer_text(const Loan& loan, const LoanOffer& offer) {
    return loan_money_text(loan, offer.amount_minor) + " over " + std::to_string(offer.term_months) +
           " monthly payments of " + loan_money_text(loan, offer.payment_minor);
}

std::string percent_of_bps(std::int64_t bps) {
    std::string decimals = std::to_string(bps % 100);
    return std::to_string(bps / 100) + "." + (decimals.size() < 2 ? "0" : "") + decimals + " percent";
}

std::string list_of(const std::vector<LoanReason>& reasons) {
    std::string text;
    for (const LoanReason& reason : reasons) text += "- " + printable(reason.text) + "\n";
    return text;
}

/// 12 CFR 1002.9(a)(2): the reasons, or the right to be told them.
std::string reasons_part(const std::vector<LoanReason>& reasons) {
    if (!reasons.empty())
        return std::string(reasons.size() == 1 ? "This is our main reason:\n" : "These are our main reasons:\n") +
               list_of(reasons);
    return "You have the right to be told our specific reasons. Ask us within 60 days of this letter, in person, by "
           "telephone or in writing to the address below, and we will answer within 30 days.\n";
}

std::string creditor_of(const LoanWorkflow& workflow) {
    return workflow.creditor.empty() ? "[the creditor's name and address]" : workflow.creditor;
}

std::string signature(const LoanWorkflow& workflow) { return "\n" + creditor_of(workflow) + "\n"; }

/// What 12 CFR 1002.9(b)(1) wants said, in words substantially like its own.
std::string equal_credit_notice(const LoanWorkflow& workflow) {
    const std::string agency =
        workflow.agency.empty() ? "[name and address of the agency in Appendix A of 12 CFR 1002]" : workflow.agency;
    return "\nNotice: The federal Equal Credit Opportunity Act forbids creditors to discriminate against applicants "
           "for credit because of race, color, religion, national origin, sex, marital status, or age (if the "
           "applicant is able to enter into a binding contract); because all or part of the applicant's income comes "
           "from a public assistance program; or because the applicant has in good faith exercised a right under the "
           "Consumer Credit Protection Act. The federal agency that sees to it that this creditor complies with this "
           "law is: " +
           agency + "\n";
}

/// True if the application says anything of the applicant's credit elsewhere.
bool has_bureau_facts(const LoanApplicationRecord& record) {
    const auto input = nlohmann::json::parse(record.input);
    const auto bureau = input.find("bureau");
    return bureau != input.end() &&
           std::ranges::any_of(*bureau, [](const nlohmann::json& fact) { return !fact.is_null(); });
}

/// What the Fair Credit Reporting Act, 15 USC 1681m(a)(1), (3) and (4), wants said where a report was used.
std::string credit_report_notice(const LoanLetterCase& about) {
    if (!has_bureau_facts(about.record)) return "";
    const std::string& named = about.workflow.credit_bureau;
    return "\nWe used information from a report on you by the consumer reporting agency named here. It did not make "
           "this decision and cannot tell you the reasons for it. You have the right to a free copy of your report "
           "from it if you ask for one within 60 days of this letter, and to dispute with it whatever the report says "
           "that is inaccurate or incomplete. The agency is: " +
           (named.empty() ? "[name, address and telephone number of the consumer reporting agency]" : named) + "\n";
}

std::string date_of(const std::optional<Timestamp>& time) { return time ? format_date(*time) : ""; }

std::string fee_part(const LoanLetterCase& about) {
    if (about.record.fee_withheld_minor == 0) return "";
    return "A fee of " + loan_money_text(about.state, about.record.fee_withheld_minor) +
           " is taken off what we pay out.\n";
}

}  // namespace

std::string loan_money_text(const Loan& loan, std::int64_t minor) {
    const Currency currency = find_currency(loan.currency).value_or_throw();
    return decimal_text({currency, minor}) + " " + loan.currency;
}

Message approval_letter(const LoanLetterCase& about) {
    const Loan& loan = about.state;
    Message letter = to_customer(about, "loan_approved", "We have approved your loan");
    letter.body += "We have approved the loan that you applied for on " + format_date(loan.applied_at) + ": " +
                   offer_text(loan, about.record.offers.front()) + ", at " + percent_of_bps(about.record.rate_bps) +
                   " interest a year (annual percentage rate " + percent_text(about.record.regz_ppm) + " percent).\n" +
                   fee_part(about) + "\nTo take it, accept it before " + date_of(loan.valid_until) +
                   ". After that day the offer ends.\n" + signature(about.workflow);
    return letter;
}

Message counter_offer_letter(const LoanLetterCase& about) {
    const Loan& loan = about.state;
    Message letter = to_customer(about, "loan_counter_offer", "We can offer you another loan");
    letter.body += "We have looked at your application of " + format_date(loan.applied_at) + " for " +
                   asked_text(loan) + ". We cannot grant it as you asked, but we can offer you " +
                   (about.record.offers.size() > 2 ? "one of these instead:\n" : "this instead:\n");
    for (std::size_t i = 1; i < about.record.offers.size(); ++i)
        letter.body += std::to_string(i) + ". " + offer_text(loan, about.record.offers[i]) + "\n";
    letter.body += "The interest is " + percent_of_bps(about.record.rate_bps) + " a year. " + fee_part(about);
    if (about.record.fee_withheld_minor == 0) letter.body += "\n";
    letter.body += "\nTo take an offer, accept it before " + date_of(loan.valid_until) +
                   ". If you do not, your application ends with that day.\n\n"
                   "Why we cannot grant what you asked for: " +
                   reasons_part(about.record.reasons);
    letter.body += credit_report_notice(about) + equal_credit_notice(about.workflow) + signature(about.workflow);
    return letter;
}

Message adverse_action_letter(const LoanLetterCase& about, const std::vector<LoanReason>& reasons) {
    const Loan& loan = about.state;
    Message letter = to_customer(about, "loan_declined", "We cannot grant your loan");
    letter.body += "We have looked at your application of " + format_date(loan.applied_at) + " for " +
                   asked_text(loan) + ". We regret that we cannot grant it.\n\n" + reasons_part(reasons) +
                   credit_report_notice(about) + equal_credit_notice(about.workflow) + signature(about.workflow);
    return letter;
}

Message disbursement_letter(const LoanLetterCase& about, const std::string& account) {
    const Loan& loan = about.state;
    Message letter = to_customer(about, "loan_disbursed", "We have paid out your loan");
    letter.body += "On " + format_date(loan.changed_at) + " we credited " +
                   loan_money_text(loan, loan.disbursed_minor) + " to your account " + account + ": your loan of " +
                   loan_money_text(loan, loan.accepted_minor) + " over " + std::to_string(loan.accepted_months) +
                   " months";
    if (about.record.fee_withheld_minor > 0)
        letter.body += ", less the fee of " + loan_money_text(loan, about.record.fee_withheld_minor);
    letter.body += ".\n" + signature(about.workflow);
    return letter;
}

Message withdrawal_letter(const LoanLetterCase& about) {
    Message letter = to_customer(about, "loan_withdrawn", "Your application is withdrawn");
    letter.body += "You have withdrawn your application of " + format_date(about.state.applied_at) + " for " +
                   asked_text(about.state) + ". There is nothing more to do.\n" + signature(about.workflow);
    return letter;
}

Message expiry_letter(const LoanLetterCase& about) {
    Message letter = to_customer(about, "loan_expired", "Our offer has ended");
    letter.body += "You applied on " + format_date(about.state.applied_at) + " for " + asked_text(about.state) +
                   ". Our offer could be accepted before " + date_of(about.state.valid_until) +
                   " and has ended. You are welcome to apply again.\n" + signature(about.workflow);
    return letter;
}

Message referral_message(const LoanLetterCase& about, const std::string& recommendation) {
    const Loan& loan = about.state;
    const std::string id = loan_id(loan.number);
    Message message{RecipientKind::team,
                    about.workflow.team,
                    "loan_referred",
                    id + ", " + asked_text(loan) + ": a person must decide",
                    {}};
    message.body = "Application: " + id + "\nCustomer: " + about.customer.id.text +
                   "\nAsked for: " + offer_text(loan, about.record.offers.front()) +
                   "\nDecide and tell the customer before: " + date_of(loan.due_at) + " (12 CFR 1002.9(a)(1)(i))\n\n" +
                   recommendation + "\n";
    if (!about.record.reasons.empty()) message.body += "\nWhat counts against it:\n" + list_of(about.record.reasons);
    if (!about.record.contradictions.empty())
        message.body += "\nWhat the application states and our books contradict:\n";
    for (const LoanContradiction& each : about.record.contradictions)
        message.body += "- " + std::string(info(each.fact).meaning) + ": stated " + std::to_string(each.stated) +
                        ", in the books " + (each.ledger ? std::to_string(*each.ledger) : "not known") + "\n";
    message.body += "\nDecide with: bankctl loan decide " + id + " approve|decline\n";
    return message;
}

}  // namespace bankctl
