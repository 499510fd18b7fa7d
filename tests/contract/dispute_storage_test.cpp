// How disputes are kept, over both adapters: the order of queues and their pages, and that whatever is altered in the
// rows is found.
#include <algorithm>
#include <random>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>
#include <catch2/catch.hpp>

#include "core/service/verification.h"
#include "core/store/sqlite/sqlite_ledger.h"
#include "tests/support/disputes.h"
#include "tests/support/failure.h"

namespace bankctl::test {
namespace {

std::vector<Seq> queue_of(port::Ledger& ledger, DisputeQueue queue, std::size_t limit = SIZE_MAX) {
    std::vector<Seq> numbers;
    ledger.read([&](port::Snapshot& snapshot) {
        snapshot.scan_queue(queue, [&](const Dispute& row) {
            numbers.push_back(row.number);
            return numbers.size() < limit;
        });
    });
    return numbers;
}

/// The same, by looking at every dispute.
std::vector<Seq> sorted_by_hand(const std::vector<Dispute>& all, const DisputeQueue& queue) {
    std::vector<Dispute> found;
    for (const Dispute& row : all) {
        const bool is_ended = row.status == DisputeStatus::closed || row.status == DisputeStatus::withdrawn;
        if (is_ended && !queue.includes_ended && !queue.status) continue;
        if (queue.status && row.status != *queue.status) continue;
        if (queue.team && row.team != *queue.team) continue;
        if (queue.assignee && row.assignee != queue.assignee) continue;
        if (queue.priority && row.priority != *queue.priority) continue;
        if (queue.customer && row.customer != *queue.customer) continue;
        if (queue.due_before && (!row.due_at || !(*row.due_at < *queue.due_before))) continue;
        found.push_back(row);
    }
    std::ranges::sort(found, [](const Dispute& a, const Dispute& b) {
        if (is_open(a.status) != is_open(b.status)) return is_open(a.status);
        if (a.priority != b.priority) return a.priority < b.priority;
        if (a.due_at != b.due_at) return a.due_at && (!b.due_at || *a.due_at < *b.due_at);
        return a.number < b.number;
    });
    std::vector<Seq> numbers;
    for (const Dispute& row : found) numbers.push_back(row.number);
    return numbers;
}

/// Cases of many kinds, in many statuses.
void fill(DisputeBank& bank, int cases) {
    bank.must(credit("a", "100000"));
    std::mt19937 random(7);
    const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    for (int i = 0; i < cases; ++i) {
        bank.clock().advance_us(below(90) * 3600 * k_second_us);
        const Seq number =
            bank.dispute(std::to_string(1 + below(900)), classified(DisputeCategory(below(19)), below(10'001)));
        if (below(3) == 0) (void)bank.advance(number, DisputeStatus::investigating);
        if (below(3) == 0) {
            AssignDispute assign;
            assign.dispute = number;
            assign.assignee = below(2) ? "anna" : "bert";
            (void)bank.assign(assign);
        }
        if (below(4) == 0) (void)bank.advance(number, DisputeStatus::withdrawn);
        if (below(4) == 0) (void)bank.resolve(number, DisputeOutcome::upheld);
        if (below(3) == 0) (void)bank.advance(number, DisputeStatus::closed);
    }
}

}  // namespace

TEST_CASE("A queue has the cases asked for, the most urgent first, whole and by pages", "[dispute]") {
    DisputeBank bank(GENERATE(Adapter::memory, Adapter::sqlite));
    fill(bank, 120);
    std::vector<Dispute> all;
    bank.ledger().read([&](port::Snapshot& snapshot) {
        snapshot.scan_disputes({}, [&](const Dispute& row) {
            all.push_back(row);
            return true;
        });
    });
    REQUIRE(all.size() == 120);
    const Dispute& one = all[40];
    std::vector<DisputeQueue> queues(1);
    const auto both = [&](auto change) {
        for (std::size_t i = queues.size(); i-- > 0;) {
            DisputeQueue changed = queues[i];
            change(changed);
            queues.push_back(std::move(changed));
        }
    };
    both([&](DisputeQueue& queue) { queue.team = one.team; });
    both([&](DisputeQueue& queue) { queue.status = DisputeStatus::investigating; });
    both([&](DisputeQueue& queue) { queue.due_before = all[70].filed_at; });
    both([&](DisputeQueue& queue) { queue.priority = 3; });
    both([&](DisputeQueue& queue) { queue.assignee = "anna"; });
    both([&](DisputeQueue& queue) { queue.customer = one.customer; });
    both([&](DisputeQueue& queue) { queue.includes_ended = true; });
    DisputeQueue closed;
    closed.status = DisputeStatus::closed;
    queues.push_back(closed);
    std::size_t filled = 0;
    for (DisputeQueue queue : queues) {
        const std::vector<Seq> expected = sorted_by_hand(all, queue);
        filled += !expected.empty();
        CHECK(queue_of(bank.ledger(), queue) == expected);
        std::vector<Seq> by_pages;
        for (;;) {
            const std::vector<Seq> page = queue_of(bank.ledger(), queue, 7);
            by_pages.insert(by_pages.end(), page.begin(), page.end());
            if (page.size() < 7) break;
            const std::string cursor = place_text(place_of(bank.stored(page.back())));
            queue.after = parse_place(cursor).value_or_throw();
        }
        CHECK(by_pages == expected);
    }
    CHECK(filled > queues.size() / 3);
}

TEST_CASE("A cursor that no page ended with is refused", "[dispute]") {
    for (const char* text : {"", "1", "1.2", "0.2.3", "9.2.3", "1.-2.3", "1.2.0", "1.2.3.4", "x.2.3", "1.2.3 "})
        CHECK(outcome(parse_place(text)) == "invalid_cursor");
    CHECK(outcome(parse_place("8.9223372036854775807.1")) == "ok");
}

TEST_CASE("Each step tells whom it concerns, once, in the outbox", "[dispute]") {
    DisputeBank bank(GENERATE(Adapter::memory, Adapter::sqlite));
    const Seq number = bank.dispute("10");
    REQUIRE(bank.advance(number, DisputeStatus::investigating));
    REQUIRE(bank.advance(number, DisputeStatus::awaiting_customer));
    REQUIRE(bank.advance(number, DisputeStatus::investigating));
    REQUIRE(bank.credit(number));
    REQUIRE(bank.credit(number, "", true));
    REQUIRE(bank.resolve(number, DisputeOutcome::rejected));
    std::vector<std::string> told;
    bank.ledger().read([&](port::Snapshot& snapshot) {
        snapshot.scan_notifications({}, NotificationStatus::pending, [&](const Notification& row) {
            CHECK(row.about == number);
            CHECK(snapshot.notification(row.id) == row);
            told.push_back(std::string(name(row.recipient_kind)) + " " + row.recipient);
            return true;
        });
    });
    CHECK(told == std::vector<std::string>{"team " + bank.stored(number).team, "customer c1", "customer c1",
                                           "customer c1", "customer c1"});
}

TEST_CASE("Whatever is altered in a row about disputes, verify finds it", "[dispute]") {
    DisputeBank bank(Adapter::sqlite);
    fill(bank, 12);
    REQUIRE(verify(bank.ledger(), std::nullopt).is_ok);
    SQLite::Database raw(bank.path(), SQLite::OPEN_READWRITE);
    int altered = 0;
    raw.exec("CREATE TEMP TABLE kept AS SELECT * FROM list_row");
    const auto expect_found = [&](const std::string& change) {
        INFO(change);
        raw.exec(change);
        CHECK_FALSE(verify(bank.ledger(), std::nullopt).is_ok);
        ++altered;
        raw.exec("DELETE FROM list_row");
        raw.exec("INSERT INTO list_row SELECT * FROM kept");
    };
    // One row of each kind of list: its columns, each word of its state, the row itself.
    std::vector<std::string> kinds;
    SQLite::Statement distinct(raw, "SELECT DISTINCT substr(list||':',1,instr(list||':',':'))FROM list_row");
    while (distinct.executeStep()) kinds.push_back(distinct.getColumn(0).getString());
    CHECK(kinds.size() == 10);
    for (const std::string& kind : kinds) {
        SQLite::Statement one(raw,
                              "SELECT list,rank,due_at,number,coalesce(state,'')FROM list_row "
                              "WHERE list||':' LIKE '" +
                                  kind + "%' ORDER BY number DESC LIMIT 1");
        REQUIRE(one.executeStep());
        const std::string where =
            " WHERE list='" + one.getColumn(0).getString() + "'AND rank=" + one.getColumn(1).getString() +
            " AND due_at=" + one.getColumn(2).getString() + " AND number=" + one.getColumn(3).getString();
        const std::string state = one.getColumn(4).getString();
        expect_found("UPDATE list_row SET list=list||'x'" + where);
        for (const std::string column : {"rank", "due_at", "number"}) {
            // The greatest due time has none after it.
            expect_found("UPDATE list_row SET " + column + "=" + column + "-1" + where);
        }
        expect_found("UPDATE list_row SET state=coalesce(state,'')||'x'" + where);
        expect_found("DELETE FROM list_row" + where);
        for (std::size_t blank = state.find(' '); blank != std::string::npos; blank = state.find(' ', blank + 1)) {
            std::string other = state;
            char& last = other[blank - 1];
            last = last == '1' ? '0' : '1';
            expect_found("UPDATE list_row SET state='" + other + "'" + where);
        }
    }
    expect_found("INSERT INTO list_row VALUES('queue',1,0,999999,NULL)");
    CHECK(altered > 40);
    CHECK(verify(bank.ledger(), std::nullopt).is_ok);
}

}  // namespace bankctl::test
