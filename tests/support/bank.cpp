#include "tests/support/bank.h"

#include "core/service/details.h"
#include "core/store/memory/memory_ledger.h"
#include "core/store/sqlite/sqlite_ledger.h"

namespace bankctl::test {
namespace {

TransactionRequest request_of(EntryKind kind) {
    TransactionRequest request;
    request.kind = kind;
    return request;
}

TransactionRequest on_account(EntryKind kind, std::string_view account, std::string_view amount_text) {
    TransactionRequest request = request_of(kind);
    request.account = AccountId{std::string(account)};
    request.amount = amount(amount_text);
    return request;
}

TransactionRequest on_transaction(EntryKind kind, Seq of, std::string_view amount_text) {
    TransactionRequest request = request_of(kind);
    request.of = of;
    if (!amount_text.empty()) request.amount = amount(amount_text);
    return request;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, Adapter adapter) {
    return out << (adapter == Adapter::memory ? "memory" : "sqlite");
}

bool is_empty_log(const std::string& path) {
    constexpr std::size_t k_header_bytes = 32;
    return read_file(path).substr(0, k_header_bytes).find_first_not_of('\0') == std::string::npos;
}

std::unique_ptr<port::Ledger> make_empty_ledger(Adapter adapter, const TempDirectory& directory) {
    if (adapter == Adapter::memory) return memory::make_ledger();
    const sqlite::Options options{directory.file("bank.db")};
    sqlite::create_ledger(options, [](port::Ledger&) {});
    return sqlite::open_ledger(options);
}

Status write_books(port::Ledger& ledger, const std::function<Status(Books&)>& work, const port::WriteOptions& options) {
    return ledger.transact(options, [&](port::UnitOfWork& unit) -> Status {
        Books books(unit);
        BANKCTL_CHECK(work(books));
        books.keep();
        books.save();
        return ok();
    });
}

void create_bank(port::Ledger& ledger, Timestamp at) {
    const Status created = write_books(ledger, [&](Books& books) {
        Draft draft;
        draft.kind = EntryKind::bank_created;
        draft.posted_at = at;
        draft.user = "tester";
        draft.detail = bank_detail("test-bank");
        books.record(draft);
        return ok();
    });
    if (!created) throw Failure(created.error());
}

Amount amount(std::string_view text) { return Amount::parse(text).value_or_throw(); }

TransactionRequest credit(std::string_view account, std::string_view amount_text) {
    return on_account(EntryKind::credit, account, amount_text);
}

TransactionRequest debit(std::string_view account, std::string_view amount_text) {
    return on_account(EntryKind::debit, account, amount_text);
}

TransactionRequest transfer(std::string_view from, std::string_view to, std::string_view amount_text) {
    TransactionRequest request = on_account(EntryKind::transfer, from, amount_text);
    request.to = AccountId{std::string(to)};
    return request;
}

TransactionRequest hold(std::string_view account, std::string_view amount_text, std::optional<Timestamp> expires_at) {
    TransactionRequest request = on_account(EntryKind::hold, account, amount_text);
    request.expires_at = expires_at;
    return request;
}

TransactionRequest capture(Seq of, std::string_view amount_text) {
    return on_transaction(EntryKind::capture, of, amount_text);
}

TransactionRequest release(Seq of) { return on_transaction(EntryKind::release, of, ""); }

TransactionRequest reverse(Seq of, std::string_view amount_text) {
    return on_transaction(EntryKind::reversal, of, amount_text);
}

TransactionRequest with_key(TransactionRequest request, std::string_view key) {
    request.key = IdempotencyKey{std::string(key)};
    return request;
}

OpenAccount account_request(std::string_view id, std::string_view currency, std::string_view opening_balance,
                            std::string_view overdraft) {
    OpenAccount request;
    request.id = AccountId{std::string(id)};
    request.customer = CustomerId{"c1"};
    request.currency = find_currency(currency).value_or_throw();
    if (!opening_balance.empty()) request.opening_balance = amount(opening_balance);
    if (!overdraft.empty()) request.overdraft = Amount::parse_or_zero(overdraft).value_or_throw();
    return request;
}

Bank::Bank(Adapter adapter) : ledger_(make_empty_ledger(adapter, directory_)) {
    create_bank(*ledger_, clock_.now());
    PutCustomer customer;
    customer.id = CustomerId{"c1"};
    customer.name = "Customer One";
    run([&](Posting& posting) { return posting.put_customer(customer); }).value_or_throw();
}

Result<Posted> Bank::run(const std::function<Result<Posted>(Posting&)>& work) {
    Posted posted;
    const Status outcome = write_books(*ledger_, [&](Books& books) -> Status {
        Posting posting(books, clock_, Actor{"tester", 1000});
        BANKCTL_TRY(done, work(posting));
        posted = done;
        return ok();
    });
    if (!outcome) return outcome.error();
    return posted;
}

Result<Posted> Bank::post(const TransactionRequest& request) {
    return run([&](Posting& posting) { return posting.post(request); });
}

Result<Posted> Bank::open(const OpenAccount& request) {
    return run([&](Posting& posting) { return posting.open_account(request); });
}

Result<Posted> Bank::change(EntryKind kind, std::string_view account) {
    ChangeAccount request;
    request.kind = kind;
    request.id = AccountId{std::string(account)};
    return run([&](Posting& posting) { return posting.change_account(request); });
}

Account Bank::account(std::string_view id) {
    std::optional<Account> found;
    ledger_->read([&](port::Snapshot& snapshot) { found = snapshot.account(AccountId{std::string(id)}); });
    return found.value();
}

JournalEntry Bank::entry(Seq seq) {
    std::optional<JournalEntry> found;
    ledger_->read([&](port::Snapshot& snapshot) { found = snapshot.entry(seq); });
    return found.value();
}

Hold Bank::hold(Seq seq) {
    std::optional<Hold> found;
    ledger_->read([&](port::Snapshot& snapshot) { found = snapshot.hold(seq); });
    return found.value();
}

port::Head Bank::head() {
    port::Head head;
    ledger_->read([&](port::Snapshot& snapshot) { head = snapshot.head(); });
    return head;
}

}  // namespace bankctl::test
