#include "core/service/books.h"

#include <algorithm>

#include "core/model/money.h"
#include "core/service/details.h"

namespace bankctl {
namespace {

Failure altered(const std::string& what, Seq seq) {
    return Failure(Error(ErrorCode::integrity_violation, what).with("seq", seq.value));
}

constexpr std::size_t k_accounts_cached_max = 20'000;  // about 10 MB

/// Names of classes have no blank.
std::string rule_name(const std::string& user, LimitClass limit_class) {
    return std::string(name(limit_class)) + ' ' + user;
}

/// Finds `key` among the staged values, else asks the storage and keeps the answer.
template <class Key, class Value, class Ask>
std::optional<Value> staged_or_stored(Staged<Key, Value>& staged, const Key& key, Ask ask) {
    if (const Value* found = staged.find(key)) return *found;
    std::optional<Value> stored = ask(key);
    if (stored) staged.load(key, *stored);
    return stored;
}

}  // namespace

Draft draft_of(const JournalEntry& entry) {
    Draft draft;
    draft.kind = entry.kind;
    draft.posted_at = entry.posted_at;
    if (is_transaction(entry.kind)) draft.effective_at = entry.effective_at;
    draft.user = entry.user;
    draft.uid = entry.uid;
    draft.key = entry.key;
    draft.memo = entry.memo;
    draft.detail = entry.detail;
    draft.expires_at = entry.expires_at;
    draft.amount_minor = entry.amount_minor;
    draft.of = entry.of;
    if (entry.debit && entry.kind != EntryKind::account_opened) draft.debit_account = entry.debit->account;
    if (entry.credit) draft.credit_account = entry.credit->account;
    return draft;
}

Books::Books(port::UnitOfWork& storage) : storage_(&storage), head_(storage.head()), kept_head_(head_) {}

std::optional<JournalEntry> Books::entry(Seq seq) {
    if (!entries_.empty() && seq >= entries_.front().seq) {
        const auto index = static_cast<std::size_t>(seq.value - entries_.front().seq.value);
        return index < entries_.size() ? std::optional(entries_[index]) : std::nullopt;
    }
    return storage_->entry(seq);
}

std::optional<Seq> Books::keyed(const IdempotencyKey& key) {
    return staged_or_stored(keys_, key, [&](const IdempotencyKey& k) { return storage_->keyed(k); });
}

const Account* Books::find(Seq number) {
    if (const Account* staged = accounts_.find(number)) return staged;
    std::optional<Account> stored = storage_->account(number);
    return stored ? &accounts_.load(number, std::move(*stored)) : nullptr;
}

const Account* Books::find(const AccountId& id) {
    if (const Seq* number = account_numbers_.find(id)) return find(*number);
    std::optional<Account> stored = storage_->account(id);
    if (!stored) return nullptr;
    const Seq number = stored->number;
    account_numbers_.load(id, number);
    return &accounts_.load(number, std::move(*stored));
}

std::optional<Customer> Books::customer(Seq number) {
    return staged_or_stored(customers_, number, [&](Seq n) { return storage_->customer(n); });
}

std::optional<Customer> Books::customer(const CustomerId& id) {
    if (const Seq* number = customer_numbers_.find(id)) return customer(*number);
    const std::optional<Customer> stored = storage_->customer(id);
    if (!stored) return std::nullopt;
    customer_numbers_.load(id, stored->number);
    return customers_.load(stored->number, *stored);
}

std::optional<Hold> Books::hold(Seq seq) {
    return staged_or_stored(holds_, seq, [&](Seq s) { return storage_->hold(s); });
}

std::vector<Reversal> Books::reversals(Seq of) {
    return *staged_or_stored(reversals_, of, [&](Seq s) { return std::optional(storage_->reversals(s)); });
}

std::optional<LimitRule> Books::limit_rule(const std::string& user, LimitClass limit_class) {
    const std::string name = rule_name(user, limit_class);
    if (const Seq* number = limit_rule_numbers_.find(name)) return *limit_rules_.find(*number);
    const std::optional<LimitRule> stored = storage_->limit_rule(user, limit_class);
    if (!stored) return std::nullopt;
    limit_rule_numbers_.load(name, stored->number);
    return limit_rules_.load(stored->number, *stored);
}

std::vector<Seq> Books::due_holds(const Account& account, Timestamp time) {
    if (account.held_minor == 0) return {};
    if (!expiries_.is_loaded(account.number)) expiries_.load(account.number, storage_->expiring_holds(account.number));
    return expiries_.due(account.number, time);
}

std::int64_t Books::held_minor(const Account& account, Timestamp time) {
    std::int64_t held = account.held_minor;
    for (const Seq seq : due_holds(account, time)) held -= require(hold(seq), "a hold").amount_minor;
    return held;
}

Account& Books::change_account(Seq number) {
    if (find(number) == nullptr) throw altered("an entry names an account that was never opened", number);
    return accounts_.change(number);
}

const JournalEntry& Books::record(Draft draft) {
    JournalEntry entry;
    entry.seq = Seq{head_.seq.value + 1};
    entry.kind = draft.kind;
    entry.posted_at = std::max(draft.posted_at, head_.posted_at);
    entry.effective_at = draft.effective_at;
    entry.user = std::move(draft.user);
    entry.uid = draft.uid;
    entry.key = std::move(draft.key);
    entry.memo = std::move(draft.memo);
    entry.detail = std::move(draft.detail);
    entry.expires_at = draft.expires_at;
    entry.amount_minor = draft.amount_minor;
    entry.of = draft.of;

    if (entry.kind == EntryKind::customer_added || entry.kind == EntryKind::customer_updated) add_customer(entry);
    if (entry.kind == EntryKind::account_opened) open_account(entry);
    const std::int64_t moved_minor = moves_money(entry.kind) ? entry.amount_minor : 0;
    if (draft.debit_account) {
        Account& account = change_account(draft.debit_account);
        if (!is_transaction(entry.kind)) entry.effective_at = account.effective_at;
        expire_holds(account, entry);
        apply_status(account, entry.kind);
        apply_hold(account, entry);
        entry.debit = link(account, entry, -moved_minor);
    }
    if (draft.credit_account) {
        Account& account = change_account(draft.credit_account);
        expire_holds(account, entry);
        entry.credit = link(account, entry, moved_minor);
    }
    if (entry.kind == EntryKind::reversal) apply_reversal(entry);
    if (entry.kind >= EntryKind::limit_set && entry.kind <= EntryKind::limit_reset) change_limit(entry);
    if (entry.kind == EntryKind::policy_stored) store_policy(entry);
    if (entry.kind == EntryKind::dispute_filed || entry.kind == EntryKind::dispute_changed) change_dispute(entry);
    if (entry.kind == EntryKind::loan_applied || entry.kind == EntryKind::loan_changed) change_loan(entry);
    if (entry.kind == EntryKind::notification_attempted) change_notification(entry);
    if (entry.key) keys_.put(IdempotencyKey{*entry.key}, entry.seq);

    entry.hash = hash_entry(head_.hash, entry);
    head_ = {entry.seq, entry.posted_at, entry.hash};
    return entries_.emplace_back(std::move(entry));
}

void Books::add_customer(const JournalEntry& entry) {
    const bool is_new = entry.kind == EntryKind::customer_added;
    Customer changed = customer_from_detail(entry.detail.value_or(""), is_new ? entry.seq : entry.of);
    if (!is_new) {
        const std::optional<Customer> before = customer(entry.of);
        if (!before) throw altered("an entry updates a customer that was never added", entry.seq);
        changed.version = before->version + 1;
    }
    customers_.put(changed.number, changed);
    if (is_new) customer_numbers_.put(changed.id, changed.number);
}

void Books::open_account(JournalEntry& entry) {
    Account account = account_from_detail(entry.detail.value_or(""), entry.seq);
    account.version = 1;
    account.last = entry.seq;
    account.jump = entry.seq;
    entry.debit = Leg{account.number, 1, 0, Seq{}, entry.seq};
    account_numbers_.put(account.id, account.number);
    accounts_.put(account.number, std::move(account));
}

/// Where the leg of entry `seq` on the account jumps to.
Seq Books::jump_of(Seq seq, Seq account) {
    const std::optional<JournalEntry> entry = this->entry(seq);
    if (!entry) throw altered("an account's chain of entries is broken", seq);
    return leg_on(*entry, account).jump;
}

/// Skew binary numbers count by pushing and popping: a new leg jumps to the one before it, or where that one's jump
/// jumps to. So the jumps of an account are a stack, and only what lies deeper than it was ever read is read.
Leg Books::link(Account& account, const JournalEntry& entry, std::int64_t change_minor) {
    // Each version is an entry of the journal, the newest one `last`.
    if (account.version < 1 || account.version > account.last.value)
        throw altered("an account has an impossible version", account.number);
    Leg leg;
    leg.account = account.number;
    leg.version = account.version + 1;
    leg.balance_minor = account.balance_minor + change_minor;
    leg.previous = account.last;
    std::vector<Seq>& jumps = jumps_[account.number];
    if (jumps.empty() || jumps.back() != account.jump) jumps = {account.jump};
    if (jump_version(leg.version) == account.version) {
        jumps.push_back(account.last);
    } else {
        if (jumps.size() == 1) jumps = {jump_of(account.jump, account.number), account.jump};
        jumps.pop_back();
    }
    leg.jump = jumps.back();
    account.version = leg.version;
    account.balance_minor = leg.balance_minor;
    account.last = entry.seq;
    account.jump = leg.jump;
    account.effective_at = entry.effective_at;
    return leg;
}

void Books::expire_holds(Account& account, const JournalEntry& entry) {
    if (!entry.effective_at) return;
    for (const Seq seq : due_holds(account, *entry.effective_at)) resolve(account, seq, HoldStatus::expired, entry.seq);
}

void Books::apply_status(Account& account, EntryKind kind) {
    if (kind == EntryKind::account_frozen) account.status = AccountStatus::frozen;
    if (kind == EntryKind::account_unfrozen) account.status = AccountStatus::open;
    if (kind == EntryKind::account_closed) account.status = AccountStatus::closed;
}

void Books::apply_hold(Account& account, const JournalEntry& entry) {
    if (entry.kind == EntryKind::capture) resolve(account, entry.of, HoldStatus::captured, entry.seq);
    if (entry.kind == EntryKind::release) resolve(account, entry.of, HoldStatus::released, entry.seq);
    if (entry.kind != EntryKind::hold) return;
    holds_.put(entry.seq,
               Hold{entry.seq, account.number, entry.amount_minor, entry.expires_at, HoldStatus::pending, Seq{}});
    if (entry.expires_at) expiries_.add(account.number, *entry.expires_at, entry.seq);
    account.held_minor += entry.amount_minor;
}

void Books::resolve(Account& account, Seq hold_seq, HoldStatus status, Seq by) {
    std::optional<Hold> resolved = hold(hold_seq);
    if (!resolved || resolved->account != account.number || resolved->status != HoldStatus::pending) {
        throw altered("an entry resolves a hold that is not pending", by);
    }
    if (resolved->expires_at) expiries_.remove(account.number, *resolved->expires_at, hold_seq);
    account.held_minor -= resolved->amount_minor;
    resolved->status = status;
    resolved->resolved_by = by;
    holds_.put(hold_seq, *resolved);
}

void Books::apply_reversal(const JournalEntry& entry) {
    const std::optional<JournalEntry> original = this->entry(entry.of);
    if (!original) throw altered("an entry reverses a transaction that does not exist", entry.seq);
    std::vector<Reversal> all = reversals(entry.of);
    const std::int64_t before_minor = all.empty() ? 0 : all.back().total_minor;
    all.push_back({entry.of, entry.seq, before_minor + entry.amount_minor, original->amount_minor});
    reversals_.put(entry.of, std::move(all));
}

/// A reset counts as a change of the rule, though it leaves the policy: without a trace in the rows, nobody would miss
/// its entry at the end of the journal.
void Books::change_limit(const JournalEntry& entry) {
    const bool is_new = !entry.of;
    LimitRule changed = limit_from_detail(entry.detail.value_or(""), is_new ? entry.seq : entry.of);
    const std::optional<LimitRule> before = limit_rule(changed.user, changed.limit_class);
    if (changed.policy.has_value() != (entry.kind == EntryKind::limit_set) ||
        (before ? before->number : Seq{}) != entry.of)
        throw altered("an entry does not fit the limit that it changes", entry.seq);
    if (before) changed.version = before->version + 1;
    if (before && entry.kind == EntryKind::limit_reset) changed.policy = before->policy;
    if (is_new) limit_rule_numbers_.put(rule_name(changed.user, changed.limit_class), changed.number);
    limit_rules_.put(changed.number, std::move(changed));
}

void Books::keep() {
    kept_head_ = head_;
    entries_kept_ = entries_.size();
    accounts_.keep();
    account_numbers_.keep();
    customers_.keep();
    customer_numbers_.keep();
    keys_.keep();
    holds_.keep();
    expiries_.keep();
    reversals_.keep();
    limit_rules_.keep();
    limit_rule_numbers_.keep();
    disputes_.keep();
    loans_.keep();
    policies_.keep();
    notifications_.keep();
}

void Books::roll_back() {
    head_ = kept_head_;
    entries_.resize(entries_kept_);
    accounts_.roll_back();
    account_numbers_.roll_back();
    customers_.roll_back();
    customer_numbers_.roll_back();
    keys_.roll_back();
    holds_.roll_back();
    expiries_.roll_back();
    reversals_.roll_back();
    limit_rules_.roll_back();
    limit_rule_numbers_.roll_back();
    disputes_.roll_back();
    loans_.roll_back();
    policies_.roll_back();
    notifications_.roll_back();
    jumps_.clear();
}

void Books::save() {
    port::Changes changes;
    changes.entries = std::move(entries_);
    accounts_.each_change([&](const Account& now, const Account* stored) {
        changes.accounts.push_back({now, stored ? stored->version : 0});
    });
    customers_.each_change([&](const Customer& now, const Customer* stored) {
        changes.customers.push_back({now, stored ? stored->version : 0});
    });
    holds_.each_change([&](const Hold& now, const Hold* stored) { changes.holds.push_back({now, stored == nullptr}); });
    reversals_.each_change([&](const std::vector<Reversal>& now, const std::vector<Reversal>* stored) {
        const auto first_new = static_cast<std::ptrdiff_t>(stored ? stored->size() : 0);
        changes.reversals.insert(changes.reversals.end(), now.begin() + first_new, now.end());
    });
    limit_rules_.each_change([&](const LimitRule& now, const LimitRule* stored) {
        changes.limit_rules.push_back({now, stored ? stored->version : 0});
    });
    collect_case_rows(changes);
    // Rows go in the order of their numbers, so that tables grow at their end.
    std::ranges::sort(changes.accounts, {}, [](const auto& change) { return change.row.number; });
    std::ranges::sort(changes.customers, {}, [](const auto& change) { return change.row.number; });
    std::ranges::sort(changes.limit_rules, {}, [](const auto& change) { return change.row.number; });
    std::ranges::sort(changes.holds, {}, [](const auto& change) { return change.row.seq; });
    std::ranges::sort(changes.reversals, {}, [](const auto& row) { return row.seq; });
    storage_->save(changes);
    entries_ = std::move(changes.entries);  // for their room
    entries_.clear();
    entries_kept_ = 0;
    accounts_.saved();
    account_numbers_.saved();
    customers_.clear();
    customer_numbers_.clear();
    keys_.clear();
    holds_.clear();
    expiries_.clear();
    reversals_.clear();
    limit_rules_.clear();
    limit_rule_numbers_.clear();
    disputes_.clear();
    loans_.clear();
    policies_.clear();
    notifications_.clear();
    if (accounts_.size() > k_accounts_cached_max) forget_accounts();
}

void Books::continue_with(port::UnitOfWork& storage) {
    storage_ = &storage;
    const port::Head head = storage.head();
    if (head.seq != head_.seq || head.hash != head_.hash) forget_accounts();
    head_ = kept_head_ = head;
}

void Books::forget_accounts() {
    accounts_.clear();
    account_numbers_.clear();
    jumps_.clear();
}

void Books::forget_entries() {
    entries_.clear();
    entries_kept_ = 0;
    keys_.clear();
    keep();
}

}  // namespace bankctl
