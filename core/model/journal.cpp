#include "core/model/journal.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace bankctl {
namespace {

constexpr std::pair<EntryKind, std::string_view> k_names[] = {
    {EntryKind::bank_created, "bank_created"},
    {EntryKind::customer_added, "customer_added"},
    {EntryKind::customer_updated, "customer_updated"},
    {EntryKind::account_opened, "account_opened"},
    {EntryKind::account_frozen, "account_frozen"},
    {EntryKind::account_unfrozen, "account_unfrozen"},
    {EntryKind::account_closed, "account_closed"},
    {EntryKind::limit_set, "limit_set"},
    {EntryKind::limit_unset, "limit_unset"},
    {EntryKind::limit_reset, "limit_reset"},
    {EntryKind::policy_stored, "policy_stored"},
    {EntryKind::dispute_filed, "dispute_filed"},
    {EntryKind::dispute_changed, "dispute_changed"},
    {EntryKind::notification_attempted, "notification_attempted"},
    {EntryKind::loan_applied, "loan_applied"},
    {EntryKind::opening, "opening"},
    {EntryKind::credit, "credit"},
    {EntryKind::debit, "debit"},
    {EntryKind::transfer, "transfer"},
    {EntryKind::hold, "hold"},
    {EntryKind::capture, "capture"},
    {EntryKind::release, "release"},
    {EntryKind::reversal, "reversal"},
    {EntryKind::loan_changed, "loan_changed"},
};

/// Builds the bytes that are hashed.
class Preimage {
public:
    explicit Preimage(const Digest& previous) {
        bytes_.clear();
        bytes_.append(reinterpret_cast<const char*>(previous.data()), previous.size());
    }

    void integer(std::int64_t value) { tagged('\1', static_cast<std::uint64_t>(value)); }
    void absent() { bytes_ += '\0'; }
    void text(std::string_view value) {
        tagged('\2', value.size());
        bytes_ += value;
    }
    void time(const std::optional<Timestamp>& value) { value ? integer(value->us) : absent(); }
    void text(const std::optional<std::string>& value) { value ? text(std::string_view(*value)) : absent(); }
    void leg(const std::optional<Leg>& leg) {
        if (!leg) return absent();
        integer(leg->account.value);
        integer(leg->version);
        integer(leg->balance_minor);
        integer(leg->previous.value);
        integer(leg->jump.value);
    }
    std::string_view bytes() const { return bytes_; }

private:
    void tagged(char tag, std::uint64_t value) {
        char bytes[9] = {tag};
        for (std::size_t i = 1; i < sizeof bytes; ++i) bytes[i] = static_cast<char>(value >> (64 - 8 * i));
        bytes_.append(bytes, sizeof bytes);
    }
    static thread_local std::string bytes_;  // one hash after the other is made in the same memory
};
thread_local std::string Preimage::bytes_;

}  // namespace

std::string_view name(EntryKind kind) {
    const auto* const found = std::ranges::find(k_names, kind, &std::pair<EntryKind, std::string_view>::first);
    assert(found != std::end(k_names));
    return found->second;
}

std::optional<EntryKind> transaction_kind(std::string_view name) {
    const auto* const found = std::ranges::find(k_names, name, &std::pair<EntryKind, std::string_view>::second);
    if (found == std::end(k_names) || !is_transaction(found->first)) return std::nullopt;
    return found->first;
}

std::optional<EntryKind> entry_kind(std::int64_t number) {
    for (const auto& [kind, text] : k_names) {
        if (static_cast<std::int64_t>(kind) == number) return kind;
    }
    return std::nullopt;
}

bool is_transaction(EntryKind kind) { return kind >= EntryKind::opening && kind <= EntryKind::reversal; }

bool moves_money(EntryKind kind) {
    return is_transaction(kind) && kind != EntryKind::hold && kind != EntryKind::release;
}

std::int64_t jump_version(std::int64_t version) {
    assert(version >= 1);
    std::int64_t rest = version - 1;
    std::int64_t weight = 0;
    while (rest > 0) {
        weight = 1;
        while (2 * weight + 1 <= rest) weight = 2 * weight + 1;
        rest -= weight;
    }
    return version - weight;
}

const Leg& leg_on(const JournalEntry& entry, Seq account) {
    if (entry.credit && entry.credit->account == account) return *entry.credit;
    if (!entry.debit || entry.debit->account != account) {
        throw Failure(Error(ErrorCode::integrity_violation, "an account's chain leads to an entry that is not about it")
                          .with("seq", entry.seq.value));
    }
    return *entry.debit;
}

Digest hash_entry(const Digest& previous, const JournalEntry& entry) {
    Preimage preimage(previous);
    preimage.integer(entry.seq.value);
    preimage.integer(static_cast<std::int64_t>(entry.kind));
    preimage.integer(entry.posted_at.us);
    preimage.time(entry.effective_at);
    preimage.text(std::string_view(entry.user));
    preimage.integer(entry.uid);
    preimage.text(entry.key);
    preimage.text(entry.memo);
    preimage.text(entry.detail);
    preimage.time(entry.expires_at);
    preimage.integer(entry.amount_minor);
    preimage.integer(entry.of.value);
    preimage.leg(entry.debit);
    preimage.leg(entry.credit);
    return sha256(preimage.bytes());
}

}  // namespace bankctl
