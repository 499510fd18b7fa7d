#include "core/service/export.h"

#include <sstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "core/service/import.h"
#include "core/service/import_ndjson.h"
#include "tests/support/bank.h"
#include "tests/support/failure.h"

using namespace bankctl;
using nlohmann::json;
using test::Adapter;
using test::Bank;

namespace {

using Exporter = void (*)(port::Snapshot&, const ExportFilter&, const Sink&);

std::string text_of(port::Ledger& ledger, Exporter exporter, const ExportFilter& filter = {}) {
    std::string text;
    ledger.read(
        [&](port::Snapshot& snapshot) { exporter(snapshot, filter, [&](std::string_view part) { text += part; }); });
    return text;
}

std::vector<json> lines_of(Bank& bank, const ExportFilter& filter = {}) {
    std::istringstream text(text_of(bank.ledger(), export_ndjson, filter));
    std::vector<json> lines;
    for (std::string line; std::getline(text, line);) lines.push_back(json::parse(line));
    return lines;
}

PutCustomer customer_request(const std::string& id, const std::string& name, bool is_new) {
    PutCustomer request;
    request.is_new = is_new;
    request.id = CustomerId{id};
    request.name = name;
    return request;
}

/// Does something of every kind.
void fill(Bank& bank) {
    OpenAccount a = test::account_request("a", "USD", "100.00", "20.00");
    a.key = IdempotencyKey{"open-a"};
    bank.must(a);
    OpenAccount b = test::account_request("b", "USD", "1.00");
    b.counter = AccountId{"@capital"};
    bank.must(b);
    bank.must(test::account_request("y", "JPY"));
    OpenAccount keyed = test::account_request("k", "KWD");
    keyed.key = IdempotencyKey{"open-k"};
    bank.must(keyed);

    TransactionRequest salary = test::with_key(test::credit("a", "50.25"), "salary");
    salary.memo = "May; \"net\"\n\x1b[31m caf\xC3\xA9 \xE2\x80\xAE";
    salary.counter = AccountId{"@employer"};
    const Seq credit = bank.must(salary);
    bank.must(test::debit("a", "0.25"));
    bank.must(test::credit("y", "700"));
    bank.must(test::credit("k", "1.234"));
    const Seq transfer = bank.must(test::with_key(test::transfer("a", "b", "30"), "t1"));
    const Seq hotel = bank.must(test::hold("a", "40", Timestamp{bank.clock().next().us + 1'000'000}));
    bank.must(test::capture(hotel, "35.50"));
    const Seq taxi = bank.must(test::hold("a", "5"));
    bank.must(test::release(taxi));
    bank.must(test::hold("b", "3", Timestamp{bank.clock().next().us + 1'000}));
    bank.must(test::hold("b", "2"));
    bank.must(test::reverse(transfer, "10"));
    bank.must(test::reverse(credit));
    bank.clock().advance_us(10'000);
    bank.must(test::credit("b", "0.01"));  // finds the hold expired

    bank.run([](Posting& posting) {
            PutCustomer update = customer_request("c1", "Renamed", false);
            update.email = "one@example.org";
            return posting.put_customer(update);
        })
        .value_or_throw();
    bank.run([](Posting& posting) {
            PutCustomer update = customer_request("c1", "Renamed", false);
            update.email = "";
            return posting.put_customer(update);
        })
        .value_or_throw();
    bank.change(EntryKind::account_frozen, "a").value_or_throw();
    bank.change(EntryKind::account_unfrozen, "a").value_or_throw();
    bank.must(test::account_request("z", "USD"));
    bank.change(EntryKind::account_closed, "z").value_or_throw();
    bank.change(EntryKind::account_frozen, "b").value_or_throw();
    bank.must(test::account_request("last", "USD"));
}

/// What must survive an export and its import: all but times of posting, the user, and the keys of keyless entries.
std::vector<JournalEntry> comparable_entries(port::Ledger& ledger) {
    std::vector<JournalEntry> entries;
    ledger.read([&](port::Snapshot& snapshot) {
        snapshot.scan_entries(Seq{}, [&](const JournalEntry& entry) {
            JournalEntry copy = entry;
            copy.posted_at = {};
            copy.user = {};
            copy.uid = {};
            copy.hash = {};
            if (copy.key && copy.key->starts_with("f:")) copy.key.reset();
            if (copy.kind != EntryKind::bank_created) entries.push_back(copy);
            return true;
        });
    });
    return entries;
}

template <class Row>
std::vector<Row> rows(port::Ledger& ledger,
                      const std::function<void(port::Snapshot&, const port::Visitor<Row>&)>& scan) {
    std::vector<Row> all;
    ledger.read([&](port::Snapshot& snapshot) {
        scan(snapshot, [&](const Row& row) {
            all.push_back(row);
            return true;
        });
    });
    return all;
}

}  // namespace

TEST_CASE("an NDJSON export imported into an empty bank gives equal books", "[export]") {
    const Adapter adapter = GENERATE(Adapter::memory, Adapter::sqlite);
    Bank bank(adapter);
    fill(bank);
    const std::string text = text_of(bank.ledger(), export_ndjson);

    const auto copy = test::make_empty_ledger(Adapter::memory, {});
    test::create_bank(*copy);
    std::istringstream input(text);
    const auto reader = read_ndjson(input, "f");
    bank.clock().advance_us(3'600'000'000);
    const ImportReport report = run_import(*copy, bank.clock(), Actor{"importer", 1}, *reader, {.lines_per_commit = 3});
    INFO((report.error ? report.error->message : ""));
    REQUIRE_FALSE(report.error);

    CHECK(comparable_entries(*copy) == comparable_entries(bank.ledger()));
    const auto accounts = [](port::Snapshot& s, const port::Visitor<Account>& v) { s.scan_accounts({}, v); };
    const auto customers = [](port::Snapshot& s, const port::Visitor<Customer>& v) { s.scan_customers({}, v); };
    const auto holds = [](port::Snapshot& s, const port::Visitor<Hold>& v) { s.scan_holds(v); };
    const auto reversals = [](port::Snapshot& s, const port::Visitor<Reversal>& v) { s.scan_reversals(v); };
    CHECK(rows<Account>(*copy, accounts) == rows<Account>(bank.ledger(), accounts));
    CHECK(rows<Customer>(*copy, customers) == rows<Customer>(bank.ledger(), customers));
    CHECK(rows<Hold>(*copy, holds) == rows<Hold>(bank.ledger(), holds));
    CHECK(rows<Reversal>(*copy, reversals) == rows<Reversal>(bank.ledger(), reversals));

    std::istringstream same(text);
    const auto again = read_ndjson(same, "f");
    const ImportReport second = run_import(*copy, bank.clock(), Actor{"importer", 1}, *again, {});
    CHECK(second.replayed == second.lines);
}

TEST_CASE("an opening balance is part of the line that opens its account", "[export]") {
    Bank bank;
    fill(bank);
    const auto lines = lines_of(bank);
    CHECK(lines[0] == json{{"type", "customer"},
                           {"id", "c1"},
                           {"name", "Customer One"},
                           {"email", nullptr},
                           {"phone", nullptr},
                           {"key", nullptr}});
    CHECK(lines[1]["account"] == "a");
    CHECK(lines[1]["opening_balance"] == "100.00");
    CHECK(lines[1]["overdraft"] == "20.00");
    CHECK(lines[1]["counter"] == "@cash.USD");
    CHECK(lines[1]["key"] == "open-a");
    CHECK(lines[2]["counter"] == "@capital");
    CHECK_FALSE(lines[3].contains("opening_balance"));
    CHECK(lines[4]["key"] == "open-k");
    CHECK(lines[5]["type"] == "credit");
    for (const json& line : lines) CHECK(line["type"] != "opening");
    CHECK(lines.back()["account"] == "last");
}

TEST_CASE("exported text carries no character that could harm a terminal", "[export]") {
    Bank bank;
    fill(bank);
    for (const Exporter exporter : {export_ndjson, export_hledger, export_beancount, export_ofx}) {
        const std::string text = text_of(bank.ledger(), exporter);
        CHECK(text.find('\x1b') == std::string::npos);
        CHECK(text.find("\xE2\x80\xAE") == std::string::npos);
        CHECK(text.find("caf\xC3\xA9") != std::string::npos);
    }
}

TEST_CASE("a filtered export has only the transactions that match", "[export]") {
    Bank bank;
    fill(bank);
    ExportFilter filter;
    filter.account = AccountId{"b"};
    const auto of_b = lines_of(bank, filter);
    REQUIRE(of_b.size() == 6);
    CHECK(of_b[0]["type"] == "open");
    CHECK(of_b[0]["opening_balance"] == "1.00");
    CHECK(of_b[1]["to"] == "b");
    CHECK(of_b[4]["type"] == "reverse");

    filter.account = AccountId{"@employer"};
    CHECK(lines_of(bank, filter).size() == 2);
    filter.account = AccountId{"last"};
    CHECK(lines_of(bank, filter).empty());
    filter.account = AccountId{"nobody"};
    CHECK(test::failure_code([&] { lines_of(bank, filter); }) == ErrorCode::account_not_found);

    const Timestamp at = *bank.entry(bank.account("y").last).effective_at;
    CHECK(lines_of(bank, {std::nullopt, at, Timestamp{at.us + 1}}).size() == 1);
    CHECK(lines_of(bank, {AccountId{"y"}, std::nullopt, at}).empty());
    CHECK(lines_of(bank, {AccountId{"y"}, at, std::nullopt}).size() == 1);

    const std::string journal = text_of(bank.ledger(), export_hledger, {AccountId{"y"}, std::nullopt, std::nullopt});
    CHECK(journal == "commodity JPY\naccount y\naccount @cash.JPY\n\n2026-01-31 * (" +
                         std::to_string(bank.account("y").last.value) +
                         ") credit\n    @cash.JPY  -700 JPY\n    y  700 JPY\n");
}

TEST_CASE("the hledger export asserts every balance", "[export]") {
    Bank bank;
    OpenAccount a = test::account_request("a:b", "USD", "100.00");
    bank.must(a);
    bank.must(test::account_request("1.2", "USD"));
    TransactionRequest move = test::transfer("a:b", "1.2", "30");
    move.memo = "Rent; date:2020-01-01\r\n\tMay | 2026";
    const Seq seq = bank.must(move);
    bank.must(test::hold("1.2", "5"));
    CHECK(text_of(bank.ledger(), export_hledger) ==
          "commodity USD\n"
          "    format 1000.00 USD\n"
          "account 1.2\n"
          "account @cash.USD\n"
          "account a:b\n"
          "\n2026-01-31 * (" +
              std::to_string(bank.account("a:b").number.value + 2) +
              ") opening\n"
              "    @cash.USD  -100.00 USD = -100.00 USD\n"
              "    a:b  100.00 USD = 100.00 USD\n"
              "\n2026-01-31 * (" +
              std::to_string(seq.value) +
              ") transfer | Rent, date:2020-01-01   May | 2026\n"
              "    a:b  -30.00 USD = 70.00 USD\n"
              "    1.2  30.00 USD = 30.00 USD\n");
}
