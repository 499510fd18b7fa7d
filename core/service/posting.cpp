#include "core/service/posting.h"

#include <algorithm>
#include <cassert>

#include "core/base/text.h"
#include "core/model/rules.h"
#include "core/service/details.h"
#include "core/service/lookup.h"
#include "core/service/replay.h"

namespace bankctl {

/// A transaction on its way: the accounts as they are before it, and what is known of the entry so far.
struct Posting::Plan {
    EntryKind kind{};
    const Account* debit = nullptr;  // also of a hold or release
    const Account* credit = nullptr;
    bool is_about_credit = false;  // whether --if-version speaks of the credited account's version
    std::int64_t amount_minor = 0;
    std::int64_t freed_minor = 0;  // of a hold that this entry ends
    Seq of;
    std::optional<Timestamp> expires_at;
    Timestamp effective_at;  // of the entry: given, or now

    const Account& subject() const { return is_about_credit ? *credit : *debit; }
};

namespace {

Error hold_not_pending(Seq seq, std::string_view status) {
    return Error(ErrorCode::hold_not_pending, "transaction " + std::to_string(seq.value) + " is not a pending hold")
        .with("seq", seq.value)
        .with("status", std::string(status));
}

std::string digits_of(std::int64_t minor, const Currency& currency) { return decimal_text({currency, minor}); }

}  // namespace

void Posting::read_clock() { now_ = std::max(clock_.now(), books_.head().posted_at); }

Draft Posting::draft(EntryKind kind, const std::optional<IdempotencyKey>& key) {
    Draft draft;
    draft.kind = kind;
    draft.posted_at = now_;
    draft.user = actor_.user;
    draft.uid = actor_.uid;
    if (key) draft.key = key->text;
    return draft;
}

/// The bank's own account, or the one that `ensure_open` would open: with no number. @cash.<CURRENCY> is never opened
/// in another currency, for it could not serve its own any more; nor is @dispute.<CURRENCY>, which refunds come from.
const Account& Posting::counter_account(const std::optional<AccountId>& counter, const Currency& currency) {
    constexpr std::string_view k_cash = "@cash.";
    const AccountId id = counter.value_or(AccountId{std::string(k_cash) + std::string(currency.code)});
    if (const Account* existing = books_.find(id)) return *existing;
    fresh_ = Account{};
    fresh_.id = id;
    fresh_.currency = currency;
    for (const std::string_view prefix : {k_cash, k_dispute_account_prefix}) {
        if (!id.text.starts_with(prefix)) continue;
        const Result<Currency> named = find_currency(std::string_view(id.text).substr(prefix.size()));
        if (named) fresh_.currency = *named;
    }
    return fresh_;
}

Result<const Account*> Posting::existing_account(const AccountId& id) {
    if (const Account* account = books_.find(id)) return account;
    return account_not_found(id);
}

const Account& Posting::account_of(const std::optional<Leg>& leg) {
    const Account* account = leg ? books_.find(leg->account) : nullptr;
    if (account == nullptr) throw Failure(Error(ErrorCode::integrity_violation, "the books lack an account"));
    return *account;
}

/// Opens one of the bank's own accounts on its first use.
Seq Posting::ensure_open(const Account& account) {
    if (account.number) return account.number;
    Draft opened = draft(EntryKind::account_opened, std::nullopt);
    opened.detail = account_detail(account);
    return books_.record(std::move(opened)).seq;
}

std::optional<JournalEntry> Posting::original_of(const std::optional<IdempotencyKey>& key) {
    const std::optional<Seq> seq = key ? books_.keyed(*key) : std::nullopt;
    return seq ? books_.entry(*seq) : std::nullopt;
}

Status Posting::check_not_in_future(Timestamp effective_at) const {
    if (effective_at <= now_) return ok();
    return Error(ErrorCode::invalid_time, format_time(effective_at) + " lies in the future");
}

Status check_different_accounts(const TransactionRequest& request) {
    if (request.to && request.to == request.account) {
        return Error(ErrorCode::same_account,
                     "a transfer needs two accounts, not " + in_quotes(request.to->text) + " twice")
            .with("account", request.to->text);
    }
    return ok();
}

Result<Posted> Posting::post(const TransactionRequest& request) {
    read_clock();
    BANKCTL_CHECK(check_different_accounts(request));
    if (const auto original = original_of(request.key)) return replay(request, *original);

    BANKCTL_TRY(planned, plan(request));
    BANKCTL_CHECK(check_shared_rules(planned, request));

    Draft entry = draft(request.kind, request.key);
    entry.effective_at = planned.effective_at;
    entry.memo = request.memo;
    entry.expires_at = planned.expires_at;
    entry.amount_minor = planned.amount_minor;
    entry.of = planned.of;
    entry.debit_account = ensure_open(*planned.debit);
    if (planned.credit) entry.credit_account = ensure_open(*planned.credit);
    return Posted{books_.record(std::move(entry)).seq};
}

Result<Posting::Plan> Posting::plan(const TransactionRequest& request) {
    switch (request.kind) {
        case EntryKind::credit:
        case EntryKind::debit:
        case EntryKind::hold: return plan_direct(request);
        case EntryKind::transfer: return plan_transfer(request);
        case EntryKind::capture:
        case EntryKind::release: return plan_hold_end(request);
        case EntryKind::reversal: return plan_reversal(request);
        default: break;
    }
    throw Failure(Error(ErrorCode::internal_error, "a request of a kind that is not posted"));
}

Result<Posting::Plan> Posting::plan_direct(const TransactionRequest& request) {
    Plan plan;
    plan.kind = request.kind;
    plan.expires_at = request.expires_at;
    BANKCTL_TRY(account, existing_account(*request.account));
    if (request.kind == EntryKind::hold) {
        plan.debit = account;
    } else {
        const Account& counter = counter_account(request.counter, account->currency);
        BANKCTL_CHECK(check_same_currency(*account, counter));
        const bool is_debit = request.kind == EntryKind::debit;
        plan.debit = is_debit ? account : &counter;
        plan.credit = is_debit ? &counter : account;
        plan.is_about_credit = !is_debit;
    }
    BANKCTL_TRY(minor, request.amount->minor_in(account->currency));
    plan.amount_minor = minor;
    return plan;
}

Result<Posting::Plan> Posting::plan_transfer(const TransactionRequest& request) {
    Plan plan;
    plan.kind = request.kind;
    BANKCTL_TRY(from, existing_account(*request.account));
    BANKCTL_TRY(to, existing_account(*request.to));
    BANKCTL_CHECK(check_same_currency(*from, *to));
    BANKCTL_TRY(minor, request.amount->minor_in(from->currency));
    plan.debit = from;
    plan.credit = to;
    plan.amount_minor = minor;
    return plan;
}

Result<Posting::Plan> Posting::plan_hold_end(const TransactionRequest& request) {
    Plan plan;
    plan.kind = request.kind;
    BANKCTL_TRY(entry, find_transaction(books_, *request.of));
    plan.of = entry.seq;
    const Account& account = account_of(entry.debit);
    plan.debit = &account;
    plan.amount_minor = entry.amount_minor;
    plan.freed_minor = entry.amount_minor;
    if (request.kind == EntryKind::capture) {
        const Account& counter = counter_account(request.counter, account.currency);
        BANKCTL_CHECK(check_same_currency(account, counter));
        plan.credit = &counter;
        if (request.amount) {
            BANKCTL_TRY(minor, request.amount->minor_in(account.currency));
            plan.amount_minor = minor;
        }
    }
    if (entry.kind != EntryKind::hold) return hold_not_pending(entry.seq, name(entry.kind));
    const Hold held = require(books_.hold(entry.seq), "a hold");
    if (held.status == HoldStatus::captured || held.status == HoldStatus::released)
        return hold_not_pending(entry.seq, name(held.status));
    if (held.status == HoldStatus::expired || (held.expires_at && *held.expires_at <= request.at.value_or(now_))) {
        return Error(ErrorCode::hold_expired,
                     "hold " + std::to_string(entry.seq.value) + " expired at " + format_time(*held.expires_at))
            .with("expires_at", format_time(*held.expires_at));
    }
    return plan;
}

Result<Posting::Plan> Posting::plan_reversal(const TransactionRequest& request) {
    Plan plan;
    plan.kind = request.kind;
    BANKCTL_TRY(original, find_transaction(books_, *request.of));
    plan.of = original.seq;
    const Currency currency = account_of(original.debit).currency;
    std::optional<std::int64_t> asked_minor;
    if (request.amount) {
        BANKCTL_TRY(minor, request.amount->minor_in(currency));
        asked_minor = minor;
    }
    const bool is_reversible =
        moves_money(original.kind) && original.kind != EntryKind::reversal && original.kind != EntryKind::opening;
    if (!is_reversible) {
        return Error(ErrorCode::not_reversible, "transaction " + std::to_string(original.seq.value) + ", of kind " +
                                                    std::string(name(original.kind)) + ", cannot be reversed")
            .with("kind", std::string(name(original.kind)));
    }
    plan.debit = &account_of(original.credit);
    plan.credit = &account_of(original.debit);
    plan.is_about_credit = is_internal(plan.debit->id);
    const std::vector<Reversal> before = books_.reversals(original.seq);
    const std::int64_t left_minor = original.amount_minor - (before.empty() ? 0 : before.back().total_minor);
    plan.amount_minor = asked_minor.value_or(left_minor);
    if (left_minor == 0) {
        return Error(ErrorCode::already_reversed,
                     "transaction " + std::to_string(original.seq.value) + " has been reversed in full")
            .with("reversed_by", before.back().seq.value);
    }
    if (plan.amount_minor > left_minor) {
        return Error(ErrorCode::exceeds_reversible, "only " + digits_of(left_minor, currency) + " of transaction " +
                                                        std::to_string(original.seq.value) + " is left to reverse")
            .with("reversible_minor", left_minor);
    }
    return plan;
}

/// The rules that every kind shares, in the contract's order.
Status Posting::check_shared_rules(Plan& plan, const TransactionRequest& request) {
    plan.effective_at = request.at.value_or(now_);
    BANKCTL_CHECK(check_usable(*plan.debit));
    if (plan.credit) BANKCTL_CHECK(check_usable(*plan.credit));
    BANKCTL_CHECK(check_version(request.if_version, plan.subject()));
    BANKCTL_CHECK(check_not_in_future(plan.effective_at));
    BANKCTL_CHECK(check_time(*plan.debit, plan.effective_at));
    if (plan.credit) BANKCTL_CHECK(check_time(*plan.credit, plan.effective_at));
    if (plan.expires_at && *plan.expires_at <= plan.effective_at) {
        return Error(ErrorCode::invalid_time,
                     "the hold would expire before it begins: " + format_time(*plan.expires_at));
    }
    if (plan.kind == EntryKind::capture && plan.amount_minor > plan.freed_minor) {
        return Error(ErrorCode::exceeds_hold,
                     "the hold is of " + digits_of(plan.freed_minor, plan.subject().currency) + " only")
            .with("held_minor", plan.freed_minor);
    }
    BANKCTL_CHECK(check_funds(plan));
    return check_overflow(plan);
}

Status Posting::check_funds(const Plan& plan) {
    const Account& account = *plan.debit;
    if (is_internal(account.id) || plan.kind == EntryKind::release) return ok();
    const std::int64_t held_minor = books_.held_minor(account, plan.effective_at) - plan.freed_minor;
    const std::int64_t available_minor = account.balance_minor - held_minor + account.overdraft_minor;
    if (plan.amount_minor <= available_minor) return ok();
    return Error(ErrorCode::insufficient_funds, "account " + in_quotes(account.id.text) + " has " +
                                                    digits_of(available_minor, account.currency) + " " +
                                                    std::string(account.currency.code) + " available, " +
                                                    digits_of(plan.amount_minor, account.currency) + " is needed")
        .with("account", account.id.text)
        .with("available_minor", available_minor)
        .with("needed_minor", plan.amount_minor);
}

Status Posting::check_overflow(const Plan& plan) {
    if (!moves_money(plan.kind)) return ok();
    BANKCTL_CHECK(add_within_limit(plan.debit->balance_minor, -plan.amount_minor));
    BANKCTL_TRY(credited, add_within_limit(plan.credit->balance_minor, plan.amount_minor));
    // What is available, balance and overdraft together, is printed too and must stay exact.
    BANKCTL_CHECK(add_within_limit(credited, plan.credit->overdraft_minor));
    return ok();
}

Result<Posted> Posting::replay(const TransactionRequest& request, const JournalEntry& original) {
    Replay compare(books_, original);
    BANKCTL_CHECK(compare.kind(request.kind));
    if (request.of) {
        const auto* const key = std::get_if<IdempotencyKey>(&*request.of);
        const std::optional<Seq> of = key ? books_.keyed(*key) : std::optional(std::get<Seq>(*request.of));
        BANKCTL_CHECK(compare.number("of", of.value_or(Seq{}).value, original.of.value));
    }
    const bool from_debit = request.kind != EntryKind::credit;
    if (request.account)
        BANKCTL_CHECK(compare.account(request.kind == EntryKind::transfer ? "from" : "account", *request.account,
                                      from_debit ? original.debit : original.credit));
    if (request.to) BANKCTL_CHECK(compare.account("to", *request.to, original.credit));
    const bool has_counter =
        request.kind == EntryKind::credit || request.kind == EntryKind::debit || request.kind == EntryKind::capture;
    if (has_counter) BANKCTL_CHECK(compare.counter(request.counter, from_debit ? original.credit : original.debit));
    if (request.kind != EntryKind::release) BANKCTL_CHECK(compare.amount(request.amount));
    BANKCTL_CHECK(compare.text("memo", request.memo, original.memo));
    BANKCTL_CHECK(compare.time("at", request.at, original.effective_at));
    BANKCTL_CHECK(compare.time("expires", request.expires_at, original.expires_at));
    return Posted{original.seq, true};
}

}  // namespace bankctl
