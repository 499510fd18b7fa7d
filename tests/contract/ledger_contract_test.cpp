// What every adapter of port::Ledger promises, asked of each in turn.
#include <algorithm>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "core/model/money.h"
#include "tests/support/bank.h"
#include "tests/support/failure.h"
#include "tests/support/rows.h"

namespace bankctl::test {
namespace {

using Work = std::function<Status(port::UnitOfWork&)>;

/// An empty ledger of the adapter that the test case is generated for.
struct Store {
    explicit Store(Adapter adapter) : ledger(make_empty_ledger(adapter, directory)) {}

    Status write(const Work& work, bool dry_run = false) const { return ledger->transact({dry_run}, work); }

    void save(const port::Changes& changes) const {
        REQUIRE(write([&](port::UnitOfWork& unit) {
            unit.save(changes);
            return ok();
        }));
    }

    /// The code that saving these changes fails with; none if it does not.
    std::optional<ErrorCode> refusal(const port::Changes& changes) const {
        return failure_code([&] {
            const Status saved = write([&](port::UnitOfWork& unit) {
                unit.save(changes);
                return ok();
            });
            REQUIRE(saved);
        });
    }

    template <class Ask>
    auto ask(Ask question) const {
        std::optional<decltype(question(std::declval<port::Snapshot&>()))> answer;
        ledger->read([&](port::Snapshot& snapshot) { answer = question(snapshot); });
        return answer.value();
    }

    std::vector<JournalEntry> entries(Seq after = {}) const {
        return ask([&](port::Snapshot& snapshot) {
            std::vector<JournalEntry> found;
            snapshot.scan_entries(after, [&](const JournalEntry& entry) {
                found.push_back(entry);
                return true;
            });
            return found;
        });
    }

    TempDirectory directory;
    std::unique_ptr<port::Ledger> ledger;
};

Digest digest_of(int number) {
    Digest digest{};
    digest.fill(static_cast<std::uint8_t>(number));
    return digest;
}

/// An entry with nothing optional set.
JournalEntry bare_entry(std::int64_t seq) {
    JournalEntry entry;
    entry.seq = Seq{seq};
    entry.kind = EntryKind::customer_added;
    entry.posted_at = Timestamp{k_start.us + seq};
    entry.user = "u";
    entry.hash = digest_of(static_cast<int>(seq % 256));
    return entry;
}

JournalEntry keyed_entry(std::int64_t seq, const std::string& key) {
    JournalEntry entry = bare_entry(seq);
    entry.key = key;
    return entry;
}

/// An entry with everything set, and with values that are easily lost on the way.
JournalEntry full_entry(std::int64_t seq) {
    JournalEntry entry = bare_entry(seq);
    entry.kind = EntryKind::reversal;
    entry.effective_at = Timestamp{-1};
    entry.user = "ops 'é\" €\x1B";
    entry.uid = 4'294'967'294;
    entry.key = "key:1";
    entry.memo = "Zoë's \xF0\x9F\x98\x80 memo; DROP TABLE journal;--";
    entry.detail = R"({"id":"x"})";
    entry.expires_at = Timestamp{INT64_MAX};
    entry.amount_minor = k_minor_max;
    entry.of = Seq{1};
    entry.debit = Leg{Seq{1}, 7, -k_minor_max, Seq{3}, Seq{2}};
    entry.credit = Leg{Seq{2}, 8, k_minor_max, Seq{4}, Seq{1}};
    return entry;
}

Customer customer_row(std::int64_t number, const std::string& id) {
    Customer customer;
    customer.number = Seq{number};
    customer.id = CustomerId{id};
    customer.name = "Name of " + id;
    return customer;
}

Account account_row(std::int64_t number, const std::string& id) {
    Account account;
    account.number = Seq{number};
    account.id = AccountId{id};
    account.currency = find_currency("USD").value_or_throw();
    account.version = 1;
    account.last = Seq{number};
    account.jump = Seq{number};
    return account;
}

Hold hold_row(std::int64_t seq, Seq account, std::optional<Timestamp> expires_at = std::nullopt) {
    Hold hold;
    hold.seq = Seq{seq};
    hold.account = account;
    hold.amount_minor = 100;
    hold.expires_at = expires_at;
    return hold;
}

LimitRule rule_row(std::int64_t number, const std::string& user, std::optional<LimitPolicy> policy = LimitPolicy{}) {
    return {Seq{number}, user, LimitClass::command, policy, 1};
}

/// Entries 1 to `last`, without anything else.
port::Changes bare_entries(std::int64_t last) {
    port::Changes changes;
    for (std::int64_t seq = 1; seq <= last; ++seq) changes.entries.push_back(bare_entry(seq));
    return changes;
}

/// Ten entries; two customers, three accounts, three holds, two reversals, four limit rules.
port::Changes small_bank() {
    port::Changes changes = bare_entries(8);
    changes.entries.push_back(full_entry(9));
    changes.entries.push_back(bare_entry(10));
    Customer known = customer_row(2, "c2");
    known.email = "a@example.org";
    known.phone = "";
    known.version = 9;
    changes.customers = {{customer_row(1, "c1"), 0}, {known, 0}};

    Account used = account_row(3, "alice");
    used.customer = Seq{1};
    used.currency = find_currency("KWD").value_or_throw();
    used.overdraft_minor = k_minor_max;
    used.status = AccountStatus::frozen;
    used.version = 12;
    used.balance_minor = -k_minor_max;
    used.held_minor = 300;
    used.last = Seq{9};
    used.jump = Seq{4};
    used.effective_at = Timestamp{-5};
    Account closed = account_row(5, "bob");
    closed.customer = Seq{2};
    closed.status = AccountStatus::closed;
    closed.balance_minor = k_minor_max;
    changes.accounts = {{used, 0}, {account_row(4, "@cash.USD"), 0}, {closed, 0}};

    Hold captured = hold_row(7, Seq{3}, Timestamp{9});
    captured.status = HoldStatus::captured;
    captured.resolved_by = Seq{9};
    changes.holds = {{hold_row(6, Seq{3}), true}, {captured, true}, {hold_row(8, Seq{3}, Timestamp{0}), true}};
    changes.reversals = {{Seq{8}, Seq{9}, 40, 100}, {Seq{8}, Seq{10}, 100, 100}};

    LimitRule unset = rule_row(7, "bob", std::nullopt);
    unset.version = 4;
    LimitRule batch = rule_row(5, "alice", LimitPolicy{LimitAlgorithm::sliding_window, 100, 60'000, 100, true});
    batch.limit_class = LimitClass::batch;
    const LimitPolicy fast{LimitAlgorithm::token_bucket, k_limit_rate_max, 1000, k_limit_burst_max, false};
    changes.limit_rules = {{rule_row(4, "default", LimitPolicy{.algorithm = LimitAlgorithm::none}), 0},
                           {rule_row(6, "alice", fast), 0},
                           {unset, 0},
                           {batch, 0}};
    return changes;
}

template <class Row>
std::vector<Row> rows_of(port::Snapshot& snapshot, void (port::Snapshot::*scan)(const port::Visitor<Row>&),
                         std::size_t most = SIZE_MAX) {
    std::vector<Row> rows;
    (snapshot.*scan)([&](const Row& row) {
        rows.push_back(row);
        return rows.size() < most;
    });
    return rows;
}

std::vector<std::string> account_ids(const Store& store, const std::string& after, std::size_t most = SIZE_MAX) {
    return store.ask([&](port::Snapshot& snapshot) {
        std::vector<std::string> ids;
        snapshot.scan_accounts(AccountId{after}, [&](const Account& account) {
            ids.push_back(account.id.text);
            return ids.size() < most;
        });
        return ids;
    });
}

std::vector<std::string> customer_ids(const Store& store, const std::string& after, std::size_t most = SIZE_MAX) {
    return store.ask([&](port::Snapshot& snapshot) {
        std::vector<std::string> ids;
        snapshot.scan_customers(CustomerId{after}, [&](const Customer& customer) {
            ids.push_back(customer.id.text);
            return ids.size() < most;
        });
        return ids;
    });
}

/// Changes of every sort on top of the small bank.
port::Changes further_changes() {
    port::Changes changes;
    changes.entries = {keyed_entry(11, "another"), bare_entry(12)};
    Account account = small_bank().accounts[0].row;
    account.version = 13;
    account.balance_minor = 5;
    account.status = AccountStatus::open;
    account.effective_at.reset();
    account.held_minor = 0;
    account.last = Seq{11};
    account.jump = Seq{11};
    changes.accounts = {{account, 12}, {account_row(12, "carol"), 0}};
    Customer customer = customer_row(1, "c1");
    customer.name = "Renamed";
    customer.email = "new@example.org";
    customer.version = 2;
    changes.customers = {{customer, 1}};
    Hold hold = hold_row(8, Seq{3}, Timestamp{0});
    hold.status = HoldStatus::expired;
    hold.resolved_by = Seq{11};
    changes.holds = {{hold, false}, {hold_row(11, Seq{3}, Timestamp{77}), true}};
    changes.reversals = {{Seq{7}, Seq{12}, 1, 1}};
    LimitRule none = rule_row(6, "alice", std::nullopt);
    LimitRule again = rule_row(7, "bob");
    none.version = 2;
    again.version = 5;
    changes.limit_rules = {{none, 1}, {again, 4}, {rule_row(11, "ALICE"), 0}};
    return changes;
}

}  // namespace

TEST_CASE("an empty ledger has an answer to every question") {
    const Store store(GENERATE(Adapter::memory, Adapter::sqlite));
    store.ledger->read([](port::Snapshot& snapshot) {
        CHECK(snapshot.head().seq == Seq{});
        CHECK(snapshot.head().posted_at == Timestamp{});
        CHECK(snapshot.head().hash == Digest{});
        CHECK_FALSE(snapshot.entry(Seq{1}));
        CHECK_FALSE(snapshot.entry(Seq{0}));
        CHECK_FALSE(snapshot.entry(Seq{-1}));
        CHECK_FALSE(snapshot.entry(Seq{INT64_MAX}));
        CHECK_FALSE(snapshot.keyed(IdempotencyKey{"k"}));
        CHECK_FALSE(snapshot.account(AccountId{"a"}));
        CHECK_FALSE(snapshot.account(Seq{1}));
        CHECK_FALSE(snapshot.customer(CustomerId{"c"}));
        CHECK_FALSE(snapshot.customer(Seq{1}));
        CHECK_FALSE(snapshot.hold(Seq{1}));
        CHECK(snapshot.expiring_holds(Seq{1}).empty());
        CHECK(snapshot.reversals(Seq{1}).empty());
        CHECK_FALSE(snapshot.limit_rule("default", LimitClass::command));
        CHECK(all_rows(snapshot) == Rows{});
    });
}

TEST_CASE("everything that was saved is read back") {
    const Store store(GENERATE(Adapter::memory, Adapter::sqlite));
    const port::Changes saved = small_bank();
    store.save(saved);
    store.ledger->read([&](port::Snapshot& snapshot) {
        for (const JournalEntry& entry : saved.entries) {
            CAPTURE(entry.seq.value);
            CHECK(snapshot.entry(entry.seq) == entry);
        }
        CHECK_FALSE(snapshot.entry(Seq{11}));
        for (const auto& [row, before] : saved.accounts) {
            CAPTURE(row.id.text);
            CHECK(snapshot.account(row.id) == row);
            CHECK(snapshot.account(row.number) == row);
            CHECK(snapshot.account(row.number)->currency.decimals == row.currency.decimals);
        }
        for (const auto& [row, before] : saved.customers) {
            CHECK(snapshot.customer(row.id) == row);
            CHECK(snapshot.customer(row.number) == row);
        }
        for (const auto& [row, is_new] : saved.holds) CHECK(snapshot.hold(row.seq) == row);
        CHECK(snapshot.reversals(Seq{8}) == saved.reversals);
        CHECK(snapshot.reversals(Seq{9}).empty());
        for (const auto& [row, before] : saved.limit_rules) {
            CAPTURE(row.user);
            CHECK(snapshot.limit_rule(row.user, row.limit_class) == row);
        }
        CHECK_FALSE(snapshot.limit_rule("default", LimitClass::batch));
        CHECK_FALSE(snapshot.limit_rule("ali", LimitClass::command));
        CHECK(snapshot.keyed(IdempotencyKey{"key:1"}) == Seq{9});
        CHECK(snapshot.count_keys() == 1);
    });
}

TEST_CASE("changes replace the rows they change and no others") {
    const Store store(GENERATE(Adapter::memory, Adapter::sqlite));
    store.save(small_bank());
    const port::Changes saved = further_changes();
    store.save(saved);
    store.ledger->read([&](port::Snapshot& snapshot) {
        CHECK(snapshot.account(Seq{3}) == saved.accounts[0].row);
        CHECK(snapshot.account(AccountId{"carol"}) == saved.accounts[1].row);
        CHECK(snapshot.account(Seq{5}) == small_bank().accounts[2].row);
        CHECK(snapshot.customer(CustomerId{"c1"}) == saved.customers[0].row);
        CHECK(snapshot.customer(Seq{2}) == small_bank().customers[1].row);
        CHECK(snapshot.hold(Seq{8}) == saved.holds[0].row);
        CHECK(snapshot.hold(Seq{6}) == small_bank().holds[0].row);
        CHECK(snapshot.expiring_holds(Seq{3}) == std::vector{saved.holds[1].row});
        CHECK(snapshot.reversals(Seq{7}) == saved.reversals);
        for (const auto& [row, before] : saved.limit_rules)
            CHECK(snapshot.limit_rule(row.user, row.limit_class) == row);
        CHECK(snapshot.limit_rule("alice", LimitClass::batch) == small_bank().limit_rules[3].row);
        CHECK(snapshot.count_keys() == 2);
    });
}

TEST_CASE("the head is the newest entry") {
    const Store store(GENERATE(Adapter::memory, Adapter::sqlite));
    store.save(bare_entries(3));
    const auto head = store.ask([](port::Snapshot& snapshot) { return snapshot.head(); });
    CHECK(head.seq == Seq{3});
    CHECK(head.posted_at == bare_entry(3).posted_at);
    CHECK(head.hash == bare_entry(3).hash);
}

TEST_CASE("entries are scanned in order, after a place, until told to stop") {
    const Store store(GENERATE(Adapter::memory, Adapter::sqlite));
    store.save(bare_entries(300));
    const std::vector<JournalEntry> all = store.entries();
    CHECK(all == bare_entries(300).entries);
    CHECK(store.entries(Seq{299}) == std::vector{bare_entry(300)});
    CHECK(store.entries(Seq{300}).empty());
    CHECK(store.entries(Seq{INT64_MAX}).empty());
    std::vector<std::int64_t> seen;
    store.ledger->read([&](port::Snapshot& snapshot) {
        snapshot.scan_entries(Seq{7}, [&](const JournalEntry& entry) {
            seen.push_back(entry.seq.value);
            return seen.size() < 3;
        });
    });
    CHECK(seen == std::vector<std::int64_t>{8, 9, 10});
}

TEST_CASE("accounts and customers are scanned in the byte order of their ids") {
    const Store store(GENERATE(Adapter::memory, Adapter::sqlite));
    // Saved in another order than any that could pass for sorted.
    const std::vector<std::string> ids = {"b", "a", "a:1", "Z", "a.1", "10", "9", "aa", "a-1", "@cash.USD", "@b"};
    port::Changes changes = bare_entries(static_cast<std::int64_t>(ids.size()));
    for (std::size_t i = 0; i < ids.size(); ++i) {
        changes.accounts.push_back({account_row(static_cast<std::int64_t>(i) + 1, ids[i]), 0});
        changes.customers.push_back({customer_row(static_cast<std::int64_t>(i) + 1, ids[i]), 0});
    }
    store.save(changes);
    std::vector<std::string> sorted = ids;
    std::ranges::sort(sorted);
    CHECK(account_ids(store, "") == sorted);
    CHECK(customer_ids(store, "") == sorted);
    CHECK(account_ids(store, "a.1") == std::vector<std::string>{"a:1", "aa", "b"});
    CHECK(customer_ids(store, "a.1") == std::vector<std::string>{"a:1", "aa", "b"});
    CHECK(account_ids(store, "a.0") == std::vector<std::string>{"a.1", "a:1", "aa", "b"});  // not an id itself
    CHECK(account_ids(store, "b").empty());
    CHECK(customer_ids(store, "b").empty());
    CHECK(account_ids(store, "9", 2) == std::vector<std::string>{"@b", "@cash.USD"});
    CHECK(customer_ids(store, "", 1) == std::vector<std::string>{"10"});
}

TEST_CASE("holds and reversals are scanned in order until told to stop") {
    const Store store(GENERATE(Adapter::memory, Adapter::sqlite));
    port::Changes changes = bare_entries(9);
    changes.accounts = {{account_row(1, "a"), 0}};
    changes.holds = {{hold_row(5, Seq{1}), true}, {hold_row(3, Seq{1}), true}, {hold_row(4, Seq{1}), true}};
    changes.reversals = {{Seq{7}, Seq{8}, 1, 9}, {Seq{6}, Seq{9}, 2, 9}, {Seq{6}, Seq{7}, 1, 9}};
    store.save(changes);
    store.ledger->read([&](port::Snapshot& snapshot) {
        const std::vector<Hold> holds = {hold_row(3, Seq{1}), hold_row(4, Seq{1}), hold_row(5, Seq{1})};
        CHECK(rows_of(snapshot, &port::Snapshot::scan_holds) == holds);
        CHECK(rows_of(snapshot, &port::Snapshot::scan_holds, 2).size() == 2);
        const std::vector<Reversal> reversals = {
            {Seq{6}, Seq{7}, 1, 9}, {Seq{6}, Seq{9}, 2, 9}, {Seq{7}, Seq{8}, 1, 9}};
        CHECK(rows_of(snapshot, &port::Snapshot::scan_reversals) == reversals);
        CHECK(rows_of(snapshot, &port::Snapshot::scan_reversals, 1).size() == 1);
        CHECK(snapshot.reversals(Seq{6}) == std::vector{reversals[0], reversals[1]});
    });
}

TEST_CASE("limit rules are scanned in the order of their numbers until told to stop") {
    const Store store(GENERATE(Adapter::memory, Adapter::sqlite));
    store.save(small_bank());
    store.ledger->read([&](port::Snapshot& snapshot) {
        std::vector<std::int64_t> numbers;
        for (const LimitRule& rule : rows_of(snapshot, &port::Snapshot::scan_limit_rules))
            numbers.push_back(rule.number.value);
        CHECK(numbers == std::vector<std::int64_t>{4, 5, 6, 7});
        CHECK(rows_of(snapshot, &port::Snapshot::scan_limit_rules, 3).size() == 3);
    });
}

TEST_CASE("pending holds that expire are listed by account") {
    const Store store(GENERATE(Adapter::memory, Adapter::sqlite));
    port::Changes changes = bare_entries(9);
    changes.accounts = {{account_row(1, "a"), 0}, {account_row(2, "b"), 0}};
    Hold released = hold_row(5, Seq{1}, Timestamp{50});
    released.status = HoldStatus::released;
    changes.holds = {{hold_row(3, Seq{1}, Timestamp{30}), true},
                     {hold_row(4, Seq{1}), true},
                     {released, true},
                     {hold_row(6, Seq{1}, Timestamp{-60}), true},
                     {hold_row(7, Seq{2}, Timestamp{70}), true},
                     {hold_row(8, Seq{1}, Timestamp{30}), true}};
    store.save(changes);
    const auto expiring = [&](std::int64_t account) {
        std::vector<Hold> found =
            store.ask([&](port::Snapshot& snapshot) { return snapshot.expiring_holds(Seq{account}); });
        std::ranges::sort(found, {}, &Hold::seq);
        return found;
    };
    CHECK(expiring(1) == std::vector{hold_row(3, Seq{1}, Timestamp{30}), hold_row(6, Seq{1}, Timestamp{-60}),
                                     hold_row(8, Seq{1}, Timestamp{30})});
    CHECK(expiring(2) == std::vector{hold_row(7, Seq{2}, Timestamp{70})});
    CHECK(expiring(3).empty());

    Hold captured = hold_row(3, Seq{1}, Timestamp{30});
    captured.status = HoldStatus::captured;
    port::Changes resolution;
    resolution.holds = {{captured, false}};
    store.save(resolution);
    CHECK(expiring(1) == std::vector{hold_row(6, Seq{1}, Timestamp{-60}), hold_row(8, Seq{1}, Timestamp{30})});
}

TEST_CASE("keys are found exactly as they were written") {
    const Store store(GENERATE(Adapter::memory, Adapter::sqlite));
    // Trailing numbers matter: an adapter may store them apart from the rest of the key.
    const std::vector<std::string> keys = {"a:1",
                                           "a:01",
                                           "a:001",
                                           "a:10",
                                           "a:010",
                                           "a:0",
                                           "a:00",
                                           "a:",
                                           "a",
                                           "a1",
                                           "A:1",
                                           "0",
                                           "00",
                                           "1",
                                           "01",
                                           "007",
                                           "7",
                                           "123456789012345678",    // 18 digits
                                           "1234567890123456789",   // 19
                                           "12345678901234567890",  // 20
                                           "234567890123456789",    // the last 18 of the 19
                                           "a:123456789012345678",
                                           "a:1234567890123456789",
                                           "a:12345678901234567890",
                                           "a:999999999999999999",
                                           "a:1000000000000000000",
                                           "a:9223372036854775807",
                                           "a:9223372036854775808",
                                           "a:18446744073709551615",
                                           "a:18446744073709551617",  // 1 modulo 2^64
                                           "a:100000000000000000",
                                           "a:000000000000000001",
                                           "a:0000000000000000001",
                                           "a:00000000000000000000000001",
                                           "a:1 ",
                                           " ",
                                           std::string(255, '9'),
                                           std::string(254, '9'),
                                           std::string(254, 'k') + "1"};
    port::Changes changes;
    for (std::size_t i = 0; i < keys.size(); ++i)
        changes.entries.push_back(keyed_entry(static_cast<std::int64_t>(i) + 1, keys[i]));
    store.save(changes);
    store.ledger->read([&](port::Snapshot& snapshot) {
        for (std::size_t i = 0; i < keys.size(); ++i) {
            CAPTURE(keys[i]);
            CHECK(snapshot.keyed(IdempotencyKey{keys[i]}) == Seq{static_cast<std::int64_t>(i) + 1});
        }
        for (const char* absent : {"", "a:2", "a:11", "a:000", "b:1", "2", "12345678901234567", "a:1\n", "0001",
                                   "34567890123456789", "a:34567890123456789"}) {
            CAPTURE(absent);
            CHECK_FALSE(snapshot.keyed(IdempotencyKey{absent}));
        }
        CHECK(snapshot.count_keys() == static_cast<std::int64_t>(keys.size()));
    });
}

TEST_CASE("a unit of work sees what it has saved, and so does who reads after it") {
    const Store store(GENERATE(Adapter::memory, Adapter::sqlite));
    store.save(small_bank());
    Rows inside;
    REQUIRE(store.write([&](port::UnitOfWork& unit) {
        unit.save(further_changes());
        inside = all_rows(unit);
        CHECK(unit.head().seq == Seq{12});
        CHECK(unit.keyed(IdempotencyKey{"another"}) == Seq{11});
        port::Changes more;
        more.entries = {bare_entry(13)};
        unit.save(more);  // as an import does, chunk by chunk
        CHECK(unit.head().seq == Seq{13});
        return ok();
    }));
    CHECK(inside.entries.size() == 12);
    CHECK(store.entries().size() == 13);
    inside.entries.push_back(bare_entry(13));
    inside.keyed.emplace_back();  // for it has no key
    CHECK(store.ask(all_rows) == inside);
}

TEST_CASE("refused work leaves nothing behind and its error is returned") {
    const Store store(GENERATE(Adapter::memory, Adapter::sqlite));
    store.save(small_bank());
    const Rows before = store.ask(all_rows);
    const Status refused = store.write([](port::UnitOfWork& unit) -> Status {
        unit.save(further_changes());
        return Error(ErrorCode::insufficient_funds, "no");
    });
    CHECK(outcome(refused) == "insufficient_funds");
    CHECK(store.ask(all_rows) == before);
    store.save(further_changes());  // nothing of the first attempt is in the way
    CHECK_FALSE(store.ask(all_rows) == before);
}

TEST_CASE("work that throws leaves nothing behind and its exception passes through") {
    const Store store(GENERATE(Adapter::memory, Adapter::sqlite));
    store.save(small_bank());
    const Rows before = store.ask(all_rows);
    CHECK_THROWS_AS(store.write([](port::UnitOfWork& unit) -> Status {
        unit.save(further_changes());
        throw std::runtime_error("stop");
    }),
                    std::runtime_error);
    CHECK(store.ask(all_rows) == before);
    const auto thrown = failure_code([&] {
        const Status never = store.write([](port::UnitOfWork& unit) -> Status {
            unit.save(further_changes());
            unit.scan_entries({}, [](const JournalEntry&) -> bool {
                throw Failure(Error(ErrorCode::interrupted, "in the middle of a scan"));
            });
            return ok();
        });
        FAIL(outcome(never));
    });
    CHECK(thrown == ErrorCode::interrupted);
    CHECK(store.ask(all_rows) == before);
    store.save(further_changes());
}

TEST_CASE("a dry run does everything and keeps nothing") {
    const Store store(GENERATE(Adapter::memory, Adapter::sqlite));
    store.save(small_bank());
    const Rows before = store.ask(all_rows);
    Rows inside;
    const Status tried = store.write(
        [&](port::UnitOfWork& unit) {
            unit.save(further_changes());
            inside = all_rows(unit);
            return ok();
        },
        true);
    CHECK(outcome(tried) == "ok");
    CHECK(store.ask(all_rows) == before);
    store.save(further_changes());
    CHECK(store.ask(all_rows) == inside);
}

TEST_CASE("a row that is not as it was read is not replaced") {
    const Store store(GENERATE(Adapter::memory, Adapter::sqlite));
    store.save(small_bank());
    const Rows before = store.ask(all_rows);
    port::Changes changes;
    SECTION("an account of an older version") { changes.accounts = {{further_changes().accounts[0].row, 11}}; }
    SECTION("an account of a newer version") { changes.accounts = {{further_changes().accounts[0].row, 13}}; }
    SECTION("an account that is not there") { changes.accounts = {{account_row(9, "nobody"), 1}}; }
    SECTION("a customer of another version") { changes.customers = {{further_changes().customers[0].row, 2}}; }
    SECTION("a customer that is not there") { changes.customers = {{customer_row(9, "nobody"), 1}}; }
    SECTION("a hold that is no longer pending") {
        Hold released = small_bank().holds[1].row;
        released.status = HoldStatus::released;
        changes.holds = {{released, false}};
    }
    SECTION("a hold that is not there") { changes.holds = {{hold_row(9, Seq{3}), false}}; }
    SECTION("a limit of another version") { changes.limit_rules = {{further_changes().limit_rules[0].row, 2}}; }
    SECTION("a limit that is not there") { changes.limit_rules = {{rule_row(9, "nobody"), 1}}; }
    changes.entries = {bare_entry(11)};
    CHECK(store.refusal(changes) == ErrorCode::integrity_violation);
    CHECK(store.ask(all_rows) == before);
}

TEST_CASE("what must be unique, positive or present is held by the storage") {
    const Store store(GENERATE(Adapter::memory, Adapter::sqlite));
    store.save(small_bank());
    const Rows before = store.ask(all_rows);
    port::Changes changes;
    changes.entries = {bare_entry(11), bare_entry(12)};
    Account account = account_row(11, "new");
    Hold hold = hold_row(11, Seq{3});
    const auto put_account = [&] { changes.accounts = {{account, 0}}; };
    SECTION("a seq twice") { changes.entries = {bare_entry(10)}; }
    SECTION("a key twice") { changes.entries[0].key = "key:1"; }
    SECTION("a key twice in one save") { changes.entries = {keyed_entry(11, "twice"), keyed_entry(12, "twice")}; }
    SECTION("an account's id twice") { changes.accounts = {{account_row(11, "alice"), 0}}; }
    SECTION("an account's number twice") { changes.accounts = {{account_row(3, "new"), 0}}; }
    SECTION("a customer's id twice") { changes.customers = {{customer_row(11, "c1"), 0}}; }
    SECTION("a customer's number twice") { changes.customers = {{customer_row(1, "new"), 0}}; }
    SECTION("an account that no entry opened") { changes.accounts = {{account_row(13, "new"), 0}}; }
    SECTION("a customer that no entry added") { changes.customers = {{customer_row(13, "new"), 0}}; }
    SECTION("an account of an unknown customer") {
        account.customer = Seq{9};
        put_account();
    }
    SECTION("a balance beyond the limit") {
        account.balance_minor = k_minor_max + 1;
        put_account();
    }
    SECTION("a balance beyond the limit on the other side") {
        account.balance_minor = -k_minor_max - 1;
        put_account();
    }
    SECTION("a negative overdraft") {
        account.overdraft_minor = -1;
        put_account();
    }
    SECTION("a negative sum of holds") {
        account.held_minor = -1;
        put_account();
    }
    SECTION("a replaced balance beyond the limit") {
        changes.accounts = {{further_changes().accounts[0].row, 12}};
        changes.accounts[0].row.balance_minor = k_minor_max + 1;
    }
    SECTION("a replaced sum of holds below zero") {
        changes.accounts = {{further_changes().accounts[0].row, 12}};
        changes.accounts[0].row.held_minor = -1;
    }
    SECTION("a hold twice") { changes.holds = {{hold_row(6, Seq{3}), true}}; }
    SECTION("a hold on an unknown account") { changes.holds = {{hold_row(11, Seq{9}), true}}; }
    SECTION("a hold that no entry placed") { changes.holds = {{hold_row(13, Seq{3}), true}}; }
    SECTION("a hold of nothing") {
        hold.amount_minor = 0;
        changes.holds = {{hold, true}};
    }
    SECTION("a reversal twice") { changes.reversals = {{Seq{8}, Seq{10}, 100, 100}}; }
    SECTION("a reversal beyond the amount") { changes.reversals = {{Seq{7}, Seq{11}, 101, 100}}; }
    SECTION("a limit's user twice") { changes.limit_rules = {{rule_row(11, "alice"), 0}}; }
    SECTION("a limit's number twice") { changes.limit_rules = {{rule_row(6, "new"), 0}}; }
    SECTION("a limit that no entry set") { changes.limit_rules = {{rule_row(13, "new"), 0}}; }
    SECTION("a limit of nobody") { changes.limit_rules = {{rule_row(11, ""), 0}}; }
    SECTION("a limit without a version") {
        changes.limit_rules = {{rule_row(11, "new"), 0}};
        changes.limit_rules[0].row.version = 0;
    }
    SECTION("a reversal of nothing") { changes.reversals = {{Seq{13}, Seq{11}, 1, 100}}; }
    CHECK(store.refusal(changes) == ErrorCode::integrity_violation);
    CHECK(store.ask(all_rows) == before);
}

TEST_CASE("a fresh bank is sound") {
    const Store store(GENERATE(Adapter::memory, Adapter::sqlite));
    store.save(small_bank());
    const auto checks = store.ask([](port::Snapshot& snapshot) { return snapshot.self_check(); });
    REQUIRE_FALSE(checks.empty());
    for (const port::Check& check : checks) {
        CHECK_FALSE(check.name.empty());
        CHECK(check.ok);
    }
}

TEST_CASE("only memory itself refuses a gap in the journal") {
    // SQLite leaves gaps to verify: the books, which number the entries, cannot make one.
    const Store store(Adapter::memory);
    port::Changes changes;
    changes.entries = {bare_entry(2)};
    CHECK(store.refusal(changes) == ErrorCode::integrity_violation);
    changes.entries = {bare_entry(1), bare_entry(3)};
    CHECK(store.refusal(changes) == ErrorCode::integrity_violation);
    CHECK(store.entries().empty());
}

}  // namespace bankctl::test
