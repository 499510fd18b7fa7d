// The port to a ledger's storage. It speaks of the bank, not of tables: no SQL, row or handle crosses it, so that
// SQLite, memory and, one day, PostgreSQL serve the same services. One contract test suite runs over every adapter.
//
// Storage that fails ends the command: every method may throw Failure with one of `not_initialized`, `not_a_bank`,
// `unsafe_file`, `network_file_system`, `newer_schema`, `older_schema`, `storage_unavailable`, `integrity_violation`,
// `busy`, and `transact` also `outcome_unknown`.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/model/account.h"
#include "core/model/dispute_queue.h"
#include "core/model/journal.h"
#include "core/model/limit_policy.h"
#include "core/model/loan.h"
#include "core/model/notification.h"

namespace bankctl::port {

/// The newest entry of the journal.
struct Head {
    Seq seq;
    Timestamp posted_at;
    Digest hash{};
};

/// One check of the storage itself, as `verify` reports it.
struct Check {
    std::string name;
    bool ok = true;
    std::string detail;
};

/// Receives one element of an ascending scan; returns false to end the scan.
template <class T>
using Visitor = std::function<bool(const T&)>;

/// One consistent state of the bank. What is absent is an empty optional or an empty vector.
class Snapshot {
public:
    virtual ~Snapshot() = default;

    virtual Head head() = 0;
    virtual std::optional<JournalEntry> entry(Seq seq) = 0;
    /// The entry that carries this idempotency key.
    virtual std::optional<Seq> keyed(const IdempotencyKey& key) = 0;
    virtual std::optional<Account> account(const AccountId& id) = 0;
    virtual std::optional<Account> account(Seq number) = 0;
    /// The customer's accounts, ascending by number, whatever their status.
    virtual std::vector<Account> accounts_of(Seq customer) = 0;
    virtual std::optional<Customer> customer(const CustomerId& id) = 0;
    virtual std::optional<Customer> customer(Seq number) = 0;
    virtual std::optional<Hold> hold(Seq seq) = 0;
    /// The account's pending holds that have an expiry.
    virtual std::vector<Hold> expiring_holds(Seq account) = 0;
    /// Reversals of one transaction, ascending.
    virtual std::vector<Reversal> reversals(Seq of) = 0;
    /// The rule of exactly this user, also one that was unset.
    virtual std::optional<LimitRule> limit_rule(const std::string& user, LimitClass limit_class) = 0;
    virtual std::optional<Dispute> dispute(Seq number) = 0;
    /// The dispute about this transaction that is neither closed nor withdrawn; there is at most one.
    virtual std::optional<Seq> open_dispute(Seq transaction) = 0;
    /// The customer's newest disputes, the newest first, at most `limit`.
    virtual std::vector<Dispute> disputes_of(Seq customer, std::int64_t limit) = 0;
    virtual std::optional<Loan> loan(Seq number) = 0;
    virtual std::optional<StoredPolicy> policy(const std::string& sha256) = 0;
    virtual std::optional<Notification> notification(const NotificationId& id) = 0;

    /// Entries with seq > `after`, ascending.
    virtual void scan_entries(Seq after, const Visitor<JournalEntry>& visit) = 0;
    /// Accounts with id > `after` in byte order; an empty `after` begins at the first. The bank's own come last or
    /// first as their '@' sorts.
    virtual void scan_accounts(const AccountId& after, const Visitor<Account>& visit) = 0;
    virtual void scan_customers(const CustomerId& after, const Visitor<Customer>& visit) = 0;
    virtual void scan_holds(const Visitor<Hold>& visit) = 0;
    virtual void scan_reversals(const Visitor<Reversal>& visit) = 0;
    /// Every rule, ascending by number, also those that were unset.
    virtual void scan_limit_rules(const Visitor<LimitRule>& visit) = 0;
    /// Disputes with number > `after`, ascending.
    virtual void scan_disputes(Seq after, const Visitor<Dispute>& visit) = 0;
    /// The disputes of a queue in the order of their places. A page of a queue costs the same however many disputes
    /// there are, if all that is asked for is a team, a status, both or neither, a priority and what is due.
    virtual void scan_queue(const DisputeQueue& queue, const Visitor<Dispute>& visit) = 0;
    /// Loans with number > `after`, ascending.
    virtual void scan_loans(Seq after, const Visitor<Loan>& visit) = 0;
    /// The loans of a queue in the order of their places. A page costs the same however many loans there are, if what
    /// is asked for is a status or a customer, and what is due.
    virtual void scan_loan_queue(const LoanQueue& queue, const Visitor<Loan>& visit) = 0;
    virtual void scan_policies(const Visitor<StoredPolicy>& visit) = 0;
    /// Notifications with id > `after`, ascending, of one status or of all.
    virtual void scan_notifications(const NotificationId& after, std::optional<NotificationStatus> status,
                                    const Visitor<Notification>& visit) = 0;
    virtual std::int64_t count_keys() = 0;
    /// What the storage can say of its own soundness: its format, its schema, its file.
    virtual std::vector<Check> self_check() = 0;
};

/// What a unit of work adds to the books. Entries continue the journal in order; each account, customer, hold, limit
/// rule, dispute, loan and notification replaces its row if `version_before` (the status before, of holds: `is_new`)
/// says there is one.
struct Changes {
    template <class T>
    struct Versioned {
        T row;
        std::int64_t version_before;  ///< 0: a new row
    };
    struct HoldChange {
        Hold row;
        bool is_new;
    };
    std::vector<JournalEntry> entries;
    std::vector<Versioned<Account>> accounts;
    std::vector<Versioned<Customer>> customers;
    std::vector<HoldChange> holds;
    std::vector<Reversal> reversals;  ///< all new
    std::vector<Versioned<LimitRule>> limit_rules;
    std::vector<Versioned<Dispute>> disputes;
    std::vector<Versioned<Loan>> loans;
    std::vector<Versioned<Notification>> notifications;
    std::vector<StoredPolicy> policies;  ///< all new
};

/// A snapshot that sees, and alone can make, changes.
class UnitOfWork : public Snapshot {
public:
    /// What contradicts the stored rows, such as a second hold of one number, is Failure with `integrity_violation`:
    /// whoever saves has decided by those rows, so they were altered.
    virtual void save(const Changes& changes) = 0;
};

struct WriteOptions {
    bool dry_run = false;      ///< do all, then roll it back
    bool more_follow = false;  ///< one of a series: housekeeping may wait until it grows long, or for `settle`
};

class Ledger {
public:
    virtual ~Ledger() = default;

    /// Runs `work` on one consistent snapshot.
    virtual void read(const std::function<void(Snapshot&)>& work) = 0;

    /// Runs `work` in one write transaction, alone among all processes. Commits durably if it returns ok (and this is
    /// no dry run), else leaves the bank as it was. Returns what `work` returned.
    virtual Status transact(const WriteOptions& options, const std::function<Status(UnitOfWork&)>& work) = 0;

    /// Ends a series of transactions: does the housekeeping that waited. Does not fail: what cannot be done now is left
    /// to the next writer.
    virtual void settle() = 0;
};

}  // namespace bankctl::port
