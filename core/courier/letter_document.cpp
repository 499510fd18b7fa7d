#include "core/courier/letter_document.h"

#include <nlohmann/json.hpp>

#include "core/base/text.h"

namespace bankctl::courier {

std::string letter_document(const port::Letter& letter) {
    using Json = nlohmann::ordered_json;
    const Json document{{"schema", "notification.letter/v1"},
                        {"data",
                         {{"id", notification_id(letter.id)},
                          {"bank", letter.bank},
                          {"dispute", letter.about.starts_with("DSP-") ? Json(letter.about) : Json()},
                          {"loan", letter.about.starts_with("LOAN-") ? Json(letter.about) : Json()},
                          {"recipient_kind", name(letter.message.recipient_kind)},
                          {"recipient", letter.message.recipient},
                          {"address", letter.address ? Json(*letter.address) : Json()},
                          {"topic", letter.message.topic},
                          {"subject", letter.message.subject},
                          {"body", letter.message.body},
                          {"written_at", format_time(letter.written_at)},
                          {"attempt", letter.attempt}}}};
    return escape_json_text(document.dump(-1, ' ', false, Json::error_handler_t::replace)) + "\n";
}

}  // namespace bankctl::courier
