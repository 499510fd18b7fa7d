#include "core/service/posting.h"

#include <algorithm>
#include <cassert>

#include "core/base/text.h"
#include "core/service/details.h"
#include "core/service/lookup.h"
#include "core/service/replay.h"

namespace bankctl {

/// A transaction on its way: the accounts as they are before it, and what is known of the entry so far.
struct Posting::Plan {
    EntryKind kind{};
    std::optional<Account> debit;  // also of a hold or release
    std::optional<Account> credit;
    Account subject;  // whose version --if-version speaks of
    std::int64_t amount_minor = 0;
    std::int64_t freed_minor = 0;  // of a hold that this entry ends
    Seq of;
    std::optional<Timestamp> expires_at;
    Timestamp effective_at;  // of the entry: given, or now
};

namespace {

Status check_usable(const Account& account) {
    if (account.status == AccountStatus::open) return ok();
    const bool is_frozen = account.status == AccountStatus::frozen;
    return Error(is_frozen ? ErrorCode::account_frozen : ErrorCode::account_closed,
                 "account " + in_quotes(account.id.text) + (is_frozen ? " is frozen" : " is closed"))
        .with("account", account.id.text);
}

Status check_version(const std::optional<std::int64_t>& expected, std::int64_t actual, const std::string& what) {
    if (!expected || *expected == actual) return ok();
    return Error(ErrorCode::version_conflict,
                 what + " is at version " + std::to_string(actual) + ", not " + std::to_string(*expected),
                 "read it again and decide anew")
        .with("expected", *expected)
        .with("actual", actual);
}

Status check_time(const Account& account, Timestamp effective_at) {
    if (is_internal(account.id) || !account.effective_at || effective_at >= *account.effective_at) return ok();
    return Error(ErrorCode::invalid_time,
                 "account " + in_quotes(account.id.text) + " has a transaction effective later than " +
                     format_time(effective_at),
                 "use a time from " + format_time(*account.effective_at) + " on")
        .with("account", account.id.text)
        .with("earliest", format_time(*account.effective_at));
}

Status check_same_currency(const Account& a, const Account& b) {
    if (a.currency == b.currency) return ok();
    return Error(ErrorCode::currency_mismatch, "account " + in_quotes(a.id.text) + " is in " +
                                                   std::string(a.currency.code) + ", account " + in_quotes(b.id.text) +
                                                   " in " + std::string(b.currency.code));
}

Error hold_not_pending(Seq seq, std::string_view status) {
    return Error(ErrorCode::hold_not_pending, "transaction " + std::to_string(seq.value) + " is not a pending hold")
        .with("seq", seq.value)
        .with("status", std::string(status));
}

/// An empty text stands for none.
std::optional<std::string> present(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
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

/// The bank's own account, or the one that `ensure_open` would open: with version 0.
Result<Account> Posting::counter_account(const std::optional<AccountId>& counter, const Currency& currency) {
    const AccountId id = counter.value_or(AccountId{"@cash." + std::string(currency.code)});
    if (const std::optional<Account> existing = books_.account(id)) return *existing;
    Account fresh;
    fresh.id = id;
    fresh.currency = currency;
    return fresh;
}

/// Opens one of the bank's own accounts on its first use.
Seq Posting::ensure_open(const Account& account) {
    if (account.number) return account.number;
    Draft opened = draft(EntryKind::account_opened, std::nullopt);
    opened.detail = account_detail(account);
    return books_.record(opened).seq;
}

std::optional<JournalEntry> Posting::original_of(const std::optional<IdempotencyKey>& key) {
    const std::optional<Seq> seq = key ? books_.keyed(*key) : std::nullopt;
    return seq ? books_.entry(*seq) : std::nullopt;
}

Status Posting::check_not_in_future(const std::optional<Timestamp>& at) {
    if (!at || *at <= now_) return ok();
    return Error(ErrorCode::invalid_time, format_time(*at) + " lies in the future");
}

// ---- transactions

Result<Posted> Posting::post(const TransactionRequest& request) {
    read_clock();
    if (request.to && request.to == request.account) {
        return Error(ErrorCode::same_account,
                     "a transfer needs two accounts, not " + in_quotes(request.to->text) + " twice")
            .with("account", request.to->text);
    }
    BANKCTL_CHECK(check_not_in_future(request.at));
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
    return Posted{books_.record(entry).seq};
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
    BANKCTL_TRY(account, find_account(books_, *request.account));
    plan.subject = account;
    if (request.kind == EntryKind::hold) {
        plan.debit = account;
    } else {
        BANKCTL_TRY(counter, counter_account(request.counter, account.currency));
        BANKCTL_CHECK(check_same_currency(account, counter));
        const bool is_debit = request.kind == EntryKind::debit;
        plan.debit = is_debit ? account : counter;
        plan.credit = is_debit ? counter : account;
    }
    BANKCTL_TRY(minor, request.amount->minor_in(account.currency));
    plan.amount_minor = minor;
    return plan;
}

Result<Posting::Plan> Posting::plan_transfer(const TransactionRequest& request) {
    Plan plan;
    plan.kind = request.kind;
    BANKCTL_TRY(from, find_account(books_, *request.account));
    BANKCTL_TRY(to, find_account(books_, *request.to));
    BANKCTL_CHECK(check_same_currency(from, to));
    BANKCTL_TRY(minor, request.amount->minor_in(from.currency));
    plan.subject = from;
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
    if (entry.kind != EntryKind::hold) return hold_not_pending(entry.seq, name(entry.kind));
    const Hold held = require(books_.hold(entry.seq), "a hold");
    const Account account = require(books_.account(held.account), "an account");
    plan.subject = account;
    plan.debit = account;
    plan.amount_minor = held.amount_minor;
    plan.freed_minor = held.amount_minor;
    if (request.kind == EntryKind::capture) {
        BANKCTL_TRY(counter, counter_account(request.counter, account.currency));
        BANKCTL_CHECK(check_same_currency(account, counter));
        plan.credit = counter;
        if (request.amount) {
            BANKCTL_TRY(minor, request.amount->minor_in(account.currency));
            plan.amount_minor = minor;
        }
    }
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
    const bool is_reversible =
        moves_money(original.kind) && original.kind != EntryKind::reversal && original.kind != EntryKind::opening;
    if (!is_reversible) {
        return Error(ErrorCode::not_reversible, "transaction " + std::to_string(original.seq.value) + ", a " +
                                                    std::string(name(original.kind)) + ", cannot be reversed")
            .with("kind", std::string(name(original.kind)));
    }
    plan.debit = require(books_.account(original.credit->account), "an account");
    plan.credit = require(books_.account(original.debit->account), "an account");
    plan.subject = is_internal(plan.debit->id) ? *plan.credit : *plan.debit;
    const std::vector<Reversal> before = books_.reversals(original.seq);
    const std::int64_t left_minor = original.amount_minor - (before.empty() ? 0 : before.back().total_minor);
    plan.amount_minor = left_minor;
    if (request.amount) {
        BANKCTL_TRY(minor, request.amount->minor_in(plan.subject.currency));
        plan.amount_minor = minor;
    }
    if (left_minor == 0) {
        return Error(ErrorCode::already_reversed,
                     "transaction " + std::to_string(original.seq.value) + " has been reversed in full")
            .with("reversed_by", before.back().seq.value);
    }
    if (plan.amount_minor > left_minor) {
        return Error(ErrorCode::exceeds_reversible, "only " + digits_of(left_minor, plan.subject.currency) +
                                                        " of transaction " + std::to_string(original.seq.value) +
                                                        " is left to reverse")
            .with("reversible_minor", left_minor);
    }
    return plan;
}

/// The rules that every kind shares, in the contract's order.
Status Posting::check_shared_rules(Plan& plan, const TransactionRequest& request) {
    plan.effective_at = request.at.value_or(now_);
    for (const auto& account : {plan.debit, plan.credit}) {
        if (account) BANKCTL_CHECK(check_usable(*account));
    }
    BANKCTL_CHECK(
        check_version(request.if_version, plan.subject.version, "account " + in_quotes(plan.subject.id.text)));
    for (const auto& account : {plan.debit, plan.credit}) {
        if (account) BANKCTL_CHECK(check_time(*account, plan.effective_at));
    }
    if (plan.expires_at && *plan.expires_at <= plan.effective_at) {
        return Error(ErrorCode::invalid_time,
                     "the hold would expire before it begins: " + format_time(*plan.expires_at));
    }
    if (plan.kind == EntryKind::capture && plan.amount_minor > plan.freed_minor) {
        return Error(ErrorCode::exceeds_hold,
                     "the hold is of " + digits_of(plan.freed_minor, plan.subject.currency) + " only")
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

// ---- accounts and customers

Result<Posted> Posting::open_account(const OpenAccount& request) {
    read_clock();
    BANKCTL_CHECK(check_not_in_future(request.at));
    if (const auto original = original_of(request.key)) return replay_opening(request, *original);
    if (books_.account(request.id)) {
        return Error(ErrorCode::already_exists, "account " + in_quotes(request.id.text) + " exists")
            .with("account", request.id.text);
    }
    BANKCTL_TRY(customer, find_customer(books_, request.customer));
    Account account;
    account.id = request.id;
    account.customer = customer.number;
    account.currency = request.currency;
    BANKCTL_TRY(counter, counter_account(request.counter, request.currency));
    BANKCTL_CHECK(check_same_currency(account, counter));
    std::int64_t opening_minor = 0;
    if (request.overdraft) {
        BANKCTL_TRY(minor, request.overdraft->minor_in(request.currency));
        account.overdraft_minor = minor;
    }
    if (request.opening_balance) {
        BANKCTL_TRY(minor, request.opening_balance->minor_in(request.currency));
        opening_minor = minor;
        BANKCTL_CHECK(add_within_limit(counter.balance_minor, -opening_minor));
        BANKCTL_CHECK(add_within_limit(account.overdraft_minor, opening_minor));
    }
    Draft opened = draft(EntryKind::account_opened, request.opening_balance ? std::nullopt : request.key);
    opened.detail = account_detail(account);
    const Seq number = books_.record(opened).seq;
    if (opening_minor > 0) {
        const Seq counter_number = ensure_open(counter);
        Draft opening = draft(EntryKind::opening, request.key);
        opening.effective_at = request.at.value_or(now_);
        opening.amount_minor = opening_minor;
        opening.debit_account = counter_number;
        opening.credit_account = number;
        books_.record(opening);
    }
    return Posted{number};
}

Result<Posted> Posting::replay_opening(const OpenAccount& request, const JournalEntry& original) {
    Replay compare(books_, original);
    BANKCTL_CHECK(compare.kind(request.opening_balance ? EntryKind::opening : EntryKind::account_opened));
    BANKCTL_CHECK(compare.account("account", request.id, request.opening_balance ? original.credit : original.debit));
    const Account account = require(books_.account(request.id), "an account");
    const Customer customer = require(books_.customer(account.customer), "a customer");
    BANKCTL_CHECK(compare.text("customer", request.customer.text, customer.id.text));
    BANKCTL_CHECK(compare.text("currency", std::string(request.currency.code), std::string(account.currency.code)));
    std::int64_t overdraft_minor = 0;
    if (request.overdraft) {
        BANKCTL_TRY(minor, request.overdraft->minor_in(account.currency));
        overdraft_minor = minor;
    }
    BANKCTL_CHECK(compare.number("overdraft", overdraft_minor, account.overdraft_minor));
    if (request.opening_balance) {
        BANKCTL_CHECK(compare.counter(request.counter, original.debit));
        BANKCTL_CHECK(compare.amount(request.opening_balance));
        BANKCTL_CHECK(compare.time("at", request.at, original.effective_at));
    }
    return Posted{account.number, true};
}

Result<Posted> Posting::change_account(const ChangeAccount& request) {
    read_clock();
    if (const auto original = original_of(request.key)) {
        Replay compare(books_, *original);
        BANKCTL_CHECK(compare.kind(request.kind));
        BANKCTL_CHECK(compare.account("account", request.id, original->debit));
        return Posted{original->seq, true};
    }
    BANKCTL_TRY(account, find_account(books_, request.id));
    if (account.status == AccountStatus::closed) return check_usable(account).error();
    const bool is_frozen = account.status == AccountStatus::frozen;
    if (request.kind == EntryKind::account_closed && is_frozen) return check_usable(account).error();
    if (is_frozen != (request.kind == EntryKind::account_unfrozen)) {
        return Error(ErrorCode::illegal_transition,
                     "account " + in_quotes(account.id.text) + " is " + std::string(name(account.status)))
            .with("account", account.id.text)
            .with("status", std::string(name(account.status)));
    }
    BANKCTL_CHECK(check_version(request.if_version, account.version, "account " + in_quotes(account.id.text)));
    if (request.kind == EntryKind::account_closed) {
        if (account.balance_minor != 0) {
            return Error(ErrorCode::balance_not_zero, "account " + in_quotes(account.id.text) + " has a balance of " +
                                                          digits_of(account.balance_minor, account.currency) + " " +
                                                          std::string(account.currency.code))
                .with("balance_minor", account.balance_minor);
        }
        const std::int64_t held_minor = books_.held_minor(account, now_);
        if (held_minor > 0)
            return Error(ErrorCode::holds_pending, "account " + in_quotes(account.id.text) + " has pending holds")
                .with("held_minor", held_minor);
    }
    Draft change = draft(request.kind, request.key);
    change.debit_account = account.number;
    return Posted{books_.record(change).seq};
}

Result<Posted> Posting::put_customer(const PutCustomer& request) {
    read_clock();
    if (request.name && request.name->empty())
        return Error(ErrorCode::invalid_text, "a customer's name cannot be empty");
    if (const auto original = original_of(request.key)) return replay_customer(request, *original);
    const std::optional<Customer> existing = books_.customer(request.id);
    if (request.is_new && existing) {
        return Error(ErrorCode::already_exists, "customer " + in_quotes(request.id.text) + " exists")
            .with("customer", request.id.text);
    }
    if (!request.is_new && !existing) return find_customer(books_, request.id).error();
    Customer customer = request.is_new ? Customer{} : *existing;
    customer.id = request.id;
    if (request.name) customer.name = *request.name;
    if (request.email) customer.email = present(*request.email);
    if (request.phone) customer.phone = present(*request.phone);

    BANKCTL_CHECK(check_version(request.if_version, customer.version, "customer " + in_quotes(customer.id.text)));
    Draft put = draft(request.is_new ? EntryKind::customer_added : EntryKind::customer_updated, request.key);
    put.detail = customer_detail(customer);
    if (!request.is_new) put.of = customer.number;
    const Seq seq = books_.record(put).seq;
    return Posted{request.is_new ? seq : customer.number};
}

/// An update is compared by the fields that it gives: what it left alone may have changed before it.
Result<Posted> Posting::replay_customer(const PutCustomer& request, const JournalEntry& original) {
    Replay compare(books_, original);
    BANKCTL_CHECK(compare.kind(request.is_new ? EntryKind::customer_added : EntryKind::customer_updated));
    const Seq number = original.of ? original.of : original.seq;
    const Customer was = customer_from_detail(original.detail.value_or(""), number);
    BANKCTL_CHECK(compare.text("customer", request.id.text, was.id.text));
    if (request.name) BANKCTL_CHECK(compare.text("name", request.name, was.name));
    if (request.email || request.is_new)
        BANKCTL_CHECK(compare.text("email", present(request.email.value_or("")), was.email));
    if (request.phone || request.is_new)
        BANKCTL_CHECK(compare.text("phone", present(request.phone.value_or("")), was.phone));
    return Posted{number, true};
}

}  // namespace bankctl
