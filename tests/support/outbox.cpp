#include "tests/support/outbox.h"

#include <catch2/catch.hpp>

#include "core/service/dispute_details.h"
#include "tests/support/bank.h"

namespace bankctl::test {

Seq file_dispute(port::Ledger& ledger, const std::vector<Message>& messages, Timestamp at) {
    Seq number;
    const Status status = write_books(ledger, [&](Books& books) -> Status {
        if (!books.customer(CustomerId{"c1"})) {
            FakeClock clock(at);
            Posting posting(books, clock, Actor{"test", 0});
            PutCustomer request;
            request.id = CustomerId{"c1"};
            request.name = "Ada";
            request.email = "c1@customers.example";
            BANKCTL_CHECK(posting.put_customer(request));
        }
        DisputeDetail detail;
        detail.action = DisputeAction::file;
        detail.state.customer = books.customer(CustomerId{"c1"})->number;
        detail.state.status = DisputeStatus::routed;
        detail.state.category = detail.state.category_filed = DisputeCategory::duplicate_charge;
        detail.state.team = "cards";
        detail.messages = messages;
        detail.filing.emplace();
        detail.filing->text = "charged twice";
        detail.decision.emplace();
        Draft draft;
        draft.kind = EntryKind::dispute_filed;
        draft.posted_at = at;
        draft.user = "test";
        draft.detail = dispute_detail(detail);
        number = books.record(std::move(draft)).seq;
        return ok();
    });
    REQUIRE(status);
    return number;
}

std::vector<Message> team_messages(int count) {
    std::vector<Message> messages;
    for (int i = 1; i <= count; ++i)
        messages.push_back({RecipientKind::team, "cards", "filed", "message " + std::to_string(i), "Look at it.\n"});
    return messages;
}

}  // namespace bankctl::test
