#include "core/store/sqlite/connection.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <sqlite3.h>

#include "core/base/text.h"

namespace bankctl::sqlite {
namespace {

constexpr std::int64_t k_busy_timeout_ms_min = 5000;  // recovering a log may take that long

/// Before the first connection, SQLite is told not to count its memory, which takes a lock for each piece.
int open_flags(bool create) {
    static const int is_uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    static_cast<void>(is_uncounted);
    return SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX | (create ? SQLite::OPEN_CREATE : 0);
}

/// An emptied log keeps this much room, which is what single postings need between two checkpoints.
constexpr sqlite3_int64 k_log_bytes_kept_max = sqlite3_int64{k_wal_pages_max + 8} * (4096 + 24);

/// Lets SQLite empty a log without cutting it off: a header of zeros says as well that nothing follows it. Postings
/// then overwrite the room that their file has; growing it again would make each of their syncs one of the file
/// system's own journal, too.
class RoomKeeper {
public:
    explicit RoomKeeper(sqlite3* database) {
        sqlite3_file_control(database, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log_);
        if (log_ == nullptr || log_->pMethods == nullptr) return;
        methods_.original = log_->pMethods;
        methods_.changed = *log_->pMethods;
        methods_.changed.xTruncate = empty;
        log_->pMethods = &methods_.changed;
    }
    ~RoomKeeper() {
        if (methods_.original != nullptr) log_->pMethods = methods_.original;
    }
    RoomKeeper(const RoomKeeper&) = delete;
    RoomKeeper& operator=(const RoomKeeper&) = delete;

private:
    struct Methods {
        sqlite3_io_methods changed{};  // first, so that a file that uses it leads to the original
        const sqlite3_io_methods* original = nullptr;
    };

    static int empty(sqlite3_file* log, sqlite3_int64 bytes) {
        constexpr char k_header[32]{};
        const sqlite3_io_methods& original = *reinterpret_cast<const Methods*>(log->pMethods)->original;
        sqlite3_int64 room = 0;
        const bool is_short = original.xFileSize(log, &room) == SQLITE_OK && room <= k_log_bytes_kept_max;
        if (bytes != 0 || !is_short || room == 0) return original.xTruncate(log, bytes);
        return original.xWrite(log, k_header, sizeof k_header, 0);
    }

    sqlite3_file* log_ = nullptr;
    Methods methods_;
};

[[noreturn]] void column_failure(std::string_view table, int column) {
    throw Failure(Error(
        ErrorCode::integrity_violation,
        "a row of " + std::string(table) + " has a value of the wrong type in column " + std::to_string(column + 1)));
}

}  // namespace

Failure translate(const SQLite::Exception& exception) {
    const std::string message = exception.what();
    switch (exception.getErrorCode() & 0xFF) {
        case SQLITE_ERROR:  // our statements are right, so a table or column that they name is gone
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
        case SQLITE_CONSTRAINT:  // the books decide by the stored rows, so rows that contradict them were altered
            return Failure(Error(ErrorCode::integrity_violation, "the database is damaged: " + message));
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_PROTOCOL: {  // SQLite gave up on a race for its locks as a transaction began
            Error error(ErrorCode::busy, "another process has locked the database");
            error.retry_after_ms = 100;
            return Failure(std::move(error));
        }
        case SQLITE_FULL:
        case SQLITE_IOERR:
        case SQLITE_READONLY:
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
        case SQLITE_AUTH:
        case SQLITE_NOMEM:
            return Failure(Error(ErrorCode::storage_unavailable, "the database cannot be used: " + message));
        default: return Failure(Error(ErrorCode::internal_error, "SQLite: " + message));
    }
}

Query::~Query() { statement_.tryReset(); }

Query& Query::bind(std::int64_t value) {
    statement_.bind(parameter_++, value);
    return *this;
}

Query& Query::bind(const std::string& text) {
    statement_.bindNoCopy(parameter_++, text);
    return *this;
}

Query& Query::bind(const std::optional<std::string>& text) { return text ? bind(*text) : bind_null(); }

Query& Query::bind(const std::optional<Timestamp>& time) { return time ? bind(time->us) : bind_null(); }

Query& Query::bind_seq(Seq seq) { return seq ? bind(seq.value) : bind_null(); }

Query& Query::bind_blob(std::string_view bytes) {
    statement_.bind(parameter_++, static_cast<const void*>(bytes.data()), static_cast<int>(bytes.size()));
    return *this;
}

Query& Query::bind_null() {
    statement_.bind(parameter_++);
    return *this;
}

int Query::run() { return statement_.exec(); }

SQLite::Column Query::take(bool is_optional, int type) {
    SQLite::Column value = statement_.getColumn(column_);
    const bool fits = value.getType() == type || (is_optional && value.isNull());
    if (!fits) column_failure(table_, column_);
    ++column_;
    return value;
}

std::int64_t Query::integer() { return take(false, SQLITE_INTEGER).getInt64(); }

std::optional<std::int64_t> Query::optional_integer() {
    const SQLite::Column value = take(true, SQLITE_INTEGER);
    return value.isNull() ? std::nullopt : std::optional(value.getInt64());
}

Seq Query::optional_seq() {
    const std::optional<std::int64_t> number = optional_integer();
    if (number == 0) column_failure(table_, column_ - 1);
    return Seq{number.value_or(0)};
}

std::string Query::text() {
    std::string value = take(false, SQLITE_TEXT).getString();
    if (!is_utf8(value)) column_failure(table_, column_ - 1);
    return value;
}

std::optional<std::string> Query::optional_text() {
    if (statement_.getColumn(column_).isNull()) {
        ++column_;
        return std::nullopt;
    }
    return text();
}

std::string Query::blob() { return take(false, SQLITE_BLOB).getString(); }

std::optional<Timestamp> Query::optional_time() {
    const std::optional<std::int64_t> us = optional_integer();
    return us ? std::optional(Timestamp{*us}) : std::nullopt;
}

Connection::Connection(const std::string& path, bool create, std::int64_t wait_ms)
    : busy_timeout_ms_(static_cast<int>(std::max(wait_ms, k_busy_timeout_ms_min))),
      database_(path, open_flags(create), busy_timeout_ms_) {
    sqlite3* const database = handle();
    sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
    if (create) return;
    sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    sqlite3_wal_hook(
        database,
        [](void* self, sqlite3*, const char*, int pages) {
            static_cast<Connection*>(self)->wal_pages_ = pages;
            return SQLITE_OK;
        },
        this);  // also replaces SQLite's automatic checkpoints
    int persist = 1;
    sqlite3_file_control(database, "main", SQLITE_FCNTL_PERSIST_WAL, &persist);
}

Query Connection::query(const char* sql, std::string_view table) {
    std::unique_ptr<SQLite::Statement>& statement = statements_[sql];
    if (!statement) statement = std::make_unique<SQLite::Statement>(database_, sql);
    return {*statement, table};
}

void Connection::execute(const char* sql) { query(sql, "").run(); }

void Connection::require_no_transaction() {
    if (sqlite3_get_autocommit(handle()) == 0)
        throw Failure(Error(ErrorCode::storage_unavailable, "a transaction could not be ended: out of memory"));
}

void Connection::roll_back() noexcept {
    if (sqlite3_get_autocommit(handle()) == 0) sqlite3_exec(handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Connection::execute_script(const std::string& sql) { database_.exec(sql); }

std::int64_t Connection::single_integer(const char* sql) {
    Query row = query(sql, "");
    return row.next() ? row.integer() : 0;
}

void Connection::checkpoint_if_long(int pages_max) {
    if (wal_pages_ > pages_max) checkpoint();
}

void Connection::checkpoint() {
    sqlite3_busy_timeout(handle(), 0);  // whoever waits at the gate must not wait for a slow reader too
    const RoomKeeper keeper(handle());
    const int outcome = sqlite3_wal_checkpoint_v2(handle(), "main", SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    sqlite3_busy_timeout(handle(), busy_timeout_ms_);
    if (outcome == SQLITE_OK) wal_pages_ = 0;
}

void Connection::require_readable() {
    // SQLite takes EIO for damage, because some file systems give it for that.
    for (const int file_of : {SQLITE_FCNTL_FILE_POINTER, SQLITE_FCNTL_JOURNAL_POINTER}) {  // the database, the log
        sqlite3_file* file = nullptr;
        int reason = 0;
        sqlite3_file_control(handle(), "main", file_of, &file);
        if (file == nullptr || file->pMethods == nullptr) continue;
        file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &reason);
        if (reason == EIO)
            throw Failure(Error(ErrorCode::storage_unavailable,
                                std::string("the database cannot be read: ") + std::strerror(reason)));
    }
}

void Connection::accept_damage() {
    sqlite3_db_config(handle(), SQLITE_DBCONFIG_DEFENSIVE, 0, nullptr);
    sqlite3_db_config(handle(), SQLITE_DBCONFIG_WRITABLE_SCHEMA, 1, nullptr);  // which is how SQLite calls that
}

}  // namespace bankctl::sqlite
