// Posting's part about accounts and customers: opening, changing their status, adding and updating.
#include "core/base/text.h"
#include "core/model/rules.h"
#include "core/service/details.h"
#include "core/service/posting.h"
#include "core/service/replay.h"

namespace bankctl {
namespace {

/// An empty text stands for none.
std::optional<std::string> present(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace

Result<Posted> Posting::open_account(const OpenAccount& request) {
    read_clock();
    if (const auto original = original_of(request.key)) return replay_opening(request, *original);
    if (books_.find(request.id) != nullptr) {
        return Error(ErrorCode::already_exists, "account " + in_quotes(request.id.text) + " exists")
            .with("account", request.id.text);
    }
    BANKCTL_TRY(customer, find_customer(books_, request.customer));
    Account account;
    account.id = request.id;
    account.customer = customer.number;
    account.currency = request.currency;
    const Account& counter = counter_account(request.counter, request.currency);
    BANKCTL_CHECK(check_same_currency(account, counter));
    std::int64_t opening_minor = 0;
    if (request.overdraft) {
        BANKCTL_TRY(minor, request.overdraft->minor_in(request.currency));
        account.overdraft_minor = minor;
    }
    if (request.opening_balance) {
        BANKCTL_TRY(minor, request.opening_balance->minor_in(request.currency));
        opening_minor = minor;
    }
    if (request.at) BANKCTL_CHECK(check_not_in_future(*request.at));
    BANKCTL_CHECK(add_within_limit(counter.balance_minor, -opening_minor));
    BANKCTL_CHECK(add_within_limit(account.overdraft_minor, opening_minor));
    Draft opened = draft(EntryKind::account_opened, request.opening_balance ? std::nullopt : request.key);
    opened.detail = account_detail(account);
    const Seq number = books_.record(std::move(opened)).seq;
    if (opening_minor > 0) {
        const Seq counter_number = ensure_open(counter);
        Draft opening = draft(EntryKind::opening, request.key);
        opening.effective_at = request.at.value_or(now_);
        opening.amount_minor = opening_minor;
        opening.debit_account = counter_number;
        opening.credit_account = number;
        books_.record(std::move(opening));
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
    BANKCTL_CHECK(compare.amount("overdraft", request.overdraft.value_or(Amount()), account.overdraft_minor));
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
    BANKCTL_CHECK(check_version(request.if_version, account));
    if (request.kind == EntryKind::account_closed) {
        if (account.balance_minor != 0) {
            return Error(ErrorCode::balance_not_zero, "account " + in_quotes(account.id.text) + " has a balance of " +
                                                          decimal_text({account.currency, account.balance_minor}) +
                                                          " " + std::string(account.currency.code))
                .with("balance_minor", account.balance_minor);
        }
        const std::int64_t held_minor = books_.held_minor(account, now_);
        if (held_minor > 0)
            return Error(ErrorCode::holds_pending, "account " + in_quotes(account.id.text) + " has pending holds")
                .with("held_minor", held_minor);
    }
    Draft change = draft(request.kind, request.key);
    change.debit_account = account.number;
    return Posted{books_.record(std::move(change)).seq};
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

    BANKCTL_CHECK(check_version(request.if_version, customer));
    Draft put = draft(request.is_new ? EntryKind::customer_added : EntryKind::customer_updated, request.key);
    put.detail = customer_detail(customer);
    if (!request.is_new) put.of = customer.number;
    const Seq seq = books_.record(std::move(put)).seq;
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
