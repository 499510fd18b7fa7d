#include "tests/support/reference_bank.h"

#include <algorithm>
#include <sstream>

namespace bankctl::test {
namespace {

constexpr std::int64_t k_limit_minor = 9'007'199'254'740'991;

bool is_internal_name(const std::string& name) { return name.starts_with('@'); }

/// An amount in minor units, or the code that refuses it.
struct Minor {
    std::string refusal;
    std::int64_t value = 0;
};

Minor to_minor(const std::string& amount, const std::string& currency) {
    const std::size_t point = amount.find('.');
    std::string fraction = point == std::string::npos ? "" : amount.substr(point + 1);
    const auto decimals = static_cast<std::size_t>(ReferenceBank::decimals(currency));
    if (fraction.size() > decimals) return {"amount_precision"};
    fraction.resize(decimals, '0');
    const std::int64_t value = std::stoll(amount.substr(0, point) + fraction);
    if (value > k_limit_minor) return {"amount_too_large"};
    return {"", value};
}

bool beyond_limit(std::int64_t minor) { return minor > k_limit_minor || minor < -k_limit_minor; }

std::string cash(const std::string& currency) { return "@cash." + currency; }

}  // namespace

std::string describe(const Order& order) {
    std::ostringstream text;
    const auto field = [&](const char* name, const std::string& value) {
        if (!value.empty()) text << ' ' << name << '=' << value;
    };
    const auto number = [&](const char* name, const std::optional<std::int64_t>& value) {
        if (value) text << ' ' << name << '=' << *value;
    };
    text << order.kind;
    field("account", order.account);
    field("to", order.to);
    field("counter", order.counter);
    field("amount", order.amount);
    number("of", order.of != 0 ? std::optional(order.of) : std::nullopt);
    field("of_key", order.of_key);
    number("at_us", order.at_us);
    number("expires_us", order.expires_us);
    field("memo", order.memo);
    field("key", order.key);
    number("if_version", order.if_version);
    field("customer", order.customer);
    field("currency", order.currency);
    field("overdraft", order.overdraft);
    return text.str();
}

int ReferenceBank::decimals(const std::string& currency) {
    if (currency == "JPY") return 0;
    return currency == "KWD" ? 3 : 2;
}

void ReferenceBank::note_customer(const std::string& customer) {
    note_entry();
    customers_[customer] = true;
}

std::int64_t ReferenceBank::balance_minor(const Account& account) const {
    std::int64_t sum = 0;
    for (const Leg& leg : account.legs) sum += leg.change_minor;
    return sum;
}

/// A hold is over once anything on its account took effect at its expiry or later.
std::string ReferenceBank::hold_status(const Hold& hold) const {
    if (!hold.end.empty()) return hold.end;
    const Account& account = accounts_.at(hold.account);
    return hold.expires_us && account.latest_us && *hold.expires_us <= *account.latest_us ? "expired" : "pending";
}

std::int64_t ReferenceBank::held_minor(const Account& account, std::int64_t time_us) const {
    std::int64_t sum = 0;
    for (const std::int64_t seq : account.holds) {
        const Hold& hold = holds_.at(seq);
        const bool is_over = hold_status(hold) != "pending" || (hold.expires_us && *hold.expires_us <= time_us);
        if (!is_over) sum += hold.amount_minor;
    }
    return sum;
}

Outcome ReferenceBank::judge(const Order& order, std::int64_t clock_us) const {
    if (order.kind == "transfer" && order.account == order.to) return {"same_account"};
    if (const auto effect = effects_.find(order.key); !order.key.empty() && effect != effects_.end())
        return repeat(order, effect->second);
    const std::string code = refusal(order, std::max(clock_us, posted_us_));
    return code.empty() ? Outcome{} : Outcome{code};
}

Outcome ReferenceBank::apply(const Order& order, std::int64_t clock_us) {
    const Outcome judged = judge(order, clock_us);
    if (judged.code != "ok" || judged.is_replayed) return judged;
    const std::int64_t now_us = std::max(clock_us, posted_us_);
    if (order.kind == "open") return open(order, now_us);
    if (order.kind == "freeze" || order.kind == "unfreeze" || order.kind == "close")
        return change_status(order, now_us);
    return post(order, now_us);
}

/// The same request gets the original answer, any other one a mismatch.
Outcome ReferenceBank::repeat(const Order& order, const Effect& effect) const {
    const Order& first = effect.order;
    bool is_same = order.kind == first.kind && order.account == first.account && order.to == first.to;
    if (order.kind == "freeze" || order.kind == "unfreeze" || order.kind == "close")
        return is_same ? Outcome{"ok", effect.answer, true} : Outcome{"idempotency_key_mismatch"};

    is_same = is_same && order.memo == first.memo && resolve(order) == effect.of;
    if (order.at_us) is_same = is_same && *order.at_us == effect.effective_us;
    if (order.expires_us) is_same = is_same && order.expires_us == first.expires_us;
    if (order.kind == "credit" || order.kind == "debit" || order.kind == "capture")
        is_same = is_same && (order.counter.empty() ? cash(effect.currency) : order.counter) == effect.counter;
    if (!order.amount.empty()) {
        const Minor minor = to_minor(order.amount, effect.currency);
        is_same = is_same && minor.refusal.empty() && minor.value == effect.amount_minor;
    } else if (order.kind == "capture" || order.kind == "reversal") {
        is_same = is_same && effect.whole_minor == effect.amount_minor;
    }
    if (order.kind == "open") {
        const Minor overdraft = order.overdraft.empty() ? Minor{} : to_minor(order.overdraft, effect.currency);
        is_same = is_same && order.customer == first.customer && order.currency == first.currency &&
                  order.amount.empty() == first.amount.empty() && overdraft.refusal.empty() &&
                  overdraft.value == effect.overdraft_minor;
        if (!order.amount.empty())
            is_same = is_same && (order.counter.empty() ? cash(effect.currency) : order.counter) == effect.counter;
    }
    return is_same ? Outcome{"ok", effect.answer, true} : Outcome{"idempotency_key_mismatch"};
}

/// Which entry the order is about, 0 if there is none.
std::int64_t ReferenceBank::resolve(const Order& order) const {
    if (order.of_key.empty()) return order.of;
    const auto effect = effects_.find(order.of_key);
    return effect == effects_.end() ? 0 : effect->second.seq;
}

/// `currency_mismatch` if the bank's own account exists in another currency.
std::string ReferenceBank::wrong_counter(const std::string& counter, const std::string& currency) const {
    const auto existing = accounts_.find(counter);
    if (existing != accounts_.end()) return existing->second.currency != currency ? "currency_mismatch" : "";
    for (const char* other : {"USD", "JPY", "KWD"}) {  // a cash account is only ever opened in its own currency
        if (counter == cash(other) && currency != other) return "currency_mismatch";
    }
    return "";
}

/// Why the bank says no; empty if it does not.
std::string ReferenceBank::refusal(const Order& order, std::int64_t now_us) const {
    if (order.kind == "open") return refusal_to_open(order, now_us);
    if (order.kind == "freeze" || order.kind == "unfreeze" || order.kind == "close")
        return refusal_to_change_status(order, now_us);
    const Plan decided = plan(order, now_us);
    return decided.refusal.empty() ? first_broken_rule(order, decided) : decided.refusal;
}

std::string ReferenceBank::refusal_to_open(const Order& order, std::int64_t now_us) const {
    if (accounts_.contains(order.account)) return "already_exists";
    if (!customers_.contains(order.customer)) return "customer_not_found";
    const std::string counter = order.counter.empty() ? cash(order.currency) : order.counter;
    if (const std::string code = wrong_counter(counter, order.currency); !code.empty()) return code;
    const Minor overdraft = order.overdraft.empty() ? Minor{} : to_minor(order.overdraft, order.currency);
    if (!overdraft.refusal.empty()) return overdraft.refusal;
    const Minor opening = order.amount.empty() ? Minor{} : to_minor(order.amount, order.currency);
    if (!opening.refusal.empty()) return opening.refusal;
    if (order.at_us && *order.at_us > now_us) return "invalid_time";
    const auto existing = accounts_.find(counter);
    const std::int64_t counter_minor = existing == accounts_.end() ? 0 : balance_minor(existing->second);
    const bool overflows = beyond_limit(counter_minor - opening.value) || beyond_limit(overdraft.value + opening.value);
    return opening.value > 0 && overflows ? "balance_overflow" : "";
}

Outcome ReferenceBank::open(const Order& order, std::int64_t now_us) {
    const std::string counter = order.counter.empty() ? cash(order.currency) : order.counter;
    const Minor overdraft = order.overdraft.empty() ? Minor{} : to_minor(order.overdraft, order.currency);
    const Minor opening = order.amount.empty() ? Minor{} : to_minor(order.amount, order.currency);
    posted_us_ = now_us;
    const std::int64_t number = ++seq_;
    Account& account = accounts_[order.account];
    account.currency = order.currency;
    account.customer = order.customer;
    account.overdraft_minor = overdraft.value;
    account.legs.push_back({number, 0});
    const std::int64_t effective_us = order.at_us.value_or(now_us);
    if (opening.value > 0) {
        ensure_internal(counter, order.currency);
        ++seq_;
        touch(counter, -opening.value, effective_us);
        touch(order.account, opening.value, effective_us);
        transactions_[seq_] = {"opening", counter, order.account, opening.value, 0, effective_us};
    }
    if (!order.key.empty())
        effects_[order.key] = {order,           order.currency, counter,        opening.value, opening.value,
                               overdraft.value, effective_us,   resolve(order), seq_,          number};
    return {"ok", number};
}

std::string ReferenceBank::refusal_to_change_status(const Order& order, std::int64_t now_us) const {
    const auto found = accounts_.find(order.account);
    if (found == accounts_.end()) return "account_not_found";
    const Account& account = found->second;
    if (account.status == "closed") return "account_closed";
    if (order.kind == "close" && account.status == "frozen") return "account_frozen";
    if ((account.status == "frozen") != (order.kind == "unfreeze")) return "illegal_transition";
    if (order.if_version && *order.if_version != account.version()) return "version_conflict";
    if (order.kind != "close") return "";
    if (balance_minor(account) != 0) return "balance_not_zero";
    return held_minor(account, now_us) != 0 ? "holds_pending" : "";
}

Outcome ReferenceBank::change_status(const Order& order, std::int64_t now_us) {
    Account& account = accounts_.at(order.account);
    posted_us_ = now_us;
    account.legs.push_back({++seq_, 0});
    account.status = order.kind == "freeze" ? "frozen" : order.kind == "close" ? "closed" : "open";
    if (!order.key.empty()) effects_[order.key] = {order, account.currency, "", 0, 0, 0, 0, 0, seq_, seq_};
    return {"ok", seq_};
}

Outcome ReferenceBank::post(const Order& order, std::int64_t now_us) {
    const Plan decided = plan(order, now_us);
    posted_us_ = now_us;
    const std::string currency = accounts_.at(decided.subject).currency;
    ensure_internal(decided.from, currency);
    if (!decided.to.empty()) ensure_internal(decided.to, currency);
    ++seq_;
    const bool moves = order.kind != "hold" && order.kind != "release";
    touch(decided.from, moves ? -decided.amount_minor : 0, decided.time_us);
    if (!decided.to.empty()) touch(decided.to, decided.amount_minor, decided.time_us);
    transactions_[seq_] = {order.kind, decided.from, decided.to, decided.amount_minor, 0, decided.time_us};
    if (order.kind == "hold") {
        holds_[seq_] = {order.account, decided.amount_minor, order.expires_us, ""};
        accounts_.at(order.account).holds.push_back(seq_);
    }
    if (order.kind == "capture") holds_.at(decided.of).end = "captured";
    if (order.kind == "release") holds_.at(decided.of).end = "released";
    if (order.kind == "reversal") transactions_.at(decided.of).reversed_minor += decided.amount_minor;
    const std::string counter = order.kind == "credit" ? decided.from : decided.to;
    if (!order.key.empty())
        effects_[order.key] = {
            order,      currency, counter, decided.amount_minor, decided.whole_minor, 0, decided.time_us,
            decided.of, seq_,     seq_};
    return {"ok", seq_};
}

ReferenceBank::Plan ReferenceBank::plan(const Order& order, std::int64_t now_us) const {
    Plan plan;
    plan.time_us = order.at_us.value_or(now_us);
    plan.now_us = now_us;
    if (order.kind == "capture" || order.kind == "release") return plan_hold_end(order, plan);
    if (order.kind == "reversal") return plan_reversal(order, plan);
    return plan_on_account(order, plan);
}

ReferenceBank::Plan ReferenceBank::plan_on_account(const Order& order, Plan plan) const {
    const auto found = accounts_.find(order.account);
    plan.refusal = "account_not_found";
    if (found == accounts_.end()) return plan;
    if (order.kind == "transfer" && !accounts_.contains(order.to)) return plan;
    const std::string& currency = found->second.currency;
    const std::string other = order.kind == "transfer" ? order.to
                              : order.kind == "hold"   ? ""
                              : order.counter.empty()  ? cash(currency)
                                                       : order.counter;
    plan.refusal = wrong_counter(other, currency);
    if (!plan.refusal.empty()) return plan;
    const Minor minor = to_minor(order.amount, currency);
    plan.refusal = minor.refusal;
    plan.subject = order.account;
    plan.from = order.kind == "credit" ? other : order.account;
    plan.to = order.kind == "credit" ? order.account : other;
    plan.amount_minor = minor.value;
    return plan;
}

ReferenceBank::Plan ReferenceBank::plan_hold_end(const Order& order, Plan plan) const {
    plan.of = resolve(order);
    plan.refusal = "transaction_not_found";
    if (!transactions_.contains(plan.of)) return plan;
    plan.from = transactions_.at(plan.of).from;
    const Account& account = accounts_.at(plan.from);
    plan.subject = plan.from;
    if (order.kind == "capture") {
        plan.to = order.counter.empty() ? cash(account.currency) : order.counter;
        plan.refusal = wrong_counter(plan.to, account.currency);
        if (!plan.refusal.empty()) return plan;
        if (!order.amount.empty()) {
            const Minor minor = to_minor(order.amount, account.currency);
            plan.refusal = minor.refusal;
            plan.amount_minor = minor.value;
            if (!plan.refusal.empty()) return plan;
        }
    }
    plan.refusal = "hold_not_pending";
    const auto found = holds_.find(plan.of);
    if (found == holds_.end()) return plan;
    const Hold& hold = found->second;
    plan.whole_minor = hold.amount_minor;
    plan.freed_minor = hold.amount_minor;
    if (order.amount.empty() || order.kind == "release") plan.amount_minor = hold.amount_minor;
    const std::string status = hold_status(hold);
    plan.refusal = "";
    if (status == "captured" || status == "released") plan.refusal = "hold_not_pending";
    if (status == "expired") plan.refusal = "hold_expired";
    if (status == "pending" && hold.expires_us && *hold.expires_us <= plan.time_us) plan.refusal = "hold_expired";
    return plan;
}

ReferenceBank::Plan ReferenceBank::plan_reversal(const Order& order, Plan plan) const {
    plan.of = resolve(order);
    plan.refusal = "transaction_not_found";
    const auto found = transactions_.find(plan.of);
    if (found == transactions_.end()) return plan;
    const Transaction& original = found->second;
    Minor asked;
    if (!order.amount.empty()) {
        asked = to_minor(order.amount, accounts_.at(original.from).currency);
        plan.refusal = asked.refusal;
        if (!plan.refusal.empty()) return plan;
    }
    plan.refusal = "not_reversible";
    const bool is_reversible = original.kind == "credit" || original.kind == "debit" || original.kind == "transfer" ||
                               original.kind == "capture";
    if (!is_reversible) return plan;
    plan.from = original.to;
    plan.to = original.from;
    plan.subject = is_internal_name(plan.from) ? plan.to : plan.from;
    const std::int64_t left_minor = original.amount_minor - original.reversed_minor;
    plan.whole_minor = left_minor;
    plan.amount_minor = order.amount.empty() ? left_minor : asked.value;
    plan.refusal = "";
    if (left_minor == 0) {
        plan.refusal = "already_reversed";
    } else if (plan.amount_minor > left_minor) {
        plan.refusal = "exceeds_reversible";
    }
    return plan;
}

/// The rules that all transactions share: status, version, time, expiry, the hold's size, funds, overflow.
std::string ReferenceBank::first_broken_rule(const Order& order, const Plan& plan) const {
    std::vector<std::pair<std::string, const Account*>> touched;
    for (const std::string& name : {plan.from, plan.to}) {
        if (const auto found = accounts_.find(name); found != accounts_.end())
            touched.emplace_back(name, &found->second);
    }
    for (const auto& [name, account] : touched) {
        if (account->status != "open") return "account_" + account->status;
    }
    if (order.if_version && *order.if_version != accounts_.at(plan.subject).version()) return "version_conflict";
    if (plan.time_us > plan.now_us) return "invalid_time";
    for (const auto& [name, account] : touched) {
        if (!is_internal_name(name) && account->latest_us && plan.time_us < *account->latest_us) return "invalid_time";
    }
    if (order.kind == "hold" && order.expires_us && *order.expires_us <= plan.time_us) return "invalid_time";
    if (order.kind == "capture" && plan.amount_minor > plan.freed_minor) return "exceeds_hold";
    if (order.kind != "release" && !is_internal_name(plan.from)) {
        const Account& payer = accounts_.at(plan.from);
        const std::int64_t other_holds_minor = held_minor(payer, plan.time_us) - plan.freed_minor;
        if (plan.amount_minor > balance_minor(payer) - other_holds_minor + payer.overdraft_minor)
            return "insufficient_funds";
    }
    return order.kind != "hold" && order.kind != "release" && would_overflow(plan) ? "balance_overflow" : "";
}

/// An account's balance, and that and its overdraft together, must be numbers that scripts can hold exactly.
bool ReferenceBank::would_overflow(const Plan& plan) const {
    const auto balance_of = [&](const std::string& name) {
        const auto found = accounts_.find(name);
        return found == accounts_.end() ? 0 : balance_minor(found->second);
    };
    const auto receiver = accounts_.find(plan.to);
    const std::int64_t overdraft_minor = receiver == accounts_.end() ? 0 : receiver->second.overdraft_minor;
    const std::int64_t received_minor = balance_of(plan.to) + plan.amount_minor;
    return beyond_limit(balance_of(plan.from) - plan.amount_minor) || beyond_limit(received_minor) ||
           beyond_limit(received_minor + overdraft_minor);
}

void ReferenceBank::touch(const std::string& name, std::int64_t change_minor,
                          std::optional<std::int64_t> effective_us) {
    Account& account = accounts_.at(name);
    account.legs.push_back({seq_, change_minor});
    account.latest_us = effective_us;
}

/// The bank's own accounts come into being by an entry of their own when they are first used.
void ReferenceBank::ensure_internal(const std::string& name, const std::string& currency) {
    if (!is_internal_name(name) || accounts_.contains(name)) return;
    Account& account = accounts_[name];
    account.currency = currency;
    account.legs.push_back({++seq_, 0});
}

}  // namespace bankctl::test
