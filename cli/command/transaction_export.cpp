// bankctl transaction export: the books in a form that other tools read.
#include <unistd.h>

#include <algorithm>

#include "cli/command/all.h"
#include "cli/command/common.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "core/service/export.h"

namespace bankctl::cli {
namespace {

using Exporter = void (*)(port::Snapshot&, const ExportFilter&, const Sink&);

struct Format {
    std::string_view name;
    Exporter exporter;
};
constexpr Format k_exporters[] = {{"hledger", export_hledger},
                                  {"ofx", export_ofx},
                                  {"csv", export_csv},
                                  {"ndjson", export_ndjson},
                                  {"beancount", export_beancount}};
constexpr std::string_view k_formats[] = {"hledger", "ofx", "csv", "ndjson", "beancount"};
constexpr std::int64_t k_progress_entries = 1'000;
constexpr Option k_options[] = {
    {.name = "format", .value = "FORMAT", .summary = "what to write", .is_required = true, .choices = k_formats},
    {"account", "ACCOUNT", "only transactions that touch this account"},
    {"since", "TIME", "effective at or after this time"},
    {"until", "TIME", "effective before this time"}};
constexpr Example k_examples[] = {
    {"bankctl tx export --format hledger > b.journal && hledger -f b.journal check",
     "the books, checked by another program"},
    {"bankctl tx export --format beancount > b.beancount && bean-check b.beancount", "the same, by a third"},
    {"bankctl tx export --format ofx --account alice --since 2026-01-01 > alice.ofx", "for a personal finance program"},
    {"bankctl tx export --format ndjson | bankctl --db c.db tx import - --source c", "equal books in an empty bank"}};
constexpr ErrorCode k_errors[] = {ErrorCode::account_not_found, ErrorCode::invalid_time, ErrorCode::balance_overflow};

/// Ends an export early.
struct ReaderIsGone {};

void write_export(Context& context, Exporter write, const ExportFilter& filter) {
    context.ledger().read([&](port::Snapshot& snapshot) {
        TextPrinter printer(context);
        write(snapshot, filter, [&](std::string_view lines) {
            printer.add(lines);
            if (context.reader_is_gone()) throw ReaderIsGone();
        });
        printer.flush();
    });
}

std::function<void(Context&)> plan(const Arguments& arguments) {
    const Exporter write = std::ranges::find(k_exporters, arguments.required("format"), &Format::name)->exporter;
    ExportFilter filter;
    filter.account = optional_argument(arguments, "account", parse_any_account_id);
    filter.since = optional_argument(arguments, "since", parse_time);
    filter.until = optional_argument(arguments, "until", parse_time);
    return [write, filter](Context& context) mutable {
        std::optional<Progress> progress;
        if (!is_terminal(STDOUT_FILENO)) progress.emplace(context.settings(), context.clock(), "entries");
        filter.progress = [&](std::int64_t seq, std::int64_t head) {
            const bool is_worth_asking = progress && seq % k_progress_entries == 0;
            if (is_worth_asking && progress->is_due()) progress->show(seq, {seq, head});
        };
        try {
            write_export(context, write, filter);
        } catch (const ReaderIsGone&) {
            return;  // quietly, as any read command
        }
    };
}

}  // namespace

const Command k_transaction_export{
    .noun = "transaction",
    .verb = "export",
    .summary = "Export transactions for other tools",
    .description =
        "Writes the books for hledger and ledger, with a balance assertion on every posting; for beancount, with a "
        "balance directive for every account and day that changed it; as OFX 2, one statement for each account; as "
        "CSV with both balances; or as NDJSON that bankctl transaction import turns into equal books in an empty "
        "bank. With --account, --since or --until only the transactions that match, without assertions; such a part "
        "is for reading, since captures, releases and reversals of transactions without a key name them by number in "
        "NDJSON.",
    .options = k_options,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan};

}  // namespace bankctl::cli
