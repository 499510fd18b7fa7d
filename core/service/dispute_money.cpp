// The steps of a case that move money: provisional credits, and decisions with what they pay or take back. A credit is
// a transaction from @dispute.<CURRENCY>, taking back is its reversal, so funds, limits and frozen accounts are as for
// any.
#include <algorithm>

#include "core/base/text.h"
#include "core/service/dispute_messages.h"
#include "core/service/dispute_step.h"

namespace bankctl {
namespace {

/// What is left of a credit that a case has paid: it may have been reversed by others, too.
struct StandingCredit {
    Seq seq;
    std::int64_t minor = 0;
};

std::int64_t standing_minor(Books& books, const DisputePosting& credit) {
    const std::vector<Reversal> reversals = books.reversals(credit.seq);
    return credit.amount_minor - (reversals.empty() ? 0 : reversals.back().total_minor);
}

/// The newest first.
std::vector<StandingCredit> standing_credits(Books& books, Seq last) {
    std::vector<StandingCredit> found;
    for (const DisputeStepEntry& step : steps_back(books, last)) {
        for (const DisputePosting& posting : step.detail.postings) {
            if (posting.reverses) continue;
            const std::int64_t minor = standing_minor(books, posting);
            if (minor > 0) found.push_back({posting.seq, minor});
        }
    }
    return found;
}

std::int64_t total_of(const std::vector<StandingCredit>& credits) {
    std::int64_t minor = 0;
    for (const StandingCredit& each : credits) minor += each.minor;
    return minor;
}

/// What of the disputed transaction has come back since the filing: by reversals by hand, and by other cases about it.
std::int64_t returned_minor(Books& books, const DisputeCase& about) {
    const Seq number = about.state.number;
    if (!about.state.transaction) return 0;
    const JournalEntry paid = require(books.entry(about.state.transaction), "a disputed transaction");
    const bool took_money =
        paid.debit && require(books.account(paid.debit->account), "an account").customer == about.state.customer;
    std::int64_t minor = 0;
    if (took_money) {
        for (std::int64_t before = 0; const Reversal& each : books.reversals(paid.seq)) {
            if (each.seq > number) minor += each.total_minor - before;
            before = each.total_minor;
        }
    }
    for (const Dispute& other : books.disputes_of(about.state.customer, k_earlier_disputes_max)) {
        if (other.transaction != about.state.transaction || other.number == number) continue;
        for (const StandingCredit& each : standing_credits(books, other.last))
            if (each.seq > number) minor += each.minor;
    }
    return minor;
}

/// What a case may give its customer in all; none: nobody knows how much is disputed.
std::optional<std::int64_t> grantable_minor(Books& books, const DisputeCase& about) {
    const DisputedPayment& payment = about.filing.payment;
    if (payment.amount_minor == 0 && !payment.transaction) return std::nullopt;
    return std::max<std::int64_t>(payment.amount_minor - returned_minor(books, about), 0);
}

std::string money_text(std::int64_t minor, const std::string& code) {
    const Currency currency = find_currency(code).value_or_throw();
    return decimal_text({currency, minor}) + " " + code;
}

/// `exceeds_reversible` if the customer would have more of the case than it may give.
Status check_grant(Books& books, const DisputeCase& about, std::int64_t minor) {
    const std::optional<std::int64_t> most = grantable_minor(books, about);
    if (!most || minor <= *most) return ok();
    const DisputedPayment& payment = about.filing.payment;
    return Error(ErrorCode::exceeds_reversible,
                 "the customer would get " + money_text(minor, payment.currency) + " in all of " +
                     dispute_id(about.state.number) + ", but only " + money_text(*most, payment.currency) +
                     " is left to give back",
                 "fees and interest that the error cost are refunded besides, by bankctl transaction credit")
        .with("dispute", dispute_id(about.state.number))
        .with("currency", payment.currency)
        .with("disputed_minor", payment.amount_minor)
        .with("returned_minor", returned_minor(books, about))
        .with("reversible_minor", *most);
}

Error missing(const std::string& what, const std::string& hint) {
    return Error(ErrorCode::missing_argument, what, hint);
}

}  // namespace

Status check_kept_credit(bool keeps_credit, const std::optional<std::string>& note) {
    if (!keeps_credit || (note && !note->empty())) return ok();
    return missing("a credit is not left standing without a reason", "say why with --note");
}

Result<Account> Disputes::account_for(const DisputeCase& about, const std::optional<AccountId>& account) {
    const std::string& code = about.state.currency.empty() ? about.filing.payment.currency : about.state.currency;
    const auto check_currency = [&](const Account& found) -> Result<Account> {
        if (code.empty() || found.currency.code == code) return found;
        return Error(ErrorCode::currency_mismatch, "account " + in_quotes(found.id.text) + " is in " +
                                                       std::string(found.currency.code) + ", the dispute about " +
                                                       code);
    };
    if (account) {
        BANKCTL_TRY(found, find_account(books_, *account));
        if (found.customer == about.state.customer) return check_currency(found);
        return Error(ErrorCode::wrong_customer,
                     "account " + in_quotes(account->text) + " is not one of the dispute's customer")
            .with("account", account->text);
    }
    if (about.state.transaction) {
        const JournalEntry entry = require(books_.entry(about.state.transaction), "a disputed transaction");
        for (const std::optional<Leg>& leg : {entry.debit, entry.credit}) {
            if (!leg) continue;
            const Account found = require(books_.account(leg->account), "an account");
            if (found.customer == about.state.customer) return check_currency(found);
        }
    }
    std::vector<Account> fitting = books_.accounts_of(about.state.customer);
    std::erase_if(fitting, [&](const Account& each) {
        return each.status == AccountStatus::closed || (!code.empty() && each.currency.code != code);
    });
    if (fitting.size() == 1) return fitting.front();
    return missing(fitting.empty() ? "the customer has no open account for this dispute's money"
                                   : "the customer has several accounts that this dispute's money could go to",
                   "name one with --account");
}

Result<Currency> Disputes::currency_of(const DisputeCase& about, const std::optional<AccountId>& account) {
    const std::string& code = about.state.currency.empty() ? about.filing.payment.currency : about.state.currency;
    if (!code.empty()) return find_currency(code);
    BANKCTL_TRY(found, account_for(about, account));
    return found.currency;
}

Result<std::int64_t> Disputes::minor_of(const DisputeCase& about, const std::optional<Amount>& amount,
                                        const std::optional<AccountId>& account) {
    if (!amount) return about.filing.payment.amount_minor;
    BANKCTL_TRY(currency, currency_of(about, account));
    return amount->minor_in(currency);
}

Status Disputes::pay(Step& step, std::int64_t minor, const std::optional<AccountId>& account, const char* what) {
    BANKCTL_TRY(to, account_for(step.about, account));
    TransactionRequest credit;
    credit.kind = EntryKind::credit;
    credit.account = to.id;
    credit.counter = AccountId{std::string(k_dispute_account_prefix) + std::string(to.currency.code)};
    BANKCTL_TRY(amount, Amount::from_minor(minor));
    credit.amount = amount;
    credit.memo = dispute_id(step.state().number) + ": " + what;
    BANKCTL_TRY(posted, Posting(books_, clock_, actor_).post(credit));
    step.detail.postings.push_back({posted.seq, {}, minor});
    step.state().currency = to.currency.code;
    return ok();
}

Status Disputes::take_back(Step& step, Seq credit, std::int64_t minor, const char* what) {
    TransactionRequest reversal;
    reversal.kind = EntryKind::reversal;
    reversal.of = credit;
    BANKCTL_TRY(amount, Amount::from_minor(minor));
    reversal.amount = amount;
    reversal.memo = dispute_id(step.state().number) + ": " + what;
    BANKCTL_TRY(posted, Posting(books_, clock_, actor_).post(reversal));
    step.detail.postings.push_back({posted.seq, credit, minor});
    return ok();
}

/// Reverses the newest credits until the customer has at most `minor` of the case.
Status Disputes::take_down_to(Step& step, std::int64_t minor, const char* what) {
    const std::vector<StandingCredit> standing = standing_credits(books_, step.state().last);
    std::int64_t excess_minor = total_of(standing) - minor;
    for (const StandingCredit& each : standing) {
        if (excess_minor <= 0) break;
        const std::int64_t part_minor = std::min(each.minor, excess_minor);
        BANKCTL_CHECK(take_back(step, each.seq, part_minor, what));
        excess_minor -= part_minor;
    }
    return ok();
}

Status Disputes::take_provisional_back(Step& step) {
    Dispute& state = step.state();
    BANKCTL_CHECK(take_down_to(step, state.refund_minor, "provisional credit taken back"));
    std::int64_t minor = 0;
    for (const DisputePosting& posting : step.detail.postings) minor += posting.amount_minor;
    state.credit = {};
    state.credit_minor = 0;
    state.credited_at.reset();  // so that the clocks do not count what the customer no longer has
    if (minor > 0) step.tell(reversal_message(step.about, step.customer, money_text(minor, state.currency), now_));
    return ok();
}

Result<Posted> Disputes::credit(const CreditDispute& request) {
    if (request.takes_back && (request.amount || request.account))
        return Error(ErrorCode::usage,
                     "a provisional credit is taken back as a whole: give neither amount nor account");
    const auto ask = [&](const DisputeCase& about) -> Result<Facts> {
        if (request.takes_back) return Facts{{"take_back", true}};
        BANKCTL_TRY(minor, minor_of(about, request.amount, request.account));
        Facts asked{{"amount_minor", minor}};
        if (request.account) asked["account"] = request.account->text;
        return asked;
    };
    return run(request, DisputeAction::credit, ask, [&](Step& step) -> Status {
        Dispute& state = step.state();
        const auto refuse = [&](const std::string& why) {
            const std::string hint = "look at it with bankctl dispute show " + dispute_id(state.number) +
                                     "; to credit another amount, take the credit back first";
            return illegal_transition(state.status, name(state.status), why, state.credit ? hint : "")
                .with("action", std::string("credit"));
        };
        if (request.takes_back) {
            if (!state.credit) return refuse("there is no provisional credit to take back");
            return take_provisional_back(step);
        }
        if (state.credit)
            return refuse("a provisional credit of " + money_text(state.credit_minor, state.currency) +
                          " stands already")
                .with("credit", state.credit.value);
        std::int64_t minor = std::get<std::int64_t>(step.detail.asked.at("amount_minor"));
        // A case that was reopened may have been refunded already.
        const std::int64_t has_minor = total_of(standing_credits(books_, state.last));
        if (!request.amount) {
            const std::optional<std::int64_t> most = grantable_minor(books_, step.about);
            if (!most) return missing("nobody said how much is disputed", "give the amount to credit");
            minor = *most - has_minor;
            if (minor <= 0) return refuse("the customer has the disputed amount already");
        }
        BANKCTL_CHECK(check_grant(books_, step.about, has_minor + minor));
        BANKCTL_CHECK(pay(step, minor, request.account, "provisional credit"));
        state.credit = step.detail.postings.back().seq;
        state.credit_minor = minor;
        ClockFacts clocks = step.about.filing.clocks;
        clocks.category = state.category;
        const std::int64_t due_minor = provisional_credit_min(clocks, grantable_minor(books_, step.about).value_or(0),
                                                              step.about.filing.payment.currency);
        if (!state.credited_at && has_minor + minor >= due_minor) state.credited_at = now_;
        if (!state.acknowledged_at) state.acknowledged_at = now_;
        step.tell(credit_message(step.about, step.customer, money_text(minor, state.currency), now_));
        return ok();
    });
}

/// Everybody who ever took the case into investigating, from wherever. A case that ever needed two people goes on to
/// need them: else whoever took it up could relabel it to decide it alone.
Status Disputes::check_four_eyes(const Step& step, const ResolveDispute& request) {
    const std::vector<DisputeStepEntry> steps = steps_back(books_, step.about.state.last);
    const auto needs_them = [](const DisputeDetail& detail) {
        return detail.decision && detail.decision->assessment.needs_four_eyes;
    };
    if (std::ranges::none_of(steps, needs_them, &DisputeStepEntry::detail)) return ok();
    for (const DisputeStepEntry& each : steps) {
        const bool is_taken_up =
            each.detail.state.status == DisputeStatus::investigating && each.detail.action == DisputeAction::advance;
        const bool is_actor = request.people_are_uids ? each.entry.uid == actor_.uid : each.entry.user == actor_.user;
        if (!is_taken_up || !is_actor) continue;
        return Error(ErrorCode::four_eyes_required,
                     dispute_id(step.about.state.number) + " is of high risk: " + in_quotes(actor_.user) +
                         " took it up and must not decide it",
                     "let somebody else decide")
            .with("user", actor_.user)
            .with("dispute", dispute_id(step.about.state.number));
    }
    return ok();
}

Status Disputes::stand_at(Step& step, std::int64_t minor, const std::optional<AccountId>& account) {
    Dispute& state = step.state();
    const std::int64_t has_minor = total_of(standing_credits(books_, state.last));
    if (minor > has_minor) BANKCTL_CHECK(pay(step, minor - has_minor, account, "refund"));
    if (minor > has_minor) state.refund = step.detail.postings.back().seq;
    if (minor > has_minor) return ok();
    BANKCTL_CHECK(take_down_to(step, minor, "not refunded"));
    const std::vector<StandingCredit> left = standing_credits(books_, state.last);
    state.refund = left.empty() ? Seq{} : left.front().seq;
    return ok();
}

Status Disputes::decide(Step& step, const ResolveDispute& request, std::int64_t refund_minor) {
    BANKCTL_CHECK(check_four_eyes(step, request));
    if (request.outcome == DisputeOutcome::upheld && !request.refund) {
        // Where nobody said the amount, what was credited becomes final.
        const std::optional<std::int64_t> most = grantable_minor(books_, step.about);
        refund_minor = most.value_or(step.state().credit_minor);
        if (!most && refund_minor == 0) return missing("nobody said how much is disputed", "give it with --refund");
    }
    BANKCTL_CHECK(check_grant(books_, step.about, refund_minor));
    const Seq provisional = step.state().credit;
    Dispute& state = step.state();
    const std::int64_t has_minor = total_of(standing_credits(books_, state.last));
    const std::int64_t kept_minor = request.keeps_credit ? std::max<std::int64_t>(has_minor - refund_minor, 0) : 0;
    BANKCTL_CHECK(stand_at(step, refund_minor + kept_minor, request.account));
    BANKCTL_CHECK(change_status(step, DisputeStatus::decided, false));
    state.outcome = request.outcome;
    state.decided_at = now_;
    state.was_late = step.due_before && *step.due_before < now_;
    state.credit = kept_minor > 0 ? state.refund : Seq{};
    state.credit_minor = kept_minor;
    state.refund_minor = refund_minor;
    if (refund_minor == 0) state.refund = {};
    std::int64_t provisional_minor = 0;
    std::int64_t final_minor = 0;  // of an earlier decision
    for (const DisputePosting& posting : step.detail.postings) {
        if (posting.reverses)
            (posting.reverses == provisional ? provisional_minor : final_minor) += posting.amount_minor;
    }
    const std::string& code = state.currency.empty() ? step.about.filing.payment.currency : state.currency;
    const auto text = [&](std::int64_t minor) { return minor == 0 ? "" : money_text(minor, code); };
    const std::int64_t other_minor =
        request.outcome == DisputeOutcome::rejected ? 0 : returned_minor(books_, step.about);
    step.tell(decision_message(step.about, step.customer,
                               {.refund = text(refund_minor),
                                .returned = text(other_minor),
                                .provisional_back = text(provisional_minor),
                                .refund_back = text(final_minor),
                                .kept = text(kept_minor)},
                               step.detail.note));
    return ok();
}

Result<Posted> Disputes::resolve(const ResolveDispute& request) {
    if (request.outcome == DisputeOutcome::rejected && request.refund)
        return Error(ErrorCode::usage, "a rejected dispute has no refund");
    if (request.outcome == DisputeOutcome::partial && !request.refund)
        return missing("a dispute that is upheld in part needs its refund", "give it with --refund");
    BANKCTL_CHECK(check_kept_credit(request.keeps_credit, request.note));
    const auto ask = [&](const DisputeCase& about) -> Result<Facts> {
        Facts asked{{"outcome", std::string(name(request.outcome))}, {"refund_minor", std::int64_t{0}}};
        if (request.account) asked["account"] = request.account->text;
        if (request.keeps_credit) asked["keep_credit"] = true;
        if (request.outcome == DisputeOutcome::rejected) return asked;
        BANKCTL_TRY(minor, minor_of(about, request.refund, request.account));
        asked["refund_minor"] = minor;
        return asked;
    };
    return run(request, DisputeAction::resolve, ask, [&](Step& step) {
        return decide(step, request, std::get<std::int64_t>(step.detail.asked.at("refund_minor")));
    });
}

}  // namespace bankctl
