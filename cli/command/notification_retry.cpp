// bankctl notification retry: puts a dead notification back into the outbox.
#include "cli/command/all.h"
#include "cli/command/notification.h"
#include "cli/interrupt.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {{"ID", "the notification, like NTF-42-1"}};
constexpr Option k_options[] = {k_dry_run_option};
constexpr Example k_examples[] = {
    {"bankctl notification retry NTF-44-1 2>/dev/null || echo 'not dead'", "deliver it again, as if it were new"}};
constexpr ErrorCode k_errors[] = {ErrorCode::notification_not_found, ErrorCode::illegal_transition};

std::function<void(Context&)> plan(const Arguments& arguments) {
    const auto id = required_argument(arguments, "ID", parse_notification_id);
    const bool is_dry_run = arguments.has("dry-run");
    return [id, is_dry_run](Context& context) {
        Json data;
        const Actor& actor = context.actor();
        const Status status = context.ledger().transact({is_dry_run}, [&](port::UnitOfWork& unit) -> Status {
            Books books(unit);
            BANKCTL_CHECK(retry_notification(books, context.clock(), actor, id));
            books.keep();
            books.save();
            data = notification_json(view_notification(unit, require(unit.notification(id), "a notification")));
            defer_interrupts();
            return ok();
        });
        if (!status) throw Failure(status.error());
        if (!is_dry_run) context.mark_applied(data);
        context.print(data);
    };
}

}  // namespace

const Command k_notification_retry{
    .noun = "notification",
    .verb = "retry",
    .summary = "Put a notification that was given up back into the outbox",
    .description = "What is dead waits again, with no attempt counted. The journal records it.",
    .positionals = k_positionals,
    .options = k_options,
    .document = &k_notification_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan};

}  // namespace bankctl::cli
