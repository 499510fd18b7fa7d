// Reading and writing the bank's rows inside a transaction that the ledger has begun.
#pragma once

#include <span>

#include "core/port/ledger.h"
#include "core/store/sqlite/connection.h"
#include "core/store/sqlite/stored_keys.h"

namespace bankctl::sqlite {

class ListCheck;

class SqliteUnitOfWork final : public port::UnitOfWork {
public:
    explicit SqliteUnitOfWork(Connection& connection) : connection_(connection), keys_(connection) {}

    port::Head head() override;
    std::optional<JournalEntry> entry(Seq seq) override;
    std::optional<Seq> keyed(const IdempotencyKey& key) override;
    std::optional<Account> account(const AccountId& id) override;
    std::optional<Account> account(Seq number) override;
    std::vector<Account> accounts_of(Seq customer) override;
    std::optional<Customer> customer(const CustomerId& id) override;
    std::optional<Customer> customer(Seq number) override;
    std::optional<Hold> hold(Seq seq) override;
    std::vector<Hold> expiring_holds(Seq account) override;
    std::vector<Reversal> reversals(Seq of) override;
    std::optional<LimitRule> limit_rule(const std::string& user, LimitClass limit_class) override;
    std::optional<Dispute> dispute(Seq number) override;
    std::optional<Seq> open_dispute(Seq transaction) override;
    std::vector<Dispute> disputes_of(Seq customer, std::int64_t limit) override;
    std::optional<Loan> loan(Seq number) override;
    std::optional<StoredPolicy> policy(const std::string& sha256) override;
    std::optional<Notification> notification(const NotificationId& id) override;
    void scan_entries(Seq after, const port::Visitor<JournalEntry>& visit) override;
    void scan_accounts(const AccountId& after, const port::Visitor<Account>& visit) override;
    void scan_customers(const CustomerId& after, const port::Visitor<Customer>& visit) override;
    void scan_holds(const port::Visitor<Hold>& visit) override;
    void scan_reversals(const port::Visitor<Reversal>& visit) override;
    void scan_limit_rules(const port::Visitor<LimitRule>& visit) override;
    void scan_disputes(Seq after, const port::Visitor<Dispute>& visit) override;
    void scan_queue(const DisputeQueue& queue, const port::Visitor<Dispute>& visit) override;
    void scan_loans(Seq after, const port::Visitor<Loan>& visit) override;
    void scan_loan_queue(const LoanQueue& queue, const port::Visitor<Loan>& visit) override;
    void scan_policies(const port::Visitor<StoredPolicy>& visit) override;
    void scan_notifications(const NotificationId& after, std::optional<NotificationStatus> status,
                            const port::Visitor<Notification>& visit) override;
    std::int64_t count_keys() override;
    std::vector<port::Check> self_check() override;
    void save(const port::Changes& changes) override;

    /// Prepares the statements that every posting needs, ahead of the transaction that will run them.
    void prepare();

private:
    void insert(std::span<const JournalEntry> entries);
    void put(const port::Changes::Versioned<Account>& change);
    void put(const port::Changes::Versioned<Customer>& change);
    void put(const port::Changes::HoldChange& change);
    void put(const port::Changes::Versioned<LimitRule>& change);
    void insert(const Reversal& reversal);
    void put(const port::Changes::Versioned<Dispute>& change);
    void put(const port::Changes::Versioned<Notification>& change);
    void put(const port::Changes::Versioned<Loan>& change);
    void insert(const StoredPolicy& policy);
    // Each list must follow from the rows that it is of.
    void check_dispute_lists(ListCheck& check);
    void check_loan_lists(ListCheck& check);

    Connection& connection_;
    StoredKeys keys_;
};

}  // namespace bankctl::sqlite
