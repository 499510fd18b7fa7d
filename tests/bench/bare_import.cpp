// The least that any import into our tables can cost, for scripts/bench to compare with: a bare loop over the same
// SQLite that writes the rows an import of transfers writes, with the same settings, commits and checkpoints. It writes
// row by row, where bankctl writes eight at once. It parses nothing, decides nothing, looks up no key and hashes
// nothing; what it leaves behind is no valid bank.
//
//     bare_import DATABASE LINES LINES_PER_COMMIT        DATABASE: a bank whose customers' accounts are the ones to use
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <sqlite3.h>

#include "core/model/journal.h"
#include "core/store/sqlite/connection.h"

namespace {

struct AccountRow {
    std::int64_t number, version, balance, last, jump;
    std::int64_t version_before;  // in the database
};

using Statement = std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)>;

Statement prepare(sqlite3* database, const char* sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) == SQLITE_OK)
        return {statement, sqlite3_finalize};
    std::fprintf(stderr, "bare_import: %s\n", sqlite3_errmsg(database));
    std::exit(1);
}

void run(sqlite3* database, const Statement& statement) {
    if (sqlite3_step(statement.get()) != SQLITE_DONE) {
        std::fprintf(stderr, "bare_import: %s\n", sqlite3_errmsg(database));
        std::exit(1);
    }
    sqlite3_reset(statement.get());
}

void bind(const Statement& statement, int first, std::initializer_list<std::int64_t> values) {
    for (const std::int64_t value : values) sqlite3_bind_int64(statement.get(), first++, value);
}

std::vector<AccountRow> read_accounts(sqlite3* database) {
    std::vector<AccountRow> accounts;
    const Statement statement =
        prepare(database, "SELECT number,version,balance,last,jump FROM account WHERE customer IS NOT NULL");
    while (sqlite3_step(statement.get()) == SQLITE_ROW) {
        std::array<std::int64_t, 5> columns{};
        for (int i = 0; i < 5; ++i) columns[static_cast<std::size_t>(i)] = sqlite3_column_int64(statement.get(), i);
        accounts.push_back({columns[0], columns[1], columns[2], columns[3], columns[4], columns[1]});
    }
    return accounts;
}

std::int64_t read_head(sqlite3* database) {
    const Statement statement = prepare(database, "SELECT max(seq)FROM journal");
    const std::int64_t seq = sqlite3_step(statement.get()) == SQLITE_ROW ? sqlite3_column_int64(statement.get(), 0) : 0;
    return seq;
}

class Loop {
public:
    explicit Loop(const std::string& path) : connection_(path, false) {}

    void run_all(std::int64_t lines, std::int64_t lines_per_commit) {
        for (std::int64_t line = 1; line <= lines;) {
            const std::int64_t last = std::min(lines, line + lines_per_commit - 1);
            run(database_, begin_);
            for (; line <= last; ++line) insert(line);
            for (AccountRow& account : accounts_) update(account);
            run(database_, commit_);
            connection_.checkpoint_if_long(bankctl::sqlite::k_wal_pages_in_series_max);
        }
    }

private:
    /// The leg's five columns from `first` on, of an account that changes by `amount`.
    void bind_leg(int first, AccountRow& account, std::int64_t amount) {
        ++account.version;
        account.balance += amount;
        bind(entry_, first, {account.number, account.version, account.balance, account.last, account.jump});
        account.jump = account.last;  // not the right one, but of the same size
        account.last = seq_;
    }

    void insert(std::int64_t line) {
        const std::size_t from = random_() % accounts_.size();
        const std::size_t to = (from + 1 + random_() % (accounts_.size() - 1)) % accounts_.size();
        const auto amount = static_cast<std::int64_t>(1 + random_() % 10'000);
        const std::int64_t time_us = 1'700'000'000'000'000 + line;
        const std::string key = "transfers.ndjson:" + std::to_string(line);
        ++seq_;
        bind(entry_, 1, {seq_, static_cast<std::int64_t>(bankctl::EntryKind::transfer), time_us, time_us});
        sqlite3_bind_text(entry_.get(), 5, "root", 4, SQLITE_STATIC);
        sqlite3_bind_int64(entry_.get(), 6, 0);
        sqlite3_bind_text(entry_.get(), 7, key.data(), static_cast<int>(key.size()), SQLITE_STATIC);
        sqlite3_bind_int64(entry_.get(), 11, amount);
        bind_leg(13, accounts_[from], -amount);
        bind_leg(18, accounts_[to], amount);
        sqlite3_bind_blob(entry_.get(), 23, hash_.data(), static_cast<int>(hash_.size()), SQLITE_STATIC);
        run(database_, entry_);

        for (std::size_t i = 0; i < 8; ++i)
            stored_key_[23 - i] = static_cast<char>(static_cast<std::uint64_t>(line) >> (8 * i));
        sqlite3_bind_blob(key_.get(), 1, stored_key_.data(), static_cast<int>(stored_key_.size()), SQLITE_STATIC);
        sqlite3_bind_int64(key_.get(), 2, seq_);
        run(database_, key_);
    }

    void update(AccountRow& account) {
        if (account.version == account.version_before) return;
        bind(update_, 1, {0, account.version, account.balance, 0, account.last, account.jump});
        bind(update_, 7, {1'700'000'000'000'000 + seq_, account.number, account.version_before});
        run(database_, update_);
        account.version_before = account.version;
    }

    bankctl::sqlite::Connection connection_;  // for the settings and the checkpoints alone
    sqlite3* database_ = connection_.handle();
    Statement begin_ = prepare(database_, "BEGIN IMMEDIATE");
    Statement commit_ = prepare(database_, "COMMIT");
    Statement entry_ = prepare(database_, "INSERT INTO journal VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
    Statement key_ = prepare(database_, "INSERT INTO idempotency VALUES(?,?)");
    Statement update_ =
        prepare(database_,
                "UPDATE account SET status=?,version=?,balance=?,held=?,last=?,jump=?,effective_at=? WHERE number=? "
                "AND version=?");
    std::vector<AccountRow> accounts_ = read_accounts(database_);
    std::int64_t seq_ = read_head(database_);
    std::mt19937_64 random_{1};
    std::array<char, 32> hash_{};
    std::array<char, 24> stored_key_{};
};

}  // namespace

int main(int count, char** arguments) {
    if (count != 4) {
        std::fputs("usage: bare_import DATABASE LINES LINES_PER_COMMIT\n", stderr);
        return 2;
    }
    try {
        Loop(arguments[1]).run_all(std::atoll(arguments[2]), std::atoll(arguments[3]));
    } catch (const std::exception& exception) {
        std::fprintf(stderr, "bare_import: %s\n", exception.what());
        return 1;
    }
}
