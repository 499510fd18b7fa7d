// The books while they are being written: applies journal entries to the state they change. What an entry does is
// derived here and nowhere else, so that posting a transaction and verifying the journal cannot disagree.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/port/ledger.h"
#include "core/service/expiries.h"
#include "core/service/staged.h"

namespace bankctl {

/// An entry before the books have linked it: everything that is not derived from what came before.
struct Draft {
    EntryKind kind{};
    Timestamp posted_at;
    std::optional<Timestamp> effective_at;  ///< of transactions only
    std::string user;
    std::int64_t uid = 0;
    std::optional<std::string> key;
    std::optional<std::string> memo;
    std::optional<std::string> detail;
    std::optional<Timestamp> expires_at;
    std::int64_t amount_minor = 0;
    Seq of;
    Seq debit_account;  ///< also the account that a hold, release or change of status is about; of a new account: none
    Seq credit_account;
};

/// The draft that `entry` was linked from.
Draft draft_of(const JournalEntry& entry);

class Books {
public:
    explicit Books(port::UnitOfWork& storage);

    /// Goes on in another transaction of the same storage, after `save`. The accounts that were read are kept if the
    /// journal still ends where these books left it: nothing changes but through the journal.
    void continue_with(port::UnitOfWork& storage);

    // What the books say now, staged changes included.
    port::Head head() const { return head_; }
    std::optional<JournalEntry> entry(Seq seq);
    std::optional<Seq> keyed(const IdempotencyKey& key);
    std::optional<Account> account(const AccountId& id) { return copy_of(find(id)); }
    std::optional<Account> account(Seq number) { return copy_of(find(number)); }
    /// The account as it stands, null for none. Follows what is recorded, until the books save or roll back.
    const Account* find(const AccountId& id);
    const Account* find(Seq number);
    std::optional<Customer> customer(const CustomerId& id);
    std::optional<Customer> customer(Seq number);
    std::optional<Hold> hold(Seq seq);
    std::vector<Reversal> reversals(Seq of);
    std::optional<LimitRule> limit_rule(const std::string& user, LimitClass limit_class);
    std::optional<Dispute> dispute(Seq number);
    /// The dispute about this transaction that is neither closed nor withdrawn.
    std::optional<Seq> open_dispute(Seq transaction);
    /// The customer's newest disputes that were saved, the newest first, at most `limit`.
    std::vector<Dispute> disputes_of(Seq customer, std::int64_t limit);
    std::vector<Account> accounts_of(Seq customer);
    std::optional<Loan> loan(Seq number);
    std::optional<StoredPolicy> policy(const std::string& sha256);
    std::optional<Notification> notification(const NotificationId& id);
    /// What the account has held as of `time`, which is not before its last effective time.
    std::int64_t held_minor(const Account& account, Timestamp time);

    /// Links and applies one entry. The caller has checked every rule: a draft that does not fit (an unknown account,
    /// a detail that cannot be read) throws Failure with `integrity_violation`. Posting times that would decrease are
    /// raised to the head's.
    /// The entry stays valid until the next one is recorded.
    const JournalEntry& record(Draft draft);

    /// Ends a group: its entries will be saved.
    void keep();
    /// Ends a group: forgets what was recorded since the last keep.
    void roll_back();
    /// Hands everything kept to the storage, and forgets all but the accounts.
    void save();

    /// For verification: forgets the staged entries and their keys, but not the state they made.
    void forget_entries();
    const Staged<Seq, Account>& staged_accounts() const { return accounts_; }
    const Staged<Seq, Customer>& staged_customers() const { return customers_; }
    const Staged<Seq, Hold>& staged_holds() const { return holds_; }
    const Staged<Seq, std::vector<Reversal>>& staged_reversals() const { return reversals_; }
    const Staged<Seq, LimitRule>& staged_limit_rules() const { return limit_rules_; }
    const Staged<Seq, Dispute>& staged_disputes() const { return disputes_; }
    const Staged<Seq, Loan>& staged_loans() const { return loans_; }
    const Staged<std::string, StoredPolicy>& staged_policies() const { return policies_; }
    const Staged<NotificationId, Notification>& staged_notifications() const { return notifications_; }

private:
    void add_customer(const JournalEntry& entry);
    void open_account(JournalEntry& entry);
    Leg link(Account& account, const JournalEntry& entry, std::int64_t change_minor);
    void expire_holds(Account& account, const JournalEntry& entry);
    void apply_status(Account& account, EntryKind kind);
    void apply_hold(Account& account, const JournalEntry& entry);
    void apply_reversal(const JournalEntry& entry);
    void change_limit(const JournalEntry& entry);
    void store_policy(const JournalEntry& entry);
    void change_dispute(const JournalEntry& entry);
    void change_loan(const JournalEntry& entry);
    void change_notification(const JournalEntry& entry);
    void resolve(Account& account, Seq hold_seq, HoldStatus status, Seq by);
    /// The account's holds that have expired by `time`, the earliest first.
    std::vector<Seq> due_holds(const Account& account, Timestamp time);
    Account& change_account(Seq number);
    static std::optional<Account> copy_of(const Account* account) {
        return account == nullptr ? std::nullopt : std::optional(*account);
    }
    Seq jump_of(Seq seq, Seq account);
    void forget_accounts();
    /// Of disputes, loans, policies and notifications.
    void collect_case_rows(port::Changes& changes) const;

    port::UnitOfWork* storage_;
    port::Head head_;
    port::Head kept_head_;
    std::vector<JournalEntry> entries_;
    std::size_t entries_kept_ = 0;
    Staged<Seq, Account> accounts_;
    Staged<AccountId, Seq> account_numbers_;
    std::unordered_map<Seq, std::vector<Seq>> jumps_;  // by account: its newest leg's jump last, before it that leg's
    Staged<Seq, Customer> customers_;
    Staged<CustomerId, Seq> customer_numbers_;
    Staged<IdempotencyKey, Seq> keys_;
    Staged<Seq, Hold> holds_;
    Expiries expiries_;
    Staged<Seq, std::vector<Reversal>> reversals_;  // by transaction
    Staged<Seq, LimitRule> limit_rules_;
    Staged<std::string, Seq> limit_rule_numbers_;  // by class and user
    Staged<Seq, Dispute> disputes_;
    Staged<Seq, Loan> loans_;
    Staged<std::string, StoredPolicy> policies_;  // by hash
    Staged<NotificationId, Notification> notifications_;
};

}  // namespace bankctl
