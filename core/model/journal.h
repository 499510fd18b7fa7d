// The journal: everything that changed the bank, in commit order, each entry chained to the one before by its hash.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/sha256.h"

namespace bankctl {

/// What an entry records. The numbers are stored; those from `opening` to `reversal` are transactions.
enum class EntryKind {
    bank_created = 1,
    customer_added = 2,
    customer_updated = 3,
    account_opened = 4,
    account_frozen = 5,
    account_unfrozen = 6,
    account_closed = 7,
    limit_set = 8,
    limit_unset = 9,
    limit_reset = 10,
    policy_stored = 11,
    dispute_filed = 12,
    dispute_changed = 13,
    notification_attempted = 14,
    loan_applied = 15,
    opening = 16,
    credit = 17,
    debit = 18,
    transfer = 19,
    hold = 20,
    capture = 21,
    release = 22,
    reversal = 23,
    loan_changed = 24,
};

std::string_view name(EntryKind kind);
/// The transaction kind of this name; none of the other entries' names is accepted.
std::optional<EntryKind> transaction_kind(std::string_view name);
/// The kind stored as `number`, if there is one.
std::optional<EntryKind> entry_kind(std::int64_t number);
bool is_transaction(EntryKind kind);
/// True of the kinds whose amount goes from the debit leg's balance to the credit leg's.
bool moves_money(EntryKind kind);

/// An entry's effect on one account, and the links that make the account's legs a chain of their own.
///
/// Versions count the account's legs: 1 is the entry that opened it. `previous` is the leg of version − 1. `jump` is
/// the leg of version − w, where w is the weight of the smallest digit of version − 1 written in skew binary (weights
/// 2^k − 1; Myers, "An applicative random-access stack", 1983), so that any earlier leg is O(log n) steps away.
struct Leg {
    Seq account;
    std::int64_t version = 0;
    std::int64_t balance_minor = 0;  ///< right after the entry
    Seq previous;
    Seq jump;

    bool operator==(const Leg&) const = default;
};

/// The version that the leg of `version` jumps to; 1 jumps to itself.
std::int64_t jump_version(std::int64_t version);

struct JournalEntry {
    Seq seq;
    EntryKind kind{};
    Timestamp posted_at;                    ///< never decreases along the journal
    std::optional<Timestamp> effective_at;  ///< of transactions; other entries on an account repeat its last one
    std::string user;
    std::int64_t uid = 0;
    std::optional<std::string> key;
    std::optional<std::string> memo;
    std::optional<std::string> detail;    ///< JSON: the new state of what the entry is about, the bank's id
    std::optional<Timestamp> expires_at;  ///< of holds
    std::int64_t amount_minor = 0;
    Seq of;  ///< what the entry is about: a hold, transaction, customer, limit rule, dispute, loan, entry that notifies
    std::optional<Leg> debit;  ///< also the only leg of holds, releases and changes of an account
    std::optional<Leg> credit;
    Digest hash{};

    bool operator==(const JournalEntry&) const = default;
};

/// The entry's leg on `account`; throws Failure with `integrity_violation` if it has none.
const Leg& leg_on(const JournalEntry& entry, Seq account);

/// SHA-256 over the previous entry's hash and the entry's fields but `hash`, in the order of the struct. Each field is
/// a tag byte (0 absent, 1 integer, 2 text), and for integers 8 bytes big-endian, for text its length as such an
/// integer and its bytes. The first entry follows 32 zero bytes.
Digest hash_entry(const Digest& previous, const JournalEntry& entry);

}  // namespace bankctl
