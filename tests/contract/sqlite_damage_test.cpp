// Rows that nobody ever wrote: whatever stands in a damaged file is told of as damage, by reading and by verifying.
#include <SQLiteCpp/SQLiteCpp.h>
#include <catch2/catch.hpp>

#include "core/service/export.h"
#include "core/service/queries.h"
#include "core/service/verification.h"
#include "core/store/sqlite/sqlite_ledger.h"
#include "tests/support/bank.h"
#include "tests/support/failure.h"

namespace bankctl::test {
namespace {

/// A bank with one account, one credit and a hold that expires, altered by `sql`, which the schema's triggers would
/// forbid.
struct DamagedBank {
    explicit DamagedBank(const std::string& sql) {
        {
            const auto sound = make_empty_ledger(Adapter::sqlite, directory);
            create_bank(*sound);
            FakeClock clock;
            const Status filled = write_books(*sound, [&](Books& books) -> Status {
                Posting posting(books, clock, Actor{"tester", 1000});
                PutCustomer customer;
                customer.id = CustomerId{"c1"};
                customer.name = "Customer One";
                BANKCTL_CHECK(posting.put_customer(customer));
                BANKCTL_CHECK(posting.open_account(account_request("a", "USD")));
                TransactionRequest request = credit("a", "1.00");
                request.memo = "memo";
                BANKCTL_CHECK(posting.post(request));
                BANKCTL_CHECK(posting.post(hold("a", "0.50", Timestamp{k_start.us + k_second_us})));
                return ok();
            });
            if (!filled) throw Failure(filled.error());
        }
        SQLite::Database database(directory.file("bank.db"), SQLite::OPEN_READWRITE);
        database.exec("DROP TRIGGER journal_update;PRAGMA ignore_check_constraints=ON;" + sql);
        ledger = sqlite::open_ledger({directory.file("bank.db")});
    }

    /// The code that `work` on a snapshot fails with; none if it does not.
    template <class Work>
    std::optional<ErrorCode> failure_of(Work work) {
        return failure_code([&] { ledger->read(work); });
    }

    TempDirectory directory;
    std::unique_ptr<port::Ledger> ledger;
};

/// Alters holds behind the back of the index of those that expire.
std::string behind_the_index(const std::string& sql) {
    return "CREATE TEMP TABLE kept AS SELECT*FROM sqlite_schema WHERE name='hold_expiring';PRAGMA writable_schema=ON;"
           "DELETE FROM sqlite_schema WHERE name='hold_expiring';PRAGMA writable_schema=RESET;" +
           sql + ";PRAGMA writable_schema=ON;INSERT INTO sqlite_schema SELECT*FROM kept;PRAGMA writable_schema=RESET";
}

}  // namespace

TEST_CASE("text that is no UTF-8 is damage, not a bug of whoever prints it", "[damage]") {
    DamagedBank bank("UPDATE journal SET memo=CAST(x'61FF' AS TEXT) WHERE memo IS NOT NULL");
    const auto exporting = [](port::Snapshot& snapshot) { export_ndjson(snapshot, {}, [](std::string_view) {}); };
    CHECK(bank.failure_of(exporting) == ErrorCode::integrity_violation);
    CHECK_FALSE(verify(*bank.ledger, {}).is_ok);
}

TEST_CASE("a transaction without the time that it takes effect is damage", "[damage]") {
    DamagedBank bank("UPDATE journal SET effective_at=NULL WHERE memo IS NOT NULL");
    const auto listing = [](port::Snapshot& snapshot) {
        TransactionFilter filter;
        filter.since = Timestamp{0};
        list_transactions(snapshot, filter, [](const JournalEntry&) { return true; }).value_or_throw();
    };
    CHECK(bank.failure_of(listing) == ErrorCode::integrity_violation);
    CHECK_FALSE(verify(*bank.ledger, {}).is_ok);
}

TEST_CASE("a hold that its index says expires, but that does not, is damage", "[damage]") {
    DamagedBank bank(behind_the_index("UPDATE hold SET expires_at=NULL"));
    const auto asking = [](port::Snapshot& snapshot) {
        const std::optional<Account> account = snapshot.account(AccountId{"a"});
        balance_now(snapshot, account.value(), k_start);
    };
    CHECK(bank.failure_of(asking) == ErrorCode::integrity_violation);
    CHECK_FALSE(verify(*bank.ledger, {}).is_ok);
}

TEST_CASE("an account with more or fewer changes than there can have been is damage", "[damage]") {
    for (const char* const version : {"0", "-5", "9223372036854775807"}) {
        DamagedBank bank(std::string("UPDATE account SET version=") + version);
        const auto posting_to_it = [&] {
            FakeClock clock;
            write_books(*bank.ledger, [&](Books& books) -> Status {
                BANKCTL_CHECK(Posting(books, clock, Actor{"tester", 1000}).post(credit("a", "1.00")));
                return ok();
            }).value_or_throw();
        };
        CHECK(failure_code(posting_to_it) == ErrorCode::integrity_violation);
        CHECK_FALSE(verify(*bank.ledger, {}).is_ok);
    }
}

TEST_CASE("damage that a constraint stops a write at is damage, not a bug", "[damage]") {
    DamagedBank bank(
        "PRAGMA foreign_keys=OFF;INSERT INTO hold(seq,account,amount,status)"
        "SELECT max(journal.seq)+1,account.number,1,2 FROM journal,account WHERE account.id='a'");
    const auto write = [&] {
        write_books(*bank.ledger, [](Books& books) -> Status {
            FakeClock clock(Timestamp{k_start.us + k_second_us / 2});
            BANKCTL_CHECK(Posting(books, clock, Actor{"tester", 1000}).post(hold("a", "0.10")));
            return ok();
        }).value_or_throw();
    };
    CHECK(failure_code(write) == ErrorCode::integrity_violation);
}

}  // namespace bankctl::test
