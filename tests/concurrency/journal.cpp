#include "tests/concurrency/journal.h"

#include "core/store/sqlite/sqlite_ledger.h"

namespace bankctl::concurrency_test {

using test::Json;

namespace {

Json text_or_null(const std::optional<std::string>& text) { return text ? Json(*text) : Json(nullptr); }
Json seq_or_null(Seq seq) { return seq ? Json(seq.value) : Json(nullptr); }

}  // namespace

Journal read_journal(const std::string& database) {
    Journal journal;
    sqlite::open_ledger({database})->read([&](port::Snapshot& snapshot) {
        snapshot.scan_entries({}, [&](const JournalEntry& entry) {
            journal.entries.push_back(entry);
            return true;
        });
        snapshot.scan_accounts({}, [&](const Account& account) {
            journal.accounts[account.number] = account;
            return true;
        });
    });
    for (const JournalEntry& entry : journal.entries) {
        if (const auto key = journal.key_of(entry)) journal.keyed[*key] = entry.seq.value;
    }
    return journal;
}

std::string change_key(std::string_view kind, const std::string& account, std::int64_t version) {
    return std::string(kind) + " " + account + " " + std::to_string(version);
}

std::optional<std::string> Journal::key_of(const JournalEntry& entry) const {
    const bool is_change = entry.kind == EntryKind::account_frozen || entry.kind == EntryKind::account_unfrozen;
    if (!is_change || entry.key || !entry.debit) return entry.key;
    return change_key(name(entry.kind), account_id(*entry.debit), entry.debit->version);
}

Json Journal::money(const Account& account, std::int64_t minor) const {
    const std::int64_t size = minor < 0 ? -minor : minor;  // all of the workload's currencies have two decimals
    const std::string cents = std::to_string(size % 100);
    return {{"currency", account.currency.code},
            {"minor", minor},
            {"decimal", std::string(minor < 0 ? "-" : "") + std::to_string(size / 100) + "." +
                            (cents.size() < 2 ? "0" : "") + cents}};
}

Json Journal::document(const JournalEntry& entry) const {
    Json legs = Json::array();
    Json names[2] = {nullptr, nullptr};
    const std::optional<Leg>* const sides[2] = {&entry.debit, &entry.credit};
    for (int side = 0; side < 2; ++side) {
        if (!*sides[side]) continue;
        const Leg& leg = **sides[side];
        names[side] = account_id(leg);
        legs.push_back({{"id", account_id(leg)},
                        {"version", leg.version},
                        {"balance", money(accounts.at(leg.account), leg.balance_minor)}});
    }
    const Account& account = accounts.at(entry.debit.value_or(entry.credit.value_or(Leg{})).account);
    const bool is_hold_end = entry.kind == EntryKind::capture || entry.kind == EntryKind::release;
    const bool is_reversal = entry.kind == EntryKind::reversal;
    return {{"seq", entry.seq.value},
            {"kind", name(entry.kind)},
            {"amount", money(account, entry.amount_minor)},
            {"currency", account.currency.code},
            {"debit_account", names[0]},
            {"credit_account", names[1]},
            {"key", text_or_null(entry.key)},
            {"memo", text_or_null(entry.memo)},
            {"posted_at", format_time(entry.posted_at)},
            {"effective_at", entry.effective_at ? Json(format_time(*entry.effective_at)) : Json(nullptr)},
            {"user", entry.user},
            {"uid", entry.uid},
            {"reverses", is_reversal ? seq_or_null(entry.of) : Json(nullptr)},
            {"hold", is_hold_end ? seq_or_null(entry.of) : Json(nullptr)},
            {"expires_at", entry.expires_at ? Json(format_time(*entry.expires_at)) : Json(nullptr)},
            {"hash", to_hex(entry.hash)},
            {"accounts", legs}};
}

}  // namespace bankctl::concurrency_test
