// Rows that nobody ever wrote: whatever stands in a damaged file is told of as damage, by reading and by verifying.
#include <catch2/catch.hpp>

#include <SQLiteCpp/SQLiteCpp.h>

#include "core/service/export.h"
#include "core/service/queries.h"
#include "core/service/verification.h"
#include "core/store/sqlite/sqlite_ledger.h"
#include "tests/support/bank.h"
#include "tests/support/failure.h"

namespace bankctl::test {
namespace {

/// A bank with one account and one credit, altered by `sql`, which the schema's triggers would forbid.
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
                return ok();
            });
            if (!filled) throw Failure(filled.error());
        }
        SQLite::Database database(directory.file("bank.db"), SQLite::OPEN_READWRITE);
        database.exec("DROP TRIGGER journal_update;PRAGMA ignore_check_constraints=ON;" + sql);
        ledger = sqlite::open_ledger({directory.file("bank.db")});
    }

    TempDirectory directory;
    std::unique_ptr<port::Ledger> ledger;
};

}  // namespace

TEST_CASE("text that is no UTF-8 is damage, not a bug of whoever prints it", "[damage]") {
    DamagedBank bank("UPDATE journal SET memo=CAST(x'61FF' AS TEXT) WHERE memo IS NOT NULL");
    const auto exported = failure_code([&] {
        bank.ledger->read([](port::Snapshot& snapshot) { export_ndjson(snapshot, {}, [](std::string_view) {}); });
    });
    CHECK(exported == ErrorCode::integrity_violation);
    CHECK_FALSE(verify(*bank.ledger, {}).is_ok);
}

}  // namespace bankctl::test
