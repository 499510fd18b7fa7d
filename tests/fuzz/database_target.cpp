// A small bank whose file and write-ahead log were altered behind its back, then opened: balances, lists, exports,
// verification and a write answer with values or with coded errors. What verification calls sound holds every row that
// the bank had, and can be written to.
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <sstream>

#include <SQLiteCpp/SQLiteCpp.h>

#include "core/service/export.h"
#include "core/service/import.h"
#include "core/service/import_ndjson.h"
#include "core/service/queries.h"
#include "core/service/verification.h"
#include "core/store/sqlite/sqlite_ledger.h"
#include "tests/fuzz/support/damage.h"
#include "tests/fuzz/support/fuzz.h"
#include "tests/support/bank.h"
#include "tests/support/rows.h"

using namespace bankctl;
using fuzz::expect;

namespace {

constexpr Timestamp k_now{test::k_start.us + 3600 * test::k_second_us};

constexpr const char* k_older_lines = R"({"type":"customer","id":"c","name":"C","email":"c@example.org"}
{"type":"open","account":"a","customer":"c","currency":"USD","overdraft":"50","opening_balance":"100"}
{"type":"open","account":"b","customer":"c","currency":"USD","key":"open-b"}
{"type":"open","account":"y","customer":"c","currency":"JPY"}
{"type":"credit","account":"a","amount":"50.25","key":"salary","memo":"May"}
{"type":"transfer","account":"a","to":"b","amount":"30"}
{"type":"hold","account":"a","amount":"20","key":"hotel","expires":"2026-02-01"}
{"type":"hold","account":"b","amount":"5","key":"taxi"}
{"type":"capture","of_key":"taxi","amount":"4.50"}
{"type":"reverse","of_key":"salary","amount":"10"}
)";
constexpr const char* k_newer_lines = R"({"type":"debit","account":"b","amount":"1","counter":"@fees"}
{"type":"hold","account":"b","amount":"2"}
{"type":"customer_update","id":"c","phone":"1"}
{"type":"freeze","account":"y"}
)";

ImportReport import(port::Ledger& ledger, Timestamp start, const std::string& text, const std::string& source) {
    std::istringstream stream(text);
    const auto reader = read_ndjson(stream, source);
    test::FakeClock clock(start);
    return run_import(ledger, clock, Actor{"fuzzer", 0}, *reader, {.lines_per_commit = 1});
}

void set_limits(port::Ledger& ledger) {
    test::FakeClock clock(test::k_start);
    const Status done = test::write_books(ledger, [&](Books& books) -> Status {
        Posting posting(books, clock, Actor{"fuzzer", 0});
        BANKCTL_CHECK(posting.put_limit({.user = std::string(k_default_user)}));
        BANKCTL_CHECK(posting.put_limit({.user = "ops", .policy = {.algorithm = LimitAlgorithm::none}}));
        return ok();
    });
    expect(static_cast<bool>(done), "limits are set");
}

/// One bank, whose files are replaced for each input. It lies in memory where there is a place for that.
class Bank {
public:
    Bank() {
        {
            const auto ledger = test::make_empty_ledger(test::Adapter::sqlite, directory_);
            test::create_bank(*ledger);
            expect(!import(*ledger, test::k_start, k_older_lines, "older").error, "the older half is made");
            set_limits(*ledger);
        }
        const auto ledger = open();
        expect(!import(*ledger, test::k_start, k_newer_lines, "newer").error, "the newer half is made");
        rows_ = test::all_rows_of(*ledger);
        ledger->read([&](port::Snapshot& snapshot) { head_ = snapshot.head(); });
        with_log_.emplace(fuzz::BankFiles{test::read_file(path_), test::read_file(log_path_)});
        expect(!test::read_file(log_path_).empty(), "half of the bank is in the log");
        SQLite::Database(path_, SQLite::OPEN_READWRITE).exec("PRAGMA wal_checkpoint(TRUNCATE)");
        without_log_.emplace(fuzz::BankFiles{test::read_file(path_), ""});
    }

    std::unique_ptr<port::Ledger> open() { return sqlite::open_ledger({path_, 0}); }
    const test::Rows& rows() const { return rows_; }
    const port::Head& head() const { return head_; }

    /// Puts the bank in the place of the one before, damaged as `input` says: its first byte whether the bank has a log
    /// (if it is odd), the rest what is done to the files.
    void damage(std::string_view input) {
        const bool has_log = !input.empty() && input.front() % 2 != 0;
        const fuzz::BankFiles files = (has_log ? with_log_ : without_log_)->apply(input.substr(input.empty() ? 0 : 1));
        unlink((path_ + "-shm").c_str());
        test::write_file(path_, files.database);
        test::write_file(log_path_, files.log);
        chmod(log_path_.c_str(), 0600);
    }

private:
    test::TempDirectory directory_;
    std::string path_ = directory_.file("bank.db");
    std::string log_path_ = path_ + "-wal";
    test::Rows rows_;
    port::Head head_;
    std::optional<fuzz::Damage> with_log_;
    std::optional<fuzz::Damage> without_log_;
};

Bank& bank() {
    if (access("/dev/shm", W_OK) == 0) setenv("TMPDIR", "/dev/shm", 0);
    static Bank the_bank;
    return the_bank;
}

/// What is wrong is the bank, never the request.
void expect_blames_bank(const Error& error) {
    fuzz::expect_sound(error);
    const ErrorCodeInfo& code = info(error.code);
    expect(code.kind != ErrorKind::invalid, "a damaged bank is no malformed request: " + std::string(code.name));
}

/// The same of a request, which an altered account can make wrong: its currency has other decimals, or its last time
/// lies ahead.
void expect_blames_bank_or_its_account(const Error& error) {
    if (error.code == ErrorCode::amount_precision || error.code == ErrorCode::invalid_time)
        return fuzz::expect_sound(error);
    expect_blames_bank(error);
}

/// Runs `work`, which may fail with a coded error only.
template <class Work>
void attempt(Work work) {
    try {
        work();
    } catch (const Failure& failure) {
        expect_blames_bank(failure.error());
    }
}

void read_account(port::Snapshot& snapshot, const Account& account) {
    attempt([&] { balance_now(snapshot, account, k_now); });
    attempt([&] { balance_at(snapshot, account, Timestamp{test::k_start.us + 5}); });
    attempt([&] {
        TransactionFilter filter;
        filter.account = account.id;
        filter.since = Timestamp{test::k_start.us + 3};
        Describer describer(snapshot, k_now);
        const auto listed = list_transactions(snapshot, filter, [&](const JournalEntry& entry) {
            describer.describe(entry);
            return true;
        });
        if (!listed) expect_blames_bank(listed.error());
    });
}

void read_all(port::Ledger& ledger) {
    const auto in_snapshot = [&](const auto& work) { attempt([&] { ledger.read(work); }); };
    in_snapshot([](port::Snapshot& snapshot) {
        std::vector<Account> accounts;
        attempt([&] {
            snapshot.scan_accounts(AccountId{}, [&](const Account& account) {
                accounts.push_back(account);
                return true;
            });
        });
        for (const Account& account : accounts) read_account(snapshot, account);
    });
    in_snapshot([](port::Snapshot& snapshot) { all_limit_rules(snapshot); });
    for (const auto exporter : {export_ndjson, export_hledger, export_beancount, export_csv, export_ofx})
        in_snapshot([&](port::Snapshot& snapshot) { exporter(snapshot, {}, [](std::string_view) {}); });
}

bool is_verified(port::Ledger& ledger, const std::optional<Anchor>& anchor) {
    bool is_ok = false;
    attempt([&] {
        const Verification verification = verify(ledger, anchor);
        is_ok = verification.is_ok;
        expect(is_ok || !findings(verification).empty(), "verify says what is wrong");
    });
    return is_ok;
}

bool write_once(port::Ledger& ledger) {
    bool is_written = false;
    attempt([&] {
        const std::string line = R"({"type":"credit","account":"a","amount":"1.00","key":"one-more"})";
        const ImportReport report = import(ledger, k_now, line, "");
        if (report.error) expect_blames_bank_or_its_account(*report.error);
        is_written = report.applied == 1;
    });
    return is_written;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Anchor anchor{bank().head().seq, bank().head().hash};
    bank().damage(fuzz::text_of(data, size));
    bool is_sound = false;
    {
        const auto ledger = bank().open();
        read_all(*ledger);
        is_sound = is_verified(*ledger, anchor);
        if (is_sound) expect(test::all_rows_of(*ledger) == bank().rows(), "what verify calls sound has every row");
        const bool is_written = write_once(*ledger);
        if (is_sound) expect(is_written, "a sound bank can be written to");
    }
    const auto ledger = bank().open();
    const bool is_still_sound = is_verified(*ledger, anchor);
    expect(!is_sound || is_still_sound, "a sound bank stays sound");
    return 0;
}
