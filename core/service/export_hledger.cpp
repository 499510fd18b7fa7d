#include <algorithm>
#include <set>

#include "core/base/text.h"
#include "core/model/money.h"
#include "core/service/export_scan.h"

namespace bankctl {
namespace {

/// A memo as the end of a description: on one line, and without the semicolon that would begin a comment.
std::string description_text(std::string_view memo) {
    std::string text(memo);
    std::ranges::replace_if(
        text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7F'; }, ' ');
    std::ranges::replace(text, ';', ',');
    return printable(text);
}

/// The style of the currency's amounts. Without decimals the point still has to stand, to say which mark it is.
std::string commodity_line(const Currency& currency) {
    const std::string decimals(static_cast<std::size_t>(currency.decimals), '0');
    return "commodity 1000." + decimals + " " + std::string(currency.code) + "\n";
}

class HledgerExport {
public:
    HledgerExport(port::Snapshot& snapshot, const ExportFilter& filter, const Sink& sink)
        : snapshot_(snapshot), filter_(filter), sink_(sink), accounts_(snapshot) {}

    void run() {
        // `hledger check --strict` insists on declarations. Without a filter, unused accounts are declared too.
        if (filter_.is_empty()) {
            declare([&](const port::Visitor<Account>& visit) { snapshot_.scan_accounts(AccountId{}, visit); });
        } else {
            declare([&](const port::Visitor<Account>& visit) { scan_named_accounts(visit); });
        }
        scan_matching(snapshot_, filter_, [&](const JournalEntry& entry) {
            if (moves_money(entry.kind)) write(entry);
        });
    }

private:
    /// Each account that the matching transactions name, once, in no order that means anything.
    void scan_named_accounts(const port::Visitor<Account>& visit) {
        std::set<Seq> seen;
        scan_matching(snapshot_, filter_, [&](const JournalEntry& entry) {
            if (!moves_money(entry.kind)) return;
            for (const auto& leg : {entry.debit, entry.credit}) {
                if (seen.insert(require(leg, "an entry's leg").account).second) visit(accounts_(leg));
            }
        });
    }

    template <class Scan>
    void declare(Scan scan) {
        std::set<std::string> commodities;
        scan([&](const Account& account) {
            commodities.insert(commodity_line(account.currency));
            return true;
        });
        for (const std::string& line : commodities) sink_(line);
        scan([&](const Account& account) {
            sink_("account " + account.id.text + "\n");
            return true;
        });
    }

    void write(const JournalEntry& entry) {
        std::string text = "\n" + format_date(entry.effective_at.value_or(entry.posted_at)) + " * (" +
                           std::to_string(entry.seq.value) + ") " + std::string(name(entry.kind));
        if (entry.memo && !entry.memo->empty()) text += " | " + description_text(*entry.memo);
        text += "\n";
        append_posting(text, require(entry.debit, "an entry's leg"), -entry.amount_minor);
        append_posting(text, require(entry.credit, "an entry's leg"), entry.amount_minor);
        sink_(text);
    }

    void append_posting(std::string& text, const Leg& leg, std::int64_t change_minor) {
        const Account& account = accounts_(leg.account);
        const auto amount = [&](std::int64_t minor) {
            return decimal_text({account.currency, minor}) + " " + std::string(account.currency.code);
        };
        text += "    " + account.id.text + "  " + amount(change_minor);
        if (filter_.is_empty() && !is_internal(account.id)) text += " = " + amount(leg.balance_minor);
        text += "\n";
    }

    port::Snapshot& snapshot_;
    const ExportFilter& filter_;
    const Sink& sink_;
    AccountLookup accounts_;
};

}  // namespace

void export_hledger(port::Snapshot& snapshot, const ExportFilter& filter, const Sink& sink) {
    HledgerExport(snapshot, filter, sink).run();
}

}  // namespace bankctl
