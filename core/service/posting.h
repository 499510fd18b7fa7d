// Posting: decides whether a request may change the books, and records what it changes. Every command and every line
// of an import comes through here. Checks run in the order that the contract with scripts promises: key, existence,
// the currency's decimals, status and version, time, funds, overflow (syntax was checked where the request was parsed).
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/model/money.h"
#include "core/service/books.h"
#include "core/service/lookup.h"

namespace bankctl {

inline constexpr std::size_t k_memo_bytes_max = 4096;
inline constexpr std::size_t k_name_bytes_max = 256;
/// Of the bank's own accounts that provisional credits and refunds come from: @dispute.<CURRENCY>.
inline constexpr std::string_view k_dispute_account_prefix = "@dispute.";

/// On whose behalf entries are written: the name the user gave and the real uid of the process.
struct Actor {
    std::string user;
    std::int64_t uid = 0;
};

/// A transaction as asked for. Which members a kind reads is said beside them; `opening` is asked for by OpenAccount.
struct TransactionRequest {
    EntryKind kind{};
    std::optional<AccountId> account;        ///< credit, debit, hold; transfer: the debited account
    std::optional<AccountId> to;             ///< transfer
    std::optional<AccountId> counter;        ///< credit, debit, capture: instead of @cash.<CURRENCY>
    std::optional<TransactionReference> of;  ///< capture, release, reversal
    std::optional<Amount> amount;            ///< all but release; capture, reversal: absent means all of it
    std::optional<Timestamp> at;             ///< effective time; absent means now
    std::optional<Timestamp> expires_at;     ///< hold
    std::optional<std::string> memo;
    std::optional<IdempotencyKey> key;
    std::optional<std::int64_t> if_version;
};

/// `same_account` if a transfer names one account twice: a check that needs no books.
Status check_different_accounts(const TransactionRequest& request);

struct OpenAccount {
    AccountId id;
    CustomerId customer;
    Currency currency;
    std::optional<Amount> overdraft;
    std::optional<Amount> opening_balance;
    std::optional<AccountId> counter;  ///< of the opening balance
    std::optional<Timestamp> at;       ///< of the opening balance
    std::optional<IdempotencyKey> key;
};

/// Freezes, unfreezes or closes; `kind` is the entry that is recorded.
struct ChangeAccount {
    EntryKind kind{};
    AccountId id;
    std::optional<std::int64_t> if_version;
    std::optional<IdempotencyKey> key;
};

/// Adds a customer, or updates the fields that are given; an empty email or phone removes it.
struct PutCustomer {
    bool is_new = true;
    CustomerId id;
    std::optional<std::string> name;  ///< required of a new customer
    std::optional<std::string> email;
    std::optional<std::string> phone;
    std::optional<std::int64_t> if_version;
    std::optional<IdempotencyKey> key;
};

/// Sets the limit of a user, or of `k_default_user`, in place of what it was.
struct PutLimit {
    std::string user;
    LimitClass limit_class = LimitClass::command;
    LimitPolicy policy{};
    std::optional<std::int64_t> if_version{};
    std::optional<IdempotencyKey> key{};
};

/// Takes a user's limit away, so that the default holds again.
struct UnsetLimit {
    std::string user;
    LimitClass limit_class = LimitClass::command;
    std::optional<std::int64_t> if_version{};
    std::optional<IdempotencyKey> key{};
};

/// Records that what a user was charged is forgotten; to forget it is the limiter's.
struct ResetLimit {
    std::string user;
    LimitClass limit_class = LimitClass::command;
    std::optional<IdempotencyKey> key{};
};

/// What a request did: the entry that answers it, and whether an earlier request with its key had done it before.
struct Posted {
    Seq seq;
    bool is_replayed = false;
};

class Posting {
public:
    Posting(Books& books, Clock& clock, Actor actor) : books_(books), clock_(clock), actor_(std::move(actor)) {}

    Result<Posted> post(const TransactionRequest& request);
    Result<Posted> open_account(const OpenAccount& request);
    Result<Posted> change_account(const ChangeAccount& request);
    Result<Posted> put_customer(const PutCustomer& request);
    // Limits: the number of the entry that was recorded. Whether the user may is the caller's to check.
    Result<Posted> put_limit(const PutLimit& request);
    Result<Posted> unset_limit(const UnsetLimit& request);  ///< `limit_not_found` where none is set
    Result<Posted> reset_limit(const ResetLimit& request);

private:
    struct Plan;
    Result<Plan> plan(const TransactionRequest& request);
    Result<Plan> plan_direct(const TransactionRequest& request);
    Result<Plan> plan_transfer(const TransactionRequest& request);
    Result<Plan> plan_hold_end(const TransactionRequest& request);
    Result<Plan> plan_reversal(const TransactionRequest& request);
    Status check_shared_rules(Plan& plan, const TransactionRequest& request);
    Status check_funds(const Plan& plan);
    static Status check_overflow(const Plan& plan);

    Result<Posted> replay(const TransactionRequest& request, const JournalEntry& original);
    Result<Posted> replay_opening(const OpenAccount& request, const JournalEntry& original);
    Result<Posted> replay_customer(const PutCustomer& request, const JournalEntry& original);
    Result<Posted> replay_limit(EntryKind kind, const LimitRule& asked, const JournalEntry& original);
    std::optional<JournalEntry> original_of(const std::optional<IdempotencyKey>& key);

    Result<const Account*> existing_account(const AccountId& id);
    const Account& account_of(const std::optional<Leg>& leg);
    const Account& counter_account(const std::optional<AccountId>& counter, const Currency& currency);
    Status check_not_in_future(Timestamp effective_at) const;
    Seq ensure_open(const Account& account);
    void read_clock();
    Draft draft(EntryKind kind, const std::optional<IdempotencyKey>& key);

    Books& books_;
    Clock& clock_;
    Actor actor_;
    Timestamp now_;  // one reading per request; never before the head's posting time
    Account fresh_;  // the bank's own account that the request would open
};

}  // namespace bankctl
