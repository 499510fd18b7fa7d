#include "core/store/sqlite/rows.h"

#include <algorithm>

namespace bankctl::sqlite {
namespace {

/// A stored number that stands for an enumerator up to `last`.
template <class Enum>
Enum enumerator(std::int64_t number, Enum last) {
    if (number < 0 || number > static_cast<std::int64_t>(last))
        throw damaged("a row has an unknown status " + std::to_string(number));
    return static_cast<Enum>(number);
}

std::optional<Leg> read_leg(Query& row) {
    const std::optional<std::int64_t> account = row.optional_integer();
    const std::optional<std::int64_t> version = row.optional_integer();
    const std::optional<std::int64_t> balance_minor = row.optional_integer();
    const std::optional<std::int64_t> previous = row.optional_integer();
    const std::optional<std::int64_t> jump = row.optional_integer();
    const int present =
        account.has_value() + version.has_value() + balance_minor.has_value() + previous.has_value() + jump.has_value();
    if (present == 0) return std::nullopt;
    if (present != 5) throw damaged("a journal entry has half a leg");
    return Leg{Seq{*account}, *version, *balance_minor, Seq{*previous}, Seq{*jump}};
}

}  // namespace

Failure damaged(const std::string& what) { return Failure(Error(ErrorCode::integrity_violation, what)); }

Digest read_digest(Query& row) {
    const std::string bytes = row.blob();
    Digest digest{};
    if (bytes.size() != digest.size()) throw damaged("a journal entry's hash has a wrong length");
    std::copy(bytes.begin(), bytes.end(), digest.begin());
    return digest;
}

JournalEntry read_entry(Query& row) {
    row.first_column();
    JournalEntry entry;
    entry.seq = row.seq();
    const std::optional<EntryKind> kind = entry_kind(row.integer());
    if (!kind) throw damaged("journal entry " + std::to_string(entry.seq.value) + " has an unknown kind");
    entry.kind = *kind;
    entry.posted_at = Timestamp{row.integer()};
    entry.effective_at = row.optional_time();
    if (is_transaction(entry.kind) && !entry.effective_at)
        throw damaged("transaction " + std::to_string(entry.seq.value) + " does not say when it takes effect");
    entry.user = row.text();
    entry.uid = row.integer();
    entry.key = row.optional_text();
    entry.memo = row.optional_text();
    entry.detail = row.optional_text();
    entry.expires_at = row.optional_time();
    entry.amount_minor = row.integer();
    entry.of = row.optional_seq();
    entry.debit = read_leg(row);
    entry.credit = read_leg(row);
    entry.hash = read_digest(row);
    return entry;
}

Account read_account(Query& row) {
    row.first_column();
    Account account;
    account.number = row.seq();
    account.id = AccountId{row.text()};
    account.customer = row.optional_seq();
    const Result<Currency> currency = find_currency(row.text());
    if (!currency) throw damaged("account " + account.id.text + " has an unknown currency");
    account.currency = *currency;
    account.overdraft_minor = row.integer();
    account.status = enumerator(row.integer(), AccountStatus::closed);
    account.version = row.integer();
    account.balance_minor = row.integer();
    account.held_minor = row.integer();
    account.last = row.seq();
    account.jump = row.seq();
    account.effective_at = row.optional_time();
    return account;
}

Customer read_customer(Query& row) {
    row.first_column();
    Customer customer;
    customer.number = row.seq();
    customer.id = CustomerId{row.text()};
    customer.name = row.text();
    customer.email = row.optional_text();
    customer.phone = row.optional_text();
    customer.version = row.integer();
    return customer;
}

Hold read_hold(Query& row) {
    row.first_column();
    Hold hold;
    hold.seq = row.seq();
    hold.account = row.seq();
    hold.amount_minor = row.integer();
    hold.expires_at = row.optional_time();
    hold.status = enumerator(row.integer(), HoldStatus::expired);
    hold.resolved_by = row.optional_seq();
    return hold;
}

Hold read_expiring_hold(Query& row) {
    Hold hold = read_hold(row);
    if (!hold.expires_at)
        throw damaged("hold " + std::to_string(hold.seq.value) + " does not expire, but is listed so");
    return hold;
}

Reversal read_reversal(Query& row) {
    row.first_column();
    Reversal reversal;
    reversal.of = row.seq();
    reversal.seq = row.seq();
    reversal.total_minor = row.integer();
    reversal.limit_minor = row.integer();
    return reversal;
}

LimitRule read_limit_rule(Query& row) {
    row.first_column();
    LimitRule rule;
    rule.number = row.seq();
    rule.user = row.text();
    rule.limit_class = enumerator(row.integer(), LimitClass::batch);
    const std::optional<std::int64_t> algorithm = row.optional_integer();
    const std::optional<std::int64_t> rate = row.optional_integer();
    const std::optional<std::int64_t> period_ms = row.optional_integer();
    const std::optional<std::int64_t> burst = row.optional_integer();
    const std::optional<std::int64_t> fails_open = row.optional_integer();
    rule.version = row.integer();
    const bool has_numbers = algorithm && *algorithm != static_cast<std::int64_t>(LimitAlgorithm::none);
    LimitPolicy policy;
    if (algorithm) policy.algorithm = enumerator(*algorithm, LimitAlgorithm::sliding_window);
    if (has_numbers && rate && period_ms && burst) {
        policy.rate = *rate;
        policy.period_ms = *period_ms;
        policy.burst = *burst;
    }
    policy.fails_open = fails_open.value_or(0) != 0;
    const bool is_whole = fails_open.value_or(0) == std::int64_t{policy.fails_open} &&
                          rate.has_value() == has_numbers && period_ms.has_value() == has_numbers &&
                          burst.has_value() == has_numbers && fails_open.has_value() == algorithm.has_value();
    if (!is_whole || !check_limit_policy(policy))
        throw damaged("limit rule " + std::to_string(rule.number.value) + " has impossible numbers");
    if (algorithm) rule.policy = policy;
    return rule;
}

}  // namespace bankctl::sqlite
