// Banks that an older bankctl has made: the first command of this one upgrades them, whole or not at all.
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>
#include <catch2/catch.hpp>

#include "core/service/backup.h"
#include "core/service/details.h"
#include "core/service/queries.h"
#include "core/store/sqlite/gate.h"
#include "core/store/sqlite/migrations.h"
#include "core/store/sqlite/snapshot.h"
#include "core/store/sqlite/sqlite_archive.h"
#include "core/store/sqlite/sqlite_premises.h"
#include "tests/support/bank.h"
#include "tests/support/disputes.h"
#include "tests/support/failure.h"
#include "tests/support/loans.h"

namespace bankctl::test {
namespace {

/// Makes a bank of an old schema at `path`, with its first entry and what `work` records.
void make_schema(std::int64_t version, const std::string& path, const std::function<void(Books&)>& work = {}) {
    sqlite::Connection connection(path, true);
    sqlite::migrate(connection, version);
    SQLite::Transaction transaction(connection.database(), SQLite::TransactionBehavior::IMMEDIATE);
    sqlite::SqliteUnitOfWork unit(connection);
    Books books(unit);
    Draft draft;
    draft.kind = EntryKind::bank_created;
    draft.posted_at = k_start;
    draft.user = "tester";
    draft.detail = bank_detail("old-bank");
    books.record(draft);
    if (work) work(books);
    books.keep();
    books.save();
    transaction.commit();
    connection.execute_script("PRAGMA journal_mode=WAL");
    REQUIRE(chmod(path.c_str(), 0600) == 0);
}

void make_first_schema(const std::string& path) { make_schema(1, path); }

/// What a bank could be told before there were disputes.
void use_second_schema(Books& books) {
    FakeClock clock;
    Posting posting(books, clock, Actor{"tester", 1000});
    PutCustomer customer;
    customer.id = CustomerId{"c1"};
    customer.name = "Customer One";
    REQUIRE(posting.put_customer(customer));
    for (const char* account : {"a", "b"}) REQUIRE(posting.open_account(account_request(account, "USD", "100")));
    REQUIRE(posting.post(with_key(debit("a", "12.34"), "payment")));
    REQUIRE(posting.post(hold("b", "5")));
    REQUIRE(posting.put_limit({.user = "alice"}));
}

struct OldBank {
    explicit OldBank(std::int64_t wait_ms = 5000, std::int64_t version = 1)
        : options{directory.file("bank.db"), wait_ms} {
        make_schema(version, options.path, version == 1 ? nullptr : use_second_schema);
    }

    std::unique_ptr<port::Ledger> open() const { return sqlite::open_ledger(options); }
    SQLite::Database raw() const { return {options.path, SQLite::OPEN_READWRITE}; }
    int schema_version() const { return raw().execAndGet("PRAGMA user_version").getInt(); }
    bool has_limits() const { return raw().tableExists("limit_rule"); }
    std::optional<ErrorCode> reading_fails_with() const {
        return failure_code([&] { open()->read([](port::Snapshot&) {}); });
    }
    void require_upgraded() const {
        CHECK(schema_version() == sqlite::newest_schema_version());
        CHECK(raw().execAndGet("SELECT count(*)FROM migration").getInt() == sqlite::newest_schema_version());
        const Verification verification = verify(*open(), std::nullopt);
        INFO(findings(verification));
        CHECK(verification.is_ok);
    }
    /// Every row of the tables that the second schema has too, but for the record of migrations.
    std::string old_rows() const {
        std::string text;
        SQLite::Database database = raw();
        for (const char* table : {"journal", "idempotency", "account", "customer", "hold", "reversal", "limit_rule"}) {
            SQLite::Statement rows(database, std::string("SELECT * FROM ") + table + " ORDER BY 1,2");
            while (rows.executeStep()) {
                for (int i = 0; i < rows.getColumnCount(); ++i) text += rows.getColumn(i).getString() + "|";
                text += "\n";
            }
        }
        return text;
    }
    void require_untouched() const {
        CHECK(schema_version() == 1);
        CHECK_FALSE(has_limits());
    }

    TempDirectory directory;
    sqlite::Options options;
};

Seq set_limit(port::Ledger& ledger) {
    FakeClock clock;
    Seq seq;
    const Status done = write_books(ledger, [&](Books& books) -> Status {
        BANKCTL_TRY(posted, Posting(books, clock, Actor{"tester", 1000}).put_limit({.user = "alice"}));
        seq = posted.seq;
        return ok();
    });
    REQUIRE(done);
    return seq;
}

Status advanced_to(Disputes& disputes, Seq number, DisputeStatus status) {
    AdvanceDispute request;
    request.dispute = number;
    request.to = status;
    BANKCTL_TRY(done, disputes.advance(request));
    static_cast<void>(done);
    return ok();
}

std::vector<std::string> names_in(const TempDirectory& directory) {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(directory.path()))
        found.push_back(entry.path().filename());
    std::ranges::sort(found);
    return found;
}

}  // namespace

TEST_CASE("a bank of the first schema is upgraded by reading it", "[upgrade]") {
    const OldBank bank;
    bank.require_untouched();
    std::vector<LimitRule> rules;
    port::Head head;
    bank.open()->read([&](port::Snapshot& snapshot) {
        head = snapshot.head();
        rules = all_limit_rules(snapshot);
    });
    CHECK(head.seq == Seq{1});
    CHECK(rules.empty());
    bank.require_upgraded();
}

TEST_CASE("a bank of the first schema is upgraded by writing to it", "[upgrade]") {
    const OldBank bank;
    const auto ledger = bank.open();
    CHECK(set_limit(*ledger) == Seq{2});
    ledger->read([](port::Snapshot& snapshot) { CHECK(all_limit_rules(snapshot).size() == 1); });
    bank.require_upgraded();
}

TEST_CASE("a bank of the second schema is upgraded with all that is in it, and disputes can be filed", "[upgrade]") {
    const OldBank bank(5000, 2);
    CHECK(bank.schema_version() == 2);
    const std::string rows = bank.old_rows();
    REQUIRE(std::ranges::count(rows, '\n') > 15);
    const auto ledger = bank.open();
    std::optional<Seq> payment;
    ledger->read([&](port::Snapshot& snapshot) { payment = snapshot.keyed(IdempotencyKey{"payment"}); });
    bank.require_upgraded();
    CHECK(bank.old_rows() == rows);

    REQUIRE(payment);
    FileDispute filing;
    filing.customer = CustomerId{"c1"};
    filing.transaction = payment;
    filing.text = "I was charged twice";
    filing.classification = classified();
    FakeClock clock;
    REQUIRE(write_books(*ledger, [&](Books& books) -> Status {
        Disputes disputes(books, clock, Actor{"tester", 1000});
        BANKCTL_TRY(filed, disputes.file(filing, embedded_rules()));
        // The account that the money goes to is found by an index that the upgrade made.
        CreditDispute credit;
        credit.dispute = filed.seq;
        BANKCTL_CHECK(advanced_to(disputes, filed.seq, DisputeStatus::investigating));
        BANKCTL_TRY(credited, disputes.credit(credit));
        static_cast<void>(credited);
        return ok();
    }));
    bank.require_upgraded();
}

TEST_CASE("an upgrade of the second schema that fails leaves it as it was, and is repeated", "[upgrade]") {
    const OldBank bank(5000, 2);
    const std::string rows = bank.old_rows();
    bank.raw().exec("INSERT INTO migration VALUES(3,'in the way',X'00')");  // met after the tables are made
    CHECK(bank.reading_fails_with() == ErrorCode::integrity_violation);
    CHECK(bank.schema_version() == 2);
    CHECK_FALSE(bank.raw().tableExists("dispute_row"));
    CHECK(bank.old_rows() == rows);
    bank.raw().exec("DELETE FROM migration WHERE version=3");
    CHECK_FALSE(bank.reading_fails_with());
    bank.require_upgraded();
}

TEST_CASE("a bank of the third schema keeps its disputes, and loans can be applied for", "[upgrade]") {
    LoanBank bank(Adapter::sqlite);
    FileDispute filing;
    filing.customer = CustomerId{"c1"};
    filing.transaction = bank.must(debit("a", "10"));
    filing.text = "I was charged twice";
    filing.classification = classified();
    REQUIRE(write_books(bank.ledger(), [&](Books& books) -> Status {
        Disputes disputes(books, bank.clock(), Actor{"tester", 1000});
        BANKCTL_TRY(filed, disputes.file(filing, embedded_rules()));
        static_cast<void>(filed);
        return ok();
    }));
    SQLite::Database raw(bank.path(), SQLite::OPEN_READWRITE);
    const auto rows = [&](const std::string& table) {
        std::string text;
        SQLite::Statement row(raw,
                              "SELECT list,rank,due_at,number,coalesce(state,'-')FROM " + table + " ORDER BY 1,2,3,4");
        while (row.executeStep()) {
            for (int i = 0; i < 5; ++i) text += row.getColumn(i).getString() + "|";
        }
        return text;
    };
    // What the third schema's migrations left, as they stand in its file.
    raw.exec("ALTER TABLE list_row RENAME TO dispute_row;DELETE FROM migration WHERE version=4;PRAGMA user_version=3");
    const std::string before = rows("dispute_row");
    REQUIRE(before.find("payment:") != std::string::npos);
    const auto ledger = sqlite::open_ledger({bank.path(), 5000});
    ledger->read([](port::Snapshot&) {});
    CHECK(rows("list_row") == before);
    CHECK(verify(*ledger, std::nullopt).is_ok);
    CHECK(bank.stored(bank.applied(approved_application())).status == LoanStatus::approved);
    CHECK(verify(*ledger, std::nullopt).is_ok);
}

TEST_CASE("a bank of the next schema is refused, and left as it was", "[upgrade]") {
    const OldBank bank(5000, sqlite::newest_schema_version());
    const std::string next = std::to_string(sqlite::newest_schema_version() + 1);
    bank.raw().exec("PRAGMA user_version=" + next);
    CHECK(bank.reading_fails_with() == ErrorCode::newer_schema);
    CHECK(failure_code([&] { set_limit(*bank.open()); }) == ErrorCode::newer_schema);
    CHECK(std::to_string(bank.schema_version()) == next);
}

TEST_CASE("a dry run on a bank of the first schema upgrades it and keeps nothing else", "[upgrade]") {
    const OldBank bank;
    REQUIRE(bank.open()->transact({.dry_run = true}, [](port::UnitOfWork&) { return ok(); }));
    bank.require_upgraded();
}

TEST_CASE("many that meet a bank of the first schema at once upgrade it once", "[upgrade]") {
    constexpr int k_processes = 8;
    for (int round = 0; round < 5; ++round) {
        const OldBank bank;
        std::vector<pid_t> children;
        for (int i = 0; i < k_processes; ++i) {
            const pid_t child = fork();
            if (child == 0) {
                std::int64_t head = 0;
                const auto failed = failure_code([&] {
                    const auto ledger = bank.open();
                    if (i % 2 == 0) create_bank(*ledger);
                    ledger->read([&](port::Snapshot& snapshot) { head = snapshot.head().seq.value; });
                });
                _exit(failed || head < 1 ? 1 : 0);
            }
            children.push_back(child);
        }
        for (const pid_t child : children) {
            int status = -1;
            REQUIRE(waitpid(child, &status, 0) == child);
            CHECK(status == 0);
        }
        bank.require_upgraded();
        CHECK(bank.raw().execAndGet("SELECT max(seq)FROM journal").getInt() == 1 + k_processes / 2);
    }
}

TEST_CASE("an upgrade that fails leaves the bank as it was, and is repeated", "[upgrade]") {
    const OldBank bank;
    bank.raw().exec("INSERT INTO migration VALUES(2,'in the way',X'00')");  // met after the tables are made
    CHECK(bank.reading_fails_with() == ErrorCode::integrity_violation);
    bank.require_untouched();
    bank.raw().exec("DELETE FROM migration WHERE version=2");
    CHECK_FALSE(bank.reading_fails_with());
    bank.require_upgraded();
}

TEST_CASE("an upgrade waits for the gate, and no longer than it is told", "[upgrade]") {
    const OldBank bank(0);
    {
        const sqlite::Gate held(bank.options.path + "-gate", 0600, 0);
        CHECK(bank.reading_fails_with() == ErrorCode::busy);
        bank.require_untouched();
    }
    CHECK_FALSE(bank.reading_fails_with());
    const sqlite::Gate held(bank.options.path + "-gate", 0600, 0);
    CHECK_FALSE(bank.reading_fails_with());  // upgraded, it is read beside any writer
}

TEST_CASE("an upgrade does not disturb who is reading", "[upgrade]") {
    const OldBank bank;
    SQLite::Database reader = bank.raw();
    reader.exec("BEGIN");
    CHECK(reader.execAndGet("SELECT max(seq)FROM journal").getInt() == 1);
    set_limit(*bank.open());
    CHECK(reader.execAndGet("SELECT max(seq)FROM journal").getInt() == 1);
    CHECK(reader.execAndGet("PRAGMA user_version").getInt() == 1);
    reader.exec("COMMIT");
    CHECK(reader.execAndGet("SELECT max(seq)FROM journal").getInt() == 2);
    bank.require_upgraded();
}

TEST_CASE("a backup of the first schema is restored upgraded, and stays as it was", "[upgrade]") {
    const TempDirectory directory;
    const std::string file = directory.file("old.db");
    make_first_schema(file);
    const std::string bytes = read_file(file);
    const sqlite::Options options{directory.file("bank.db")};
    const bool is_replacing = GENERATE(false, true);
    if (is_replacing) sqlite::create_ledger(options, [](port::Ledger& ledger) { create_bank(ledger); });
    const auto archive = sqlite::open_archive(options);
    {
        const auto copy = archive->restore(file, archive->placing_of_restore(file));
        const Archived restored = verify_and_keep(*copy).value_or_throw();
        CHECK(restored.head.seq == Seq{1});
        CHECK(restored.previous_head.has_value() == is_replacing);
    }
    CHECK(read_file(file) == bytes);
    CHECK_FALSE(std::filesystem::exists(file + "-wal"));
    CHECK(sqlite::schema_version_in(options.path) == sqlite::newest_schema_version());
    CHECK(set_limit(*sqlite::open_ledger(options)) == Seq{2});
    CHECK(verify(*sqlite::open_ledger(options), std::nullopt).is_ok);
    for (const std::string& name : names_in(directory)) CHECK(name.find("restoring") == std::string::npos);
}

TEST_CASE("a bank of the first schema is replaced by a restore, and its head is known", "[upgrade]") {
    const OldBank bank(0);
    const std::string file = bank.directory.file("copy.db");
    const auto archive = sqlite::open_archive(bank.options);
    {
        const auto copy = archive->back_up(file, archive->placing_of_backup(file));
        verify_and_keep(*copy).value_or_throw();
    }
    CHECK(sqlite::schema_version_in(file) == sqlite::newest_schema_version());
    bank.require_upgraded();

    std::filesystem::remove(bank.options.path);
    std::filesystem::remove(bank.options.path + "-wal");
    std::filesystem::remove(bank.options.path + "-shm");
    make_first_schema(bank.options.path);
    const auto copy = archive->restore(file, archive->placing_of_restore(file));
    const Archived restored = verify_and_keep(*copy).value_or_throw();
    REQUIRE(restored.previous_head);
    CHECK(restored.previous_head->seq == Seq{1});
    bank.require_upgraded();
}

TEST_CASE("the examination of a bank of the first schema says that it is upgraded, and does not do it", "[upgrade]") {
    const OldBank bank;
    const std::vector<port::Finding> findings = sqlite::open_premises(bank.options)->examine();
    for (const port::Finding& finding : findings) CHECK(finding.health == port::Health::ok);
    CHECK(findings.front().detail.find("schema 1, and is upgraded") != std::string::npos);
    bank.require_untouched();
}

}  // namespace bankctl::test
