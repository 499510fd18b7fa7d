#include <map>
#include <set>

#include "core/model/money.h"
#include "core/service/export_scan.h"

namespace bankctl {
namespace {

/// An account's name as beancount's grammar wants it (a capital or digit, then letters, digits and hyphens), different
/// for each id: the hyphen escapes what is not allowed, itself too. A customer's balance is what the customer owns.
std::string beancount_name(const AccountId& id) {
    std::string name = is_internal(id) ? "Equity:Bank-" : "Assets:Customer-";
    for (const char c : id.text.substr(is_internal(id) ? 1 : 0)) {
        switch (c) {
            case '-': name += "--"; break;
            case '.': name += "-d"; break;
            case '_': name += "-u"; break;
            case ':': name += "-c"; break;
            default: name += c;
        }
    }
    return name;
}

std::string in_string(std::string_view memo) {
    std::string text = "\"";
    for (const char c : one_line(memo)) {
        if (c == '"' || c == '\\') text += '\\';
        text += c;
    }
    return text + "\"";
}

class BeancountExport {
public:
    explicit BeancountExport(const Sink& sink) : sink_(sink) {}

    /// An account must be open before its first posting; later calls for it do nothing.
    void open(const Account& account, Timestamp date) {
        if (!opened_.insert(account.number).second) return;
        sink_(format_date(date) + " open " + beancount_name(account.id) + " " + std::string(account.currency.code) +
              "\n  id: \"" + account.id.text + "\"\n");
    }

    void add(const DatedTransaction& transaction) {
        if (transaction.date != date_) assert_balances();
        date_ = transaction.date;
        open(transaction.debit.account, date_);
        open(transaction.credit.account, date_);
        const JournalEntry& entry = transaction.entry;
        std::string text = "\n" + format_date(date_) + " * \"" + std::string(name(entry.kind)) + "\" " +
                           in_string(entry.memo.value_or("")) + "\n  seq: " + std::to_string(entry.seq.value) + "\n";
        for (const DatedLeg& leg : {transaction.debit, transaction.credit}) {
            const std::string account = beancount_name(leg.account.id);
            text += "  " + account + "  " + amount_text(leg.account, leg.change_minor) + "\n";
            if (leg.balance_minor) balances_.insert_or_assign(account, Money{leg.account.currency, *leg.balance_minor});
        }
        sink_(text);
    }

    /// A balance directive speaks of the beginning of its day, so the day's last balances are asserted on the next.
    /// Without a tolerance of its own it would let two units of the last decimal pass.
    void assert_balances() {
        const std::string next_day = format_date(Timestamp{date_.us + k_day_us});
        for (const auto& [account, balance] : balances_) {
            sink_(next_day + " balance " + account + "  " + decimal_text(balance) + " ~ " +
                  decimal_text({balance.currency, 0}) + " " + std::string(balance.currency.code) + "\n");
        }
        balances_.clear();
    }

private:
    const Sink& sink_;
    std::set<Seq> opened_;
    Timestamp date_;
    std::map<std::string, Money> balances_;  // of the accounts that date_ touched
};

}  // namespace

void export_beancount(port::Snapshot& snapshot, const ExportFilter& filter, const Sink& sink) {
    DatedWalk walk(snapshot, filter);
    BeancountExport journal(sink);
    walk.scan([&](const DatedTransaction& transaction) { journal.add(transaction); });
    journal.assert_balances();
    walk.scan_accounts([&](const Account& account) {
        journal.open(account, require(snapshot.entry(account.number), "an account's first entry").posted_at);
        return true;
    });
}

}  // namespace bankctl
