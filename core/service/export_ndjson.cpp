#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/model/money.h"
#include "core/service/details.h"
#include "core/service/export_scan.h"

namespace bankctl {
namespace {

using Json = nlohmann::ordered_json;

Json or_null(const std::optional<std::string>& text) { return text ? Json(*text) : Json(nullptr); }

class NdjsonExport {
public:
    NdjsonExport(port::Snapshot& snapshot, const Sink& sink) : snapshot_(snapshot), sink_(sink), accounts_(snapshot) {}

    /// Takes the entries in the journal's order.
    void add(const JournalEntry& entry) {
        // Posting writes an account's opening balance right behind its opening; only the bank's own account that is its
        // counterpart may be opened between. The two become one line.
        if (entry.kind == EntryKind::account_opened && is_of_the_bank(entry)) return;
        if (entry.kind == EntryKind::opening) return write_opening(entry);
        finish();
        if (entry.kind == EntryKind::account_opened) {
            opened_ = entry;
        } else if (is_transaction(entry.kind)) {
            write_transaction(entry);
        } else {
            write_change(entry);
        }
    }
    /// Writes the opening of an account that may still be waiting for its balance.
    void finish() {
        if (!opened_) return;
        Json line = line_of_opened(*opened_);
        line["key"] = or_null(opened_->key);
        write(line);
        opened_.reset();
    }

private:
    static bool is_of_the_bank(const JournalEntry& entry) {
        return is_internal(account_from_detail(entry.detail.value_or(""), entry.seq).id);
    }

    Json line_of_opened(const JournalEntry& entry) {
        const Account account = account_from_detail(entry.detail.value_or(""), entry.seq);
        const Customer customer = require(snapshot_.customer(account.customer), "a customer");
        return Json{{"type", "open"},
                    {"account", account.id.text},
                    {"customer", customer.id.text},
                    {"currency", account.currency.code},
                    {"overdraft", decimal_text({account.currency, account.overdraft_minor})}};
    }

    void write_opening(const JournalEntry& entry) {
        const Seq number = require(entry.credit, "an opening's account").account;
        if (opened_ && opened_->seq != number) finish();
        Json line = line_of_opened(opened_ ? *opened_ : require(snapshot_.entry(number), "an account's opening"));
        line["opening_balance"] = decimal_text({accounts_(number).currency, entry.amount_minor});
        line["counter"] = accounts_(entry.debit).id.text;
        line["at"] = format_time(entry.effective_at.value_or(entry.posted_at));
        line["key"] = or_null(entry.key);
        write(line);
        opened_.reset();
    }

    void write_change(const JournalEntry& entry) {
        Json line;
        switch (entry.kind) {
            case EntryKind::customer_added:
            case EntryKind::customer_updated: line = line_of_customer(entry); break;
            case EntryKind::account_frozen: line = Json{{"type", "freeze"}}; break;
            case EntryKind::account_unfrozen: line = Json{{"type", "unfreeze"}}; break;
            case EntryKind::account_closed: line = Json{{"type", "close"}}; break;
            default: return;  // what begins every bank, and its limits, are not imported
        }
        if (entry.debit) line["account"] = accounts_(entry.debit).id.text;
        line["key"] = or_null(entry.key);
        write(line);
    }

    static Json line_of_customer(const JournalEntry& entry) {
        const Customer customer = customer_from_detail(entry.detail.value_or(""), entry.seq);
        const bool is_new = entry.kind == EntryKind::customer_added;
        Json line{{"type", is_new ? "customer" : "customer_update"}, {"id", customer.id.text}, {"name", customer.name}};
        // An update says what it removed: null would mean that it left the field alone.
        const Json none = is_new ? Json(nullptr) : Json("");
        line["email"] = customer.email ? Json(*customer.email) : none;
        line["phone"] = customer.phone ? Json(*customer.phone) : none;
        return line;
    }

    /// By key where the target has one: its number means another transaction in another bank.
    void name_target(Json& line, const JournalEntry& entry) {
        const JournalEntry target = require(snapshot_.entry(entry.of), "the transaction that an entry is about");
        if (target.key) {
            line["of_key"] = *target.key;
        } else {
            line["of"] = target.seq.value;
        }
    }

    void write_transaction(const JournalEntry& entry) {
        const Account& debited = accounts_(entry.debit);
        const std::string amount = decimal_text({debited.currency, entry.amount_minor});
        Json line{{"type", entry.kind == EntryKind::reversal ? "reverse" : name(entry.kind)}};
        switch (entry.kind) {
            case EntryKind::credit:
                line["account"] = accounts_(entry.credit).id.text;
                line["amount"] = amount;
                line["counter"] = accounts_(entry.debit).id.text;
                break;
            case EntryKind::debit:
                line["account"] = debited.id.text;
                line["amount"] = amount;
                line["counter"] = accounts_(entry.credit).id.text;
                break;
            case EntryKind::transfer:
                line["account"] = debited.id.text;
                line["to"] = accounts_(entry.credit).id.text;
                line["amount"] = amount;
                break;
            case EntryKind::hold:
                line["account"] = debited.id.text;
                line["amount"] = amount;
                line["expires"] = entry.expires_at ? Json(format_time(*entry.expires_at)) : Json(nullptr);
                break;
            case EntryKind::capture:
                name_target(line, entry);
                line["amount"] = amount;
                line["counter"] = accounts_(entry.credit).id.text;
                break;
            case EntryKind::release: name_target(line, entry); break;
            default:
                name_target(line, entry);
                line["amount"] = amount;
                break;
        }
        line["memo"] = or_null(entry.memo);
        line["at"] = format_time(entry.effective_at.value_or(entry.posted_at));
        line["key"] = or_null(entry.key);
        write(line);
    }

    void write(const Json& line) { sink_(escape_json_text(line.dump()) + "\n"); }

    port::Snapshot& snapshot_;
    const Sink& sink_;
    AccountLookup accounts_;
    std::optional<JournalEntry> opened_;  // an account whose opening balance may follow
};

}  // namespace

void export_ndjson(port::Snapshot& snapshot, const ExportFilter& filter, const Sink& sink) {
    NdjsonExport lines(snapshot, sink);
    scan_matching(snapshot, filter, [&](const JournalEntry& entry) { lines.add(entry); });
    lines.finish();
}

}  // namespace bankctl
