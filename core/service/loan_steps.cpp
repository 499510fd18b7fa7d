// The steps of a loan after its application: a person's decision, the customer's answer, and the money.
#include <algorithm>

#include "core/base/text.h"
#include "core/model/money.h"
#include "core/model/rules.h"
#include "core/service/dispute_step.h"
#include "core/service/loan_case.h"
#include "core/service/replay.h"

namespace bankctl {
namespace {

constexpr std::int64_t k_us_per_day = 86'400'000'000;

bool knows_reason(const LoanPolicy& policy, const std::string& code) {
    return policy.texts.contains(code) || LoanPolicy::embedded().texts.contains(code) ||
           std::ranges::find(policy.knockouts, code, &Knockout::code) != policy.knockouts.end() ||
           std::ranges::find(policy.card.characteristics, code, &Characteristic::reason) !=
               policy.card.characteristics.end();
}

std::string text_of_reason(const LoanPolicy& policy, const std::string& code) {
    const auto characteristic = std::ranges::find(policy.card.characteristics, code, &Characteristic::reason);
    return characteristic == policy.card.characteristics.end() ? policy.text_of(code) : policy.text_of(*characteristic);
}

}  // namespace

void Loans::read_clock() { now_ = std::max(clock_.now(), books_.head().posted_at); }

std::optional<JournalEntry> Loans::original_of(const std::optional<IdempotencyKey>& key) {
    const std::optional<Seq> seq = key ? books_.keyed(*key) : std::nullopt;
    return seq ? books_.entry(*seq) : std::nullopt;
}

const JournalEntry& Loans::record(EntryKind kind, Seq of, const std::optional<IdempotencyKey>& key,
                                  std::string detail) {
    Draft draft;
    draft.kind = kind;
    draft.posted_at = now_;
    draft.user = actor_.user;
    draft.uid = actor_.uid;
    if (key) draft.key = key->text;
    draft.of = of;
    draft.detail = std::move(detail);
    return books_.record(std::move(draft));
}

Result<Posted> Loans::replay(const LoanStep& request, LoanAction action, const JournalEntry& original,
                             const Facts& asked) {
    const Replay compare(books_, original);
    BANKCTL_CHECK(compare.kind(EntryKind::loan_changed));
    BANKCTL_CHECK(compare.text("loan", loan_id(request.loan), loan_id(original.of)));
    const LoanDetail was = detail_of_loan(original);
    BANKCTL_CHECK(compare.text("action", std::string(name(action)), std::string(name(was.action))));
    BANKCTL_CHECK(compare_asked(books_, original, asked, was.asked));
    BANKCTL_CHECK(compare.text("note", request.note, was.note));
    return Posted{original.seq, true};
}

Result<Posted> Loans::run(const LoanStep& request, LoanAction action, LoanStatus to, Facts asked,
                          const Change& change) {
    read_clock();
    if (request.note) {
        const Result<std::string> note = parse_text(*request.note, k_note_bytes_max, "a note");
        if (!note) return note.error();
    }
    if (const auto original = original_of(request.key)) return replay(request, action, *original, asked);

    const std::optional<Loan> before = books_.loan(request.loan);
    if (!before) return loan_not_found(request.loan);
    BANKCTL_CHECK(check_loan_action(*before, action, to));
    BANKCTL_CHECK(check_version(request.if_version, *before));
    LoanDetail applied = loan_step(books_, before->number).detail;
    LoanApplicationRecord record = require(std::move(applied.application), "an application");
    LoanPolicy policy = stored_loan_policy(books_, record.policy_sha256);
    Step step{*before, std::move(record), std::move(policy), require(books_.customer(before->customer), "a customer")};
    LoanDetail& detail = step.detail;
    detail.action = action;
    detail.from = before->status;
    detail.note = request.note;
    detail.previous = before->last;
    detail.asked = std::move(asked);
    step.state.status = to;
    step.state.changed_at = now_;
    BANKCTL_CHECK(change(step));
    settle_due(step.state);
    detail.state = step.state;
    return Posted{this->record(EntryKind::loan_changed, before->number, request.key, loan_detail(detail)).seq};
}

Status Loans::check_four_eyes(const Step& step, const DecideLoan& request) {
    const auto& above = step.policy.workflow.four_eyes_above;
    if (!above || step.state.amount_minor <= *above) return ok();
    const JournalEntry applied = require(books_.entry(step.state.number), "an application");
    if (request.people_are_uids ? applied.uid != actor_.uid : applied.user != actor_.user) return ok();
    return Error(ErrorCode::four_eyes_required,
                 loan_id(step.state.number) + " is of more than " + loan_money_text(step.state, *above) + ": " +
                     in_quotes(actor_.user) + " applied for it and must not decide it",
                 "let somebody else decide")
        .with("user", actor_.user)
        .with("loan", loan_id(step.state.number));
}

Result<std::vector<LoanReason>> Loans::reasons_of(const LoanPolicy& policy, const DecideLoan& request) {
    std::vector<LoanReason> reasons;
    for (const std::string& code : request.reasons) {
        if (!knows_reason(policy, code))
            return Error(ErrorCode::usage, in_quotes(code) + " is no reason of the policy " + in_quotes(policy.id),
                         "give one of its codes, or say it in your own words with --note")
                .with("reason", printable(code.substr(0, 64)));
        reasons.push_back({code, text_of_reason(policy, code)});
    }
    if (reasons.empty() && request.note) reasons.push_back({"", *request.note});
    return reasons;
}

Result<Posted> Loans::decide(const DecideLoan& request) {
    const bool has_words = request.note && request.note->find_first_not_of(" \t\r\n") != std::string::npos;
    if (request.reasons.empty() && !has_words)
        return Error(ErrorCode::missing_argument, "a decision needs a reason",
                     "give --reason with a code of the policy, or --note with your own words")
            .with("argument", std::string("--reason"));
    if (request.reasons.size() > k_loan_reasons_max)
        return Error(ErrorCode::usage, "more than " + std::to_string(k_loan_reasons_max) + " reasons are given",
                     "give those that count most");
    std::string codes;
    for (const std::string& code : request.reasons) codes += (codes.empty() ? "" : ",") + code;
    const LoanStatus to = request.approves ? LoanStatus::approved : LoanStatus::declined;
    Facts asked{{"outcome", std::string(request.approves ? "approve" : "decline")}, {"reasons", codes}};
    return run(request, LoanAction::decide, to, std::move(asked), [&](Step& step) -> Status {
        BANKCTL_TRY(reasons, reasons_of(step.policy, request));
        BANKCTL_CHECK(check_four_eyes(step, request));
        step.detail.reasons = reasons;
        if (request.approves) {
            step.state.valid_until = Timestamp{now_.us + step.policy.workflow.approval_valid_days * k_us_per_day};
            step.tell(approval_letter(step.letter()));
        } else {
            step.tell(adverse_action_letter(step.letter(), reasons));
        }
        return ok();
    });
}

Result<Posted> Loans::accept(const AcceptLoan& request) {
    return run(
        request, LoanAction::accept, LoanStatus::accepted, {{"offer", request.offer}}, [&](Step& step) -> Status {
            Loan before = step.state;
            before.status = *step.detail.from;
            const auto refuse = [&](const std::string& why, std::string hint) {
                return loan_transition_refused(before, LoanAction::accept, LoanStatus::accepted, why, std::move(hint))
                    .with("offer", request.offer);
            };
            const auto count = static_cast<std::int64_t>(step.record.offers.size());
            const bool is_offered =
                request.offer < count && (request.offer > 0 || before.status == LoanStatus::approved);
            if (!is_offered)
                return refuse("offer " + std::to_string(request.offer) + " is not one that stands",
                              "bankctl loan show lists the offers");
            if (now_ >= *before.valid_until)
                return refuse("the offer could be accepted before " + format_time(*before.valid_until), "apply again");
            const LoanOffer& offer = step.record.offers[static_cast<std::size_t>(request.offer)];
            step.state.offer = request.offer;
            step.state.accepted_minor = offer.amount_minor;
            step.state.accepted_months = offer.term_months;
            return ok();
        });
}

Result<Account> Loans::account_for(const Loan& loan, const std::optional<AccountId>& account) {
    if (account) {
        BANKCTL_CHECK(check_account(*account, loan.customer, loan.currency));
        return find_account(books_, *account);
    }
    if (loan.account) return require(books_.account(loan.account), "an account");
    std::vector<Account> fitting = books_.accounts_of(loan.customer);
    std::erase_if(fitting, [&](const Account& each) {
        return each.status == AccountStatus::closed || each.currency.code != loan.currency;
    });
    if (fitting.size() == 1) return fitting.front();
    return Error(ErrorCode::missing_argument,
                 fitting.empty() ? "the customer has no open account in " + loan.currency
                                 : "the customer has several accounts that the loan could be paid out to",
                 "name one with --account")
        .with("argument", std::string("--account"));
}

Result<Posted> Loans::disburse(const DisburseLoan& request) {
    Facts asked;
    if (request.account) asked["account"] = request.account->text;
    return run(request, LoanAction::disburse, LoanStatus::disbursed, std::move(asked), [&](Step& step) -> Status {
        Loan& state = step.state;
        BANKCTL_TRY(account, account_for(state, request.account));
        TransactionRequest credit;
        credit.kind = EntryKind::credit;
        credit.account = account.id;
        credit.counter = AccountId{std::string(k_loan_account_prefix) + state.currency};
        state.disbursed_minor = state.accepted_minor - step.record.fee_withheld_minor;
        BANKCTL_TRY(amount, Amount::from_minor(state.disbursed_minor));
        credit.amount = amount;
        credit.memo = loan_id(state.number) + ": disbursement";
        BANKCTL_TRY(posted, Posting(books_, clock_, actor_).post(credit));
        state.disbursement = posted.seq;
        state.account = account.number;
        step.tell(disbursement_letter(step.letter(), account.id.text));
        return ok();
    });
}

Result<Posted> Loans::withdraw(const WithdrawLoan& request) {
    return run(request, LoanAction::withdraw, LoanStatus::withdrawn, {}, [&](Step& step) {
        step.state.valid_until.reset();
        step.tell(withdrawal_letter(step.letter()));
        return ok();
    });
}

Result<Posted> Loans::expire(Seq number) {
    LoanStep request;
    request.loan = number;
    return run(request, LoanAction::expire, LoanStatus::expired, {}, [&](Step& step) -> Status {
        Loan before = step.state;
        before.status = *step.detail.from;
        if (now_ < *before.valid_until)
            return loan_transition_refused(
                before, LoanAction::expire, LoanStatus::expired,
                "the offer can still be accepted, before " + format_time(*before.valid_until));
        step.tell(expiry_letter(step.letter()));
        step.state.valid_until.reset();
        return ok();
    });
}

}  // namespace bankctl
