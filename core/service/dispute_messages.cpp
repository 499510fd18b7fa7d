#include "core/service/dispute_messages.h"

#include "core/base/text.h"
#include "core/model/money.h"

namespace bankctl {
namespace {

constexpr std::size_t k_quoted_characters_max = 500;

std::string priority_name(int priority) { return "P" + std::to_string(priority); }

std::string amount_text(const DisputedPayment& payment) {
    const auto currency = find_currency(payment.currency);
    if (!currency || payment.amount_minor == 0) return "not known";
    return decimal_text({*currency, payment.amount_minor}) + " " + payment.currency;
}

Message to_customer(const DisputeCase& about, const std::string& customer, const char* topic, std::string subject) {
    Message message{RecipientKind::customer, customer, topic, std::move(subject), {}};
    message.subject += ", your case " + dispute_id(about.state.number);
    return message;
}

bool is_us(const DisputeCase& about) { return about.filing.clocks.jurisdiction == Jurisdiction::us; }

void add_recommendations(std::string& body, const Assessment& assessment) {
    if (assessment.recommendations.empty()) return;
    body += "\nRecommended:\n";
    for (const Recommendation& each : assessment.recommendations) {
        body += "- " + each.text;
        if (!each.basis.empty()) body += " (" + each.basis + ")";
        if (each.due) body += ", by " + format_time(*each.due);
        body += '\n';
    }
}

void add_deadlines(std::string& body, const DisputeCase& about) {
    std::string lines;
    for (const Deadline& each : deadlines_of(about.filing, about.state)) {
        if (each.is_met || each.is_customers) continue;
        lines += "- " + format_time(each.due) + " " + each.what;
        if (!each.source.empty()) lines += " (" + each.source + ")";
        lines += '\n';
    }
    if (!lines.empty()) body += "\nDue:\n" + lines;
}

template <class List>
void add_list(std::string& body, const char* title, const List& list) {
    if (list.empty()) return;
    body += std::string("\n") + title + ":\n";
    for (const auto& each : list) body += "- " + each + '\n';
}

}  // namespace

Message team_message(const DisputeCase& about, const std::string& customer, const std::string& topic) {
    const Dispute& state = about.state;
    const Assessment& assessment = about.decision.assessment;
    Message message{RecipientKind::team, state.team, topic, {}, {}};
    message.subject = dispute_id(state.number) + " " + priority_name(state.priority) + " " +
                      std::string(name(state.category)) + ", " + std::string(name(state.risk)) + " risk";
    std::string& body = message.body;
    body = "Case: " + dispute_id(state.number) + ", " + std::string(name(state.status)) + "\nCustomer: " + customer +
           "\nAmount: " + amount_text(about.filing.payment) + '\n';
    if (state.transaction) body += "Transaction: " + std::to_string(state.transaction.value) + '\n';
    if (about.filing.payment.merchant) body += "Merchant: " + printable(*about.filing.payment.merchant) + '\n';
    if (state.assignee) body += "Assigned to: " + printable(*state.assignee) + '\n';
    if (assessment.needs_four_eyes) body += "Four eyes: whoever takes it up must not decide it.\n";
    body += "\nThe customer says:\n" + printable(first_characters(about.filing.text, k_quoted_characters_max)) + '\n';
    std::vector<std::string> reasons;
    for (const PointReason& each : assessment.priority_reasons)
        reasons.push_back(std::to_string(each.points) + " " + each.reason);
    add_list(body, "Priority", reasons);
    reasons.clear();
    for (const PointReason& each : assessment.risk_reasons)
        reasons.push_back(std::to_string(each.points) + " " + each.reason);
    add_list(body, "Risk", reasons);
    add_list(body, "A person must look first", assessment.route_reasons);
    add_recommendations(body, assessment);
    add_list(body, "Ask for", assessment.evidence_requested);
    add_deadlines(body, about);
    return message;
}

Message information_request(const DisputeCase& about, const std::string& customer,
                            const std::optional<std::string>& note) {
    Message message = to_customer(about, customer, "information_requested", "We need to hear from you");
    message.body = "To go on with your case we need something from you.\n";
    if (note) message.body += '\n' + printable(*note) + '\n';
    add_list(message.body, "Please send what you have of this", about.decision.assessment.evidence_requested);
    return message;
}

Message credit_message(const DisputeCase& about, const std::string& customer, const std::string& amount, Timestamp at) {
    Message message = to_customer(about, customer, "credited", "Provisional credit of " + amount);
    message.body = "On " + format_date(at) + " we credited " + amount +
                   " to your account provisionally. You can use it in full while we look into your case.\n";
    return message;
}

Message reversal_message(const DisputeCase& about, const std::string& customer, const std::string& amount,
                         Timestamp at) {
    Message message =
        to_customer(about, customer, "credit_reversed", "Provisional credit of " + amount + " taken back");
    message.body = "On " + format_date(at) + " we debited " + amount +
                   " from your account, which we had credited to it provisionally.\n";
    if (is_us(about))
        message.body +=
            "For five business days from this notice we pay checks and the like to third parties, and "
            "preauthorized transfers, as if that amount were still there, and charge you nothing for an "
            "overdraft that comes of it.\n";
    return message;
}

Message decision_message(const DisputeCase& about, const std::string& customer, const DecidedMoney& money,
                         const std::optional<std::string>& note) {
    const DisputeOutcome outcome = about.state.outcome.value_or(DisputeOutcome::rejected);
    Message message = to_customer(about, customer, "decided", "Our decision");
    std::string& body = message.body;
    switch (outcome) {
        case DisputeOutcome::upheld: body = "We found that you are right.\n"; break;
        case DisputeOutcome::partial: body = "We found that you are right in part.\n"; break;
        case DisputeOutcome::rejected: body = "We found no error.\n"; break;
    }
    if (note) body += '\n' + printable(*note) + "\n\n";
    if (!money.refund.empty()) body += "The amount that is yours for good is " + money.refund + ".\n";
    if (!money.returned.empty()) body += "You have got back " + money.returned + " of the payment in another way.\n";
    if (outcome != DisputeOutcome::upheld)
        body += "You can ask us for the documents that we relied on; we send you copies promptly.\n";
    if (!money.refund_back.empty())
        body += "We debited " + money.refund_back + ", which an earlier decision had refunded.\n";
    if (!money.kept.empty())
        body += "We have not debited the " + money.kept + " that we had credited while we looked into your case.\n";
    if (!money.provisional_back.empty())
        body += '\n' + reversal_message(about, customer, money.provisional_back, about.state.changed_at).body;
    return message;
}

}  // namespace bankctl
