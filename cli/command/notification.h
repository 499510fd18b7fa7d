// What the commands about notifications share.
#pragma once

#include "cli/command/common.h"
#include "core/service/notifications.h"

namespace bankctl::cli {

extern const DocumentInfo k_notification_document;
extern const DocumentInfo k_notification_list_document;
extern const DocumentInfo k_notification_delivery_document;

inline constexpr std::string_view k_recipient_kinds[] = {"team", "customer"};
inline constexpr Option k_recipient_option{.name = "recipients",
                                           .value = "KIND",
                                           .summary = "only those to teams, or only those to customers",
                                           .choices = k_recipient_kinds};

Json notification_json(const NotificationView& view);
std::optional<RecipientKind> recipients_argument(const Arguments& arguments);

}  // namespace bankctl::cli
