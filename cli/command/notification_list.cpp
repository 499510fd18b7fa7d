// bankctl notification list: what is in the outbox, and what became of it.
#include "cli/command/all.h"
#include "cli/command/notification.h"
#include "cli/command/paging.h"

namespace bankctl::cli {
namespace {

constexpr std::string_view k_statuses[] = {"pending", "delivered", "dead"};
constexpr Option k_options[] = {{.name = "status",
                                 .value = "STATUS",
                                 .summary = "only those that wait, have gone out, or are given up (default: all)",
                                 .choices = k_statuses},
                                k_recipient_option,
                                k_limit_option,
                                k_after_option};
constexpr Example k_examples[] = {
    {"bankctl notification list --status pending", "what waits to be delivered"},
    {"bankctl notification list --status dead --fields id,last_error", "what was given up, and why"}};
constexpr ErrorCode k_errors[] = {ErrorCode::invalid_cursor};

Result<NotificationId> parse_notification_cursor(std::string_view text) {
    if (const auto id = parse_notification_id(text)) return *id;
    return Error(ErrorCode::invalid_cursor, "--after is not a cursor of this list",
                 "pass the value of \"next\" unchanged");
}

std::function<void(Context&)> plan(const Arguments& arguments) {
    const auto limit = optional_argument(arguments, "limit", parse_limit);
    const NotificationId after =
        optional_argument(arguments, "after", parse_notification_cursor).value_or(NotificationId{});
    const std::optional<std::string> status_name = arguments.value("status");
    const auto status = status_name ? notification_status(*status_name) : std::nullopt;
    const auto only = recipients_argument(arguments);
    return [limit, after, status, only](Context& context) {
        context.ledger().read([&](port::Snapshot& snapshot) {
            const auto scan = [&](const auto& visit) {
                snapshot.scan_notifications(after, status, [&](const Notification& row) {
                    return only && row.recipient_kind != *only ? true : visit(row);
                });
            };
            ListPrinter printer(context);
            printer.finish(print_page<Notification>(
                printer, limit, scan,
                [&](const Notification& row) { return notification_json(view_notification(snapshot, row)); },
                [](const Notification& row) { return notification_id(row.id); }));
        });
    };
}

}  // namespace

const Command k_notification_list{
    .noun = "notification",
    .verb = "list",
    .summary = "List what disputes have to tell, and what became of it",
    .description =
        "Lists the notifications that steps of disputes have written, ascending by id. Those that wait are "
        "carried out by bankctl notification deliver; those that are dead failed too often.",
    .options = k_options,
    .list_document = &k_notification_list_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan};

}  // namespace bankctl::cli
