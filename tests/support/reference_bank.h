// A bank as one would explain it on paper, to compare the real one with: lists of postings that are added up, lists of
// holds that are looked through. It is written from the contract with scripts and shares no code with the services.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace bankctl::test {

/// A request in plain values. Empty text, zero or none means: not given.
struct Order {
    std::string kind;  ///< credit, debit, transfer, hold, capture, release, reversal, freeze, unfreeze, close, open
    std::string account;
    std::string to;
    std::string counter;
    std::string amount;  ///< in major units, well-formed
    std::int64_t of = 0;
    std::string of_key;
    std::optional<std::int64_t> at_us;
    std::optional<std::int64_t> expires_us;
    std::string memo;
    std::string key;
    std::optional<std::int64_t> if_version;
    std::string customer;   ///< open
    std::string currency;   ///< open
    std::string overdraft;  ///< open, in major units
};

std::string describe(const Order& order);

/// How a request ends: `ok`, or the code that refuses it.
struct Outcome {
    std::string code = "ok";
    std::int64_t seq = 0;
    bool is_replayed = false;

    bool operator==(const Outcome&) const = default;
};

class ReferenceBank {
public:
    struct Leg {
        std::int64_t seq;
        std::int64_t change_minor;
    };
    struct Hold {
        std::string account;
        std::int64_t amount_minor = 0;
        std::optional<std::int64_t> expires_us;
        std::string end;  ///< captured, released, or nothing yet
    };
    struct Account {
        std::string currency;
        std::string customer;
        std::int64_t overdraft_minor = 0;
        std::string status = "open";
        std::vector<Leg> legs;
        std::vector<std::int64_t> holds;
        std::optional<std::int64_t> latest_us;  ///< its last transaction's effective time

        std::int64_t version() const { return static_cast<std::int64_t>(legs.size()); }
    };
    struct Transaction {
        std::string kind;
        std::string from;
        std::string to;
        std::int64_t amount_minor = 0;
        std::int64_t reversed_minor = 0;
        std::int64_t effective_us = 0;
    };

    /// What follows is posted at `at_us` or later.
    explicit ReferenceBank(std::int64_t at_us) : posted_us_(at_us) {}

    /// Counts an entry that is about no account.
    void note_entry() { ++seq_; }
    void note_customer(const std::string& customer);
    /// Something was posted at this time.
    void note_time(std::int64_t at_us) { posted_us_ = at_us; }

    /// What would come of `order` if it were given when the clock shows `clock_us`; a new effect has no seq yet.
    Outcome judge(const Order& order, std::int64_t clock_us) const;
    /// Does what `order` asks when the clock shows `clock_us`. A refusal changes nothing.
    Outcome apply(const Order& order, std::int64_t clock_us);

    // What anyone may look at.
    std::int64_t seq() const { return seq_; }
    std::int64_t posted_us() const { return posted_us_; }
    const std::map<std::string, Account>& accounts() const { return accounts_; }
    const std::map<std::int64_t, Hold>& holds() const { return holds_; }
    const std::map<std::int64_t, Transaction>& transactions() const { return transactions_; }
    std::int64_t balance_minor(const Account& account) const;
    std::int64_t held_minor(const Account& account, std::int64_t time_us) const;
    std::string hold_status(const Hold& hold) const;
    static int decimals(const std::string& currency);

private:
    /// Everything about a key's first use that a second use must repeat.
    struct Effect {
        Order order;
        std::string currency;
        std::string counter;
        std::int64_t amount_minor = 0;
        std::int64_t whole_minor = 0;  ///< what an order without amount would have meant
        std::int64_t overdraft_minor = 0;
        std::int64_t effective_us = 0;
        std::int64_t of = 0;
        std::int64_t seq = 0;     ///< of the entry that carries the key
        std::int64_t answer = 0;  ///< what the order was answered with
    };
    /// A transaction being decided.
    struct Plan {
        std::string from;
        std::string to;
        std::string subject;
        std::int64_t amount_minor = 0;
        std::int64_t whole_minor = 0;
        std::int64_t freed_minor = 0;
        std::int64_t of = 0;
        std::int64_t time_us = 0;
        std::int64_t now_us = 0;
        std::string refusal;
    };

    Outcome repeat(const Order& order, const Effect& effect) const;
    std::string refusal(const Order& order, std::int64_t now_us) const;
    std::string refusal_to_open(const Order& order, std::int64_t now_us) const;
    std::string refusal_to_change_status(const Order& order, std::int64_t now_us) const;
    Outcome open(const Order& order, std::int64_t now_us);
    Outcome change_status(const Order& order, std::int64_t now_us);
    Outcome post(const Order& order, std::int64_t now_us);
    Plan plan(const Order& order, std::int64_t now_us) const;
    Plan plan_on_account(const Order& order, Plan plan) const;
    Plan plan_hold_end(const Order& order, Plan plan) const;
    Plan plan_reversal(const Order& order, Plan plan) const;
    std::string first_broken_rule(const Order& order, const Plan& plan) const;
    bool would_overflow(const Plan& plan) const;
    std::string wrong_counter(const std::string& counter, const std::string& currency) const;
    std::int64_t resolve(const Order& order) const;
    void touch(const std::string& name, std::int64_t change_minor, std::optional<std::int64_t> effective_us);
    void ensure_internal(const std::string& name, const std::string& currency);

    std::int64_t seq_ = 0;
    std::int64_t posted_us_;
    std::map<std::string, bool> customers_;
    std::map<std::string, Account> accounts_;
    std::map<std::int64_t, Hold> holds_;
    std::map<std::int64_t, Transaction> transactions_;
    std::map<std::string, Effect> effects_;
};

}  // namespace bankctl::test
