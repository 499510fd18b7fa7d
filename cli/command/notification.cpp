#include "cli/command/notification.h"

#include "core/model/dispute.h"

namespace bankctl::cli {
namespace {

using enum CellType;

constexpr Field k_fields[] = {{"id"},
                              {"dispute", text, false},
                              {"loan", text, false},
                              {"recipient_kind", text, false},
                              {"recipient"},
                              {"topic", text, false},
                              {"subject"},
                              {"body", text, false},
                              {"written_at", time, false},
                              {"status"},
                              {"attempts", number},
                              {"next_attempt_at", time},
                              {"last_error"},
                              {"version", number, false}};

}  // namespace

const DocumentInfo k_notification_document{"notification/v1", k_fields};
const DocumentInfo k_notification_list_document{"notification.list/v1", k_fields};
const DocumentInfo k_notification_delivery_document{"notification.delivery/v1", k_fields};

Json notification_json(const NotificationView& view) {
    const Notification& row = view.row;
    return {{"id", notification_id(row.id)},
            {"dispute", view.is_about_loan ? Json(nullptr) : Json(dispute_id(row.about))},
            {"loan", view.is_about_loan ? Json(loan_id(row.about)) : Json(nullptr)},
            {"recipient_kind", name(row.recipient_kind)},
            {"recipient", row.recipient},
            {"topic", view.message.topic},
            {"subject", view.message.subject},
            {"body", view.message.body},
            {"written_at", time_json(view.written_at)},
            {"status", name(row.status)},
            {"attempts", row.attempts},
            {"next_attempt_at", time_json(row.next_attempt_at)},
            {"last_error", row.last_error ? Json(*row.last_error) : Json(nullptr)},
            {"version", row.version}};
}

std::optional<RecipientKind> recipients_argument(const Arguments& arguments) {
    const std::optional<std::string> text = arguments.value("recipients");
    return text ? recipient_kind(*text) : std::nullopt;
}

}  // namespace bankctl::cli
