// bankctl loan expire: ends the offers whose time is over, as a timer does.
#include "cli/command/all.h"
#include "cli/command/loan_case.h"
#include "cli/interrupt.h"

namespace bankctl::cli {
namespace {

constexpr Option k_options[] = {k_dry_run_option};
constexpr Example k_examples[] = {{"bankctl loan expire --user cron", "once a day"}};

void run(Context& context, bool is_dry_run) {
    Json rows = Json::array();
    context.actor();  // looked up before other writers have to wait
    const Status status = context.ledger().transact({is_dry_run}, [&](port::UnitOfWork& unit) -> Status {
        const Timestamp now = context.clock().now();
        const std::vector<Seq> overdue = overdue_offers(unit, now);
        if (overdue.empty()) return ok();
        Books books(unit);
        Loans loans(books, context.clock(), context.actor());
        for (const Seq number : overdue) {
            BANKCTL_TRY(posted, loans.expire(number));
            static_cast<void>(posted);
        }
        books.keep();
        books.save();
        for (const Seq number : overdue)
            rows.push_back(loan_row_json(unit, require(unit.loan(number), "a loan that has expired"), now));
        defer_interrupts();  // what is committed from here on will be told of
        return ok();
    });
    if (!status) throw Failure(status.error());
    if (!rows.empty() && !is_dry_run) context.mark_applied(rows);
    ListPrinter printer(context);
    for (const Json& row : rows) printer.add(row);
    printer.finish(nullptr);
}

std::function<void(Context&)> plan(const Arguments& arguments) {
    return [is_dry_run = arguments.has("dry-run")](Context& context) { run(context, is_dry_run); };
}

}  // namespace

const Command k_loan_expire{
    .noun = "loan",
    .verb = "expire",
    .summary = "End the offers whose time is over",
    .description =
        "Ends every approval and counter-offer that nobody has accepted in time, tells the customers, and lists what "
        "has expired, all in one transaction. Meant to be run by a timer; where nothing is over, it writes nothing.",
    .options = k_options,
    .list_document = &k_loan_list_document,
    .examples = k_examples,
    .plan = plan};

}  // namespace bankctl::cli
