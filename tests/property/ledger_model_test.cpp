// Random orders, given to the real bank and to one on paper; whatever can be seen must be equal after every order.
//
// BANKCTL_PROPERTY_OPERATIONS and BANKCTL_PROPERTY_SEEDS say how many orders of how many seeds the memory adapter gets;
// BANKCTL_PROPERTY_FIRST_SEED repeats a seed that failed.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "core/service/posting.h"
#include "tests/support/bank.h"
#include "tests/support/failure.h"
#include "tests/support/reference_bank.h"

namespace bankctl::test {
namespace {

constexpr std::int64_t k_limit_minor = 9'007'199'254'740'991;
constexpr std::int64_t k_day_us = 86'400 * k_second_us;

std::int64_t setting(const char* variable, std::int64_t otherwise) {
    const char* const text = std::getenv(variable);
    return text != nullptr ? std::stoll(text) : otherwise;
}

class Random {
public:
    explicit Random(std::uint64_t seed) : engine_(seed) {}
    std::int64_t between(std::int64_t low, std::int64_t high) {
        return std::uniform_int_distribution<std::int64_t>(low, std::max(low, high))(engine_);
    }
    bool percent(int chance) { return between(1, 100) <= chance; }
    template <class Sequence>
    const auto& one_of(const Sequence& sequence) {
        return *std::next(sequence.begin(), between(0, static_cast<std::int64_t>(sequence.size()) - 1));
    }

private:
    std::mt19937_64 engine_;
};

std::string major_units(std::int64_t minor, int decimals) {
    std::string digits = std::to_string(minor);
    const auto places = static_cast<std::size_t>(decimals);
    if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
    if (places > 0) digits.insert(digits.size() - places, 1, '.');
    return digits;
}

// ---- what to order

/// Makes up orders that are likely to be interesting, given how things stand.
class Customers {
public:
    Customers(Random& random, const ReferenceBank& bank) : random_(random), bank_(bank) {}

    Order next(std::int64_t clock_us) {
        now_us_ = std::max(clock_us, bank_.posted_us());
        Order order = fresh();
        if (!past_.empty() && random_.percent(10)) {
            const Order earlier = earlier_order();
            const std::int64_t choice = random_.between(1, 10);
            if (choice <= 8) {
                order = earlier;
                if (choice > 4) alter(order);
            } else {
                order.key = earlier.key;
            }
        } else if (random_.percent(order.kind == "reversal" || order.kind == "capture" ? 40 : 20)) {
            order.key = "stream:" + std::to_string(keys_made_++);
        }
        if (!order.key.empty() && (past_.size() < 400 || random_.percent(5))) past_.push_back(order);
        return order;
    }

private:
    /// One of the last few that had a key, or any.
    const Order& earlier_order() {
        const auto newest = static_cast<std::int64_t>(past_.size()) - 1;
        const std::int64_t oldest = random_.percent(50) ? std::max<std::int64_t>(0, newest - 8) : 0;
        return past_[static_cast<std::size_t>(random_.between(oldest, newest))];
    }

    Order fresh() {
        Order order;
        order.kind = kind();
        const bool is_about_transaction =
            order.kind == "capture" || order.kind == "release" || order.kind == "reversal";
        if (order.kind == "open") {
            open(order);
        } else if (is_about_transaction) {
            about_transaction(order);
        } else {
            order.account = subject(order.kind);
        }
        if (order.kind == "transfer") order.to = receiver(order.account);
        const bool has_amount =
            order.kind == "credit" || order.kind == "debit" || order.kind == "transfer" || order.kind == "hold";
        if (has_amount) order.amount = amount(order.account);
        const bool has_counter = order.kind == "credit" || order.kind == "debit" || order.kind == "capture";
        if (has_counter && random_.percent(15)) order.counter = counter_name();
        const bool is_transaction = order.kind != "freeze" && order.kind != "unfreeze" && order.kind != "close";
        if (is_transaction && random_.percent(25)) order.at_us = effective_time(order.account);
        if (order.kind == "hold" && random_.percent(50)) order.expires_us = expiry(order.at_us.value_or(now_us_));
        if (is_transaction && order.kind != "open" && random_.percent(20))
            order.memo = random_.percent(50) ? "rent" : "gift";
        if (!order.account.empty() && order.kind != "open" && random_.percent(12))
            order.if_version = version(order.account);
        return order;
    }

    std::string kind() {
        struct Weight {
            int weight;
            const char* kind;
        };
        constexpr Weight k_weights[] = {{18, "credit"},  {14, "debit"},  {20, "transfer"}, {14, "hold"},
                                        {9, "capture"},  {5, "release"}, {9, "reversal"},  {2, "freeze"},
                                        {4, "unfreeze"}, {2, "close"},   {3, "open"}};
        std::int64_t left = random_.between(1, 100);
        for (const auto& [weight, kind] : k_weights) {
            left -= weight;
            if (left <= 0) return kind;
        }
        return "credit";
    }

    /// Names are used up slowly, so that there are always some that exist, some closed and one that does not exist.
    std::string account_name() {
        return "a" + std::to_string(random_.between(0, random_.percent(90) ? opened_ - 1 : opened_));
    }

    /// A name that suits if a few tries find one.
    template <class Suits>
    std::string account_name(Suits suits) {
        std::string name = account_name();
        for (int tries = 0; tries < 4; ++tries) {
            const ReferenceBank::Account* const account = find(name);
            if (account != nullptr && suits(*account)) break;
            name = account_name();
        }
        return name;
    }

    static bool is_open(const ReferenceBank::Account& account) { return account.status == "open"; }

    std::string subject(const std::string& kind) {
        if (kind == "close")  // few accounts happen to have a zero balance
            return account_name([&](const auto& a) { return is_open(a) && bank_.balance_minor(a) == 0; });
        if (kind == "unfreeze") return account_name([&](const auto& a) { return a.status == "frozen"; });
        return random_.percent(70) ? account_name(is_open) : account_name();
    }

    std::string receiver(const std::string& from) {
        if (random_.percent(2)) return from;
        const ReferenceBank::Account* const payer = find(from);
        if (payer == nullptr || random_.percent(10)) return account_name();
        return account_name([&](const auto& a) { return is_open(a) && a.currency == payer->currency && &a != payer; });
    }

    void open(Order& order) {
        const bool is_new = opened_ < 8 || (opened_ < 30 && random_.percent(20));
        order.account = is_new ? "a" + std::to_string(opened_++) : account_name();
        order.customer = random_.percent(95) ? "c" + std::to_string(random_.between(1, 2)) : "nobody";
        order.currency = random_.one_of(std::array<std::string, 3>{"JPY", "USD", "KWD"});
        const int decimals = ReferenceBank::decimals(order.currency) + (random_.percent(4) ? 1 : 0);
        if (random_.percent(60)) order.amount = major_units(random_.between(1, 100'000), decimals);
        if (random_.percent(40)) order.overdraft = major_units(random_.between(0, 20'000), decimals);
        if (random_.percent(2)) order.overdraft = major_units(k_limit_minor, ReferenceBank::decimals(order.currency));
        if (random_.percent(10)) order.counter = counter_name();
    }

    void about_transaction(Order& order) {
        order.of = some_transaction(order.kind == "reversal");
        const auto found = bank_.transactions().find(order.of);
        if (found != bank_.transactions().end()) order.account = found->second.from;
        if (order.kind != "release" && random_.percent(50)) {
            std::int64_t left_minor = 100;
            if (found != bank_.transactions().end())
                left_minor = found->second.amount_minor - found->second.reversed_minor;
            if (random_.percent(50)) left_minor = random_.between(1, left_minor);
            order.amount = amount_near(left_minor, order.account);
        }
        if (found != bank_.transactions().end() && random_.percent(12))
            order.if_version = version(random_.percent(50) ? found->second.from : found->second.to);
        order.account.clear();
        if (!past_.empty() && random_.percent(10)) {
            order.of = 0;
            order.of_key = earlier_order().key;
        }
    }

    /// Usually one of the last few that suits the order, sometimes any number.
    std::int64_t some_transaction(bool to_reverse) {
        if (random_.percent(10)) return random_.between(1, bank_.seq() + 2);
        std::int64_t candidate = bank_.seq();
        for (std::int64_t tries = random_.between(1, 6); candidate > 1 && tries > 0; --candidate) {
            const auto found = bank_.transactions().find(candidate);
            const bool suits = found != bank_.transactions().end() && (found->second.kind == "hold") != to_reverse &&
                               found->second.kind != "opening";
            if (suits && --tries == 0) return candidate;
        }
        return candidate;
    }

    const ReferenceBank::Account* find(const std::string& name) const {
        const auto found = bank_.accounts().find(name);
        return found == bank_.accounts().end() ? nullptr : &found->second;
    }

    std::string amount(const std::string& name) {
        const ReferenceBank::Account* const account = find(name);
        if (account == nullptr) return "1";
        const std::int64_t balance_minor = bank_.balance_minor(*account);
        const std::int64_t available_minor =
            balance_minor - bank_.held_minor(*account, now_us_) + account->overdraft_minor;
        const std::int64_t choice = random_.between(1, 100);
        if (choice <= 8) return amount_near(available_minor, name);
        if (choice <= 16) return amount_near(balance_minor, name);
        if (choice <= 18) return amount_near(k_limit_minor - balance_minor - account->overdraft_minor, name);
        if (choice <= 19) return amount_near(k_limit_minor, name);
        if (choice <= 20) return "9007199254740991";
        return amount_near(random_.between(1, 30'000), name);
    }

    /// This amount, or one beside it, or with a decimal too many.
    std::string amount_near(std::int64_t minor, const std::string& name) {
        const ReferenceBank::Account* const account = find(name);
        const int decimals = account == nullptr ? 2 : ReferenceBank::decimals(account->currency);
        if (random_.percent(20)) minor += random_.between(-1, 1);
        minor = std::clamp<std::int64_t>(minor, 1, k_limit_minor);
        if (random_.percent(3)) return major_units(minor, decimals + 1);
        return major_units(minor, decimals);
    }

    std::string counter_name() {
        static const std::array<std::string, 4> k_names = {"@fees.USD", "@fees.JPY", "@suspense", "@cash.USD"};
        return random_.one_of(k_names);
    }

    std::int64_t effective_time(const std::string& name) {
        const ReferenceBank::Account* const account = find(name);
        const std::int64_t latest_us =
            account != nullptr && account->latest_us ? *account->latest_us : now_us_ - k_day_us;
        if (account != nullptr && random_.percent(30)) {  // exactly when a hold expires, or beside it
            for (const std::int64_t seq : account->holds) {
                const ReferenceBank::Hold& hold = bank_.holds().at(seq);
                if (hold.expires_us && *hold.expires_us > latest_us && *hold.expires_us <= now_us_)
                    return *hold.expires_us - random_.between(0, 1);
            }
        }
        switch (random_.between(1, 8)) {
            case 1: return now_us_;
            case 2: return latest_us;
            case 3: return latest_us - 1;
            case 4: return now_us_ + 1;
            case 5: return latest_us - random_.between(0, k_day_us);
            default: return random_.between(latest_us, now_us_);
        }
    }

    std::int64_t expiry(std::int64_t begin_us) {
        switch (random_.between(1, 8)) {
            case 1: return begin_us;
            case 2: return begin_us - random_.between(0, k_second_us);
            case 3: return begin_us + 1;
            case 4: return begin_us + random_.between(1, k_second_us);
            default: return begin_us + random_.between(1, 20 * k_second_us);
        }
    }

    std::int64_t version(const std::string& name) {
        const ReferenceBank::Account* const account = find(name);
        const std::int64_t current = account == nullptr ? 1 : account->version();
        return random_.percent(60) ? current : current + random_.between(-1, 1);
    }

    /// Makes another request of one that was made before.
    void alter(Order& order) {
        switch (random_.between(1, 9)) {
            case 1: order.memo += "!"; break;
            case 2: order.amount = order.amount.empty() ? "1" : ""; break;
            case 3: order.account = account_name(); break;
            case 4: order.at_us = now_us_ - random_.between(0, k_second_us); break;
            case 5: order.counter = counter_name(); break;
            case 6: order.expires_us = now_us_ + k_day_us; break;
            case 7: order.of = order.of == 0 ? 0 : order.of + 1; break;
            case 8: order.overdraft = random_.percent(50) ? "7" : "7.0001"; break;
            default: order.if_version = random_.between(1, 5); break;  // no part of what makes a request the same
        }
        complete(order);
    }

    /// Takes away what the kind does not have, and gives it what it cannot do without.
    static void complete(Order& order) {
        const std::string& kind = order.kind;
        const bool is_about_transaction = kind == "capture" || kind == "release" || kind == "reversal";
        const bool is_status = kind == "freeze" || kind == "unfreeze" || kind == "close";
        if (is_about_transaction) order.account.clear();
        if (is_status || kind == "release") order.amount.clear();
        if (!is_about_transaction && !is_status && kind != "open" && order.amount.empty()) order.amount = "2";
        if (kind != "credit" && kind != "debit" && kind != "capture" && kind != "open") order.counter.clear();
        if (kind != "hold") order.expires_us.reset();
        if (is_status) order.at_us.reset();
        if (is_status || kind == "open") order.memo.clear();
        if (kind != "open") order.overdraft.clear();
        if (kind == "open") order.if_version.reset();
        if (!is_about_transaction) order.of = 0;
        // An opening without a balance posts nothing that a time or a counter account could be of.
        if (kind == "open" && order.amount.empty()) order.at_us.reset();
    }

    Random& random_;
    const ReferenceBank& bank_;
    std::vector<Order> past_;  // with keys
    std::int64_t now_us_ = 0;
    std::int64_t opened_ = 1;
    std::int64_t keys_made_ = 0;
};

// ---- giving an order to the real bank

std::optional<Timestamp> time_of(const std::optional<std::int64_t>& us) {
    return us ? std::optional(Timestamp{*us}) : std::nullopt;
}

template <class Name>
std::optional<Name> name_of(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(Name{text});
}

TransactionRequest transaction_request(const Order& order) {
    TransactionRequest request;
    request.kind = transaction_kind(order.kind).value();
    request.account = name_of<AccountId>(order.account);
    request.to = name_of<AccountId>(order.to);
    request.counter = name_of<AccountId>(order.counter);
    if (order.of != 0) request.of = Seq{order.of};
    if (!order.of_key.empty()) request.of = IdempotencyKey{order.of_key};
    if (!order.amount.empty()) request.amount = Amount::parse(order.amount).value_or_throw();
    request.at = time_of(order.at_us);
    request.expires_at = time_of(order.expires_us);
    if (!order.memo.empty()) request.memo = order.memo;
    request.key = name_of<IdempotencyKey>(order.key);
    request.if_version = order.if_version;
    return request;
}

OpenAccount open_request(const Order& order) {
    OpenAccount request;
    request.id = AccountId{order.account};
    request.customer = CustomerId{order.customer};
    request.currency = find_currency(order.currency).value_or_throw();
    if (!order.overdraft.empty()) request.overdraft = Amount::parse_or_zero(order.overdraft).value_or_throw();
    if (!order.amount.empty()) request.opening_balance = Amount::parse(order.amount).value_or_throw();
    request.counter = name_of<AccountId>(order.counter);
    request.at = time_of(order.at_us);
    request.key = name_of<IdempotencyKey>(order.key);
    return request;
}

ChangeAccount change_request(const Order& order) {
    ChangeAccount request;
    request.kind = order.kind == "freeze"     ? EntryKind::account_frozen
                   : order.kind == "unfreeze" ? EntryKind::account_unfrozen
                                              : EntryKind::account_closed;
    request.id = AccountId{order.account};
    request.if_version = order.if_version;
    request.key = name_of<IdempotencyKey>(order.key);
    return request;
}

Outcome give(Posting& posting, const Order& order) {
    const bool is_status = order.kind == "freeze" || order.kind == "unfreeze" || order.kind == "close";
    const Result<Posted> posted = order.kind == "open" ? posting.open_account(open_request(order))
                                  : is_status          ? posting.change_account(change_request(order))
                                                       : posting.post(transaction_request(order));
    if (!posted) return {outcome(posted)};
    return {"ok", posted->seq.value, posted->is_replayed};
}

// ---- comparing

/// Throws with what differs, so that the caller can say at which order.
void expect(bool holds, const std::string& what) {
    if (!holds) throw std::runtime_error(what);
}

void expect_equal(std::int64_t actual, std::int64_t expected, const std::string& what) {
    if (actual != expected)
        throw std::runtime_error(what + " is " + std::to_string(actual) + ", expected " + std::to_string(expected));
}

void compare_account(const Account& actual, const ReferenceBank::Account& expected, const ReferenceBank& reference) {
    const std::string& name = actual.id.text;
    expect_equal(actual.balance_minor, reference.balance_minor(expected), "the balance of " + name);
    expect_equal(actual.version, expected.version(), "the version of " + name);
    expect(bankctl::name(actual.status) == expected.status, "the status of " + name);
    expect(actual.currency.code == expected.currency, "the currency of " + name);
    expect_equal(actual.overdraft_minor, expected.overdraft_minor, "the overdraft of " + name);
    expect(time_of(expected.latest_us) == actual.effective_at, "the effective time of " + name);
    expect_equal(actual.number.value, expected.legs.front().seq, "the number of " + name);
    expect_equal(actual.last.value, expected.legs.back().seq, "the last leg of " + name);
}

/// After every order: each account, what it has held now, and the zero sum of each currency.
void compare_books(Books& books, const ReferenceBank& reference, std::int64_t clock_us) {
    const std::int64_t now_us = std::max(clock_us, reference.posted_us());
    std::map<std::string, std::int64_t> sums_minor;
    for (const auto& [name, expected] : reference.accounts()) {
        const std::optional<Account> actual = books.account(AccountId{name});
        expect(actual.has_value(), "account " + name + " is missing");
        compare_account(*actual, expected, reference);
        expect_equal(books.held_minor(*actual, Timestamp{now_us}), reference.held_minor(expected, now_us),
                     "what is held on " + name);
        sums_minor[expected.currency] += actual->balance_minor;
    }
    for (const auto& [currency, sum_minor] : sums_minor) expect_equal(sum_minor, 0, "the sum of all " + currency);
    expect_equal(books.head().seq.value, reference.seq(), "the head");
}

/// After every commit: what is stored.
void compare_stored(port::Snapshot& snapshot, const ReferenceBank& reference) {
    expect_equal(snapshot.head().seq.value, reference.seq(), "the stored head");
    expect_equal(snapshot.head().posted_at.us, reference.posted_us(), "the stored head's time");
    std::size_t accounts = 0;
    snapshot.scan_accounts({}, [&](const Account& actual) {
        const auto expected = reference.accounts().find(actual.id.text);
        expect(expected != reference.accounts().end(), "there is an account " + actual.id.text);
        compare_account(actual, expected->second, reference);
        ++accounts;
        return true;
    });
    expect(accounts == reference.accounts().size(), "an account is not stored");
    std::size_t holds = 0;
    snapshot.scan_holds([&](const Hold& actual) {
        const auto expected = reference.holds().find(actual.seq.value);
        const std::string what = "hold " + std::to_string(actual.seq.value);
        expect(expected != reference.holds().end(), "there is a " + what);
        expect(name(actual.status) == reference.hold_status(expected->second), "the status of " + what);
        expect_equal(actual.amount_minor, expected->second.amount_minor, "the amount of " + what);
        expect(actual.resolved_by.operator bool() == (actual.status != HoldStatus::pending), what + "'s resolution");
        ++holds;
        return true;
    });
    expect(holds == reference.holds().size(), "a hold is not stored");
}

/// At the end: the whole journal, link by link.
void compare_journal(port::Snapshot& snapshot, const ReferenceBank& reference) {
    JournalEntry before;
    std::map<Seq, std::pair<const ReferenceBank::Account*, std::int64_t>> walked;  // legs so far, by account
    std::map<Seq, std::int64_t> balances_minor;
    for (const auto& [name, account] : reference.accounts()) walked[Seq{account.legs.front().seq}] = {&account, 0};
    const auto check_leg = [&](const JournalEntry& entry, const std::optional<Leg>& leg) {
        if (!leg) return;
        auto& [account, count] = walked.at(leg->account);
        const std::string what = "the leg of entry " + std::to_string(entry.seq.value);
        const auto seq_of = [&legs = account->legs](std::int64_t version) {
            return legs[static_cast<std::size_t>(version - 1)].seq;
        };
        expect_equal(leg->version, ++count, "the version in " + what);
        expect_equal(entry.seq.value, seq_of(count), "the place of " + what);
        balances_minor[leg->account] += account->legs[static_cast<std::size_t>(count - 1)].change_minor;
        expect_equal(leg->balance_minor, balances_minor[leg->account], "the balance in " + what);
        expect_equal(leg->previous.value, count == 1 ? 0 : seq_of(count - 1), "the previous leg of " + what);
        expect_equal(leg->jump.value, seq_of(jump_version(count)), "the jump of " + what);
    };
    snapshot.scan_entries({}, [&](const JournalEntry& entry) {
        expect_equal(entry.seq.value, before.seq.value + 1, "an entry's seq");
        expect(entry.posted_at >= before.posted_at, "time goes back at entry " + std::to_string(entry.seq.value));
        expect(entry.hash == hash_entry(before.hash, entry), "an entry's hash");
        const auto transaction = reference.transactions().find(entry.seq.value);
        expect(is_transaction(entry.kind) == (transaction != reference.transactions().end()), "an entry's kind");
        if (is_transaction(entry.kind)) {
            expect(name(entry.kind) == transaction->second.kind, "a transaction's kind");
            expect_equal(entry.amount_minor, transaction->second.amount_minor, "a transaction's amount");
            expect(entry.effective_at == Timestamp{transaction->second.effective_us}, "a transaction's time");
            std::int64_t reversed_minor = 0;
            for (const Reversal& reversal : snapshot.reversals(entry.seq)) reversed_minor = reversal.total_minor;
            expect_equal(reversed_minor, transaction->second.reversed_minor, "what is reversed of a transaction");
        }
        check_leg(entry, entry.debit);
        check_leg(entry, entry.credit);
        before = entry;
        return true;
    });
    expect_equal(before.seq.value, reference.seq(), "the journal's length");
}

// ---- the campaign

/// One seed's orders, in units of work of varied size; some of them are taken back, in part or as a whole.
class Campaign {
public:
    Campaign(Adapter adapter, std::uint64_t seed, std::int64_t batch_max)
        : random_(seed), batch_max_(batch_max), ledger_(make_empty_ledger(adapter, directory_)) {
        create_bank(*ledger_, clock_.now());
        reference_.note_entry();
        const Status added = write_books(*ledger_, [&](Books& books) {
            Posting posting(books, clock_, Actor{"tester", 1000});
            for (const char* id : {"c1", "c2"}) {
                PutCustomer request;
                request.id = CustomerId{id};
                request.name = "Customer";
                posting.put_customer(request).value_or_throw();
                reference_.note_customer(id);
            }
            return ok();
        });
        if (!added) throw Failure(added.error());
        reference_.note_time(clock_.next().us - 1);
    }

    void run(std::int64_t operations) {
        while (done_ < operations) {
            const std::int64_t batch = std::min(random_.between(1, batch_max_), operations - done_);
            if (random_.percent(5)) {
                run_in_vain(batch);
            } else {
                run_batch(batch, {});
            }
            ledger_->read([&](port::Snapshot& snapshot) { compare_stored(snapshot, reference_); });
        }
        ledger_->read([&](port::Snapshot& snapshot) { compare_journal(snapshot, reference_); });
    }

    std::string where() const { return "operation " + std::to_string(done_) + ": " + describe(order_); }
    /// How often each outcome came about, so that a campaign that tries nothing cannot pass.
    const std::map<std::string, std::int64_t>& outcomes() const { return outcomes_; }

private:
    /// A dry run, or work that fails in the end.
    void run_in_vain(std::int64_t batch) {
        const ReferenceBank before = reference_;
        is_failing_ = random_.percent(50);
        run_batch(batch, {!is_failing_});
        is_failing_ = false;
        reference_ = before;
    }

    void run_batch(std::int64_t batch, const port::WriteOptions& options) {
        const Status status = ledger_->transact(options, [&](port::UnitOfWork& unit) -> Status {
            Books books(unit);
            for (std::int64_t i = 0; i < batch;) {
                if (random_.percent(3)) {
                    i += run_group_in_vain(books);
                } else {
                    give_one(books);
                    ++i;
                }
                if (random_.percent(2)) books.save();
            }
            books.save();
            if (is_failing_) return Error(ErrorCode::interrupted, "in vain");
            return ok();
        });
        expect(status.operator bool() != is_failing_, "a batch ended otherwise than it should");
    }

    /// Several orders as one group that is taken back, and often given once more; how many.
    std::int64_t run_group_in_vain(Books& books) {
        const ReferenceBank before = reference_;
        std::vector<Order> orders;
        for (std::int64_t size = random_.between(1, 5); size > 0; --size) {
            step(books, customers_.next(next_clock_us()));
            orders.push_back(order_);
        }
        books.roll_back();
        reference_ = before;
        compare_books(books, reference_, clock_.next().us);
        if (random_.percent(50)) return static_cast<std::int64_t>(orders.size());
        for (const Order& order : orders) settle(books, step(books, order));
        return 2 * static_cast<std::int64_t>(orders.size());
    }

    void give_one(Books& books) { settle(books, step(books, customers_.next(next_clock_us()))); }

    void settle(Books& books, const Outcome& outcome) {
        if (outcome.code == "ok") {
            books.keep();
        } else {
            books.roll_back();
        }
        compare_books(books, reference_, clock_.next().us);
    }

    Outcome step(Books& books, const Order& order) {
        ++done_;
        order_ = order;
        const std::int64_t clock_us = clock_.next().us;
        Posting posting(books, clock_, Actor{"tester", 1000});
        Outcome actual = give(posting, order);
        clock_.set(Timestamp{clock_us});
        const Outcome expected = reference_.apply(order, clock_us);
        expect(actual.code == expected.code, "the outcome is " + actual.code + ", expected " + expected.code);
        expect_equal(actual.seq, expected.seq, "the answer's seq");
        expect(actual.is_replayed == expected.is_replayed, actual.is_replayed ? "replayed" : "not replayed");
        ++outcomes_[actual.is_replayed ? "replayed" : actual.code == "ok" ? order.kind : actual.code];
        compare_books(books, reference_, clock_us);
        return actual;
    }

    std::int64_t next_clock_us() {
        move_clock();
        return clock_.next().us;
    }

    void move_clock() {
        const std::int64_t choice = random_.between(1, 100);
        if (choice <= 60) clock_.advance_us(random_.between(0, k_second_us));
        if (choice > 60 && choice <= 62) clock_.advance_us(random_.between(0, k_day_us));
        if (choice > 62 && choice <= 67) clock_.set(Timestamp{next_expiry_us(clock_.next().us)});
        if (choice > 97) clock_.advance_us(-random_.between(0, 10 * k_second_us));
    }

    /// The moment in which the next of the newest holds expires, or now.
    std::int64_t next_expiry_us(std::int64_t now_us) const {
        std::int64_t next_us = INT64_MAX;
        auto at = reference_.holds().rbegin();
        for (int looked_at = 0; looked_at < 20 && at != reference_.holds().rend(); ++looked_at, ++at) {
            const std::optional<std::int64_t>& expires_us = at->second.expires_us;
            if (expires_us && *expires_us > now_us && at->second.end.empty()) next_us = std::min(next_us, *expires_us);
        }
        return next_us == INT64_MAX ? now_us : next_us;
    }

    Random random_;
    std::int64_t batch_max_;
    TempDirectory directory_;
    std::unique_ptr<port::Ledger> ledger_;
    FakeClock clock_;
    ReferenceBank reference_{k_start.us};
    Customers customers_{random_, reference_};
    Order order_;
    std::int64_t done_ = 0;
    bool is_failing_ = false;
    std::map<std::string, std::int64_t> outcomes_;
};

std::map<std::string, std::int64_t> run_campaign(Adapter adapter, std::int64_t seed, std::int64_t operations,
                                                 std::int64_t batch_max) {
    Campaign campaign(adapter, static_cast<std::uint64_t>(seed), batch_max);
    try {
        campaign.run(operations);
    } catch (const std::exception& exception) {
        FAIL("seed " << seed << ", " << campaign.where() << "\n" << exception.what());
    }
    return campaign.outcomes();
}

}  // namespace

TEST_CASE("the bank in memory does what the bank on paper does") {
    const std::int64_t operations = setting("BANKCTL_PROPERTY_OPERATIONS", 10'000);
    const std::int64_t seeds = setting("BANKCTL_PROPERTY_SEEDS", 20);
    const std::int64_t first_seed = setting("BANKCTL_PROPERTY_FIRST_SEED", 1);
    std::map<std::string, std::int64_t> outcomes;
    for (std::int64_t seed = first_seed; seed < first_seed + seeds; ++seed) {
        for (const auto& [what, count] : run_campaign(Adapter::memory, seed, operations, 40)) outcomes[what] += count;
    }
    CHECK(outcomes["credit"] > 0);
    if (operations * seeds < 100'000) return;  // too few for every outcome to have come about
    for (const char* what : {"credit",
                             "debit",
                             "transfer",
                             "hold",
                             "capture",
                             "release",
                             "reversal",
                             "freeze",
                             "unfreeze",
                             "close",
                             "open",
                             "replayed",
                             "same_account",
                             "invalid_time",
                             "idempotency_key_mismatch",
                             "account_not_found",
                             "transaction_not_found",
                             "customer_not_found",
                             "already_exists",
                             "currency_mismatch",
                             "amount_precision",
                             "amount_too_large",
                             "account_frozen",
                             "account_closed",
                             "illegal_transition",
                             "version_conflict",
                             "balance_not_zero",
                             "holds_pending",
                             "hold_not_pending",
                             "hold_expired",
                             "exceeds_hold",
                             "already_reversed",
                             "exceeds_reversible",
                             "not_reversible",
                             "insufficient_funds",
                             "balance_overflow"}) {
        CAPTURE(what);
        CHECK(outcomes[what] >= 10);
    }
}

TEST_CASE("the bank over SQLite does what the bank on paper does") {
    auto outcomes = run_campaign(Adapter::sqlite, setting("BANKCTL_PROPERTY_FIRST_SEED", 1), 2000, 100);
    for (const char* what : {"credit", "transfer", "hold", "capture", "reversal", "replayed", "insufficient_funds"})
        CHECK(outcomes[what] >= 10);
}

}  // namespace bankctl::test
