// A connection to the database with the settings that bankctl depends on, and statements prepared once.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include "core/base/clock.h"
#include "core/base/ids.h"

namespace bankctl::sqlite {

/// A checkpoint empties the write-ahead log once it is longer than this: the first connection of every process reads
/// all of it, and one that is kept never shrinks by itself.
inline constexpr int k_wal_pages_max = 32;
/// Between the transactions of a series: its process keeps the log's index in shared memory for all others, and a page
/// that is written again and again is copied into the database once.
inline constexpr int k_wal_pages_in_series_max = 1'000;

/// What a failure of SQLite means to the user; `outcome_unknown` is for the caller that was committing.
Failure translate(const SQLite::Exception& exception);

/// Runs `work`, translating exceptions of SQLite and for want of memory.
template <class Work>
auto guarded(Work work) {
    try {
        return work();
    } catch (const SQLite::Exception& exception) {
        throw translate(exception);
    } catch (const std::bad_alloc&) {
        throw Failure(Error(ErrorCode::storage_unavailable, "out of memory"));  // short enough to need none
    }
}

/// One prepared statement in use: binds in order, reads columns with their types checked, resets itself at the end.
class Query {
public:
    Query(SQLite::Statement& statement, std::string_view table) : statement_(statement), table_(table) {}
    ~Query();
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    Query& bind(std::int64_t value);
    Query& bind(const std::string& text);  ///< which must outlive the query
    Query& bind(const std::optional<std::string>& text);
    Query& bind(const std::optional<Timestamp>& time);
    Query& bind_seq(Seq seq);  ///< none as NULL
    Query& bind_blob(std::string_view bytes);
    Query& bind_null();

    /// Steps to the next row.
    bool next() { return statement_.executeStep(); }
    /// Runs to the end; the number of rows changed.
    int run();

    // The next column of the row, left to right. A type that the schema does not allow is `integrity_violation`, and
    // so is text that is no UTF-8.
    std::int64_t integer();
    std::optional<std::int64_t> optional_integer();
    std::string text();
    std::optional<std::string> optional_text();
    std::string blob();
    Seq seq() { return Seq{integer()}; }
    /// None where the column is NULL; a stored 0 is `integrity_violation`, for no one ever wrote it.
    Seq optional_seq();
    std::optional<Timestamp> optional_time();
    /// Begins a new row at its first column.
    Query& first_column() {
        column_ = 0;
        return *this;
    }

private:
    SQLite::Column take(bool is_optional, int type);

    SQLite::Statement& statement_;
    std::string_view table_;
    int parameter_ = 1;
    int column_ = 0;
};

class Connection {
public:
    /// Opens an existing database, or with `create` an empty file that becomes one. SQLite's own locks, which others
    /// hold while they recover or empty the log, are waited for at most `wait_ms`, but 5 s if that is longer.
    Connection(const std::string& path, bool create, std::int64_t wait_ms = 0);

    /// The statement of this text, prepared on first use. `sql` must be a constant: its address is the name.
    Query query(const char* sql, std::string_view table);
    void execute(const char* sql);
    /// Throws Failure with `storage_unavailable` if a transaction could not be ended, which only a lack of memory does.
    void require_no_transaction();
    /// Ends a transaction without effect; a transaction that SQLite has ended by itself is left alone.
    void roll_back() noexcept;
    /// Runs several statements, as migrations do.
    void execute_script(const std::string& sql);
    std::int64_t single_integer(const char* sql);

    /// Empties the write-ahead log into the database if it is longer than `pages_max`. The caller holds the gate. A
    /// reader that is still in the way leaves it for the next writer.
    void checkpoint_if_long(int pages_max);
    /// Empties it now, however long it is. The caller holds the gate; what is in the way leaves it as it is.
    void checkpoint();
    /// Throws `storage_unavailable` if what SQLite calls damage is a file that the system cannot read.
    void require_readable();
    /// Lets this connection write over a database that is shorter than its header says.
    void accept_damage();
    sqlite3* handle() { return database_.getHandle(); }
    SQLite::Database& database() { return database_; }

private:
    int busy_timeout_ms_;
    SQLite::Database database_;
    std::map<const char*, std::unique_ptr<SQLite::Statement>> statements_;
    int wal_pages_ = 0;
};

/// Runs `work` on the connection. What SQLite calls damage, but is a file that the system cannot read, is
/// `storage_unavailable`.
template <class Work>
std::invoke_result_t<Work, Connection&> on_readable(Connection& connection, Work work) {
    try {
        return work(connection);
    } catch (const SQLite::Exception& exception) {
        if ((exception.getErrorCode() & 0xFF) == SQLITE_CORRUPT) connection.require_readable();
        throw;
    }
}

}  // namespace bankctl::sqlite
