#include "cli/command/common.h"

#include "cli/interrupt.h"
#include "core/base/text.h"

namespace bankctl::cli {

Result<std::int64_t> parse_version(std::string_view text) { return parse_number(text, 1, INT64_MAX, "--if-version"); }

Result<std::int64_t> parse_limit(std::string_view text) { return parse_number(text, 1, k_limit_max, "--limit"); }

Result<std::string> parse_memo(std::string_view text) { return parse_text(text, k_memo_bytes_max, "the memo"); }

Result<std::string> parse_name(std::string_view text) {
    return parse_text(text, k_name_bytes_max, "a customer's name, email or phone");
}

Json write_once(Context& context, bool is_dry_run, const std::function<Result<Posted>(Posting&)>& work,
                const std::function<Json(port::Snapshot&, const Posted&, WriteFlags)>& describe) {
    const auto posting_work = [&](Books& books) {
        Posting posting(books, context.clock(), context.actor());
        return work(posting);
    };
    return write_books_once(context, is_dry_run, posting_work, describe);
}

Json write_books_once(Context& context, bool is_dry_run, const std::function<Result<Posted>(Books&)>& work,
                      const std::function<Json(port::Snapshot&, const Posted&, WriteFlags)>& describe) {
    Json data;
    bool has_effect = false;
    context.actor();  // looked up before other writers have to wait
    const Status status = context.ledger().transact({is_dry_run}, [&](port::UnitOfWork& unit) -> Status {
        Books books(unit);
        BANKCTL_TRY(posted, work(books));
        has_effect = !posted.is_replayed;
        books.keep();
        books.save();
        data = describe(unit, posted, {posted.is_replayed, is_dry_run});
        defer_interrupts();  // what is committed from here on will be told of
        return ok();
    });
    if (!status) throw Failure(status.error());
    if (has_effect && !is_dry_run) context.mark_applied(data);
    return data;
}

std::function<void(Context&)> posting_plan(const TransactionRequest& request, const Arguments& arguments) {
    const bool is_dry_run = arguments.has("dry-run");
    return [request, is_dry_run](Context& context) {
        const auto describe = [&](port::Snapshot& snapshot, const Posted& posted, WriteFlags flags) {
            const JournalEntry entry = require(snapshot.entry(posted.seq), "the entry just written");
            return transaction_json(Describer(snapshot, context.clock().now()).describe(entry), flags);
        };
        context.print(write_once(
            context, is_dry_run, [&](Posting& posting) { return posting.post(request); }, describe));
    };
}

TransactionRequest transaction_request(EntryKind kind, const Arguments& arguments) {
    TransactionRequest request;
    request.kind = kind;
    request.account = optional_argument(arguments, "ACCOUNT", parse_account_id);
    request.counter = optional_argument(arguments, "counter", parse_internal_account_id);
    request.amount = optional_argument(arguments, "AMOUNT", Amount::parse);
    if (const auto of = optional_argument(arguments, "SEQ", parse_seq)) request.of = *of;
    request.at = optional_argument(arguments, "at", parse_time);
    request.memo = optional_argument(arguments, "memo", parse_memo);
    request.key = optional_argument(arguments, "key", parse_key);
    request.if_version = optional_argument(arguments, "if-version", parse_version);
    return request;
}

void change_account_and_print(Context& context, const std::function<Result<Posted>(Posting&)>& work,
                              const AccountId& id, bool is_dry_run) {
    const auto describe = [&](port::Snapshot& snapshot, const Posted&, WriteFlags flags) {
        return account_json(snapshot, require(snapshot.account(id), "the account just written"), context.clock().now(),
                            flags);
    };
    context.print(write_once(context, is_dry_run, work, describe));
}

}  // namespace bankctl::cli
