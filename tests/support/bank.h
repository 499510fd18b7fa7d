// A bank to test on, over either adapter, and posting in one short line.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "core/port/ledger.h"
#include "core/service/posting.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temp_directory.h"

namespace bankctl::test {

enum class Adapter { memory, sqlite };
std::ostream& operator<<(std::ostream& out, Adapter adapter);

/// A ledger without any entry; SQLite's lies in `directory` as bank.db.
std::unique_ptr<port::Ledger> make_empty_ledger(Adapter adapter, const TempDirectory& directory);

/// Whether the write-ahead log at `path` holds nothing: it is absent, has no byte, or a header of zeros.
bool is_empty_log(const std::string& path);

/// Writes the entry that begins every bank.
void create_bank(port::Ledger& ledger, Timestamp at = k_start);

/// Runs `work` on books that are kept and saved if it succeeds.
Status write_books(port::Ledger& ledger, const std::function<Status(Books&)>& work,
                   const port::WriteOptions& options = {});

// Requests as the command line would make them. Amounts are in major units; a malformed one ends the test.
Amount amount(std::string_view text);
TransactionRequest credit(std::string_view account, std::string_view amount_text);
TransactionRequest debit(std::string_view account, std::string_view amount_text);
TransactionRequest transfer(std::string_view from, std::string_view to, std::string_view amount_text);
TransactionRequest hold(std::string_view account, std::string_view amount_text,
                        std::optional<Timestamp> expires_at = std::nullopt);
TransactionRequest capture(Seq of, std::string_view amount_text = "");  ///< without an amount: all of it
TransactionRequest release(Seq of);
TransactionRequest reverse(Seq of, std::string_view amount_text = "");
TransactionRequest with_key(TransactionRequest request, std::string_view key);
OpenAccount account_request(std::string_view id, std::string_view currency, std::string_view opening_balance = "",
                            std::string_view overdraft = "");  ///< of customer c1

/// A bank with the customer c1, whose requests are each a unit of work of their own.
class Bank {
public:
    explicit Bank(Adapter adapter = Adapter::memory);

    port::Ledger& ledger() { return *ledger_; }
    FakeClock& clock() { return clock_; }
    std::string path() const { return directory_.file("bank.db"); }  ///< of SQLite's database

    /// Runs `work` on a Posting in one unit of work.
    Result<Posted> run(const std::function<Result<Posted>(Posting&)>& work);
    Result<Posted> post(const TransactionRequest& request);
    Result<Posted> open(const OpenAccount& request);
    Result<Posted> change(EntryKind kind, std::string_view account);

    /// Does what must succeed, and returns its number.
    Seq must(const TransactionRequest& request) { return post(request).value_or_throw().seq; }
    Seq must(const OpenAccount& request) { return open(request).value_or_throw().seq; }

    // What is stored; what does not exist ends the test.
    Account account(std::string_view id);
    JournalEntry entry(Seq seq);
    Hold hold(Seq seq);
    port::Head head();

private:
    TempDirectory directory_;
    std::unique_ptr<port::Ledger> ledger_;
    FakeClock clock_;
};

}  // namespace bankctl::test
