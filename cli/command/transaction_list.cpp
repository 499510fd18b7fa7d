// bankctl transaction list: transactions in the order they were posted.
#include "cli/command/all.h"
#include "cli/command/common.h"

namespace bankctl::cli {
namespace {

constexpr std::string_view k_kinds[] = {"opening", "credit",  "debit",   "transfer",
                                        "hold",    "capture", "release", "reversal"};
constexpr Option k_options[] = {{"account", "ACCOUNT", "only those that touch this account"},
                                {"since", "TIME", "effective at or after this time"},
                                {"until", "TIME", "effective before this time"},
                                {.name = "kind", .value = "KIND", .summary = "only this kind", .choices = k_kinds},
                                k_limit_option,
                                k_after_option};
constexpr Example k_examples[] = {
    {"bankctl transaction list --account alice --since 2026-01-01 --until 2026-02-01", "alice's January"},
    {"bankctl tx list --json | jq '.data[] | select(.user == \"cron\")'",
     "what cron posted; add: and .posted_at > \"2026-01-30\" for last night alone"}};
constexpr ErrorCode k_errors[] = {ErrorCode::account_not_found, ErrorCode::invalid_time, ErrorCode::invalid_cursor};

Result<Seq> parse_seq_cursor(std::string_view text) {
    if (const auto seq = parse_seq(text)) return *seq;
    return Error(ErrorCode::invalid_cursor, "--after is not a cursor of this list",
                 "pass the value of \"next\" unchanged");
}

std::function<void(Context&)> plan(const Arguments& arguments) {
    TransactionFilter filter;
    filter.account = optional_argument(arguments, "account", parse_any_account_id);
    filter.since = optional_argument(arguments, "since", parse_time);
    filter.until = optional_argument(arguments, "until", parse_time);
    if (const auto kind = arguments.value("kind")) filter.kind = transaction_kind(*kind);
    filter.limit = optional_argument(arguments, "limit", parse_limit);
    filter.after = optional_argument(arguments, "after", parse_seq_cursor).value_or(Seq{});
    return [filter](Context& context) {
        context.ledger().read([&](port::Snapshot& snapshot) {
            Describer describer(snapshot, context.clock().now());
            ListPrinter printer(context);
            const auto print = [&](const JournalEntry& entry) {
                return printer.add(transaction_json(describer.describe(entry)));
            };
            const std::optional<Seq> next = list_transactions(snapshot, filter, print).value_or_throw();
            printer.finish(next ? Json(std::to_string(next->value)) : Json(nullptr));
        });
    };
}

}  // namespace

const Command k_transaction_list{
    .noun = "transaction",
    .verb = "list",
    .summary = "List transactions",
    .description =
        "Lists transactions ascending by seq, all of them unless --limit says otherwise. --since is inclusive, "
        "--until exclusive; both speak of the effective time.",
    .options = k_options,
    .list_document = &k_transaction_list_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan};

}  // namespace bankctl::cli
