#include "core/service/export_scan.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/model/money.h"
#include "core/service/queries.h"

namespace bankctl {
namespace {

std::int64_t day_of(const JournalEntry& entry) {
    const std::int64_t us = require(entry.effective_at, "a transaction's time").us;
    return us / k_day_us - (us % k_day_us < 0 ? 1 : 0);
}

}  // namespace

void scan_matching(port::Snapshot& snapshot, const ExportFilter& filter,
                   const std::function<void(const JournalEntry&)>& visit) {
    const std::int64_t head = snapshot.head().seq.value;
    const auto visit_and_go_on = [&](const JournalEntry& entry) {
        if (filter.progress) filter.progress(entry.seq.value, head);
        visit(entry);
        return true;
    };
    if (filter.is_empty()) return snapshot.scan_entries(Seq{}, visit_and_go_on);
    TransactionFilter transactions;
    transactions.account = filter.account;
    transactions.since = filter.since;
    transactions.until = filter.until;
    static_cast<void>(list_transactions(snapshot, transactions, visit_and_go_on).value_or_throw());
}

DatedWalk::DatedWalk(port::Snapshot& snapshot, const ExportFilter& filter)
    : snapshot_(snapshot), is_whole_(filter.is_empty()), progress_(filter.progress), accounts_(snapshot) {
    ExportFilter first_half = filter;
    if (progress_) first_half.progress = [&](std::int64_t seq, std::int64_t head) { progress_(seq, 2 * head); };
    scan_matching(snapshot, first_half, [&](const JournalEntry& entry) {
        if (!moves_money(entry.kind)) return;
        places_.push_back({day_of(entry), entry.seq});
        if (is_whole_) return;
        for (const auto& leg : {entry.debit, entry.credit}) named_.insert(require(leg, "an entry's leg").account);
    });
    std::ranges::sort(places_);
}

void DatedWalk::scan_accounts(const port::Visitor<Account>& visit) {
    if (is_whole_) return snapshot_.scan_accounts(AccountId{}, visit);
    for (const Seq number : named_) {
        if (!visit(accounts_(number))) return;
    }
}

DatedLeg DatedWalk::leg(const std::optional<Leg>& leg, std::int64_t change_minor) {
    const Account& account = accounts_(leg);
    if (!is_whole_) return {account, change_minor, std::nullopt};
    if (!is_internal(account.id)) return {account, change_minor, leg->balance_minor};
    std::int64_t& balance_minor = internal_balances_minor_[account.number];
    balance_minor = add_by_date(balance_minor, change_minor);
    return {account, change_minor, balance_minor};
}

void DatedWalk::scan(const std::function<void(const DatedTransaction&)>& visit) {
    internal_balances_minor_.clear();
    const auto count = static_cast<std::int64_t>(places_.size());
    std::int64_t done = count;
    for (const Place& place : places_) {
        if (progress_) progress_(++done, 2 * count);
        const JournalEntry entry = require(snapshot_.entry(place.seq), "an entry just read");
        visit({entry, Timestamp{place.day * k_day_us}, leg(entry.debit, -entry.amount_minor),
               leg(entry.credit, entry.amount_minor)});
    }
}

std::string one_line(std::string_view memo) {
    std::string text(memo);
    std::ranges::replace_if(
        text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7F'; }, ' ');
    return printable(text);
}

std::string amount_text(const Account& account, std::int64_t minor) {
    return decimal_text({account.currency, minor}) + " " + std::string(account.currency.code);
}

}  // namespace bankctl
