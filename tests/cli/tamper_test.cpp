// Whatever is altered in the file behind bankctl's back, verify finds it: every column of every table, rows that vanish
// or appear, the schema, bytes anywhere in the file, and the whole file replaced by an older one.
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <set>

#include <catch2/catch.hpp>

#include "core/service/posting.h"
#include "core/store/sqlite/sqlite_ledger.h"
#include "tests/cli/bank.h"
#include "tests/cli/dispute.h"
#include "tests/cli/raw_database.h"
#include "tests/support/bank.h"

namespace bankctl::cli_test {
namespace {

constexpr int k_rows_altered_max = 4;

/// A rule of every algorithm, and one that was unset.
void set_limits(const Bank& bank) {
    const auto ledger = sqlite::open_ledger({bank.path()});
    SystemClock clock;
    const Status done = test::write_books(*ledger, [&](Books& books) -> Status {
        Posting posting(books, clock, Actor{"owner", 0});
        const LimitPolicy none{.algorithm = LimitAlgorithm::none};
        const LimitPolicy window{LimitAlgorithm::sliding_window, 9, 60'000, 9, true};
        BANKCTL_CHECK(posting.put_limit({.user = std::string(k_default_user), .policy = none}));
        BANKCTL_CHECK(posting.put_limit({.user = "alice", .limit_class = LimitClass::batch, .policy = window}));
        BANKCTL_CHECK(posting.put_limit({.user = "alice", .key = IdempotencyKey{"limit"}}));
        BANKCTL_CHECK(posting.put_limit({.user = "bob"}));
        BANKCTL_CHECK(posting.unset_limit({.user = "bob"}));
        BANKCTL_CHECK(posting.reset_limit({.user = "bob"}));
        return ok();
    });
    REQUIRE(done);
}

/// Cases in several states, by two policies, with notifications that went out, failed and wait.
void file_disputes(const Bank& bank) {
    const auto file = [&](const Words& more) -> std::string {
        return bank.data(joined({"dispute", "file", "--customer", "c1", "--text", "I was charged twice"}, more))
            .at("id");
    };
    const auto pay = [&](const char* amount) { return bank.seq({"transaction", "debit", "alice", amount}); };
    const std::string paid = pay("3");
    const std::string refunded = file({"--transaction", paid, "--channel", "card", "--key", "filed"});
    bank.ok({"dispute", "assign", refunded, "--team", "cards", "--assignee", "anna"});
    bank.ok({"dispute", "advance", refunded, "investigating", "--note", "both receipts are here"});
    bank.ok({"dispute", "credit", refunded});
    bank.ok({"dispute", "resolve", refunded, "upheld"});
    bank.ok({"dispute", "advance", refunded, "closed"});
    bank.ok({"notification", "deliver", "--exec", "cat >/dev/null", "--limit", "2"});
    bank.ok({"notification", "deliver", "--exec", "exit 1", "--limit", "1"});

    std::string policy = test::read_file(BANKCTL_SOURCE_DIR "/schema/policy/dispute.json");
    const std::string version = R"("version": "1")";
    REQUIRE(policy.find(version) != std::string::npos);
    policy.replace(policy.find(version), version.size(), R"("version": "2")");
    test::write_file(bank.file("policy.json"), policy);
    const std::string waiting = file({"--transaction", pay("2"), "--policy", bank.file("policy.json")});
    bank.ok({"dispute", "assign", waiting, "--team", "cards"});
    bank.ok({"dispute", "advance", waiting, "investigating"});
    bank.ok({"dispute", "credit", waiting});
    bank.ok({"dispute", "advance", waiting, "awaiting_customer"});
    bank.ok({"dispute", "relabel", waiting, "wrong_amount_or_fx"});
    file({"--amount", "9", "--currency", "USD", "--merchant", "Acme Shop"});
}

/// A bank with rows in every table and of every kind.
void fill(const Bank& bank) {
    bank.add_accounts({"alice", "bob"}, "100");
    bank.ok({"customer", "add", "c2", "--name", "Bob", "--email", "bob@example.com", "--phone", "1"});
    bank.ok({"customer", "update", "c2", "--name", "Bobby", "--phone", ""});
    bank.ok({"account", "open", "euro", "--customer", "c2", "--currency", "EUR", "--overdraft", "50", "--key",
             "open-euro"});
    bank.ok({"account", "open", "past", "--customer", "c2", "--currency", "USD"});
    bank.ok({"transaction", "credit", "euro", "5", "--key", "k1", "--memo", "salary"});
    bank.ok({"transaction", "credit", "past", "9", "--at", "2026-01-01"});
    bank.ok({"transaction", "hold", "past", "2", "--at", "2026-01-02", "--expires", "2026-01-03"});
    bank.ok({"transaction", "debit", "past", "1"});  // after which the hold is stored as expired
    const std::string transfer = bank.seq({"transaction", "transfer", "alice", "bob", "7", "--key", "k2"});
    bank.ok({"transaction", "reverse", transfer, "2", "--reason", "r"});
    bank.ok({"transaction", "reverse", transfer, "1", "--key", "k10"});
    bank.ok({"transaction", "hold", "alice", "1", "--expires", "9000-01-01"});
    bank.ok({"transaction", "hold", "bob", "2"});
    bank.ok({"transaction", "release", bank.seq({"transaction", "hold", "alice", "3"})});
    bank.ok({"transaction", "capture", bank.seq({"transaction", "hold", "alice", "4", "--key", "hold"}), "2.50"});
    bank.ok({"account", "freeze", "bob"});
    bank.ok({"transaction", "debit", "euro", "1", "--counter", "@fees.EUR", "--memo", ""});
    set_limits(bank);
    file_disputes(bank);
    RawDatabase(bank.path()).execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

/// Copies of one filled bank, each altered in one way.
class Tampering {
public:
    Tampering() {
        fill(bank_);
        original_ = test::read_file(bank_.path());
        dump_ = RawDatabase(bank_.path()).dump();
        REQUIRE(verify().exit_code == 0);
    }

    const Bank& bank() const { return bank_; }
    const std::string& original() const { return original_; }
    const std::string& original_dump() const { return dump_; }

    /// Puts the file back as it was, or as `bytes`.
    void restore(const std::string& bytes) const {
        for (const char* companion : {"-wal", "-shm"}) unlink((bank_.path() + companion).c_str());
        test::write_file(bank_.path(), bytes);
    }
    Run verify(const Words& more = {}) const {
        Words words{"--json", "verify"};
        words.insert(words.end(), more.begin(), more.end());
        return bank_.run(words);
    }

    /// Runs `sql` on a fresh copy, triggers out of the way and put back after. If it changed anything, verify must find
    /// it; if SQLite refuses or it makes no difference, that is counted.
    void alter(const std::string& sql) {
        restore(original_);
        std::string dump;
        {
            RawDatabase database(bank_.path());
            const std::vector<std::string> triggers =
                database.column("SELECT sql FROM sqlite_schema WHERE type='trigger'");
            for (const char* trigger : {"journal_update", "journal_delete"})
                database.execute("DROP TRIGGER " + std::string(trigger));
            const bool is_done = database.execute(sql) == SQLITE_OK;
            for (const std::string& trigger : triggers) REQUIRE(database.execute(trigger) == SQLITE_OK);
            dump = database.dump();
            if (!is_done || dump == dump_) {
                ++impossible_;
                return;
            }
        }
        require_found(sql);
    }
    void require_found(const std::string& what) {
        const Run run = verify();
        INFO(what);
        INFO(describe({"verify"}, run));
        CHECK(run.signal == 0);
        CHECK((run.exit_code == 6 || run.exit_code == 69));
        CHECK(run.out.empty());
        ++found_;
    }
    int found() const { return found_; }
    int impossible() const { return impossible_; }

private:
    Bank bank_;
    std::string original_;
    std::string dump_;
    int found_ = 0;
    int impossible_ = 0;
};

std::vector<std::string> tables_of(const Tampering& tampering) {
    return RawDatabase(tampering.bank().path())
        .column("SELECT name FROM sqlite_schema WHERE type='table' AND name NOT LIKE 'sqlite_%' ORDER BY name");
}

struct Table {
    std::string name;
    std::vector<std::string> columns;
    std::vector<std::string> key;  ///< the columns of the primary key
    std::vector<std::vector<std::string>> rows;

    std::string where(const std::vector<std::string>& row) const {
        std::string condition;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            for (const std::string& part : key) {
                if (part == columns[i]) condition += (condition.empty() ? " WHERE " : " AND ") + part + "=" + row[i];
            }
        }
        return condition;
    }
};

Table table_of(const Tampering& tampering, const std::string& name) {
    RawDatabase database(tampering.bank().path());
    Table table{name, database.column("SELECT name FROM pragma_table_info('" + name + "')"),
                database.column("SELECT name FROM pragma_table_info('" + name + "') WHERE pk>0"),
                database.rows("SELECT * FROM " + name)};
    REQUIRE(!table.rows.empty());
    REQUIRE(!table.key.empty());
    return table;
}

/// The first rows, the last, and one in the middle.
std::vector<std::size_t> some_rows(const Table& table) {
    std::set<std::size_t> chosen{0, table.rows.size() / 2, table.rows.size() - 1};
    for (std::size_t i = 1; chosen.size() < k_rows_altered_max && i < table.rows.size(); ++i) chosen.insert(i);
    return {chosen.begin(), chosen.end()};
}

TEST_CASE("verify finds every value that was altered", "[cli][tamper]") {
    Tampering tampering;
    const std::vector<std::string> tables = tables_of(tampering);
    CHECK(tables == Words{"account", "customer", "hold", "idempotency", "journal", "limit_rule", "list_row",
                          "migration", "reversal"});
    for (const std::string& name : tables) {
        tampering.restore(tampering.original());
        const Table table = table_of(tampering, name);
        for (const std::size_t index : some_rows(table)) {
            const std::vector<std::string>& row = table.rows[index];
            const std::vector<std::string>& other = table.rows[(index + 1) % table.rows.size()];
            for (std::size_t i = 0; i < table.columns.size(); ++i) {
                const std::string set = "UPDATE " + name + " SET " + table.columns[i] + "=";
                for (const std::string& value : {row[i] + "+1", row[i] + "||'x'", row[i] + "||X'00'",
                                                 std::string("NULL"), std::string("0"), std::string("''"), other[i]})
                    tampering.alter(set + value + table.where(row));
                // Two rows' values swapped, so that every sum stays as it was; of a unique name by way of a third.
                if (std::find(table.key.begin(), table.key.end(), table.columns[i]) != table.key.end()) continue;
                const bool is_name = table.columns[i] == "id" || table.columns[i] == "user";
                const std::string first = is_name ? set + "'swapping'" + table.where(other) + ";" : "";
                tampering.alter(first + set + other[i] + table.where(row) + ";" + set + row[i] + table.where(other));
            }
        }
    }
    INFO(tampering.impossible());
    CHECK(tampering.found() > 500);
}

TEST_CASE("verify finds what is NULL and was not, or the reverse, in every row", "[cli][tamper]") {
    Tampering tampering;
    for (const std::string& name : tables_of(tampering)) {
        tampering.restore(tampering.original());
        const Table table = table_of(tampering, name);
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            std::set<std::string> seen;
            for (const std::vector<std::string>& row : table.rows) {
                // One row with a value and one without are enough for each column.
                if (!seen.insert(row[i] == "NULL" ? "NULL" : "value").second) continue;
                for (const char* value : {"NULL", "0", "1", "''", "'x'"})
                    tampering.alter("UPDATE " + name + " SET " + table.columns[i] + "=" + value + table.where(row));
            }
        }
    }
    CHECK(tampering.found() > 150);
}

TEST_CASE("verify finds rows that are gone or were added", "[cli][tamper]") {
    Tampering tampering;
    for (const std::string& name : tables_of(tampering)) {
        tampering.restore(tampering.original());
        const Table table = table_of(tampering, name);
        for (const std::vector<std::string>& row : table.rows)
            tampering.alter("DELETE FROM " + name + table.where(row));
        tampering.alter("DELETE FROM " + name);
        // A copy of a row under another key.
        std::vector<std::string> copy = table.rows.back();
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            if (table.columns[i] == table.key.back())
                copy[i] = copy[i].starts_with("X'") ? "X'00112233445566778899AABBCCDDEEFF'" : "1000";
            if (table.columns[i] == "id" || table.columns[i] == "user") copy[i] = "'copy'";
        }
        std::string values;
        for (const std::string& value : copy) values += (values.empty() ? "" : ",") + value;
        tampering.alter("INSERT INTO " + name + " VALUES(" + values + ")");
    }
    for (const int keep : {1, 2, 10, 20}) tampering.alter("DELETE FROM journal WHERE seq>" + std::to_string(keep));
    CHECK(tampering.found() > 60);
}

TEST_CASE("verify finds one byte that was altered in the detail of each entry about disputes", "[cli][tamper]") {
    Tampering tampering;
    const std::vector<std::vector<std::string>> entries =
        RawDatabase(tampering.bank().path())
            .rows("SELECT seq,kind,length(detail) FROM journal WHERE kind BETWEEN 11 AND 14 ORDER BY seq");
    std::set<std::string> kinds;
    for (const std::vector<std::string>& entry : entries) {
        kinds.insert(entry[1]);
        for (int part = 1; part <= 3; ++part) {
            const std::string place = std::to_string(std::stoi(entry[2]) * part / 4);
            tampering.alter("UPDATE journal SET detail=substr(detail,1," + place + "-1)||CASE substr(detail," + place +
                            ",1)WHEN '1' THEN '2' ELSE '1' END||substr(detail," + place + "+1) WHERE seq=" + entry[0]);
        }
    }
    CHECK(kinds == std::set<std::string>{"11", "12", "13", "14"});
    CHECK(tampering.impossible() == 0);
    CHECK(tampering.found() == static_cast<int>(3 * entries.size()));
}

TEST_CASE("verify finds two journal entries that changed places", "[cli][tamper]") {
    Tampering tampering;
    const Table journal = table_of(tampering, "journal");
    for (std::size_t i = 1; i < journal.rows.size(); i += 5) {
        const std::string a = std::to_string(i);
        const std::string b = std::to_string(i + 1);
        tampering.alter("UPDATE journal SET seq=1000 WHERE seq=" + a + ";UPDATE journal SET seq=" + a +
                        " WHERE seq=" + b + ";UPDATE journal SET seq=" + b + " WHERE seq=1000");
    }
    CHECK(tampering.found() >= 5);
}

TEST_CASE("verify finds a schema that was altered", "[cli][tamper]") {
    Tampering tampering;
    const std::vector<std::string> objects =
        RawDatabase(tampering.bank().path())
            .column("SELECT name FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name");
    CHECK(objects.size() >= 10);
    for (const std::string& name : objects) {
        for (const std::string& sql : {"DELETE FROM sqlite_schema WHERE name='" + name + "'",
                                       "UPDATE sqlite_schema SET sql=sql||' ' WHERE name='" + name + "'",
                                       "UPDATE sqlite_schema SET sql=replace(sql,'e','E') WHERE name='" + name + "'",
                                       "UPDATE sqlite_schema SET name=name||'x' WHERE name='" + name + "'"}) {
            tampering.restore(tampering.original());
            {
                RawDatabase database(tampering.bank().path());
                REQUIRE(database.execute(sql) == SQLITE_OK);
            }
            tampering.require_found(sql);
        }
    }
    for (const std::string sql :
         {"DROP TRIGGER journal_update", "DROP TRIGGER journal_delete", "DROP INDEX hold_expiring",
          "CREATE TABLE extra(x)", "CREATE INDEX extra ON journal(kind)", "CREATE VIEW extra AS SELECT 1",
          "CREATE TRIGGER extra AFTER INSERT ON journal BEGIN SELECT 1;END",
          "ALTER TABLE customer ADD COLUMN extra TEXT", "DROP TABLE reversal", "DROP TABLE limit_rule",
          "PRAGMA user_version=1", "PRAGMA user_version=2", "PRAGMA user_version=3", "PRAGMA user_version=5",
          "PRAGMA user_version=0", "PRAGMA user_version=-1", "PRAGMA application_id=1", "PRAGMA application_id=0",
          "ANALYZE"}) {
        tampering.restore(tampering.original());
        {
            RawDatabase database(tampering.bank().path());
            REQUIRE(database.execute(sql) == SQLITE_OK);
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        tampering.require_found(sql);
    }
}

int flips_wanted() {
    const char* const text = std::getenv("BANKCTL_TAMPER_FLIPS");
    return text != nullptr ? std::atoi(text) : 100;
}

TEST_CASE("verify finds every flipped byte that changes what the file says", "[cli][tamper]") {
    Tampering tampering;
    std::mt19937 random(42);
    int harmless = 0;
    const int flips = flips_wanted();
    for (int i = 0; i < flips; ++i) {
        std::string bytes = tampering.original();
        const std::size_t place = random() % bytes.size();
        const auto flip = static_cast<unsigned char>(1 + random() % 255);
        bytes[place] = static_cast<char>(static_cast<unsigned char>(bytes[place]) ^ flip);
        tampering.restore(bytes);
        const Run run = tampering.verify();
        INFO("byte " << place << " xor " << int{flip} << "\n" << describe({"verify"}, run));
        CHECK(run.signal == 0);
        CHECK((run.exit_code == 0 || run.exit_code == 6 || run.exit_code == 69));
        if (run.exit_code != 0) continue;
        ++harmless;
        CHECK(RawDatabase(tampering.bank().path()).dump() == tampering.original_dump());
    }
    CHECK(harmless < flips);
}

TEST_CASE("a file that was cut short is found", "[cli][tamper]") {
    Tampering tampering;
    for (const std::size_t size :
         {tampering.original().size() - 4096, tampering.original().size() / 2, std::size_t{4096}, std::size_t{200}}) {
        tampering.restore(tampering.original().substr(0, size));
        tampering.require_found("cut to " + std::to_string(size) + " bytes");
    }
}

TEST_CASE("only an anchor finds an older copy of the whole file", "[cli][tamper]") {
    Tampering tampering;
    const Bank& bank = tampering.bank();
    const Json old_head = bank.head();
    bank.ok({"transaction", "credit", "alice", "1"});
    const Json new_head = bank.head();
    const auto anchor = [](const Json& head) {
        return head.at("seq").dump() + ":" + head.at("hash").get<std::string>();
    };
    CHECK(tampering.verify({"--anchor", anchor(old_head)}).exit_code == 0);
    CHECK(tampering.verify({"--anchor", anchor(new_head)}).exit_code == 0);
    tampering.restore(tampering.original());
    CHECK(bank.head() == old_head);
    CHECK(tampering.verify({"--anchor", anchor(old_head)}).exit_code == 0);
    const Words words{"--json", "verify", "--anchor", anchor(new_head)};
    require_failure(words, bank.run(words), "integrity_violation");
    // A history that went another way from the same point.
    bank.ok({"transaction", "credit", "alice", "2"});
    require_failure(words, bank.run(words), "integrity_violation");
}

}  // namespace
}  // namespace bankctl::cli_test
