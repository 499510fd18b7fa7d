#include "core/base/sha256.h"
#include "core/base/text.h"
#include "core/model/money.h"
#include "core/service/export.h"
#include "core/service/queries.h"
#include "core/service/statement.h"

namespace bankctl {
namespace {

// Sizes of OFX 2.2's data types, in characters.
constexpr std::size_t k_account_id_max = 22;
constexpr std::size_t k_name_max = 32;
constexpr std::size_t k_memo_max = 255;

constexpr std::string_view k_header =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n"
    "<?OFX OFXHEADER=\"200\" VERSION=\"220\" SECURITY=\"NONE\" OLDFILEUID=\"NONE\" NEWFILEUID=\"NONE\"?>\n"
    "<OFX>\n";
constexpr std::string_view k_status = "<STATUS><CODE>0</CODE><SEVERITY>INFO</SEVERITY></STATUS>";

/// `20260131090000.000[0:GMT]`, of `2026-01-31T09:00:00.000000Z`.
std::string ofx_time(Timestamp time) {
    const std::string text = format_time(time);
    return text.substr(0, 4) + text.substr(5, 2) + text.substr(8, 2) + text.substr(11, 2) + text.substr(14, 2) +
           text.substr(17, 6) + "[0:GMT]";
}

/// No id has a tilde, so that a shortened one is never another account's own.
std::string ofx_account_id(const AccountId& id) {
    constexpr std::size_t k_hash_digits = 16;
    if (id.text.size() <= k_account_id_max) return id.text;
    const std::string hash = to_hex(sha256(id.text)).substr(0, k_hash_digits);
    return id.text.substr(0, k_account_id_max - k_hash_digits - 1) + "~" + hash;
}

std::string element(std::string_view name, const std::string& content) {
    return "<" + std::string(name) + ">" + content + "</" + std::string(name) + ">";
}

std::string_view transaction_type(EntryKind kind, std::int64_t change_minor) {
    if (kind == EntryKind::transfer) return "XFER";
    return change_minor < 0 ? "DEBIT" : "CREDIT";
}

class OfxExport {
public:
    OfxExport(port::Snapshot& snapshot, const ExportFilter& filter, const Sink& sink)
        : snapshot_(snapshot), filter_(filter), sink_(sink), accounts_(snapshot), head_(snapshot.head()) {}

    void run() {
        const std::optional<Account> only =
            filter_.account ? std::optional(find_account(snapshot_, *filter_.account).value_or_throw()) : std::nullopt;
        sink_(k_header);
        sink_("<SIGNONMSGSRSV1><SONRS>" + std::string(k_status) + element("DTSERVER", ofx_time(head_.posted_at)) +
              "<LANGUAGE>ENG</LANGUAGE></SONRS></SIGNONMSGSRSV1>\n<BANKMSGSRSV1>\n");
        if (only) {
            write(*only);
        } else {
            snapshot_.scan_accounts(AccountId{}, [&](const Account& account) {
                write(account);
                return true;
            });
        }
        sink_("</BANKMSGSRSV1>\n</OFX>\n");
    }

private:
    void write(const Account& account) {
        sink_("<STMTTRNRS>" + element("TRNUID", std::to_string(account.number.value)) + std::string(k_status) +
              "<STMTRS>" + element("CURDEF", std::string(account.currency.code)) +
              "<BANKACCTFROM><BANKID>bankctl</BANKID>" + element("ACCTID", ofx_account_id(account.id)) +
              "<ACCTTYPE>CHECKING</ACCTTYPE></BANKACCTFROM>\n<BANKTRANLIST>" +
              element("DTSTART", ofx_time(filter_.since.value_or(first_time(snapshot_, account)))) +
              element("DTEND", ofx_time(filter_.until.value_or(head_.posted_at))) + "\n");
        TransactionFilter transactions;
        transactions.account = account.id;
        transactions.since = filter_.since;
        transactions.until = filter_.until;
        const auto write_one = [&](const JournalEntry& entry) {
            if (moves_money(entry.kind)) write(account, entry);
            return true;
        };
        static_cast<void>(list_transactions(snapshot_, transactions, write_one).value_or_throw());
        const std::int64_t balance_minor =
            filter_.until ? balance_before(snapshot_, account, *filter_.until) : account.balance_minor;
        sink_("</BANKTRANLIST>\n<LEDGERBAL>" + element("BALAMT", decimal_text({account.currency, balance_minor})) +
              element("DTASOF", ofx_time(filter_.until.value_or(head_.posted_at))) +
              "</LEDGERBAL></STMTRS></STMTTRNRS>\n");
    }

    void write(const Account& account, const JournalEntry& entry) {
        const AccountMove move = move_on(entry, account.number);
        std::string text = "<STMTTRN>" +
                           element("TRNTYPE", std::string(transaction_type(entry.kind, move.change_minor))) +
                           element("DTPOSTED", ofx_time(*entry.effective_at)) +
                           element("TRNAMT", decimal_text({account.currency, move.change_minor})) +
                           element("FITID", std::to_string(entry.seq.value)) +
                           element("NAME", std::string(first_characters(accounts_(move.other).id.text, k_name_max)));
        const std::string memo = xml_text(first_characters(entry.memo.value_or(""), k_memo_max));
        if (!memo.empty()) text += element("MEMO", memo);
        sink_(text + "</STMTTRN>\n");
    }

    port::Snapshot& snapshot_;
    const ExportFilter& filter_;
    const Sink& sink_;
    AccountLookup accounts_;
    port::Head head_;
};

}  // namespace

void export_ofx(port::Snapshot& snapshot, const ExportFilter& filter, const Sink& sink) {
    OfxExport(snapshot, filter, sink).run();
}

}  // namespace bankctl
