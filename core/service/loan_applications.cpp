// Applying for a loan: from an application to a decision with its reasons, offers and letter.
#include <algorithm>

#include "core/base/text.h"
#include "core/model/money.h"
#include "core/score/application_checks.h"
#include "core/service/dispute_step.h"
#include "core/service/loan_case.h"
#include "core/service/replay.h"

namespace bankctl {
namespace {

constexpr std::int64_t k_us_per_day = 86'400'000'000;

LoanStatus status_of(const LoanPolicy& policy, const LoanDecision& decision, bool is_contradicted) {
    switch (decision.decision) {
        case Outcome::approve:
            return is_contradicted && policy.workflow.contradictions_refer ? LoanStatus::referred
                                                                           : LoanStatus::approved;
        case Outcome::refer: return LoanStatus::referred;
        case Outcome::decline: break;
    }
    return LoanStatus::declined;
}

Result<CustomerId> customer_of(const ApplyForLoan& request, const LoanApplication& application) {
    const std::string& named = application.customer_id;
    if (request.customer && !named.empty() && request.customer->text != named)
        return Error(ErrorCode::wrong_customer, "the application is of customer " + in_quotes(named) + ", not of " +
                                                    in_quotes(request.customer->text))
            .with("customer", request.customer->text)
            .with("field", std::string("applicant.customer_id"));
    if (request.customer) return *request.customer;
    if (!named.empty()) return CustomerId{named};
    return Error(ErrorCode::missing_argument, "nobody says whose application it is",
                 "name the customer with --customer, or in applicant.customer_id")
        .with("argument", std::string("--customer"));
}

}  // namespace

Result<LoanAssessment> assess_loan(const LoanPolicy& policy, LoanApplication application,
                                   const std::string& input_sha256, std::vector<LedgerFact> facts,
                                   const DescribeLoanDecision& describe) {
    LoanAssessment assessment;
    LoanApplicationRecord& record = assessment.record;
    record.input_sha256 = input_sha256;
    record.contradictions = contradictions_of(application.values, facts);
    put_ledger_facts(facts, application.values);
    record.facts = std::move(facts);
    BANKCTL_TRY(decision, LoanEngine(policy).decide(application, DecisionDetail::full));
    record.policy_sha256 = policy.sha256;
    record.decision = describe(application, decision, policy, input_sha256);
    const LoanValues& values = decision.values;
    record.offers.push_back(
        {true, values.at(LoanFact::amount), values.at(LoanFact::term_months), values.at(LoanFact::payment)});
    for (const CounterOffer& each : decision.counter_offers)
        record.offers.push_back({each.has_same_amount, each.amount, each.term_months, each.payment});
    for (const Reason& each : decision.reasons) record.reasons.push_back({each.code, each.text});
    record.rate_bps = values.at(LoanFact::rate_bps);
    record.regz_ppm = decision.regz_ppm;
    if (values.value_or(LoanFact::fee_financed, 0) == 0) record.fee_withheld_minor = values.value_or(LoanFact::fee, 0);
    assessment.recommendation = decision.recommendation;
    assessment.status = status_of(policy, decision, !record.contradictions.empty());
    return assessment;
}

Result<Posted> Loans::replay_application(const Facts& asked, const JournalEntry& original) {
    BANKCTL_CHECK(Replay(books_, original).kind(EntryKind::loan_applied));
    BANKCTL_CHECK(compare_asked(books_, original, asked, detail_of_loan(original).asked));
    return Posted{original.seq, true};
}

/// Once for each policy; a policy is found again by the hash of its canonical text.
void Loans::store_policy(const LoanPolicy& policy) {
    if (books_.policy(policy.sha256)) return;
    record(EntryKind::policy_stored, Seq{}, std::nullopt, policy_detail({policy.sha256, policy.canonical}));
}

Status Loans::check_account(const AccountId& id, Seq customer, const std::string& currency) {
    BANKCTL_TRY(account, find_account(books_, id));
    if (account.customer != customer)
        return Error(ErrorCode::wrong_customer, "account " + in_quotes(id.text) + " is not one of the applicant's")
            .with("account", id.text);
    if (account.currency.code == currency) return ok();
    return Error(ErrorCode::currency_mismatch, "account " + in_quotes(id.text) + " is in " +
                                                   std::string(account.currency.code) + ", the loan in " + currency)
        .with("account", id.text);
}

Result<Posted> Loans::apply(const ApplyForLoan& request, const LoanRules& rules) {
    read_clock();
    const LoanPolicy& policy = *rules.policy;
    ApplicationReader reader(policy);
    BANKCTL_TRY(application, reader.read(request.input));
    BANKCTL_TRY(customer_id, customer_of(request, *application));
    Facts asked{{"customer", customer_id.text}, {"input_sha256", reader.sha256()}};
    if (request.account) asked["account"] = request.account->text;
    if (const auto original = original_of(request.key)) return replay_application(asked, *original);
    if (application->values.at(LoanFact::as_of) > now_.us / k_us_per_day)
        return field_error(ErrorCode::invalid_time, info(LoanFact::as_of).path, "lies in the future");

    BANKCTL_TRY(customer, find_customer(books_, customer_id));
    const std::string currency(application->currency.code);
    if (request.account) BANKCTL_CHECK(check_account(*request.account, customer.number, currency));
    std::vector<LedgerFact> facts =
        read_ledger_facts(books_, customer, application->currency, application->values.at(LoanFact::net_monthly), now_);
    BANKCTL_TRY(assessment, assess_loan(policy, *application, reader.sha256(), std::move(facts), rules.describe));
    assessment.record.input = reader.canonical();

    store_policy(policy);
    Loan state;
    state.number = state.last = Seq{books_.head().seq.value + 1};
    state.customer = customer.number;
    if (request.account) state.account = require(books_.account(*request.account), "an account").number;
    state.applied_at = state.changed_at = now_;
    state.status = assessment.status;
    state.currency = currency;
    state.amount_minor = application->values.at(LoanFact::amount);
    state.term_months = application->values.at(LoanFact::term_months);
    const bool has_counter_offer = assessment.record.offers.size() > 1;
    if (state.status == LoanStatus::approved)
        state.valid_until = Timestamp{now_.us + policy.workflow.approval_valid_days * k_us_per_day};
    if (state.status == LoanStatus::declined && has_counter_offer)
        state.valid_until = Timestamp{now_.us + k_counter_offer_days * k_us_per_day};
    settle_due(state);

    LoanDetail detail;
    detail.action = LoanAction::apply;
    detail.asked = std::move(asked);
    const LoanLetterCase letter{state, customer, assessment.record, policy.workflow};
    if (state.status == LoanStatus::approved) detail.messages.push_back(approval_letter(letter));
    if (state.status == LoanStatus::referred)
        detail.messages.push_back(referral_message(letter, assessment.recommendation));
    if (state.status == LoanStatus::declined)
        detail.messages.push_back(has_counter_offer ? counter_offer_letter(letter)
                                                    : adverse_action_letter(letter, assessment.record.reasons));
    detail.state = state;
    detail.application = std::move(assessment.record);
    return Posted{record(EntryKind::loan_applied, Seq{}, request.key, loan_detail(detail)).seq};
}

}  // namespace bankctl
