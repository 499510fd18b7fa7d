#include "core/service/loan_facts.h"

#include <algorithm>
#include <array>
#include <set>

#include "core/model/money.h"
#include "core/service/chain.h"

namespace bankctl {
namespace {

using enum LoanFact;
__extension__ using Wide = __int128;

constexpr LoanFact k_ledger_facts[] = {tenure_months,      account_frozen,  average_balance_6m,
                                       overdraft_days_180, salary_months_6, returned_payments_12m};
constexpr std::int64_t k_us_per_day = 86'400'000'000;
constexpr std::size_t k_days = 180;
constexpr std::size_t k_spans = 6;
constexpr std::int64_t k_days_per_span = 30;
constexpr std::int64_t k_returns_days = 365;

Timestamp time_of(const JournalEntry& entry) { return entry.effective_at.value_or(entry.posted_at); }

/// The days of a window, the newest first: index 0 is the day before `today`.
class History {
public:
    History(Books& books, Timestamp now) : books_(books), now_(now), today_(now.us / k_us_per_day) {}

    void add(const Account& account);

    std::int64_t average_balance() const;
    std::int64_t overdraft_days() const { return std::ranges::count(is_overdrawn_, true); }
    std::int64_t salary_months(std::int64_t net_monthly_minor) const;
    std::int64_t returned_payments() const { return static_cast<std::int64_t>(returned_.size()); }

private:
    /// The end of the day `index` days before yesterday.
    Timestamp end_of(std::size_t index) const { return {(today_ - static_cast<std::int64_t>(index)) * k_us_per_day}; }
    bool comes_from_outside(const JournalEntry& entry);
    void look_at(const JournalEntry& entry, Seq account);

    Books& books_;
    Timestamp now_;
    std::int64_t today_;
    std::array<Wide, k_days> balances_{};
    std::array<bool, k_days> is_overdrawn_{};
    std::array<Wide, k_spans> credits_{};
    std::set<Seq> returned_;  // the credits that were
};

bool History::comes_from_outside(const JournalEntry& entry) {
    if (entry.kind != EntryKind::credit) return false;
    const Account counter = require(books_.account(require(entry.debit, "a leg").account), "an account");
    return !counter.id.text.starts_with("@dispute.") && !counter.id.text.starts_with("@loan.");
}

void History::look_at(const JournalEntry& entry, Seq account) {
    const Timestamp time = time_of(entry);
    if (entry.kind == EntryKind::reversal && now_.us - time.us < k_returns_days * k_us_per_day) {
        const JournalEntry original = require(books_.entry(entry.of), "a reversed transaction");
        if (original.credit && original.credit->account == account && comes_from_outside(original))
            returned_.insert(original.seq);
    }
    const std::int64_t days_ago = today_ - 1 - time.us / k_us_per_day;
    if (days_ago < 0 || days_ago >= static_cast<std::int64_t>(k_days) || !comes_from_outside(entry)) return;
    const std::vector<Reversal> reversals = books_.reversals(entry.seq);
    credits_.at(static_cast<std::size_t>(days_ago / k_days_per_span)) +=
        entry.amount_minor - (reversals.empty() ? 0 : reversals.back().total_minor);
}

void History::add(const Account& account) {
    const Timestamp oldest{now_.us - k_returns_days * k_us_per_day};
    std::size_t day = 0;
    JournalEntry entry = require(books_.entry(account.last), "an account's newest entry");
    for (;;) {
        const Leg leg = leg_on(entry, account.number);
        for (; day < k_days && time_of(entry) < end_of(day); ++day) {
            balances_.at(day) += leg.balance_minor;
            if (leg.balance_minor < 0) is_overdrawn_.at(day) = true;
        }
        look_at(entry, account.number);
        if (leg.version == 1 || time_of(entry) < oldest) return;
        entry = follow_chain(books_, leg.previous, entry);
    }
}

std::int64_t History::average_balance() const {
    Wide sum = 0;
    for (const Wide balance : balances_) sum += balance;
    const Wide days = k_days;
    const Wide down = sum >= 0 ? sum / days : -((-sum + days - 1) / days);
    return static_cast<std::int64_t>(std::clamp<Wide>(down, -k_minor_max, k_minor_max));
}

std::int64_t History::salary_months(std::int64_t net_monthly_minor) const {
    return std::ranges::count_if(credits_,
                                 [&](Wide credited) { return credited > 0 && credited * 2 >= net_monthly_minor; });
}

/// Since when the bank knows the customer by this account. Its first entry opened it; an imported one may be younger
/// than its transactions.
Timestamp known_since(Books& books, const Account& account) {
    const auto is_first_two = [&](const JournalEntry& entry) { return leg_on(entry, account.number).version <= 2; };
    const JournalEntry entry = require(newest_entry_where(books, account, is_first_two), "an account's first entry");
    return std::min(time_of(entry), require(books.entry(account.number), "an account's opening").posted_at);
}

std::int64_t within(LoanFact fact, std::int64_t value) { return std::clamp(value, info(fact).low, info(fact).high); }

}  // namespace

std::vector<LedgerFact> read_ledger_facts(Books& books, const Customer& customer, const Currency& currency,
                                          std::int64_t net_monthly_minor, Timestamp now) {
    History history(books, now);
    Timestamp since = require(books.entry(customer.number), "a customer's entry").posted_at;
    bool is_frozen = false;
    bool has_account = false;
    for (const Account& account : books.accounts_of(customer.number)) {
        since = std::min(since, known_since(books, account));
        is_frozen = is_frozen || account.status == AccountStatus::frozen;
        if (account.currency.code != currency.code) continue;
        has_account = true;
        history.add(account);
    }
    const std::int64_t months = months_between(since.us / k_us_per_day, now.us / k_us_per_day).months;
    const auto known = [&](std::int64_t value) { return has_account ? std::optional(value) : std::nullopt; };
    return {{tenure_months, within(tenure_months, months)},
            {account_frozen, is_frozen ? 1 : 0},
            {average_balance_6m, known(history.average_balance())},
            {overdraft_days_180, known(history.overdraft_days())},
            {salary_months_6, known(history.salary_months(net_monthly_minor))},
            {returned_payments_12m, known(within(returned_payments_12m, history.returned_payments()))}};
}

std::vector<LoanContradiction> contradictions_of(const LoanValues& values, std::span<const LedgerFact> facts) {
    std::vector<LoanContradiction> found;
    for (const LedgerFact& each : facts) {
        if (values.has(each.fact) && values.get(each.fact) != each.value)
            found.push_back({each.fact, values.at(each.fact), each.value});
    }
    return found;
}

void put_ledger_facts(std::span<const LedgerFact> facts, LoanValues& values) {
    for (const LedgerFact& each : facts) {
        if (each.value) {
            values.set(each.fact, *each.value);
        } else {
            values.forget(each.fact);
        }
    }
}

std::string_view short_name(LoanFact fact) {
    const std::string_view path = info(fact).path;
    return path.substr(path.rfind('.') + 1);
}

std::optional<LoanFact> ledger_fact(std::string_view name) {
    const auto* const found = std::ranges::find(k_ledger_facts, name, short_name);
    if (found == std::end(k_ledger_facts)) return std::nullopt;
    return *found;
}

}  // namespace bankctl
