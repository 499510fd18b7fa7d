#include <algorithm>
#include <set>

#include "core/base/text.h"
#include "core/service/export_scan.h"

namespace bankctl {
namespace {

/// A memo as the end of a description: without the semicolon that would begin a comment, and no longer than the lines
/// of 4096 bytes that ledger reads.
std::string description_text(std::string_view memo) {
    constexpr std::size_t k_characters_max = 1'000;
    std::string text = one_line(memo);
    std::ranges::replace(text, ';', ',');
    return shortened(text, k_characters_max);
}

/// The currency and the style of its amounts. Without decimals there is no style that hledger and ledger both read:
/// one insists on the point, the other on none.
std::string commodity_lines(const Currency& currency) {
    const std::string code(currency.code);
    if (currency.decimals == 0) return "commodity " + code + "\n";
    const std::string decimals(static_cast<std::size_t>(currency.decimals), '0');
    return "commodity " + code + "\n    format 1000." + decimals + " " + code + "\n";
}

/// Strict checks insist on declarations.
void declare(DatedWalk& walk, const Sink& sink) {
    std::set<std::string> commodities;
    walk.scan_accounts([&](const Account& account) {
        commodities.insert(commodity_lines(account.currency));
        return true;
    });
    for (const std::string& lines : commodities) sink(lines);
    walk.scan_accounts([&](const Account& account) {
        sink("account " + account.id.text + "\n");
        return true;
    });
}

void append_posting(std::string& text, const DatedLeg& leg) {
    text += "    " + leg.account.id.text + "  " + amount_text(leg.account, leg.change_minor);
    if (leg.balance_minor) text += " = " + amount_text(leg.account, *leg.balance_minor);
    text += "\n";
}

}  // namespace

void export_hledger(port::Snapshot& snapshot, const ExportFilter& filter, const Sink& sink) {
    DatedWalk walk(snapshot, filter);
    declare(walk, sink);
    walk.scan([&](const DatedTransaction& transaction) {
        const JournalEntry& entry = transaction.entry;
        std::string text = "\n" + format_date(transaction.date) + " * (" + std::to_string(entry.seq.value) + ") " +
                           std::string(name(entry.kind));
        if (entry.memo && !entry.memo->empty()) text += " | " + description_text(*entry.memo);
        text += "\n";
        append_posting(text, transaction.debit);
        append_posting(text, transaction.credit);
        sink(text);
    });
}

}  // namespace bankctl
