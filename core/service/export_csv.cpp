#include "core/base/csv.h"
#include "core/model/money.h"
#include "core/service/export_scan.h"

namespace bankctl {
namespace {

void append_leg(std::string& line, const DatedLeg& leg) {
    line += "," + csv_text_cell(leg.account.id.text) + ",";
    if (leg.balance_minor) line += decimal_text({leg.account.currency, *leg.balance_minor});
}

}  // namespace

void export_csv(port::Snapshot& snapshot, const ExportFilter& filter, const Sink& sink) {
    DatedWalk walk(snapshot, filter);
    sink("seq,date,effective_at,kind,amount,currency,debit_account,debit_balance,credit_account,credit_balance,memo\n");
    walk.scan([&](const DatedTransaction& transaction) {
        const JournalEntry& entry = transaction.entry;
        const Currency& currency = transaction.credit.account.currency;
        std::string line = std::to_string(entry.seq.value) + "," + format_date(transaction.date) + "," +
                           format_time(*entry.effective_at) + "," + std::string(name(entry.kind)) + "," +
                           decimal_text({currency, entry.amount_minor}) + "," + std::string(currency.code);
        append_leg(line, transaction.debit);
        append_leg(line, transaction.credit);
        sink(line + "," + csv_text_cell(entry.memo.value_or("")) + "\n");
    });
}

}  // namespace bankctl
