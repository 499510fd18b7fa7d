#include "tests/fault/workload.h"

#include <sstream>

#include "core/service/backup.h"
#include "core/service/import.h"
#include "core/service/import_ndjson.h"
#include "core/store/memory/memory_ledger.h"
#include "core/store/sqlite/sqlite_archive.h"
#include "core/store/sqlite/sqlite_ledger.h"
#include "tests/support/bank.h"

namespace bankctl::fault_test {
namespace {

using test::with_key;

// Where the workload makes backups: between these numbers of uses.
constexpr std::size_t k_uses_before_backup = 12;
constexpr std::size_t k_uses_before_second_backup = 15;
constexpr std::size_t k_uses_before_restore = 18;

Use posting(std::function<Result<Posted>(Posting&)> work) {
    return [work = std::move(work)](port::Ledger& ledger, Clock& clock) {
        return test::write_books(ledger, [&](Books& books) -> Status {
            Posting posting(books, clock, Actor{"tester", 1000});
            BANKCTL_TRY(posted, work(posting));
            static_cast<void>(posted);
            return ok();
        });
    };
}

Use post(const TransactionRequest& request) {
    return posting([=](Posting& posting) { return posting.post(request); });
}

Use add_customer() {
    PutCustomer request;
    request.id = CustomerId{"c1"};
    request.name = "Customer One";
    request.key = IdempotencyKey{"customer"};
    return posting([=](Posting& posting) { return posting.put_customer(request); });
}

Use open(const char* id) {
    OpenAccount request = test::account_request(id, "USD", "100");
    request.key = IdempotencyKey{id};
    return posting([=](Posting& posting) { return posting.open_account(request); });
}

TransactionRequest on_keyed(TransactionRequest request, const char* key) {
    request.of = IdempotencyKey{key};
    return request;
}

/// Three lines to a transaction: some of them share a group, which must stay whole.
Use import(const std::string& source) {
    return [=](port::Ledger& ledger, Clock& clock) -> Status {
        std::istringstream input(R"({"type":"credit","account":"a","amount":"0.01"}
{"type":"transfer","account":"a","to":"b","amount":"1.00","group":"g1"}
{"type":"transfer","account":"b","to":"a","amount":"0.50","group":"g1"}
{"type":"debit","account":"b","amount":"0.25"}
{"type":"transfer","account":"b","to":"a","amount":"0.50","group":"g2"}
{"type":"credit","account":"b","amount":"0.50","group":"g2"}
{"type":"credit","account":"b","amount":"0.75"}
)");
        const auto reader = read_ndjson(input, source);
        ImportOptions options;
        options.lines_per_commit = 3;
        const ImportReport report = run_import(ledger, clock, Actor{"tester", 1000}, *reader, options);
        if (report.error) return *report.error;
        return ok();
    };
}

/// Tells the recorder what a ledger is about to commit and has committed.
class ObservedLedger final : public port::Ledger {
public:
    ObservedLedger(port::Ledger& ledger, Recorder& recorder) : ledger_(ledger), recorder_(recorder) {}

    void read(const std::function<void(port::Snapshot&)>& work) override { ledger_.read(work); }

    Status transact(const port::WriteOptions& options, const std::function<Status(port::UnitOfWork&)>& work) override {
        std::optional<port::Head> head;
        const Status outcome = ledger_.transact(options, [&](port::UnitOfWork& unit) {
            const Status done = work(unit);
            if (!done) return done;
            head = unit.head();
            recorder_.about_to(k_bank, head);
            return done;
        });
        if (outcome) recorder_.acknowledged(k_bank, head);
        return outcome;
    }
    void settle() override { ledger_.settle(); }

private:
    port::Ledger& ledger_;
    Recorder& recorder_;
};

std::string path_in(const std::string& folder, const char* name) { return folder + "/" + name; }

port::Head head_of(port::Ledger& ledger) {
    port::Head head;
    ledger.read([&](port::Snapshot& snapshot) { head = snapshot.head(); });
    return head;
}

/// Keeps a copy under a name.
void keep(port::Copy& copy, const char* name, Recorder* recorder) {
    const port::Head head = head_of(copy.ledger());
    if (recorder != nullptr) recorder->about_to(name, head);
    verify_and_keep(copy).value_or_throw();
    if (recorder != nullptr) recorder->acknowledged(name, head);
}

void restore(const std::string& folder, const char* name, Recorder& recorder) {
    const auto archive = sqlite::open_archive({path_in(folder, name)});
    const std::string file = path_in(folder, k_backup);
    keep(*archive->restore(file, archive->placing_of_restore(file)), name, &recorder);
}

}  // namespace

const std::vector<Use>& all_uses() {
    using namespace test;
    static const std::vector<Use> uses{
        add_customer(), open("a"), open("b"), post(with_key(credit("a", "5"), "credit")),
        post(with_key(transfer("a", "b", "7"), "transfer")), post(with_key(hold("a", "10"), "hold")),
        post(with_key(on_keyed(capture(Seq{}, "4"), "hold"), "capture")), post(with_key(hold("b", "3"), "hold-2")),
        post(with_key(on_keyed(release(Seq{}), "hold-2"), "release")), post(with_key(credit("a", "2"), "mistake")),
        post(with_key(on_keyed(reverse(Seq{}), "mistake"), "reverse")), import("first"),
        // From here on a restore may take back what is done.
        post(with_key(credit("b", "11"), "credit-2")), post(with_key(hold("b", "13"), "hold-3")), import("second"),
        post(with_key(transfer("b", "a", "0.17"), "transfer-2")), import("third"),
        post(with_key(on_keyed(capture(Seq{}), "hold-3"), "capture-3"))};
    return uses;
}

Outcome outcome_of(port::Ledger& ledger) {
    Outcome outcome;
    ledger.read([&](port::Snapshot& snapshot) {
        outcome.last_seq = snapshot.head().seq;
        snapshot.scan_accounts(AccountId{}, [&](const Account& account) {
            outcome.balances += account.id.text + " " + std::to_string(account.balance_minor) + " held " +
                                std::to_string(account.held_minor) + ", ";
            return true;
        });
    });
    return outcome;
}

const Outcome& expected_outcome() {
    static const Outcome expected = [] {
        const auto ledger = memory::make_ledger();
        test::FakeClock clock;
        test::create_bank(*ledger);
        for (const Use& use : all_uses()) {
            if (const Status done = use(*ledger, clock); !done) throw Failure(done.error());
        }
        return outcome_of(*ledger);
    }();
    return expected;
}

void create_bank(const std::string& folder, Clock& clock, Recorder* recorder) {
    std::optional<port::Head> head;
    sqlite::create_ledger({path_in(folder, k_bank)}, [&](port::Ledger& ledger) {
        test::create_bank(ledger, clock.now());
        head = head_of(ledger);
        if (recorder != nullptr) recorder->about_to(k_bank, head);
    });
    if (recorder != nullptr) recorder->acknowledged(k_bank, head);
}

Status make_use(const std::string& folder, const Use& use, Clock& clock, Recorder* recorder) {
    const auto ledger = sqlite::open_ledger({path_in(folder, k_bank)});
    if (recorder == nullptr) return use(*ledger, clock);
    ObservedLedger observed(*ledger, *recorder);
    return use(observed, clock);
}

void back_up(const std::string& folder, Recorder* recorder) {
    const auto archive = sqlite::open_archive({path_in(folder, k_bank)});
    const std::string file = path_in(folder, k_backup);
    keep(*archive->back_up(file, archive->placing_of_backup(file)), k_backup, recorder);
}

void do_workload(const std::string& folder, Recorder& recorder) {
    test::FakeClock clock;
    create_bank(folder, clock, &recorder);
    std::size_t number = 0;
    const auto make_uses = [&](std::size_t end) {
        for (; number < end; ++number) {
            const Status done = make_use(folder, all_uses()[number], clock, &recorder);
            if (!done) throw Failure(done.error());
        }
    };
    make_uses(k_uses_before_backup);
    back_up(folder, &recorder);
    make_uses(k_uses_before_second_backup);
    back_up(folder, &recorder);
    restore(folder, k_second_bank, recorder);
    make_uses(k_uses_before_restore);
    restore(folder, k_bank, recorder);
    number = 0;
    make_uses(all_uses().size());
}

}  // namespace bankctl::fault_test
