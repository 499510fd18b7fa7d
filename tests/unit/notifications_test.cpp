// Delivering the outbox: what is attempted, what is recorded, and when it is tried again.
#include "core/service/notifications.h"

#include <catch2/catch.hpp>

#include "core/service/details.h"
#include "core/service/verification.h"
#include "tests/support/bank.h"
#include "tests/support/failure.h"
#include "tests/support/outbox.h"

namespace bankctl::test {
namespace {

constexpr std::int64_t k_minute_us = 60'000'000;

/// Remembers letters and answers as it is told.
class FakeCourier final : public port::Courier {
public:
    std::vector<port::Letter> letters;
    std::optional<std::string> error;
    bool wants_address = false;
    std::function<void()> while_delivering;

    std::optional<std::string> deliver(const port::Letter& letter) override {
        letters.push_back(letter);
        if (while_delivering) while_delivering();
        return error;
    }
    bool needs_address() const override { return wants_address; }
};

struct Outbox {
    explicit Outbox(Adapter adapter) : ledger(make_empty_ledger(adapter, directory)) {
        const Status status = write_books(*ledger, [](Books& books) -> Status {
            Draft draft;
            draft.kind = EntryKind::bank_created;
            draft.posted_at = k_start;
            draft.user = "test";
            draft.detail = bank_detail("bank-1");
            books.record(std::move(draft));
            return ok();
        });
        REQUIRE(status);
    }

    /// Delivers what is due now; returns the ids that were attempted.
    std::vector<std::string> deliver(const DeliveryOptions& options = {}) {
        std::vector<std::string> ids;
        DeliveryWatch watch;
        watch.attempted = [&](const NotificationView& view) { ids.push_back(notification_id(view.row.id)); };
        deliver_notifications(*ledger, clock, actor, courier, options, watch);
        return ids;
    }
    Notification row(const NotificationId& id) {
        std::optional<Notification> found;
        ledger->read([&](port::Snapshot& snapshot) { found = snapshot.notification(id); });
        REQUIRE(found);
        return *found;
    }
    std::string faults() { return findings(verify(*ledger, std::nullopt)); }
    Seq head() {
        Seq seq;
        ledger->read([&](port::Snapshot& snapshot) { seq = snapshot.head().seq; });
        return seq;
    }

    TempDirectory directory;
    std::unique_ptr<port::Ledger> ledger;
    FakeClock clock{Timestamp{k_start.us + 60 * k_minute_us}, 0};
    Actor actor{"deliverer", 7};
    FakeCourier courier;
};

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("what is pending is delivered once, in order, and recorded") {
    Outbox outbox(GENERATE(Adapter::memory, Adapter::sqlite));
    const Seq first = file_dispute(*outbox.ledger, team_messages(2));
    const Seq second =
        file_dispute(*outbox.ledger, {{RecipientKind::customer, "c1", "filed", "We have it", "Dear Ada"}});
    const Ids all{"NTF-" + std::to_string(first.value) + "-1", "NTF-" + std::to_string(first.value) + "-2",
                  "NTF-" + std::to_string(second.value) + "-1"};
    const Seq before = outbox.head();
    CHECK(outbox.deliver() == all);
    CHECK(outbox.deliver().empty());
    CHECK(outbox.courier.letters.size() == 3);
    CHECK(outbox.head().value == before.value + 3);

    const port::Letter& letter = outbox.courier.letters[1];
    CHECK(letter.bank == "bank-1");
    CHECK(letter.about == dispute_id(first));
    CHECK(letter.message == team_messages(2)[1]);
    CHECK(letter.written_at == k_start);
    CHECK(letter.attempt == 1);
    CHECK(outbox.courier.letters[2].address == "c1@customers.example");

    const Notification row = outbox.row({first, 2});
    CHECK(row.status == NotificationStatus::delivered);
    CHECK(row.attempts == 1);
    CHECK_FALSE(row.next_attempt_at);
    CHECK_FALSE(row.last_error);
    const Seq last = outbox.head();
    outbox.ledger->read([&](port::Snapshot& snapshot) {
        const JournalEntry entry = snapshot.entry(last).value();
        CHECK(entry.kind == EntryKind::notification_attempted);
        CHECK(entry.of == second);
        CHECK(entry.user == "deliverer");
        CHECK(entry.uid == 7);
    });
    CHECK(outbox.faults().empty());
}

TEST_CASE("a failed attempt waits twice as long each time, and the tenth is the last") {
    Outbox outbox(GENERATE(Adapter::memory, Adapter::sqlite));
    const Seq dispute = file_dispute(*outbox.ledger, team_messages(1));
    const NotificationId id{dispute, 1};
    outbox.courier.error = "no\nroute \x1b[31m" + std::string(1000, 'x');
    const std::vector<std::int64_t> minutes{1, 2, 4, 8, 16, 32, 64, 128, 256};
    for (std::size_t i = 0; i < minutes.size(); ++i) {
        CHECK(outbox.deliver() == Ids{notification_id(id)});
        const Notification row = outbox.row(id);
        CHECK(row.status == NotificationStatus::pending);
        CHECK(row.attempts == static_cast<std::int64_t>(i) + 1);
        CHECK(row.next_attempt_at == Timestamp{outbox.clock.next().us + minutes[i] * k_minute_us});
        CHECK(row.last_error.value().starts_with("no\\x0aroute \\x1b[31m"));
        CHECK(row.last_error.value().size() == 300);
        outbox.clock.advance_us(minutes[i] * k_minute_us - 1);
        CHECK(outbox.deliver().empty());
        outbox.clock.advance_us(1);
    }
    CHECK(outbox.deliver().size() == 1);
    CHECK(outbox.row(id).status == NotificationStatus::dead);
    CHECK(outbox.row(id).attempts == 10);
    CHECK_FALSE(outbox.row(id).next_attempt_at);
    CHECK(outbox.courier.letters.back().attempt == 10);
    outbox.clock.advance_us(1'000'000 * k_minute_us);
    CHECK(outbox.deliver().empty());
    CHECK(outbox.faults().empty());

    SECTION("unless somebody puts it back") {
        const auto retry = [&](const NotificationId& asked) {
            std::string code;
            (void)write_books(*outbox.ledger, [&](Books& books) -> Status {
                const auto posted = retry_notification(books, outbox.clock, outbox.actor, asked);
                code = outcome(posted);
                if (!posted) return posted.error();
                return ok();
            });
            return code;
        };
        CHECK(retry({dispute, 2}) == "notification_not_found");
        CHECK(retry({Seq{1}, 1}) == "notification_not_found");
        CHECK(retry(id) == "ok");
        CHECK(outbox.row(id).status == NotificationStatus::pending);
        CHECK(outbox.row(id).attempts == 0);
        CHECK(retry(id) == "illegal_transition");
        outbox.courier.error.reset();
        CHECK(outbox.deliver().size() == 1);
        CHECK(outbox.row(id).status == NotificationStatus::delivered);
        CHECK_FALSE(outbox.row(id).last_error);
        CHECK(retry(id) == "illegal_transition");
        CHECK(outbox.faults().empty());
    }
}

TEST_CASE("waits never exceed six hours") {
    CHECK(next_attempt(1, Timestamp{5}) == Timestamp{5 + k_minute_us});
    CHECK(next_attempt(9, Timestamp{5}) == Timestamp{5 + 256 * k_minute_us});
    CHECK(next_attempt(10, Timestamp{5}) == std::nullopt);
    CHECK(next_attempt(99, Timestamp{5}) == std::nullopt);
}

TEST_CASE("what fails does not hold up what comes after it") {
    Outbox outbox(Adapter::memory);
    const Seq dispute = file_dispute(*outbox.ledger, team_messages(3));
    int calls = 0;
    outbox.courier.while_delivering = [&] { outbox.courier.error = ++calls == 2 ? std::optional("no") : std::nullopt; };
    CHECK(outbox.deliver().size() == 3);
    CHECK(outbox.row({dispute, 1}).status == NotificationStatus::delivered);
    CHECK(outbox.row({dispute, 2}).status == NotificationStatus::pending);
    CHECK(outbox.row({dispute, 3}).status == NotificationStatus::delivered);
}

TEST_CASE("a limit, a kind of recipient and a stop keep to themselves") {
    Outbox outbox(Adapter::memory);
    std::vector<Message> messages = team_messages(3);
    messages.push_back({RecipientKind::customer, "c1", "filed", "We have it", "Dear Ada"});
    const Seq dispute = file_dispute(*outbox.ledger, messages);
    const auto id = [&](int ordinal) { return notification_id({dispute, ordinal}); };
    DeliveryOptions options;
    options.only = RecipientKind::customer;
    CHECK(outbox.deliver(options) == Ids{id(4)});
    options.only = RecipientKind::team;
    options.limit = 2;
    CHECK(outbox.deliver(options) == Ids{id(1), id(2)});

    DeliveryWatch watch;
    watch.stops = [] { return true; };
    deliver_notifications(*outbox.ledger, outbox.clock, outbox.actor, outbox.courier, {}, watch);
    CHECK(outbox.row({dispute, 3}).status == NotificationStatus::pending);
    CHECK(outbox.deliver(options) == Ids{id(3)});
}

TEST_CASE("a courier that needs an address gets the team's, the common one or the customer's") {
    Outbox outbox(Adapter::memory);
    const auto to_team = [](const char* team) { return Message{RecipientKind::team, team, "filed", "s", "b"}; };
    const Seq dispute = file_dispute(*outbox.ledger, {to_team("cards"),
                                                      to_team("fraud"),
                                                      {RecipientKind::customer, "c1", "filed", "s", "b"},
                                                      {RecipientKind::customer, "cards", "filed", "s", "b"}});
    outbox.courier.wants_address = true;
    DeliveryOptions options;
    options.team_addresses = {{"cards", "cards@bank.example"}};
    CHECK(outbox.deliver(options).size() == 4);
    REQUIRE(outbox.courier.letters.size() == 2);
    CHECK(outbox.courier.letters[0].address == "cards@bank.example");
    CHECK(outbox.courier.letters[1].address == "c1@customers.example");
    CHECK(outbox.row({dispute, 2}).last_error == "no address is known of team 'fraud'");
    CHECK(outbox.row({dispute, 4}).last_error == "no address is known of customer 'cards'");
    CHECK(outbox.row({dispute, 2}).status == NotificationStatus::pending);

    outbox.clock.advance_us(k_minute_us);
    options.team_addresses["*"] = "desk@bank.example";
    CHECK(outbox.deliver(options).size() == 2);
    CHECK(outbox.courier.letters.back().address == "desk@bank.example");
    CHECK(outbox.row({dispute, 2}).status == NotificationStatus::delivered);
}

TEST_CASE("whoever dies between sending and recording leaves it to be sent again") {
    Outbox outbox(GENERATE(Adapter::memory, Adapter::sqlite));
    const Seq dispute = file_dispute(*outbox.ledger, team_messages(1));
    struct Killed {};
    outbox.courier.while_delivering = [] { throw Killed{}; };
    CHECK_THROWS_AS(outbox.deliver(), Killed);
    CHECK(outbox.row({dispute, 1}).status == NotificationStatus::pending);
    outbox.courier.while_delivering = nullptr;
    CHECK(outbox.deliver().size() == 1);
    REQUIRE(outbox.courier.letters.size() == 2);
    CHECK(outbox.courier.letters[0].id == outbox.courier.letters[1].id);
    CHECK(outbox.row({dispute, 1}).attempts == 1);
}

TEST_CASE("a notification whose text is not there is altered") {
    Outbox outbox(Adapter::memory);
    const Seq dispute = file_dispute(*outbox.ledger, team_messages(1));
    outbox.ledger->read([&](port::Snapshot& snapshot) {
        Notification row = snapshot.notification({dispute, 1}).value();
        CHECK(view_notification(snapshot, row).message == team_messages(1)[0]);
        row.id.ordinal = 2;
        CHECK(failure_code([&] { view_notification(snapshot, row); }) == ErrorCode::integrity_violation);
    });
}

}  // namespace bankctl::test
