#include "core/store/memory/memory_ledger.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "core/model/money.h"

namespace bankctl::memory {
namespace {

/// Refuses what a constraint of the schema would refuse.
void enforce(bool holds, const char* constraint) {
    if (!holds)
        throw Failure(Error(ErrorCode::integrity_violation, std::string("memory: constraint failed: ") + constraint));
}

template <class Map>
auto find_in(const Map& map, const typename Map::key_type& key) -> std::optional<typename Map::mapped_type> {
    const auto found = map.find(key);
    return found == map.end() ? std::nullopt : std::optional(found->second);
}

/// All rows, and how to take back what was done to them since the last commit.
class State {
public:
    std::vector<JournalEntry> entries;
    std::map<std::string, Seq> keys;
    std::map<Seq, Account> accounts;
    std::map<std::string, Seq> account_numbers;
    std::map<Seq, Customer> customers;
    std::map<std::string, Seq> customer_numbers;
    std::map<Seq, Hold> holds;
    std::set<std::pair<Seq, Seq>> expiring;  // account, hold
    std::map<std::pair<Seq, Seq>, Reversal> reversals;
    std::map<Seq, LimitRule> limit_rules;
    std::map<std::pair<std::string, LimitClass>, Seq> limit_rule_numbers;
    std::map<Seq, Dispute> disputes;
    std::map<Seq, Loan> loans;
    std::map<NotificationId, Notification> notifications;
    std::map<std::string, StoredPolicy> policies;

    void append(const JournalEntry& entry) {
        entries.push_back(entry);
        undo_.emplace_back([this] { entries.pop_back(); });
    }

    template <class Map>
    void insert(Map& map, const typename Map::key_type& key, const typename Map::mapped_type& value,
                const char* constraint) {
        enforce(map.emplace(key, value).second, constraint);
        undo_.emplace_back([&map, key] { map.erase(key); });
    }

    /// Exchanges the row that `slot` refers to; rows of a map stay where they are.
    template <class Row>
    void replace(Row& slot, const Row& row) {
        undo_.emplace_back([&slot, before = slot] { slot = before; });
        slot = row;
    }

    void set_expiring(const Hold& hold, bool is_expiring) {
        const std::pair key(hold.account, hold.seq);
        const bool was_expiring = expiring.contains(key);
        if (was_expiring == is_expiring) return;
        put_expiring(key, is_expiring);
        undo_.emplace_back([this, key, was_expiring] { put_expiring(key, was_expiring); });
    }

    void commit() { undo_.clear(); }
    void roll_back() {
        for (; !undo_.empty(); undo_.pop_back()) undo_.back()();
    }

private:
    void put_expiring(const std::pair<Seq, Seq>& key, bool is_expiring) {
        if (is_expiring) {
            expiring.insert(key);
        } else {
            expiring.erase(key);
        }
    }

    std::vector<std::function<void()>> undo_;
};

class MemoryUnitOfWork final : public port::UnitOfWork {
public:
    explicit MemoryUnitOfWork(State& state) : state_(state) {}

    port::Head head() override {
        if (state_.entries.empty()) return {};
        const JournalEntry& newest = state_.entries.back();
        return {newest.seq, newest.posted_at, newest.hash};
    }

    std::optional<JournalEntry> entry(Seq seq) override {
        if (!exists(seq)) return std::nullopt;
        return state_.entries[static_cast<std::size_t>(seq.value - 1)];
    }

    std::optional<Seq> keyed(const IdempotencyKey& key) override { return find_in(state_.keys, key.text); }

    std::optional<Account> account(const AccountId& id) override {
        const std::optional<Seq> number = find_in(state_.account_numbers, id.text);
        return number ? account(*number) : std::nullopt;
    }
    std::optional<Account> account(Seq number) override { return find_in(state_.accounts, number); }

    std::vector<Account> accounts_of(Seq customer) override {
        std::vector<Account> found;
        for (const auto& [number, row] : state_.accounts) {
            if (row.customer == customer) found.push_back(row);
        }
        return found;
    }

    std::optional<Customer> customer(const CustomerId& id) override {
        const std::optional<Seq> number = find_in(state_.customer_numbers, id.text);
        return number ? customer(*number) : std::nullopt;
    }
    std::optional<Customer> customer(Seq number) override { return find_in(state_.customers, number); }

    std::optional<Hold> hold(Seq seq) override { return find_in(state_.holds, seq); }

    std::vector<Hold> expiring_holds(Seq account) override {
        std::vector<Hold> found;
        for (auto at = state_.expiring.lower_bound({account, Seq{}});
             at != state_.expiring.end() && at->first == account; ++at)
            found.push_back(state_.holds.at(at->second));
        return found;
    }

    std::vector<Reversal> reversals(Seq of) override {
        std::vector<Reversal> found;
        for (auto at = state_.reversals.lower_bound({of, Seq{}}); at != state_.reversals.end() && at->first.first == of;
             ++at)
            found.push_back(at->second);
        return found;
    }

    std::optional<LimitRule> limit_rule(const std::string& user, LimitClass limit_class) override {
        const std::optional<Seq> number = find_in(state_.limit_rule_numbers, {user, limit_class});
        return number ? find_in(state_.limit_rules, *number) : std::nullopt;
    }

    std::optional<Dispute> dispute(Seq number) override { return find_in(state_.disputes, number); }

    std::optional<Seq> open_dispute(Seq transaction) override {
        for (const auto& [number, row] : state_.disputes) {
            if (row.transaction == transaction && is_open(row.status)) return number;
        }
        return std::nullopt;
    }

    std::vector<Dispute> disputes_of(Seq customer, std::int64_t limit) override {
        std::vector<Dispute> found;
        for (auto at = state_.disputes.rbegin(); at != state_.disputes.rend(); ++at) {
            if (static_cast<std::int64_t>(found.size()) == limit) break;
            if (at->second.customer == customer) found.push_back(at->second);
        }
        return found;
    }

    std::optional<Loan> loan(Seq number) override { return find_in(state_.loans, number); }

    std::optional<StoredPolicy> policy(const std::string& sha256) override { return find_in(state_.policies, sha256); }

    std::optional<Notification> notification(const NotificationId& id) override {
        return find_in(state_.notifications, id);
    }

    void scan_entries(Seq after, const port::Visitor<JournalEntry>& visit) override {
        for (auto index = static_cast<std::size_t>(std::max<std::int64_t>(after.value, 0));
             index < state_.entries.size(); ++index) {
            if (!visit(state_.entries[index])) return;
        }
    }

    void scan_accounts(const AccountId& after, const port::Visitor<Account>& visit) override {
        for (auto at = state_.account_numbers.upper_bound(after.text); at != state_.account_numbers.end(); ++at) {
            if (!visit(state_.accounts.at(at->second))) return;
        }
    }

    void scan_customers(const CustomerId& after, const port::Visitor<Customer>& visit) override {
        for (auto at = state_.customer_numbers.upper_bound(after.text); at != state_.customer_numbers.end(); ++at) {
            if (!visit(state_.customers.at(at->second))) return;
        }
    }

    void scan_holds(const port::Visitor<Hold>& visit) override {
        for (const auto& [seq, hold] : state_.holds) {
            if (!visit(hold)) return;
        }
    }

    void scan_reversals(const port::Visitor<Reversal>& visit) override {
        for (const auto& [of_and_seq, reversal] : state_.reversals) {
            if (!visit(reversal)) return;
        }
    }

    void scan_limit_rules(const port::Visitor<LimitRule>& visit) override {
        for (const auto& [number, rule] : state_.limit_rules) {
            if (!visit(rule)) return;
        }
    }

    void scan_disputes(Seq after, const port::Visitor<Dispute>& visit) override {
        for (auto at = state_.disputes.upper_bound(after); at != state_.disputes.end(); ++at) {
            if (!visit(at->second)) return;
        }
    }

    void scan_queue(const DisputeQueue& queue, const port::Visitor<Dispute>& visit) override {
        std::map<DisputePlace, const Dispute*> places;
        for (const auto& [number, row] : state_.disputes) {
            if (queue.matches(row)) places.emplace(place_of(row), &row);
        }
        for (const auto& [place, row] : places) {
            if (!visit(*row)) return;
        }
    }

    void scan_loans(Seq after, const port::Visitor<Loan>& visit) override {
        for (auto at = state_.loans.upper_bound(after); at != state_.loans.end(); ++at) {
            if (!visit(at->second)) return;
        }
    }

    void scan_loan_queue(const LoanQueue& queue, const port::Visitor<Loan>& visit) override {
        std::map<LoanPlace, const Loan*> places;
        for (const auto& [number, row] : state_.loans) {
            if (queue.matches(row)) places.emplace(place_of(row), &row);
        }
        for (const auto& [place, row] : places) {
            if (!visit(*row)) return;
        }
    }

    void scan_policies(const port::Visitor<StoredPolicy>& visit) override {
        std::map<Seq, StoredPolicy> by_number;
        for (const auto& [sha256, row] : state_.policies) by_number.emplace(row.number, row);
        for (const auto& [number, row] : by_number) {
            if (!visit(row)) return;
        }
    }

    void scan_notifications(const NotificationId& after, std::optional<NotificationStatus> status,
                            const port::Visitor<Notification>& visit) override {
        for (auto at = state_.notifications.upper_bound(after); at != state_.notifications.end(); ++at) {
            if (status && at->second.status != *status) continue;
            if (!visit(at->second)) return;
        }
    }

    std::int64_t count_keys() override { return static_cast<std::int64_t>(state_.keys.size()); }

    std::vector<port::Check> self_check() override { return {{"memory", true, "nothing is stored"}}; }

    void save(const port::Changes& changes) override {
        for (const JournalEntry& entry : changes.entries) insert(entry);
        for (const auto& change : changes.customers) put(change);
        for (const auto& change : changes.accounts) put(change);
        for (const auto& change : changes.holds) put(change);
        for (const Reversal& reversal : changes.reversals) insert(reversal);
        for (const auto& change : changes.limit_rules) put(change);
        for (const StoredPolicy& policy : changes.policies) insert(policy);
        for (const auto& change : changes.disputes) put(change);
        for (const auto& change : changes.loans) put(change);
        for (const auto& change : changes.notifications) put(change);
    }

private:
    bool exists(Seq seq) const {
        return seq.value >= 1 && seq.value <= static_cast<std::int64_t>(state_.entries.size());
    }

    void insert(const JournalEntry& entry) {
        enforce(entry.seq.value == static_cast<std::int64_t>(state_.entries.size()) + 1, "journal.seq is gapless");
        state_.append(entry);
        if (entry.key) state_.insert(state_.keys, *entry.key, entry.seq, "idempotency.key is unique");
    }

    void put(const port::Changes::Versioned<Account>& change) {
        const Account& row = change.row;
        enforce(row.overdraft_minor >= 0, "account.overdraft >= 0");
        enforce(std::abs(row.balance_minor) <= k_minor_max, "abs(account.balance) < 2^53");
        enforce(row.held_minor >= 0, "account.held >= 0");
        if (change.version_before == 0) {
            enforce(exists(row.number), "account.number is a journal entry");
            enforce(!row.customer || state_.customers.contains(row.customer), "account.customer is a customer");
            state_.insert(state_.accounts, row.number, row, "account.number is unique");
            state_.insert(state_.account_numbers, row.id.text, row.number, "account.id is unique");
            return;
        }
        const auto slot = state_.accounts.find(row.number);
        enforce(slot != state_.accounts.end() && slot->second.version == change.version_before,
                "account.version is as it was read");
        state_.replace(slot->second, row);
    }

    void put(const port::Changes::Versioned<Customer>& change) {
        const Customer& row = change.row;
        if (change.version_before == 0) {
            enforce(exists(row.number), "customer.number is a journal entry");
            state_.insert(state_.customers, row.number, row, "customer.number is unique");
            state_.insert(state_.customer_numbers, row.id.text, row.number, "customer.id is unique");
            return;
        }
        const auto slot = state_.customers.find(row.number);
        enforce(slot != state_.customers.end() && slot->second.version == change.version_before,
                "customer.version is as it was read");
        state_.replace(slot->second, row);
    }

    void put(const port::Changes::HoldChange& change) {
        const Hold& row = change.row;
        if (change.is_new) {
            enforce(exists(row.seq), "hold.seq is a journal entry");
            enforce(state_.accounts.contains(row.account), "hold.account is an account");
            enforce(row.amount_minor > 0, "hold.amount > 0");
            state_.insert(state_.holds, row.seq, row, "hold.seq is unique");
        } else {
            const auto slot = state_.holds.find(row.seq);
            enforce(slot != state_.holds.end() && slot->second.status == HoldStatus::pending, "hold is pending");
            state_.replace(slot->second, row);
        }
        state_.set_expiring(row, row.status == HoldStatus::pending && row.expires_at.has_value());
    }

    void put(const port::Changes::Versioned<LimitRule>& change) {
        const LimitRule& row = change.row;
        enforce(row.version > 0, "limit_rule.version > 0");
        if (change.version_before == 0) {
            enforce(exists(row.number), "limit_rule.number is a journal entry");
            enforce(!row.user.empty(), "limit_rule.user > ''");
            state_.insert(state_.limit_rules, row.number, row, "limit_rule.number is unique");
            state_.insert(state_.limit_rule_numbers, {row.user, row.limit_class}, row.number,
                          "(limit_rule.user, limit_rule.class) is unique");
            return;
        }
        const auto slot = state_.limit_rules.find(row.number);
        enforce(slot != state_.limit_rules.end() && slot->second.version == change.version_before,
                "limit_rule.version is as it was read");
        state_.replace(slot->second, row);
    }

    void put(const port::Changes::Versioned<Dispute>& change) {
        const Dispute& row = change.row;
        enforce(row.version > 0, "dispute.version > 0");
        enforce(row.priority >= 1 && row.priority <= 4, "dispute.priority between 1 and 4");
        enforce(row.credit_minor >= 0 && row.refund_minor >= 0, "dispute.credit_minor and refund_minor >= 0");
        enforce(exists(row.last) && exists(row.assessment), "dispute.last and assessment are journal entries");
        if (row.transaction && is_open(row.status)) {
            const std::optional<Seq> other = open_dispute(row.transaction);
            enforce(!other || *other == row.number, "dispute.payment has one open dispute");
        }
        if (change.version_before == 0) {
            enforce(exists(row.number), "dispute.number is a journal entry");
            enforce(state_.customers.contains(row.customer), "dispute.customer is a customer");
            state_.insert(state_.disputes, row.number, row, "dispute.number is unique");
            return;
        }
        const auto slot = state_.disputes.find(row.number);
        enforce(slot != state_.disputes.end() && slot->second.version == change.version_before,
                "dispute.version is as it was read");
        state_.replace(slot->second, row);
    }

    void put(const port::Changes::Versioned<Loan>& change) {
        const Loan& row = change.row;
        enforce(row.version > 0, "loan.version > 0");
        enforce(row.disbursed_minor <= row.accepted_minor, "loan.disbursed <= loan.accepted");
        enforce(exists(row.last), "loan.last is a journal entry");
        if (change.version_before == 0) {
            enforce(exists(row.number), "loan.number is a journal entry");
            enforce(state_.customers.contains(row.customer), "loan.customer is a customer");
            state_.insert(state_.loans, row.number, row, "loan.number is unique");
            return;
        }
        const auto slot = state_.loans.find(row.number);
        enforce(slot != state_.loans.end() && slot->second.version == change.version_before,
                "loan.version is as it was read");
        state_.replace(slot->second, row);
    }

    void put(const port::Changes::Versioned<Notification>& change) {
        const Notification& row = change.row;
        enforce(row.version > 0 && row.attempts >= 0 && row.id.ordinal > 0, "notification's numbers");
        if (change.version_before == 0) {
            enforce(exists(row.id.entry), "notification.entry is a journal entry");
            enforce(state_.disputes.contains(row.about) || state_.loans.contains(row.about),
                    "notification.about is a dispute or a loan");
            state_.insert(state_.notifications, row.id, row, "(notification.entry, ordinal) is unique");
            return;
        }
        const auto slot = state_.notifications.find(row.id);
        enforce(slot != state_.notifications.end() && slot->second.version == change.version_before,
                "notification.version is as it was read");
        state_.replace(slot->second, row);
    }

    void insert(const StoredPolicy& row) {
        enforce(exists(row.number), "policy.number is a journal entry");
        state_.insert(state_.policies, row.sha256, row, "policy.sha256 is unique");
    }

    void insert(const Reversal& row) {
        enforce(exists(row.of) && exists(row.seq), "reversal.of and reversal.seq are journal entries");
        enforce(row.total_minor <= row.limit_minor, "reversal.total <= reversal.reversible");
        state_.insert(state_.reversals, {row.of, row.seq}, row, "(reversal.of, reversal.seq) is unique");
    }

    State& state_;
};

class MemoryLedger final : public port::Ledger {
public:
    void read(const std::function<void(port::Snapshot&)>& work) override {
        MemoryUnitOfWork snapshot(state_);
        work(snapshot);
    }

    Status transact(const port::WriteOptions& options, const std::function<Status(port::UnitOfWork&)>& work) override {
        // Rolls back however `work` ends, by an exception too; after a commit there is nothing left to take back.
        struct RollBack {
            State& state;
            ~RollBack() { state.roll_back(); }
        } const roll_back{state_};
        MemoryUnitOfWork unit(state_);
        Status outcome = work(unit);
        if (outcome && !options.dry_run) state_.commit();
        return outcome;
    }
    void settle() override {}

private:
    State state_;
};

}  // namespace

std::unique_ptr<port::Ledger> make_ledger() { return std::make_unique<MemoryLedger>(); }

}  // namespace bankctl::memory
